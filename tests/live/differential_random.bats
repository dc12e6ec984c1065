# Random policies on a running Squid: what it does is what is decided, and what
# the manual page says. See differential_random.py. GTB_RANDOM_POLICIES sets how
# many, GTB_RANDOM_SEED which ones.
load "differential.bash"

setup_file()
{
	[ -z "$(rig_missing)" ] || return 0
	begin_differential native <<< '{}'
	begin_differential external <<< '{}'
}

setup()
{
	skip_without_squid
}

teardown()
{
	tell_each_when_failed
}

teardown_file()
{
	stop_each
}

try_policies()
{
	python3 "$RIG_LIVE/differential_random.py" "$(folder_of "$1")" "$1" \
		"${GTB_RANDOM_POLICIES:-40}" "${GTB_RANDOM_SEED:-1}"
}

@test "random policies: Squid does what is decided (native)" {
	try_policies native
}

@test "random policies: Squid does what is decided (external)" {
	try_policies external
}
