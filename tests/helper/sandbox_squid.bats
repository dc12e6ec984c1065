# The sandbox as Squid starts the helper: another user, its descriptors and
# its environment.
load "${GTB_SRCDIR:-../..}/tests/live/cases.bash"

setup_file()
{
	export SECRET=of-somebody-else
	begin external
}

setup()
{
	skip_without_squid
	if grep -q 'sandbox: off' "$RIG/state/cache.log"; then
		skip "built with a sanitizer"
	fi
}

teardown_file()
{
	rig_stop
}

teardown()
{
	tell_when_failed
}

# Sets pid to a helper's, after it has answered.
ask_helper()
{
	[ "$(rig_get "https://$LISTED/")" = "spliced 200" ]
	pid=$(rig_helpers | head -n 1)
	[ -n "$pid" ]
}

@test "Squid's helper says what it has given up" {
	ask_helper
	grep -qE 'started with ruleset .* sandbox: ' "$RIG/state/cache.log"
	if [ "$GTB_SANDBOX" = kill ]; then
		grep -qE 'sandbox: (seccomp \(kill\)|no seccomp), ' \
			"$RIG/state/cache.log"
	fi
}

@test "Squid's helper is confined as the kernel tells it" {
	ask_helper
	[ -r "/proc/$pid/environ" ] || skip "only root can look"
	cat "/proc/$pid/status"
	grep -qE '^NoNewPrivs:\s1$' "/proc/$pid/status"
	[ "$(grep -cE '^Cap(Inh|Prm|Eff|Amb):\s0+$' "/proc/$pid/status")" -eq 4 ]
	grep -qE '^Max processes +0 +0 ' "/proc/$pid/limits"
	[ "$(ls "/proc/$pid/fd" | tr '\n' ' ')" = "0 1 2 " ]
	[ "$(tr -d '\0' < "/proc/$pid/environ" | wc -c)" -eq 0 ]
}

@test "Squid's helper takes a new policy" {
	ask_helper
	rig_policy <<< 'exclude: {names: ["*.goto.com"]}'
	rig_wait 5 grep -q 'INFO: loaded: ruleset' "$RIG/state/cache.log"
	[ "$(rig_helpers | head -n 1)" = "$pid" ]
}
