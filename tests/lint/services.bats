# The linter's bad files about ICAP services, run by a real Squid: what each
# rule says goes wrong does go wrong, and in its good twin it does not.
load "live.bash"

teardown()
{
	[ -n "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] ||
		tail -n 30 "$RIG/service.log" || :
	tell_when_failed
	[ ! -s "$RIG/service.pid" ] || service_end
}

# The service is down. What is let through to be asked about must log in.
@test "L23 an adapted_http_access line above our file: let through unconfirmed" {
	case_end
	install -m 644 "$RIG/policy.yaml" "$RIG/policy.shipped"
	echo 'ports: [443, 80]' | rig_policy
	RIG_VIA=icap rig_emit --icap icap://127.0.0.1:1/goto_bypass
	rig_conf 'adapted_http_access allow localnet'
	lint_agrees L23 bad
	rig_run
	gives "http 200" rig_get http://www.goto.com/
	# The tunnel too, but not what is inside.
	gives "bumped 403" rig_get https://www.goto.com/
	case_end
	rig_conf
	lint_agrees L23 good
	rig_run
	gives 407 rig_get http://www.goto.com/
	gives 407 rig_get https://www.goto.com/
	gives "bumped 200" rig_get https://www.goto.com/ -U "$RIG_USER"
	mv "$RIG/policy.shipped" "$RIG/policy.yaml"
}

@test "L34 ICAP is off, or nothing has the service asked: nobody is let through" {
	local file

	service_start
	service_says say auth, splice
	for file in bad bad-3; do
		with_case L34 "$file"
		gives 407 rig_get https://www.goto.com/
	done
	service_not_asked '^CONNECT www'
	with_case L34 good-2
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L35 asked about everything: other hosts wait for it, too" {
	service_start
	with_case L35 bad
	gives "bumped 200" rig_get https://evil.example/ -U "$RIG_USER"
	service_asked '^CONNECT evil\.example:443 '
	for file in good-2 good-3; do
		: > "$RIG/service.log"
		with_case L35 "$file"
		gives "bumped 200" rig_get https://evil.example/ -U "$RIG_USER"
		service_not_asked '^CONNECT evil'
	done
}

@test "L36 two services: only the first is asked, a chain asks both" {
	service_start
	service_says say auth, splice
	with_case L36 bad
	rig_get https://www.goto.com/
	service_asked '^REQMOD .*/scanner '
	service_not_asked '^REQMOD .*/goto_bypass '
	: > "$RIG/service.log"
	with_case L36 bad-2
	gives "spliced 200" rig_get https://www.goto.com/
	service_asked '^REQMOD .*/goto_bypass '
	service_not_asked '^REQMOD .*/scanner '
	: > "$RIG/service.log"
	with_case L36 good
	gives "spliced 200" rig_get https://www.goto.com/
	service_asked '^REQMOD .*/goto_bypass '
	service_asked '^REQMOD .*/scanner '
}

@test "L37 a service that hangs: Squid waits for minutes" {
	service_start
	service_says hang
	with_case L37 bad
	gives 000 rig_get https://www.goto.com/ --max-time 3
	with_case L37 good
	gives 407 rig_get https://www.goto.com/
}

@test "L38 the service is down: an error, or the ordinary rules" {
	with_case L38 bad
	gives "bumped 500" rig_get https://www.goto.com/
	with_case L38 good
	gives 407 rig_get https://www.goto.com/
	gives "bumped 200" rig_get https://www.goto.com/ -U "$RIG_USER"
}

@test "L39 the login first: the service is never asked" {
	service_start
	service_says say auth, splice
	with_case L39 bad
	gives 407 rig_get https://www.goto.com/
	service_not_asked '^CONNECT '
	for file in good good-2; do
		with_case L39 "$file"
		gives "spliced 200" rig_get https://www.goto.com/
		gives 407 rig_get https://evil.example/
	done
}

@test "L40 credentials that got lost: 407 whatever they are" {
	service_start
	service_says say splice
	with_case L40 bad
	gives 407 rig_get https://www.goto.com/ -U "$RIG_USER"
	for file in good good-2; do
		with_case L40 "$file"
		gives 407 rig_get https://www.goto.com/
		gives "spliced 200" rig_get https://www.goto.com/ -U "$RIG_USER"
	done
}

@test "L41 the service is told who asks, or it is not" {
	service_start
	with_case L41 bad-2
	gives 407 rig_get https://www.goto.com/
	service_asked '^CONNECT www'
	service_not_asked '^X-Client-IP:'
	with_case L41 good
	gives 407 rig_get https://www.goto.com/
	service_asked '^X-Client-IP: 127\.0\.0\.1'
}

@test "L42 the verdict goes out on the wire, or it stays here" {
	local sent='^header X-GoTo-Bypass: auth'

	service_start
	service_says say auth
	with_case L42 bad
	gives "http 200" rig_get http://www.goto.com/
	grep "$sent" "$RIG/world.log"
	with_case L42 good
	gives "http 200" rig_get http://www.goto.com/
	grep '^request relayed http' "$RIG/world.log"
	no grep "$sent" "$RIG/world.log"
}

@test "L44 localhost is ::1: the service is never reached" {
	local WITH="\$ a hosts_file $RIG/hosts"

	printf '%s\n' "127.0.0.1 localhost" "::1 localhost" > "$RIG/hosts"
	service_start
	service_says say auth, splice
	WITH="$WITH;s|//localhost:1344|//localhost:$(service_port)|"
	with_case L44 bad
	gives 407 rig_get https://www.goto.com/
	service_not_asked .
	with_case L44 good
	gives "spliced 200" rig_get https://www.goto.com/
}

@test "L45 the server name is not looked at: any passes uninspected" {
	service_start
	service_says say auth, splice
	with_case L45 bad
	service_not_asked .
	gives spliced rig_hello www.goto.com:443 --sni evil.example
	service_asked '^X-GoTo-Await: sni'
	with_case L45 good
	gives bumped rig_hello www.goto.com:443 --sni evil.example
	gives spliced rig_hello www.goto.com:443 --sni www.goto.com
}

@test "L46 one of a set fails: the other is not asked, in a chain it is" {
	service_start
	service_says say auth, splice
	with_case L46 bad
	gives 407 rig_get https://www.goto.com/
	service_asked '^REQMOD .*/broken '
	service_not_asked '^REQMOD .*/goto_bypass '
	for file in good good-2; do
		with_case L46 "$file"
		gives "spliced 200" rig_get https://www.goto.com/
	done
	with_case L46 bad-2
	rig_wait 5 rig_logged 1 'Inconsistent bypass in'
}

@test "L47 the judgement cut out of our file: let through unconfirmed" {
	local uri=icap://127.0.0.1:1/goto_bypass

	case_end
	install -m 644 "$RIG/policy.yaml" "$RIG/policy.shipped"
	echo 'ports: [443, 80]' | rig_policy
	RIG_VIA=icap rig_emit --icap "$uri"
	sed -i '/^adapted_http_access deny gtb_open/d' "$RIG/goto-bypass.conf"
	rig_conf
	lint_agrees L47 bad
	rig_run
	gives "http 200" rig_get http://www.goto.com/
	case_end
	RIG_VIA=icap rig_emit --icap "$uri"
	rig_conf
	lint_agrees L47 good
	rig_run
	gives 407 rig_get http://www.goto.com/
	mv "$RIG/policy.shipped" "$RIG/policy.yaml"
}

@test "L49 no port with ssl-bump, or no line: nothing is inspected" {
	local file

	for file in bad bad-2; do
		with_case L49 "$file"
		gives spliced rig_hello www.goto.com:443 --sni evil.example
	done
	with_case L49 good
	gives bumped rig_hello www.goto.com:443 --sni evil.example
}
