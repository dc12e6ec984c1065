# What ssl_bump does at step 3, on a real Squid: rules L04 and L12 rest on it.
# The origin's certificate holds none of the names that are asked for.
load "live.bash"

setup_file()
{
	begin_cases
}

setup()
{
	skip_without_squid
}

teardown_file()
{
	end_cases || :
}

teardown()
{
	tell_when_failed
}

@test "peeked at in step 2, no match at step 3, no line: spliced" {
	with_case L12 bad-2
	gives "spliced 200" rig_get https://www.goto.com/ --tls-max 1.2
}

@test "the same with a last line that bumps: spliced, it cannot be bumped" {
	with_case L12 bad-4
	gives "spliced 200" rig_get https://www.goto.com/ --tls-max 1.2
}

@test "the same with a line that closes: closed, but with TLS 1.3 spliced" {
	with_case L12 good-6
	gives "failed 000" rig_get https://www.goto.com/ --tls-max 1.2
	gives "spliced 200" rig_get https://www.goto.com/
	gives "bumped 200" rig_get https://www.example.net/
}

@test "the client's word matches again at step 3: spliced, others closed" {
	with_case L12 good-5
	gives "spliced 200" rig_get https://www.goto.com/ --tls-max 1.2
	gives "failed 000" rig_get https://www.example.net/
}

@test "peek all, terminate at step 3: with TLS 1.3 spliced all the same" {
	with_case L04 bad-2
	gives "failed 000" rig_get https://www.example.net/ --tls-max 1.2
	gives "spliced 200" rig_get https://www.example.net/
}

@test "after stare Squid bumps what no line matches" {
	with_case L12 good-4
	gives "bumped 200" rig_get https://www.example.net/
}
