# The linter's bad files about clients that name their own address, and about a
# login that asks nobody, run by a real Squid; see live.bats.
load "live.bash"

# The case's own port where a PROXY header comes first.
proxied_base()
{
	case_base "$1" | sed 's/^http_port [^ ]*/& require-proxy-header/'
}

# proxied ADDRESS: what comes of a request from there, by a PROXY header.
proxied()
{
	python3 "$GTB_SRCDIR/tests/lint/proxied.py" "$(cat "$RIG/port")" "$1"
}

@test "L50 anybody's X-Forwarded-For: the client gives itself an identity" {
	local header="X-Forwarded-For: 192.168.7.9" file

	for file in bad bad-3 bad-4; do
		with_case L50 "$file"
		gives "http 200" rig_get http://www.goto.com/ -H "$header"
		gives 407 rig_get http://www.goto.com/
	done
	for file in good-2 good-4; do
		with_case L50 "$file"
		gives 407 rig_get http://www.goto.com/ -H "$header"
	done
}

@test "L50 anybody's PROXY header: the client gives itself an identity" {
	BASE=proxied_base with_case L50 bad-2
	gives "200 200" proxied 192.168.7.9
	gives 407 proxied 192.168.1.1
	BASE=proxied_base with_case L50 good-5
	gives closed proxied 192.168.7.9
}

@test "L52 the emitted file was given an acl that asks nobody: no login" {
	with_case L52 bad
	gives "bumped 200" rig_get https://evil.example/
	with_case L52 good
	gives 407 rig_get https://evil.example/
	gives "bumped 200" rig_get https://evil.example/ -U "$RIG_USER"
}

@test "L53 X-Forwarded-For: after the splice it is somebody else" {
	local header="X-Forwarded-For: 192.168.7.9"

	with_case L53 bad
	gives "http 200" rig_get http://www.goto.com/ -H "$header"
	gives failed rig_get https://www.goto.com/ --proxy-header "$header"
	rig_wait 5 grep -E ' TCP_DENIED/407 CONNECT www\.goto\.com' \
		"$RIG/state/access.log"
	BASE=proxied_base with_case L53 good
	gives "200 200" proxied 192.168.7.9
}
