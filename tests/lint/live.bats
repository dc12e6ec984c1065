# The linter's bad files, run by a real Squid: what each rule says goes wrong
# does go wrong, and in its good twin it does not.
load "live.bash"

@test "L01 login before the bypass: GoTo is asked to log in" {
	with_case L01 bad
	gives 407 rig_get https://www.goto.com/
	with_case L01 good
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L01 a helper before the bypass: what it refuses, GoTo included" {
	with_case L01 bad-6 no
	gives 403 rig_get https://www.goto.com/
	with_case L01 good-3 no
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L02 bypass before the ports are looked at: tunnels to port 25" {
	with_case L02 bad
	gives spliced rig_hello www.goto.com:25 --sni www.goto.com
	with_case L02 good
	gives 403 rig_hello www.goto.com:25 --sni www.goto.com
}

@test "L03 a port that SSL_ports lacks: refused" {
	with_case L03 bad
	gives 403 rig_hello www.goto.com:8200 --sni www.goto.com
	with_case L03 good
	gives spliced rig_hello www.goto.com:8200 --sni www.goto.com
}

@test "L04 peek at step 2: what should be inspected is spliced" {
	with_case L04 bad
	gives "spliced 200" rig_get https://www.example.net/
	gives "spliced 200" rig_get https://www.example.net/ --tls-max 1.2
	with_case L04 good
	gives "bumped 200" rig_get https://www.example.net/
}

@test "L05 no peek: the helper sees no server name" {
	with_case L05 bad
	rig_get https://www.goto.com/
	asked '^[0-9]+ www\.goto\.com 443 - '
	with_case L05 good
	rig_get https://www.goto.com/
	asked '^[0-9]+ www\.goto\.com 443 www\.goto\.com '
}

@test "L06 a star: matches nothing" {
	with_case L06 bad
	gives "bumped 200" rig_get https://www.goto.com/
	with_case L06 good
	gives "spliced 200" rig_get https://www.goto.com/
	with_case L06 bad-2
	gives 407 rig_get https://global.gotomeeting.com/
	with_case L06 good-2
	gives "spliced 200" rig_get https://global.gotomeeting.com/
}

@test "L07 a loose regular expression: strangers match" {
	with_case L07 bad
	gives "spliced 200" rig_get https://notgoto.com/
	gives "spliced 200" rig_get https://www.goto.com.evil.example/
	with_case L07 bad-2
	gives "spliced 200" rig_get https://notgoto.com/
	with_case L07 good
	gives "bumped 200" rig_get https://notgoto.com/
	gives "bumped 200" rig_get https://www.goto.com.evil.example/
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L07 a regular expression about URLs: the client writes them" {
	with_case L07 bad-3
	gives "http 200" rig_get 'http://evil.example/?goto.com'
	with_case L07 good-3
	gives 407 rig_get 'http://evil.example/?goto.com'
	gives "http 200" rig_get 'http://www.goto.com/'
}

@test "L08 no destination in the FORMAT: one answer for all hosts" {
	with_case L08 bad
	gives spliced rig_hello www.goto.com:443 --sni www.goto.com
	gives spliced rig_hello evil.example:443 --sni www.goto.com
	with_case L08 good
	gives spliced rig_hello www.goto.com:443 --sni www.goto.com
	gives bumped rig_hello evil.example:443 --sni www.goto.com
}

@test "L08 no port in the FORMAT: one answer for all ports" {
	with_case L08 bad-2
	gives spliced rig_hello www.goto.com:443 --sni www.goto.com
	gives spliced rig_hello www.goto.com:8200 --sni www.goto.com
	[ "$(wc -l < "$RIG/state/asked")" = 1 ]
	with_case L08 good
	gives spliced rig_hello www.goto.com:443 --sni www.goto.com
	gives spliced rig_hello www.goto.com:8200 --sni www.goto.com
	asked ' 8200 '
}

@test "L09 the raw server name: the client writes questions to the helper" {
	local sni='x.example\n77 www.goto.com'

	with_case L09 bad
	rig_hello www.goto.com:443 --sni "$sni"
	asked '^77 www\.goto\.com '
	with_case L09 good
	rig_hello www.goto.com:443 --sni "$sni"
	asked ' x\.example%0A77%20www\.goto\.com '
	not_asked '^77 '
}

@test "L09 the raw server name, and a helper that repeats the first word: Squid aborts" {
	local sni='x.example\nfoo bar'

	with_case L09 bad echo
	rig_hello www.goto.com:443 --sni "$sni"
	rig_wait 10 squid_is_gone
	grep 'assertion failed' "$RIG/state/cache.log"
	with_case L09 good echo
	rig_hello www.goto.com:443 --sni "$sni"
	rig_alive
}

@test "L09 the raw server name in a log and in ICAP: forged lines, forged headers" {
	local sni='x.example\nX-Forged: yes'

	service_start
	with_case L09 bad-2
	gives spliced rig_hello www.goto.com:443 --sni "$sni"
	rig_wait 5 grep '^X-Forged: yes' "$RIG/state/tls.log"
	grep '^X-Forged: yes' "$RIG/service.log"
	: > "$RIG/service.log"
	with_case L09 good-2
	gives spliced rig_hello www.goto.com:443 --sni "$sni"
	rig_wait 5 grep ' x\.example%0AX-Forged' "$RIG/state/tls.log"
	grep '^X-TLS-SNI: x\.example%0AX-Forged' "$RIG/service.log"
	no grep '^X-Forged' "$RIG/state/tls.log" "$RIG/service.log"
	service_end
}

@test "L09 quotes around the server name in a log: a newline is escaped" {
	local sni='x.example\nX-Forged: yes'

	with_case L09 bad-4
	gives spliced rig_hello www.goto.com:443 --sni "$sni"
	rig_wait 5 grep '^X-Forged: yes' "$RIG/state/tls.log"
	with_case L09 good-3
	gives spliced rig_hello www.goto.com:443 --sni "$sni"
	rig_wait 5 grep -F ' x.example\nX-Forged: yes" [x.example\nX-Forged' \
		"$RIG/state/tls.log"
	no grep '^X-Forged' "$RIG/state/tls.log"
}

@test "L10 the user in the FORMAT: GoTo is asked to log in" {
	with_case L10 bad
	gives 407 rig_get https://www.goto.com/
	not_asked .
	with_case L10 good
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L10 the user in a FORMAT for ssl_bump: spliced, and nobody asked" {
	with_case L10 bad-2
	gives spliced rig_hello evil.example:443 --sni www.goto.com
	not_asked .
	with_case L10 good-2
	gives bumped rig_hello evil.example:443 --sni www.goto.com
	asked evil.example
}

@test "L11 a helper alone in ssl_bump that does not know: everything is spliced" {
	with_case L11 bad bh
	gives "spliced 200" rig_get https://www.example.net/
	with_case L11 good bh
	gives "bumped 200" rig_get https://www.example.net/
}

@test "L12 no last line: the rest is spliced" {
	with_case L12 bad
	gives "spliced 200" rig_get https://www.example.net/
	with_case L12 good-2
	gives "bumped 200" rig_get https://www.example.net/
}

@test "L13 no login but inspected: the request within is refused" {
	with_case L13 bad
	gives "bumped 403" rig_get https://www.goto.com/
	with_case L13 good
	gives "spliced 200" rig_get https://www.goto.com/
	with_case L13 bad-3
	gives "bumped 200" rig_get https://www.goto.com/
}

@test "L13 not inspected but asked to log in" {
	with_case L13 bad-2
	gives 407 rig_get https://www.goto.com/
}

@test "L13 names spliced, networks not: an address is inspected" {
	with_case L13 bad-4
	gives "spliced 200" rig_get https://www.goto.com/
	gives "bumped 200" rig_get https://global.gotomeeting.com/
	gives bumped rig_hello 68.64.10.1:443
	with_case L13 good-2
	gives "spliced 200" rig_get https://www.goto.com/
	gives spliced rig_hello 68.64.10.1:443
}

@test "L15 names alone: an address is asked to log in" {
	with_case L15 bad
	gives 407 rig_hello 68.64.10.1:443
	with_case L15 good
	gives spliced rig_hello 68.64.10.1:443
}

@test "L16 certificates allowed for what is spliced: anybody's, where it is not" {
	local WITHOUT='^sslproxy_cert_error allow all$' WITH

	forger_start
	RUN=run_with_forger with_case L16 bad
	rig_get https://www.goto.com:8200/
	grep "hello from the origin" "$RIG/body"
	RUN=run_with_forger with_case L16 good
	gives "bumped 503" rig_get https://www.goto.com:8200/
}

@test "L17 a verdict in a header: the client's own will do" {
	local header="X-GoTo-Bypass: splice"

	service_start
	with_case L17 bad
	gives "spliced 200" rig_get https://evil.example/ --proxy-header "$header"
	gives "bumped 200" rig_get https://evil.example/
	with_case L17 bad-2
	gives "spliced 200" rig_get https://evil.example/ --proxy-header "$header"
	with_case L17 good
	gives "bumped 403" rig_get https://evil.example/ --proxy-header "$header"
	gives "bumped 200" rig_get https://evil.example/
	service_end
}

@test "L17 a verdict in a header, instead of the login: the client's own will do" {
	local header="X-GoTo-Bypass: auth"

	service_start
	with_case L17 bad-4
	gives "http 200" rig_get http://evil.example/ -H "$header"
	gives 407 rig_get http://evil.example/
	with_case L17 good-4
	gives 403 rig_get http://evil.example/ -H "$header"
	gives 407 rig_get http://evil.example/
	service_end
}

@test "L17 the User-Agent instead of a login: the client's word" {
	with_case L17 bad-3
	gives "http 200" rig_get http://evil.example/ -A GoToMeeting
	with_case L17 good-3
	gives 407 rig_get http://evil.example/ -A GoToMeeting
}

@test "L18 a network too wide: others' addresses pass" {
	with_case L18 bad
	gives spliced rig_hello 68.64.200.1:443
	with_case L18 good
	gives 407 rig_hello 68.64.200.1:443
	gives spliced rig_hello 68.64.10.1:443
	with_case L18 bad-2
	gives spliced rig_hello 63.251.7.7:443
}

# The good file's minute is shortened for the test.
@test "L19 answers kept for an hour: what was taken away still passes" {
	local WITH='s/ttl=59/ttl=1/g'

	with_case L19 bad
	gives "spliced 200" rig_get https://www.goto.com/
	helper_says no
	sleep 3		# longer than the good one takes
	gives "spliced 200" rig_get https://www.goto.com/
	with_case L19 good
	gives "spliced 200" rig_get https://www.goto.com/
	helper_says no
	rig_wait 10 gives 407 rig_get https://www.goto.com/
}

@test "L20 what is not TLS: closed" {
	with_case L20 bad
	gives closed raw_bytes 68.64.10.1:443
	with_case L20 good
	gives through raw_bytes 68.64.10.1:443
}

@test "L21 the helper's word in the log: not on the tunnel's line" {
	# The rig's own log has notes too.
	local WITHOUT=' rig$| rig %' twin

	with_case L21 bad
	gives "spliced 200" rig_get https://www.goto.com/
	rig_wait 5 grep -E ' TCP_TUNNEL/[0-9]+ .* -$' "$RIG/state/why.log"
	for twin in good good-2; do
		with_case L21 "$twin"
		gives "spliced 200" rig_get https://www.goto.com/
		rig_wait 5 grep -E ' TCP_TUNNEL/[0-9]+ .* asked$' "$RIG/state/why.log"
	done
}

@test "L23 our file below the login: GoTo is asked to log in" {
	with_case L23 bad
	gives 407 rig_get https://www.goto.com/
	with_case L23 good
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L24 spliced by server name alone: any host" {
	with_case L24 bad
	gives spliced rig_hello evil.example:443 --sni www.goto.com \
		--user "$RIG_USER"
	with_case L24 good
	gives bumped rig_hello evil.example:443 --sni www.goto.com \
		--user "$RIG_USER"
}

@test "L25 bypass=on and the service down: the client's header is the verdict" {
	local header="X-GoTo-Bypass: splice"

	with_case L25 bad
	gives "spliced 200" rig_get https://evil.example/ --proxy-header "$header"
	with_case L25 good
	gives "bumped 500" rig_get https://evil.example/ --proxy-header "$header"
	with_case L25 good-2
	gives "bumped 403" rig_get https://evil.example/ --proxy-header "$header"
	gives "bumped 200" rig_get https://evil.example/
}

@test "L25 bypass=on and the service down: nobody says what to inspect" {
	with_case L25 bad-2
	gives "spliced 200" rig_get https://evil.example/
	with_case L25 good-3
	gives "bumped 500" rig_get https://evil.example/
}

@test "L26 a helper that starts with Squid and ends: Squid ends" {
	RUN=run_or_not with_case L26 bad exit
	rig_wait 10 squid_is_gone
	grep 'FATAL: .*crashing too rapidly' "$RIG/state/cache.log"
	with_case L26 good exit
	gives 403 rig_get https://www.goto.com/
	gives "spliced 200" rig_get https://www.example.net/ -U "$RIG_USER"
	rig_alive
}

@test "L28 lines below our last one: never reached" {
	with_case L28 bad-2
	gives "bumped 200" rig_get https://www.bank.example/ -U "$RIG_USER"
	with_case L28 good-2
	gives "spliced 200" rig_get https://www.bank.example/ -U "$RIG_USER"
}

@test "L29 no -n: an address whose owner names it after GoTo passes" {
	local WITH="\$ a hosts_file $RIG/hosts"

	printf '%s\n' "192.0.2.9 x.goto.com" "68.64.10.2 evil.example" \
		> "$RIG/hosts"
	with_case L29 bad
	gives spliced rig_hello 192.0.2.9:443
	gives spliced rig_hello evil.example:443
	with_case L29 good
	gives 407 rig_hello 192.0.2.9:443
	gives 407 rig_hello evil.example:443
	gives spliced rig_hello 68.64.10.1:443
}

@test "L30 stare above the splice line: GoTo is inspected" {
	with_case L30 bad
	gives "bumped 200" rig_get https://www.goto.com/
	with_case L30 good
	gives "spliced 200" rig_get https://www.goto.com/
}

# Squid inspects what it refuses, to show its page.
@test "L54 a line above refuses GoTo, all of it or some" {
	with_case L54 bad
	gives "bumped 403" rig_get https://www.goto.com/
	with_case L54 bad-2
	gives "bumped 403" rig_get https://www.gotomeeting.com/
	gives "spliced 200" rig_get https://www.goto.com/
	with_case L54 bad-3
	gives bumped rig_hello 68.64.10.1:443
	gives "spliced 200" rig_get https://www.goto.com/
	with_case L54 bad-4
	gives "bumped 403" rig_get https://www.goto.com/
	for name in good good-2; do
		with_case L54 "$name"
		gives "spliced 200" rig_get https://www.goto.com/
		gives spliced rig_hello 68.64.10.1:443
	done
}
