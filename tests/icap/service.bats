# The service in a real c-icap: what it answers, and that nothing fells it.
load "${GTB_SRCDIR:-../..}/tests/icap/server.bash"

NOT_LISTED='204 [-] auth=not-listed, tls=not-listed'
AWAITING='200 [auth] auth=listed-name, tls=awaiting-sni'
BOTH='200 [auth, splice] auth=listed-name, tls=listed-name'
MALFORMED='204 [-] auth=malformed, tls=malformed'

# among_others: c-icap's own services, where there are any, before and after.
among_others()
{
	local folder
	folder=$(c-icap-config --modulesdir 2> /dev/null || echo /nonexistent)
	sed "s,^Service goto_bypass ,Service echo $folder/srv_echo.so\n&," |
		sed "\$ a Service ex206 $folder/srv_ex206.so" |
		if [ -f "$folder/srv_echo.so" ] && [ -f "$folder/srv_ex206.so" ]
		then
			cat
		else
			grep -v '^Service e'
		fi
}

setup_file()
{
	[ -z "$(why_no_server)" ] || return 0
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
	PORT=$(free_port)
	make_conf "$PORT" | among_others > "$FOLDER/c-icap.conf"
	server_run
	export FOLDER PORT PID POLICY CATALOG
}

setup()
{
	need_server
}

teardown_file()
{
	server_stop
	rm -rf "${FOLDER:-/nonexistent}"
}

@test "OPTIONS: REQMOD, no preview, 204 and 206, fewer connections than threads" {
	ask --options
	echo "$output"
	[[ $output == "ICAP/1.0 200 OK"* ]]
	grep -qx 'Methods: REQMOD' <<< "$output"
	grep -qx 'Preview: 0' <<< "$output"
	grep -qx 'Allow: 204, 206' <<< "$output"
	grep -qx 'Max-Connections: 90' <<< "$output"
	grep -qx 'Options-TTL: 3600' <<< "$output"
	grep -qx 'X-Include: X-Client-IP' <<< "$output"
}

@test "OPTIONS: ISTag begins the ruleset's digest, which stands there whole" {
	local digest
	digest=$("$GTB" check --policy "$POLICY" --catalog "$CATALOG" --json |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])')
	ask --options
	echo "$digest $output"
	grep -qx "X-GoTo-Ruleset: $digest" <<< "$output"
	grep -qx "ISTag: \"CI0001-\?${digest:0:26}\"" <<< "$output"
}

@test "a listed name: authentication at once, splicing with the SNI" {
	ask "$GOTO"
	says "$AWAITING"
	ask --sni www.goto.com "$GOTO"
	says "$BOTH"
}

@test "a promise to look at the SNI: spliced by the name requested, that once" {
	ask --await sni "$GOTO"
	says '200 [auth, splice] auth=listed-name, tls=awaiting-sni'
	ask --await sni --sni - "$GOTO"
	says '200 [auth, splice] auth=listed-name, tls=awaiting-sni'
	ask --await sni --sni www.goto.com "$GOTO"
	says "$BOTH"
	ask --await sni --sni www.example.com "$GOTO"
	says '204 [-] auth=names-disagree, tls=names-disagree'
	ask --await sni "$OTHER" 'GET http://www.goto.com:443/ HTTP/1.1'
	says "$NOT_LISTED"$'\n''200 [auth] auth=listed-name, tls=method'
	for word in SNI snix 'sni, sni' '"sni"' -; do
		ask --await "$word" "$GOTO"
		says "$AWAITING"
	done
	ask --await sni --icap 'x-goto-await : sni' "$GOTO"
	says "$AWAITING"
	ask --http 'X-GoTo-Await: sni' "$GOTO"
	says "$AWAITING"
}

@test "a listed network: both, without a name" {
	ask 'CONNECT 68.64.0.1:443 HTTP/1.1'
	says '200 [auth, splice] auth=listed-network, tls=listed-network'
}

@test "anything else is 204" {
	ask "$OTHER"
	says "$NOT_LISTED"
	ask 'CONNECT www.goto.com.example.com:443 HTTP/1.1'
	says "$NOT_LISTED"
	ask 'CONNECT www.goto.com:444 HTTP/1.1'
	says '204 [-] auth=port, tls=port'
	ask 'CONNECT www.goto.com HTTP/1.1'
	says "$MALFORMED"
}

@test "an SNI or a destination that contradicts is 204" {
	ask --sni www.example.com "$GOTO"
	says '204 [-] auth=names-disagree, tls=names-disagree'
	ask --dst 198.51.100.9 'CONNECT 198.51.100.9:443 HTTP/1.1'
	says "$NOT_LISTED"
	ask --dst 198.51.100.9 --sni www.goto.com "$GOTO"
	says '200 [auth, splice] auth=name-only, tls=name-only'
	ask --dst www.goto.com --sni www.goto.com "$GOTO"
	says "$MALFORMED"
	ask --sni 'www.goto.com x' "$GOTO"
	says "$MALFORMED"
	ask --icap 'X-GoTo-SNI: www.goto.com' --icap 'X-GoTo-SNI: www.goto.com' \
		"$GOTO"
	says "$MALFORMED"
}

@test "\"-\" for SNI and destination is not known" {
	ask --sni - --dst - "$GOTO"
	says "$AWAITING"
}

@test "an IPv6 client and an IPv6 host are understood" {
	ask --client 2001:db8::7 "$GOTO"
	says "$AWAITING"
	ask --client 2001:db8::7 'CONNECT [2001:db8::1]:443 HTTP/1.1'
	says "$NOT_LISTED"
	ask --client 192.0.2.7,192.0.2.8 "$GOTO"
	says "$MALFORMED"
}

@test "one connection, many requests" {
	ask "$GOTO" "$OTHER" "$GOTO" 'CONNECT x HTTP/1.1' "$GOTO"
	says "$(printf '%s\n' "$AWAITING" "$NOT_LISTED" "$AWAITING" "$MALFORMED" \
		"$AWAITING")"
}

@test "the request that comes back has one header more, and Via" {
	ask --show --http 'X-Other: 1' "$GOTO"
	echo "$output"
	diff <(sed -n '/^CONNECT /,/^$/p' <<< "$output" | grep -v '^Via: ICAP') - <<-END
	$GOTO
	Host: example.test
	X-Other: 1
	X-GoTo-Bypass: auth
	END
	grep -qx 'X-GoTo-Rule: auth=goto-app:essential-1, tls=goto-app:essential-1' \
		<<< "$output"
}

@test "an answer comes in one piece: the ICAP head and the request's" {
	run python3 -B - "$(dirname "$TALK")" "$PORT" "$GOTO" <<-'END'
	import sys
	sys.path.insert(0, sys.argv[1])
	import talk
	icap = talk.Icap(int(sys.argv[2]))
	request = talk.Request(sys.argv[3], talk.parse(sys.argv[2:]))
	for i in range(100):
	    icap.send(request.bytes())
	    got = icap.socket.recv(65536)
	    heads = got.split(b"\r\n\r\n")
	    if len(heads) != 3 or b"\r\nX-GoTo-Bypass: auth\r\n" not in heads[1]:
	        sys.exit("answer %d, its first piece: %r" % (i, got))
	END
	echo "$output"
	[ "$status" -eq 0 ]
}

# forged HEADER...: with these from the client, on a match and on none.
forged()
{
	local options=() header
	for header in "$@"; do
		options+=(--http "$header")
	done
	ask "${options[@]}" --http 'X-Last: 1' "$GOTO" &&
		says "200 [auth] auth=listed-name, tls=awaiting-sni" &&
		ask "${options[@]}" --http 'X-Last: 1' "$OTHER" &&
		says "200 [-] auth=not-listed, tls=not-listed" &&
		ask --show "${options[@]}" --http 'X-Last: 1' "$OTHER" &&
		! grep -i 'goto-bypass *:' <<< "$output" &&
		grep -qx 'X-Last: 1' <<< "$output"
}

@test "a client's own header never comes back" {
	forged 'X-GoTo-Bypass: auth, splice'
	forged 'x-goto-bypass: splice'
	forged 'X-GOTO-BYPASS : splice' $'X-GoTo-Bypass\t:\tauth'
	forged 'X-GoTo-Bypass: splice' 'X-Between: 1' 'x-GoTo-bYPASS:auth'
	forged 'X-GoTo-Bypass:'
	forged $'X-GoTo-Bypass: auth,\r\n splice'
}

@test "bodies pass untouched" {
	local how
	for how in '' --no-preview '--preview 10' '--preview 70000' \
		'--no-preview --no-204'; do
		for size in 1 5000 300000; do
			echo "$how $size"
			# shellcheck disable=SC2086
			ask $how --body $size 'POST http://www.example.com/ HTTP/1.1' \
				'POST http://www.example.com/ HTTP/1.1'
			[[ $output == 20[04]*$'\n'20[04]* ]]
			[[ $output != *BODY* ]]
			# shellcheck disable=SC2086
			ask $how --body $size --http 'X-GoTo-Bypass: auth' \
				'POST http://www.example.com/ HTTP/1.1' \
				'POST http://www.example.com/ HTTP/1.1'
			says $'200 [-] auth=not-listed, tls=not-listed\n'"200 [-] auth=not-listed, tls=not-listed"
		done
	done
}

@test "without Allow: 204 the request comes back as it was" {
	ask --no-preview --no-204 "$OTHER"
	says '200 [-] auth=not-listed, tls=not-listed'
}

@test "what no proxy sends harms nobody" {
	local before
	before=$(children)
	run python3 -B "$GTB_SRCDIR/tests/icap/wrong.py" "$PORT"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok ' <<< "$output")" -eq 61 ]
	[ "$(children)" = "$before" ]
}

@test "a connection goes on after what is refused, or is closed: no answer wrong" {
	local before
	before=$(children)
	run python3 -B "$GTB_SRCDIR/tests/icap/wrong.py" "$PORT" reused
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^ok no port: 204 200 204$' <<< "$output"
	[ "$(children)" = "$before" ]
}

@test "senders that stop in the middle keep nobody else waiting" {
	run python3 -B "$GTB_SRCDIR/tests/icap/wrong.py" "$PORT" stalled 40
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok ' <<< "$output")" -eq 20 ]
}

@test "the access log tells verdict, reason, rule and identity" {
	ask --client 192.0.2.77 --sni www.goto.com "$GOTO"
	wait_for 2 grep -q ' 192.0.2.77 REQMOD 200 ' "$FOLDER/access.log"
	grep -qF ' 192.0.2.77 REQMOD 200 www.goto.com:443 [auth, splice] [auth=listed-name, tls=listed-name] [auth=goto-app:essential-1, tls=goto-app:essential-1] [auth=-, tls=-]' \
		"$FOLDER/access.log"
}

@test "the statistics count requests, verdicts, reasons and stripped headers" {
	local requests auth stripped listed
	requests=$(statistic requests)
	auth=$(statistic 'verdict auth')
	stripped=$(statistic 'stripped headers')
	listed=$(statistic 'auth listed-name')
	ask --http 'X-GoTo-Bypass: x' --http 'X-GoTo-Bypass: y' "$GOTO" "$OTHER"
	[ "$(statistic requests)" -eq $((requests + 2)) ]
	[ "$(statistic 'verdict auth')" -eq $((auth + 1)) ]
	[ "$(statistic 'stripped headers')" -eq $((stripped + 4)) ]
	[ "$(statistic 'auth listed-name')" -eq $((listed + 1)) ]
}

@test "whoever is no proxy is refused" {
	ask --from 127.0.0.2 "$GOTO"
	says '403 [-] -'
	ask --from 127.0.0.2 --options
	[[ $output == 'ICAP/1.0 403 '* ]]
}

@test "services loaded before and after this one are themselves" {
	grep -q '^Service echo' "$FOLDER/c-icap.conf" || skip "no other services"
	ask --service echo --options
	grep -qE '^Service: .*[Ee]cho' <<< "$output"
	ask --service ex206 --options
	grep -q '^ICAP/1.0 200 OK' <<< "$output"
	[[ $output != *goto-bypass* ]]
	ask --options
	grep -qE '^Service: .*goto-bypass' <<< "$output"
}

@test "the module has one symbol, and no search path of its own" {
	run nm -D --defined-only "$MODULE"
	echo "$output"
	[ "$(wc -l <<< "$output")" -eq 1 ]
	[[ $output == *" service" ]]
	run readelf -dW "$MODULE"
	[[ $output == *SYMBOLIC* && $output == *BIND_NOW* ]]
	[[ $output != *RPATH* && $output != *RUNPATH* && $output != *TEXTREL* ]]
	readelf -lW "$MODULE" | grep -q GNU_RELRO
	readelf -lW "$MODULE" | grep GNU_STACK | grep -q 'RW '
	readelf -sW --dyn-syms "$MODULE" | grep -q __stack_chk_fail
}
