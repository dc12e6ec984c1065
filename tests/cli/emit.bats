# goto-bypass emit squid: the options, and the text.
load lib.bash

emit()
{
	gtb emit squid --mode explicit "$@"
}

@test "the head says what made it and from what" {
	run emit --via external
	is 0
	has "# Made by:  $("$GTB" --version)"
	has "# Command:  goto-bypass emit squid --mode explicit --via external --policy $POLICY --catalog $CATALOG"
	has "# Policy:   $POLICY"
	has "# Catalog:  $CATALOG"
	has "#   v10-desktop version "
	has ", checked 2026-11-20: "
	has "# Ruleset:  $(gtb check --digest)"
	has "#   after   http_access deny !Safe_ports"
}

@test "the same files give the same text" {
	emit --via external > one
	emit --via external > two
	cmp one two
}

@test "relative paths are told from the root" {
	run "$GTB" emit squid --mode explicit --via external -c policy.yaml \
		-C catalog --helper bin/helper
	is 0
	has " $PWD/bin/helper -c $PWD/policy.yaml -C $PWD/catalog"
}

# Squid keeps an answer for ttl and up to one second more.
@test "--ttl is the time of both kinds of answers" {
	run emit --via external --ttl 7
	is 0
	has " ttl=6 negative_ttl=6 "
	for ttl in 0 61 -1 x 1s "" 99999999999; do
		run emit --via external --ttl "$ttl"
		is 2
		has "--ttl"
	done
}

@test "every FORMAT token of a client's bytes is escaped, and all facts are there" {
	run emit --via external
	[[ $output =~ \ %#\>a\ %#\>rm\ %#\>rd\ %#\>rP\ %#ssl::\>sni\ %DATA\ / ]]
}

@test "the helper cannot end Squid, and its answers fit Squid's reads" {
	local concurrency
	run emit --via external
	has " children-startup=0 "
	has " grace=0 "
	concurrency=${output##* concurrency=}
	concurrency=${concurrency%% *}
	[ $((concurrency * 256)) -lt 32768 ]
}

@test "an external ACL never stands first in a rule" {
	emit --via external --tail none > text
	grep -E '^(http_access|ssl_bump)' text > rules
	[ "$(wc -l < rules)" -ge 5 ]
	run grep -E '^(http_access|ssl_bump) [a-z]+ !?gtb_ask' rules
	is 1
	# and what it stands behind names hosts and ports
	run grep gtb_ask rules
	[ "${#lines[@]}" -ge 4 ]
	for line in "${lines[@]}"; do
		[[ $line == *gtb_port_*_1*gtb_ask* || $line == *gtb_port_1*gtb_*_1*gtb_ask* ]]
	done
}

@test "via icap asks for the ACL that needs a user, and prints nothing" {
	local words

	run --separate-stderr gtb emit squid --mode explicit --via icap
	is 2
	[ -z "$output" ]
	[[ $stderr == "goto-bypass: --auth-acl: is missing: with --via icap "* ]]
	# where it has no login to ask for it needs none
	for words in "--mode explicit --bypass tls" "--mode intercept" \
		"--mode explicit --auth-acl users"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid $words --via icap
		is 0
		[ -z "$stderr" ]
		[[ $output == *$'\nicap_service gtb_icap reqmod_precache icap://127.0.0.1:1344/goto_bypass bypass=on '* ]]
	done
}

@test "several ICAP services are a chain, in the order given" {
	run gtb emit squid --mode intercept --via icap,external \
		--helper "$GTB_HELPER" --icap icap://10.0.0.5:1344/goto_bypass \
		--icap "icaps://[2001:db8::6]/goto_bypass?allow204=on"
	is 0
	has "icap_service gtb_icap_1 reqmod_precache icap://10.0.0.5:1344/goto_bypass bypass=on on-overload=force"
	has "icap_service gtb_icap_2 reqmod_precache icaps://[2001:db8::6]/goto_bypass?allow204=on bypass=on on-overload=force"
	has "adaptation_service_chain gtb_icap gtb_icap_1 gtb_icap_2"
	has "adaptation_access gtb_icap allow gtb_asked"
}

@test "a URI that is none of an ICAP service is refused by name" {
	local uri
	while read -r uri; do
		run --separate-stderr emit --via icap --bypass tls --icap "$uri"
		is 2
		[ -z "$output" ]
		[[ $stderr == "goto-bypass: --icap: \"$uri\" "*"; write icap://HOST:PORT/SERVICE, such as icap://127.0.0.1:1344/goto_bypass" ]]
	done << 'END'
http://127.0.0.1:1344/goto_bypass
ICAP://127.0.0.1:1344/goto_bypass
icap:127.0.0.1:1344/goto_bypass

icap:///goto_bypass
icap://127.0.0.1:1344
icap://127.0.0.1:1344/
icap://127.0.0.1:0/x
icap://127.0.0.1:01344/x
icap://127.0.0.1:65536/x
icap://127.0.0.1:/x
icap://::1:1344/x
icap://[127.0.0.1]:1344/x
icap://[::1/x
icap://[::1]1344/x
icap://user@127.0.0.1/x
icap://a b/x
icap://a/x y
icap://a/x"y
icap://a/x#y
icap://a/${process_id}
END
	for uri in external native; do
		run --separate-stderr emit --via $uri --icap icap://a/b
		is 2
		[ -z "$output" ]
		[ "$stderr" = "goto-bypass: --icap: is where the ICAP service is: give --via icap, or leave it out" ]
	done
}

@test "--icap: an empty URI, one given twice, and one too many are told apart" {
	run --separate-stderr emit --via icap --bypass tls --icap ""
	is 2
	[ "$stderr" = 'goto-bypass: --icap: "" does not begin with icap:// or icaps://; write icap://HOST:PORT/SERVICE, such as icap://127.0.0.1:1344/goto_bypass' ]
	run --separate-stderr emit --via icap --bypass tls --icap icap://a/b \
		--icap icap://c/d --icap icap://a/b
	is 2
	[ "$stderr" = 'goto-bypass: --icap: "icap://a/b" is given twice; name each service once' ]
	# shellcheck disable=SC2046
	run emit --via icap --bypass tls $(seq -f '--icap icap://a%g/b' 16)
	is 0
	# shellcheck disable=SC2046
	run --separate-stderr emit --via icap --bypass tls \
		$(seq -f '--icap icap://a%g/b' 17)
	is 2
	[ "${stderr_lines[0]}" = "goto-bypass: --icap icap://a17/b: must be given at most 16 times" ]
}

@test "via icap warns of a policy that c-icap's user cannot read, on this machine" {
	local said="$POLICY: warning: Squid's user must be able to read it: chmod o+r $POLICY, or give it Squid's group; so must c-icap's, where the service reads it"
	chmod 600 "$POLICY"
	run --separate-stderr emit --via icap --bypass tls
	is 0
	[ "$stderr" = "$said" ]
	run --separate-stderr emit --via icap --bypass tls --icap icap://a/b
	is 0
	[ -z "$stderr" ]
}

@test "wrong and missing options are wrong usage" {
	run gtb emit squid --mode explicit
	is 2
	has "--via is missing"
	run gtb emit squid --via native
	is 2
	has "--mode is missing: write --mode explicit --via external"
	run gtb emit --mode explicit --via native
	is 2
	has "say what to emit"
	run gtb emit nginx --mode explicit --via native
	is 2
	run gtb emit squid --mode sideways --via native
	is 2
	has "--mode sideways: must be explicit, intercept or tproxy"
	run emit --via native --bypass all
	is 2
	run emit --via native --tail splice
	is 2
	run emit --via external --helper ""
	is 2
}

@test "a path squid.conf cannot say is an error with a way out" {
	local bad
	for bad in "/a b" $'/a\nhttp_access allow all' $'/a\tb' '/a${process_name}' \
		$'/a\xff' '/a\'; do
		run --separate-stderr emit --via external --helper "$bad"
		is 2
		[ -z "$output" ]
	done
	run emit --via external --helper "/a b"
	has '--helper: the path "/a b" holds a blank, which squid.conf cannot say'
	mkdir -p "with blank"
	chmod 755 "with blank"
	install -m 644 policy.yaml "with blank/policy.yaml"
	run --separate-stderr "$GTB" emit squid --mode explicit --via external \
		-c "with blank/policy.yaml" -C "$CATALOG"
	is 2
	[ -z "$output" ]
	output=$stderr has "--policy: the path"
}

@test "the command line is quoted as a shell takes it" {
	run emit --via native --helper "/it's here"
	is 0
	has "--helper '/it'\\''s here'"
	run emit --via native --helper $'/a\nb'
	is 2
	has "control characters"
}

@test "a line longer than Squid reads is refused" {
	run emit --via external --helper "/$(printf 'a%.0s' {1..8000})"
	is 2
	has "longer than a line of squid.conf can be"
}

@test "emitted lists and decision agree, name by name" {
	policy << 'END'
tiers:
  optional: {enabled: yes}
  third-party: {enabled: yes}
shared: ["*.youtube.com", "*.googlevideo.com", "*.firebase.app"]
exclude: {names: [x.goto.com, "*.y.goto.com"], networks: [68.64.3.0/24]}
END
	emit --via external > text
	gtb list --json > list.json
	python3 - "$GTB" "$POLICY" "$CATALOG" << 'END'
import json, re, subprocess, sys
gtb, policy, catalog = sys.argv[1:]
sets = {}
for line in open("text"):
    m = re.match(r"acl gtb_(auth_|tls_|)(not_)?(names|nets)_1 (?:dstdomain|dst) -n (.*)", line)
    if m:
        for verdict in [m[1].rstrip("_")] if m[1] else ["auth", "tls"]:
            sets.setdefault((verdict, bool(m[2])), []).extend(m[4].split())
assert len(sets) == 4, sets
for (verdict, exception), values in sets.items():
    for value in values:
        host = value.split("/")[0]
        if host.startswith("."):
            host = "probe" + host
        out = subprocess.run([gtb, "why", host, "--json", "-c", policy, "-C", catalog],
                             capture_output=True).stdout
        got = json.loads(out)[verdict]["bypass"]
        assert got is not exception, (verdict, value, got)
END
}

@test "a helper that is not there is a warning" {
	run --separate-stderr emit --via external --helper /nowhere/helper
	is 0
	[ -n "$output" ]
	[ "$stderr" = "goto-bypass: warning: --helper: /nowhere/helper: No such file or directory" ]
	run --separate-stderr emit --via external --helper "$GTB_HELPER"
	is 0
	[ -z "$stderr" ]
	run --separate-stderr emit --via native --helper /nowhere/helper
	is 0
	[[ $stderr != *"No such file"* ]]
}

@test "an option without effect is a warning" {
	local option
	for option in "--ttl 7" "--helper $GTB_HELPER" "--children 2" "--concurrency 9"; do
		# shellcheck disable=SC2086
		run --separate-stderr emit --via native $option
		is 0
		[ "$stderr" = "goto-bypass: warning: ${option%% *} has no effect with --via native, which has no helper" ]
		# shellcheck disable=SC2086
		run --separate-stderr emit --via external --helper "$GTB_HELPER" $option
		is 0
		[ -z "$stderr" ]
	done
	for option in "--ttl 7" "--helper $GTB_HELPER" "--children 2" "--concurrency 9"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid --mode intercept --via icap $option
		is 0
		[ "$stderr" = "goto-bypass: warning: ${option%% *} has no effect with --via icap, which has no helper" ]
		# shellcheck disable=SC2086
		run --separate-stderr emit --via icap,external --bypass tls $option
		is 0
		[ "$stderr" = "goto-bypass: warning: ${option%% *} has no effect with --via icap,external where no port is intercepted: the helper is asked on none" ]
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid --mode intercept --via icap,external \
			--helper "$GTB_HELPER" $option
		is 0
		[ -z "$stderr" ]
	done
	for option in "--mode intercept" "--mode intercept,tproxy" "--port-name a=tproxy"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid $option --via native --auth-acl users
		is 0
		[ "$stderr" = "goto-bypass: warning: --auth-acl has no effect on intercepted ports, where nobody can log in, and no port is explicit" ]
	done
	for option in "--mode explicit" "--mode explicit,intercept" \
		"--mode intercept --port-name a=explicit"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid $option --via native --auth-acl users
		is 0
		[ -z "$stderr" ]
	done
}

@test "every complaint about an option begins with the program's name" {
	local option
	for option in "--ttl 0" "--children 99" "--concurrency 999" "--auth-acl gtb_x" \
		"--helper /a\${b}" "--mode sideways" "--icap icap://a/b" "--via sideways"; do
		# shellcheck disable=SC2086
		run --separate-stderr emit --via external $option
		is 2
		[ -z "$output" ]
		[[ ${stderr_lines[0]} == "goto-bypass: ${option%% *}"[:\ ]* ]]
	done
	run emit --via sideways
	has "--via sideways: must be external, native, icap or icap,external"
}

@test "--debug: the helper is started with -d, and else not" {
	run --separate-stderr gtb emit squid --mode explicit --via external \
		--helper /bin/true --debug
	is 0
	[[ $output == *"%DATA /bin/true -d -c "* ]]
	run --separate-stderr gtb emit squid --mode explicit --via external \
		--helper /bin/true
	[[ $output == *"%DATA /bin/true -c "* ]]
	run --separate-stderr gtb emit squid --mode explicit --via native --debug
	is 0
	[ "$stderr" = "goto-bypass: warning: --debug has no effect with --via native, which has no helper" ]
}
