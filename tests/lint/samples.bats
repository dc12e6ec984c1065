# No false alarm: what Debian ships, which needs nothing, and every file that
# goto-bypass emits, included in it where its head says.
load "../cli/lib.bash"

SHIPPED=/etc/squid/squid.conf

# The file as the package brought it.
is_shipped()
{
	local sum
	sum=$(md5sum < "$SHIPPED" 2> /dev/null) || return 1
	dpkg-query -W -f='${Conffiles}\n' 'squid*' 2> /dev/null |
		grep -qxF " $SHIPPED ${sum%% *}"
}

need_shipped()
{
	is_shipped || skip "$SHIPPED is not as Debian ships it"
}

# ports MODES: the port lines that go with --mode.
ports()
{
	local tls="ssl-bump tls-cert=/etc/squid/ca.pem generate-host-certificates=on"
	case $1 in
	explicit*) echo "http_port 3128 $tls" ;;
	*) echo "http_port 3128" ;;
	esac
	case $1 in
	*intercept*) echo "https_port 3130 intercept name=gtb_intercept $tls" ;;
	*tproxy*) echo "https_port 3130 tproxy name=gtb_tproxy $tls" ;;
	esac
}

# around FILE MODES TAIL: Debian's squid.conf with the file included.
around()
{
	awk -v ports="$(ports "$2")" -v file="$1" -v tail="$3" '
		/^http_port / { print ports; next }
		/^include / {
			print "auth_param basic program /bin/false"
			print "acl authed proxy_auth REQUIRED"
			print "acl users proxy_auth REQUIRED"
			print "http_access deny !localnet"
			print "include " file
			print (ports ~ /name=/ ? "acl caught myportname gtb_intercept gtb_tproxy\nhttp_access deny !caught !authed" : "http_access deny !authed")
			next
		}
		{ print }
		END {
			if (tail == "none")
				print "ssl_bump bump all"
			print "on_unsupported_protocol respond all"
		}' "$SHIPPED"
}

# quiet FILE: lint finds nothing in it, not even a note.
quiet()
{
	run gtb lint --fail-on note "$1"
	echo "$1: $output"
	[ "$status" -eq 0 ]
}

# quiet_but RULES: nothing in squid.conf, these rules aside.
quiet_but()
{
	run gtb lint --fail-on note --ignore "$1" squid.conf
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "Debian's squid.conf: no findings, but that nothing is needed" {
	need_shipped
	run gtb lint --fail-on note "$SHIPPED"
	is 1
	has "$SHIPPED: L51 note: nothing of goto-bypass is included, and nothing"
	has "0 errors, 0 warnings, 1 note"
}

@test "every sample, included in Debian's squid.conf: no findings" {
	need_shipped
	count=0
	for file in "$GTB_SRCDIR"/squid-conf/samples/*.conf; do
		name=${file##*/}
		name=${name%.conf}
		mode=${name%%-*}
		[ "$mode" != mixed ] || mode=explicit,intercept
		around "$file" "$mode" bump > squid.conf
		quiet_as "${name#*-}" "$mode"
		count=$((count + 1))
	done
	[ "$count" -ge 8 ]
}

# quiet_as VIA MODES: nothing in squid.conf; but the service alone hears no
# server name on an intercepted port, and lint says so.
quiet_as()
{
	case $1:$2 in
	icap:*intercept* | icap:*tproxy*)
		quiet_but L43
		run gtb lint --fail-on note --only L43 squid.conf
		is 1
		;;
	*) quiet squid.conf ;;
	esac
}

# emitted MODE VIA TAIL BYPASS: squid.conf includes that, and lint is quiet.
emitted()
{
	local -a login=()
	case $2:$1:$4 in
	icap*:explicit*:*auth*) login=(--auth-acl authed) ;;
	esac
	gtb emit squid --mode "$1" --via "$2" --tail "$3" --bypass "$4" \
		"${login[@]}" > goto.conf 2> /dev/null
	# Without lines for inspection the file leaves them to squid.conf.
	[ "$4" = auth ] && set -- "$1" "$2" none
	around goto.conf "$1" "$3" > squid.conf
	quiet_as "$2" "$1"
}

# matrix VIAS MODES...: every emitted combination, by the staged policy.
matrix()
{
	local mode via tail bypass vias=$1
	shift
	for mode; do
		for via in $vias; do
			for tail in bump terminate none; do
				for bypass in auth,tls auth tls; do
					emitted "$mode" "$via" "$tail" "$bypass"
				done
			done
		done
	done
}

# Who is asked, if anybody.
PLAIN="external native"
SERVICE="icap icap,external"

@test "every combination for an explicit proxy: no findings" {
	need_shipped
	matrix "$PLAIN" explicit
}

@test "every combination for intercepted ports: no findings" {
	need_shipped
	matrix "$PLAIN" intercept tproxy
}

@test "every combination for both: no findings" {
	need_shipped
	matrix "$PLAIN" explicit,intercept
}

@test "every combination by the service: no findings but what it cannot do" {
	need_shipped
	matrix "$SERVICE" explicit intercept
	gtb emit squid --mode explicit --via icap --auth-acl authed \
		--icap icap://192.0.2.1/goto_bypass \
		--icap icap://192.0.2.2/goto_bypass > goto.conf
	around goto.conf explicit bump > squid.conf
	quiet squid.conf
}

@test "a policy with identities, exclusions and own entries: no findings" {
	need_shipped
	policy <<- 'END'
		tiers:
		  optional: {enabled: yes, bypass: [auth]}
		  legacy: {enabled: yes, bypass: [auth]}
		identities:
		  - {name: office, clients: [10.1.0.0/16, 192.168.0.0/16]}
		exclude:
		  names: [x.goto.com, "*.y.goto.com"]
		  networks: [68.64.3.0/24]
		own:
		  - {name: intranet.example}
	END
	matrix "$PLAIN $SERVICE" explicit,intercept
}

@test "a policy with more ports: SSL_ports lacks them, and nothing else" {
	need_shipped
	policy <<- 'END'
		ports: [443, 8200, 80]
	END
	gtb emit squid --mode explicit --via external > goto.conf 2> /dev/null
	around goto.conf explicit bump > squid.conf
	run gtb lint --fail-on warning squid.conf
	echo "$output"
	is 1
	[ "$(grep -c ' L03 error: ' <<< "$output")" -eq 2 ]
	has "2 errors, 0 warnings, 0 notes"
	sed -i '/^http_access deny CONNECT/i acl SSL_ports port 8200 80' squid.conf
	quiet squid.conf
}

# place N: the lines of http_access, our file included before the Nth.
place()
{
	local -a lines=(
		"http_access deny !Safe_ports"
		"http_access deny CONNECT !SSL_ports"
		"http_access deny !localnet"
		"http_access deny !authed"
		"http_access allow all"
	)
	local i

	echo "http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem"
	echo "acl Safe_ports port 80 443"
	echo "acl SSL_ports port 443"
	echo "acl localnet src 10.0.0.0/8"
	echo "acl authed proxy_auth REQUIRED"
	for i in 0 1 2 3 4 5; do
		[ "$i" -ne "$1" ] || echo "include goto.conf"
		[ "$i" -eq 5 ] || echo "${lines[i]}"
	done
}

@test "there is one right place, and every other is found" {
	for options in "--mode explicit --via external" \
		"--mode explicit --via native" \
		"--mode explicit --via native --bypass auth" \
		"--mode explicit --via icap --auth-acl authed"; do
		# shellcheck disable=SC2086
		gtb emit squid $options > goto.conf 2> /dev/null
		for i in 0 1 2 3 4 5; do
			place "$i" > squid.conf
			run gtb lint --only L23 squid.conf
			found=$(grep -oE 'L23 (error|warning)' <<< "$output" |
				cut -d ' ' -f 2 | sort | paste -s -d ' ')
			case $i in
			0 | 1) wanted="error warning" ;;
			3) wanted= ;;
			*) wanted=error ;;
			esac
			echo "$options, place $i: $output"
			[ "$found" = "$wanted" ]
		done
	done
}

@test "an allow line above the include, and the service's header: no finding" {
	gtb emit squid --mode explicit --via icap --auth-acl authed \
		> goto.conf 2> /dev/null
	place 3 | sed '/^include/i acl desk src 10.0.0.5\nhttp_access allow desk' \
		> squid.conf
	quiet_but L20,L23
	run gtb lint --only L23 squid.conf
	has "L23 warning: the file stands after line 10"
	has "the service is not asked about it, so it is inspected"
	# A header of the admin's own is another matter.
	sed -i '/^http_access deny !authed/i acl mine req_header X-Mine yes' squid.conf
	echo "ssl_bump splice mine" >> squid.conf
	run gtb lint --only L17 squid.conf
	echo "$output"
	is 1
}

@test "without lines for authentication there is no place to be wrong" {
	gtb emit squid --mode explicit --via native --bypass tls \
		> goto.conf 2> /dev/null
	for i in 0 3 5; do
		place "$i" > squid.conf
		quiet_but L20
	done
}
