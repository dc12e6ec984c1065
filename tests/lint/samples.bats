# No false alarm: what Debian ships, and every file that goto-bypass emits,
# included in it where its head says.
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

@test "Debian's squid.conf: no findings" {
	need_shipped
	quiet "$SHIPPED"
}

@test "every sample, included in Debian's squid.conf: no findings" {
	need_shipped
	count=0
	for file in "$GTB_SRCDIR"/squid-conf/samples/*.conf; do
		name=${file##*/}
		name=${name%.conf}
		mode=${name%-*}
		[ "$mode" != mixed ] || mode=explicit,intercept
		around "$file" "$mode" bump > squid.conf
		quiet squid.conf
		count=$((count + 1))
	done
	[ "$count" -ge 8 ]
}

# matrix MODES...: every emitted combination, by the staged policy.
matrix()
{
	local mode via tail bypass
	for mode; do
		for via in external native; do
			for tail in bump terminate none; do
				for bypass in auth,tls auth tls; do
					gtb emit squid --mode "$mode" --via "$via" \
						--tail "$tail" --bypass "$bypass" \
						> goto.conf 2> /dev/null
					around goto.conf "$mode" "$tail" > squid.conf
					quiet squid.conf
				done
			done
		done
	done
}

@test "every combination for an explicit proxy: no findings" {
	need_shipped
	matrix explicit
}

@test "every combination for intercepted ports: no findings" {
	need_shipped
	matrix intercept tproxy
}

@test "every combination for both: no findings" {
	need_shipped
	matrix explicit,intercept
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
	matrix explicit,intercept
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
	[ "$(grep -c ' L03 warning: ' <<< "$output")" -eq 2 ]
	has "0 errors, 2 warnings, 0 notes"
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
		"--mode explicit --via native --bypass auth"; do
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

@test "without lines for authentication there is no place to be wrong" {
	gtb emit squid --mode explicit --via native --bypass tls \
		> goto.conf 2> /dev/null
	for i in 0 3 5; do
		place "$i" > squid.conf
		quiet_but L20
	done
}
