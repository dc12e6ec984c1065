# What an admin meets when something went wrong on the way: a file cut short,
# lines pasted, a name mistyped, files that Squid's user cannot read; and that
# the message says what to write.
load "../cli/lib.bash"

# config [FILE]: a squid.conf around what FILE holds.
config()
{
	cat << 'END'
http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem
acl Safe_ports port 80 443
acl SSL_ports port 443
acl localnet src 10.0.0.0/8
acl authed proxy_auth REQUIRED
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access deny !localnet
END
	cat "${1:-/dev/null}"
	cat << 'END'
http_access deny !authed
http_access allow all
on_unsupported_protocol respond all
END
}

emit()
{
	gtb emit squid --mode explicit --via external "$@" > goto.conf
}

# finds STATUS TEXT...: lint of squid.conf, with that status, says all that.
finds()
{
	run --separate-stderr gtb lint --fail-on note --squid-version 5 squid.conf
	echo "$output $stderr"
	is "$1"
	shift
	local text
	for text; do
		has "$text"
	done
}

@test "a file cut short is found wherever it was cut" {
	emit
	echo "include cut.conf" > include
	config include > squid.conf
	cp goto.conf cut.conf
	finds 0
	local share total
	total=$(wc -l < goto.conf)
	for share in 5 20 50 90; do
		head -n $((total * share / 100)) goto.conf > cut.conf
		finds 1 "cut.conf:1:1: L31 error: what goto-bypass made is cut short"
	done
	head -c -1 goto.conf > cut.conf # the last line feed alone
	finds 0
}

@test "an emit that refused leaves an empty file, and lint says so" {
	echo "tires: {}" | policy
	run gtb emit squid --mode explicit --via external
	is 2
	: > goto.conf
	rm "$POLICY"
	cp "$GTB_SRCDIR/squid-conf/policy.yaml" "$POLICY"
	echo "include goto.conf" > include
	config include > squid.conf
	finds 1 "squid.conf:9:9: L31 warning: goto.conf is empty"
	lacks " L51 "
	sed -i '/authed/d' squid.conf
	echo "ssl_bump bump all" >> squid.conf
	finds 1 "squid.conf: L51 warning: " "0 errors, 1 warning, 0 notes"
}

@test "lines that were pasted, and a remark above the head, change nothing" {
	emit
	config goto.conf > squid.conf
	finds 0
	{
		echo "# Put here on a Monday."
		echo "#"
		cat goto.conf
	} > remarked.conf
	echo "include remarked.conf" > include
	config include > squid.conf
	finds 0
	echo "ports: [443, 80]" | policy
	finds 1 "remarked.conf:" " L22 warning: " "the helper refuses what was taken away"
	config goto.conf > squid.conf
	finds 1 "squid.conf:" " L22 warning: "
}

@test "pasted below the line that asks for a user: never reached" {
	emit
	config | sed '/^http_access allow all/r goto.conf' > squid.conf
	finds 1 " L23 error: "
}

@test "L22 says what passes where no helper looks" {
	gtb emit squid --mode explicit --via native > goto.conf
	echo "include goto.conf" > include
	config include > squid.conf
	echo "ports: [443, 80]" | policy
	finds 1 "what was taken away still passes"
}

@test "a splice by User-Agent: the mend refuses nobody for sending one" {
	config > squid.conf
	{
		echo "acl phones browser -i android"
		echo "acl step1 at_step SslBump1"
		echo "ssl_bump peek step1"
		echo "ssl_bump splice phones"
		echo "ssl_bump bump all"
	} >> squid.conf
	finds 1 " L17 error: acl phones takes the request header User-Agent" \
		"; go by the hosts, or by the clients' addresses: User-Agent is"
	lacks "deny has_verdict"
}

@test "identities, and who says what a client's address is" {
	local via identities

	identities='identities: [{name: here, clients: [10.1.0.0/16]}]'
	echo "include goto.conf" > include
	for via in external native icap; do
		echo "$identities" | policy
		gtb emit squid --mode explicit --via "$via" --auth-acl authed > goto.conf
		{ echo "follow_x_forwarded_for allow all"; config include; } > squid.conf
		finds 1 "squid.conf:1:1: L50 error: " "1 error, 0 warnings, 0 notes"
		{ echo "follow_x_forwarded_for allow localhost"; config include; } \
			> squid.conf
		finds 1 "squid.conf:1:1: L53 warning: " "0 errors, 1 warning, 0 notes"
		echo "{}" | policy
		gtb emit squid --mode explicit --via "$via" --auth-acl authed > goto.conf
		finds 0
		{ echo "follow_x_forwarded_for allow all"; config include; } > squid.conf
		finds 1 "squid.conf:1:1: L50 note: a stranger " \
			"0 errors, 0 warnings, 1 note"
	done
}

@test "--auth-acl with an acl of the clients: L52 names the one that asks" {
	local via

	for via in external native icap; do
		gtb emit squid --mode explicit --via "$via" --auth-acl localnet > goto.conf
		echo "include goto.conf" > include
		config include > squid.conf
		finds 1 'squid.conf:9:9: L52 error: "localnet", which' \
			"emit the file again with --auth-acl authed, which does"
	done
}

@test "the service: another one above it, a switch and a limit below it" {
	local scanner="icap_service scanner reqmod_precache icap://127.0.0.1:1345/scan bypass=on
adaptation_access scanner allow all"

	gtb emit squid --mode explicit --via icap --auth-acl authed > goto.conf
	{ echo "$scanner"; echo "include goto.conf"; } > include
	config include > squid.conf
	finds 1 'squid.conf:10:1: L36 error: "scanner" is asked about' \
		'above it; or put both services into an adaptation_service_chain'
	{ echo "include goto.conf"; echo "$scanner"; } > include
	config include > squid.conf
	finds 1 'squid.conf:11:1: L36 note: ' "0 errors, 0 warnings, 1 note"
	# A chain of both: above the include, or the emitted line takes GoTo.
	scanner=${scanner/adaptation_access*/"adaptation_service_chain both gtb_icap scanner
adaptation_access both allow all"}
	{ echo "include goto.conf"; echo "$scanner"; } > include
	config include > squid.conf
	finds 1 'squid.conf:12:1: L36 note: ' \
		"the adaptation_access lines of the chain above the others"
	{ echo "$scanner"; echo "include goto.conf"; } > include
	config include > squid.conf
	finds 1 "0 errors, 1 warning, 0 notes" " L35 warning: "
	{ echo "include goto.conf"; echo "icap_io_timeout 1 minute"; } > include
	config include > squid.conf
	finds 1 'squid.conf:10:1: L37 warning: icap_io_timeout 1 minute: ' \
		"0 errors, 1 warning, 0 notes"
	{ echo "include goto.conf"; echo "icap_service_failure_limit 10"; } > include
	config include > squid.conf
	finds 1 'squid.conf:10:1: L48 warning: icap_service_failure_limit 10: ' \
		"0 errors, 1 warning, 0 notes"
	{ echo "include goto.conf"; echo "icap_enable off"; } > include
	config include > squid.conf
	finds 1 'squid.conf:10:1: L34 error: icap_enable off: ' \
		"1 error, 0 warnings, 0 notes"
}

@test "the service: its judgement below a line that allows" {
	gtb emit squid --mode explicit --via icap --auth-acl authed > goto.conf
	{ echo "adapted_http_access allow localnet"; echo "include goto.conf"; } \
		> include
	config include > squid.conf
	finds 1 'squid.conf:10:9: L23 error: the file stands after adapted_http_access allow on line 9' \
		"1 error, 0 warnings, 0 notes"
	{ echo "include goto.conf"; echo "adapted_http_access allow localnet"; } \
		> include
	config include > squid.conf
	finds 0
}

@test "L22 says who is asked where the service is" {
	gtb emit squid --mode explicit --via icap --auth-acl authed > goto.conf
	echo "include goto.conf" > include
	config include > squid.conf
	finds 0
	echo "ports: [443, 80]" | policy
	finds 1 " L22 warning: " "the service refuses what was taken away"
}

# guards: the numbers of the lines in goto.conf that refuse what is not
# confirmed; those that send to the login aside, as another one stands below.
guards()
{
	grep -nE '^http_access deny gtb_forged$|^(adapted_)?http_access deny .* !gtb_(icap|ask)_|^adapted_http_access deny .*!gtb_icap_auth$' \
		goto.conf | grep -vE '!gtb_icap_auth !?authed$' | cut -d : -f 1
}

# edited OPTIONS...: each guard of that emitted file is missed when it is gone.
edited()
{
	local line count=0

	gtb emit squid --auth-acl authed "$@" > goto.conf 2> /dev/null
	cp goto.conf whole.conf
	run gtb lint --only L47 --fail-on note squid.conf
	is 0
	for line in $(guards); do
		sed "${line}d" whole.conf > goto.conf
		run gtb lint --only L47 squid.conf
		echo "$*, without $(sed -n "${line}p" whole.conf): $output"
		is 1
		count=$((count + 1))
	done
	[ "$count" -ge 2 ]
}

@test "the emitted file changed by hand: each line that is gone is missed" {
	echo "include goto.conf" > include
	config include > squid.conf
	local via
	for via in external icap icap,external; do
		edited --mode explicit --via "$via"
		edited --mode explicit,intercept --via "$via"
	done
	policy <<- 'END'
		tiers:
		  optional: {enabled: yes, bypass: [auth]}
		  legacy: {enabled: yes, bypass: [auth, tls]}
		exclude:
		  names: [x.goto.com]
		  networks: [68.64.3.0/24]
	END
	for via in external icap icap,external; do
		edited --mode explicit,intercept --via "$via"
	done
}

@test "the emitted file changed by hand: bypass=off" {
	gtb emit squid --mode explicit --via icap --auth-acl authed > goto.conf
	echo "include goto.conf" > include
	config include > squid.conf
	sed -i 's/bypass=on/bypass=off/' goto.conf
	finds 1 " L47 error: this line was emitted with bypass=on: while service gtb_icap is down" \
		"1 error, 0 warnings, 0 notes"
}

@test "a mistyped acl is found, ours too, and the right one is named" {
	emit --auth-acl autehd
	echo "include goto.conf" > include
	config include > squid.conf
	finds 1 'L33 error: there is no acl "autehd"' 'did you mean "authed"?' \
		"Emit the file again"
	emit
	config include | sed 's/deny !authed/deny !autehd/' > squid.conf
	finds 1 'squid.conf:10:18: L33 error: there is no acl "autehd"'
}

@test "a port without lines: the message has the port's name and the line" {
	emit
	echo "include goto.conf" > include
	config include > squid.conf
	echo "https_port 3130 intercept ssl-bump tls-cert=/etc/squid/ca.pem" \
		>> squid.conf
	finds 1 "--port-name 3130=intercept" \
		'write "acl caught myportname 3130", "http_access allow caught localnet" and "http_access deny caught" above this line' \
		"--auth-acl"
	emit --mode explicit,intercept
	finds 1 'has the name "gtb_intercept"' "name=gtb_intercept"
}

@test "what L14 says to write mends it" {
	emit --port-name 3130=intercept
	echo "include goto.conf" > include
	config include > squid.conf
	echo "https_port 3130 intercept ssl-bump tls-cert=/etc/squid/ca.pem" \
		>> squid.conf
	finds 1 " L14 error: " \
		'write "http_access allow gtb_intercepted localnet" and "http_access deny gtb_intercepted" above this line'
	sed -i '/^http_access deny !authed/i http_access allow gtb_intercepted localnet\nhttp_access deny gtb_intercepted' squid.conf
	finds 0
}

@test "what Squid's user cannot read: lint, emit and check say the same" {
	local said="Squid's user must be able to read it: chmod o+r $POLICY"
	emit
	echo "include goto.conf" > include
	config include > squid.conf
	chmod 600 "$POLICY"
	finds 1 "$POLICY: modes warning: $said"
	run gtb check
	has "$said"
	run gtb emit squid --mode explicit --via external
	has "$said"
	run gtb emit squid --mode explicit --via native
	lacks "$said"
	chmod 644 "$POLICY"
	chmod 700 "$CATALOG"
	finds 1 "$CATALOG: modes warning: " "chmod o+x $CATALOG"
	[ "$(grep -c "chmod o+x" <<< "$output")" -eq 1 ]
	run gtb check
	has "chmod o+x $CATALOG"
	chmod 755 "$CATALOG"
	finds 0
}

@test "SQUID.CONF is a file: no pipe, no device" {
	mkfifo pipe
	local file
	for file in pipe /dev/null; do
		run --separate-stderr gtb lint "$file"
		is 2
		[ -z "$output" ]
		output=$stderr has "name "
	done
	run gtb lint /dev/stdin < <(echo http_port 3128)
	is 2
	has "is a FIFO: name a file"
}

@test "a rule without its nought, and Squid's own word when all is well" {
	run gtb lint --explain L6
	is 2
	has 'there is no rule "L6"; did you mean L06?'
	emit
	echo "include goto.conf" > include
	config include > squid.conf
	printf '#!/bin/sh\nexit 0\n' > squid
	chmod 755 squid
	run gtb lint --squid=./squid squid.conf
	is 0
	has " directives of 2 files, and squid -k parse has none either"
	run gtb lint --squid=./squid --ignore squid squid.conf
	is 0
	lacks "squid -k parse"
}

@test "the emitted file changed by hand: everything is spliced" {
	emit
	echo "include goto.conf" > include
	config include > squid.conf
	sed -i 's/^ssl_bump bump all/ssl_bump splice all/' goto.conf
	finds 1 " L47 error: this line splices every connection: nothing is inspected any more"
}

@test "an include that is not there: what may stand in it is not missed" {
	echo "include gotto.conf" > include
	config include > squid.conf
	finds 1 "squid.conf:9:9: read error: there is no file gotto.conf" \
		"1 error, 0 warnings, 0 notes"
}

# here: lint of squid.conf as on the machine the file was emitted for.
here()
{
	run --separate-stderr "$GTB" lint "$@" squid.conf
	echo "$output $stderr"
}

# The file is emitted from a policy and a catalog of its own.
emit_here()
{
	cp "$POLICY" here.yaml
	cp -r "$CATALOG" catalog.here
	printf '#!/bin/sh\nexit 0\n' > helper
	chmod 755 helper
	"$GTB" emit squid --mode explicit --via external --helper "$PWD/helper" \
		--policy "$PWD/here.yaml" --catalog "$PWD/catalog.here" > goto.conf
	echo "include goto.conf" > include
	config include > squid.conf
}

@test "the policy or the catalog that the emitted file names is gone" {
	emit_here
	here --fail-on note
	is 0
	mv here.yaml away.yaml
	here --fail-on warning
	is 1
	has "goto.conf:6:1: policy warning: what this file was made from is not there to be read: $PWD/here.yaml: cannot open"
	has "0 errors, 1 warning, 0 notes"
	[[ $stderr == *"these rules are left out:"* ]]
	here --fail-on warning --ignore policy
	is 0
	mv away.yaml here.yaml
	mv catalog.here catalog.away
	here
	is 0
	has "goto.conf:7:1: policy warning: what this file was made from"
}

@test "the helper that the emitted file names is not there, or no program" {
	emit_here
	chmod 644 helper
	here --fail-on warning
	is 1
	has " helper warning: the helper $PWD/helper is no program: "
	rm helper
	here --fail-on warning
	is 1
	has " helper warning: the helper $PWD/helper is not there: "
	has "0 errors, 1 warning, 0 notes"
	finds 0 # with policy and catalog named it may be another machine's
}

@test "a misspelt action is found where Squid finds it" {
	. "$GTB_SRCDIR/tests/live/rig.bash"
	local squid
	squid=$(rig_squid)
	[ -n "$squid" ] || skip "Squid is not installed"
	cat > squid.conf <<- 'END'
		http_port 3128
		acl localnet src 10.0.0.0/8
		http_access deney !localnet
		http_access Allow localnet
		http_access deny
		http_access
		follow_x_forwarded_for alow localnet
		proxy_protocol_access alow localnet
		adapted_http_access deny
		icap_service s reqmod_precache icap://127.0.0.1:1/x
		adaptation_access s alow localnet
		adaptation_access s deny
		http_access deny all
	END
	run gtb lint --only L55,squid --squid="$squid" squid.conf
	echo "$output"
	is 1
	has "squid.conf:3:1: squid error: aclParseAccessLine: expecting 'allow' or 'deny', got 'deney'."
	has "squid.conf:3:13: L55 error: \"deney\" is neither"
	has "write \"deny\" in its place"
	[ "$(grep -o '^squid.conf:[0-9]*:[0-9]*: L55' <<< "$output" |
		cut -d : -f 2 | tr '\n' ' ')" = "3 4 5 6 7 8 9 11 12 " ]
	[ "$(grep -o '^squid.conf:[0-9]*:[0-9]*: squid error' <<< "$output" |
		cut -d : -f 2 | tr '\n' ' ')" = "3 4 5 6 7 8 9 11 12 " ]
}
