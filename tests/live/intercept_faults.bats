# Intercepted ports while the helper is dead, hung or lies: nothing passes that
# Squid's own lists do not prove, and all other traffic is untouched.
load "intercept.bash"

setup_file()
{
	begin_nets intercept external
	[ -n "${RIG:-}" ] || return 0
	cp "$RIG/bin/ext_goto_bypass_acl" "$RIG/bin/real"
	install -m 755 "$RIG_LIVE/liar.py" "$RIG/bin/liar"
	use liar
}

setup()
{
	skip_without_nets
}

teardown_file()
{
	nets_stop
}

teardown()
{
	tell_when_failed
}

# --- helpers ----------------------------------------------------------------

# use FILE: the helper is this program from now on.
use()
{
	cp "$RIG/bin/$1" "$RIG/bin/new"
	mv "$RIG/bin/new" "$RIG/bin/ext_goto_bypass_acl"
	rig_reconfigure
}

# Squid keeps a helper that owes it answers, also through a reconfigure.
kill_helpers()
{
	local pid exited='external_acl_type #Hlpr[0-9]* exited' before
	local -a pids

	mapfile -t pids < <(rig_helpers)
	before=$(grep -c "$exited" "$RIG/state/cache.log") || :
	kill -s KILL "${pids[@]}"
	for pid in "${pids[@]}"; do
		rig_wait 10 rig_gone "$pid"
	done
	rig_wait 10 rig_logged $((before + ${#pids[@]})) "$exited"
}

# Hosts that no test has asked for: Squid has no answer for them.
new_host()
{
	echo "t$BATS_TEST_NUMBER-$RANDOM.far.getgo.com"
}

new_goto()
{
	[ "$F" = 4 ] && echo "68.64.3.$((RANDOM % 250 + 1))" ||
		printf '2001:db8:60::%d:%x\n' "$BATS_TEST_NUMBER" $RANDOM
}

hello_new_goto()
{
	nets_hello "$(new_goto)" 443 --sni "$LISTED" --timeout 0.5
}

hello_new_host()
{
	nets_hello "$(at 11)" 443 --sni "$(new_host)" --timeout 0.5
}

# Whatever the helper does.
all_else_is_well()
{
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	logged_inner_denied
	gives "bumped 200" nets_get "$UNLISTED" "$(at 80)" \
		--interface "$(client 4)"
	gives bumped nets_hello "$(at 11)" 443 --sni "$UNLISTED"
	rig_alive
	no grep -E 'assertion failed|FATAL' "$RIG/state/cache.log"
}

no_bypass()
{
	is_not spliced hello_new_goto
	no rig_log_has ' TCP_TUNNEL/'
	is_not spliced hello_new_host
	no rig_log_has ' TCP_TUNNEL/'
	is_not spliced nets_hello "$(at 13)" 443 --sni differ.getgo.com \
		--timeout 0.5
	[ "$(cat "$RIG/bin/lie")" = bh-splice ] ||
		is_not 200 nets_http "$LISTED" "$(new_goto)" --max-time 0.5
	all_else_is_well
}

lie()
{
	echo "$1" > "$RIG/bin/lie"
	echo "the helper's lie: $1"
}

# --- tests ------------------------------------------------------------------

@test "7 helper that does not know (BH), or says what is no answer" {
	local word

	for word in bh garbage; do
		lie "$word"
		families no_bypass
	done
}

@test "7 helper that does not know what to splice" {
	lie bh-splice
	families no_bypass
}

@test "7 helper that ends instead of answering" {
	lie exit
	families no_bypass
}

@test "7 helper that hangs, or answers another" {
	lie silent
	families no_bypass
	lie wrong-id
	F=4 no_bypass
	# Squid asks again what the dead ones have not answered.
	lie bh
	kill_helpers
}

# What Squid's own lists and its look at the DNS leave for the helper to say.
case_yes()
{
	gives spliced hello_new_goto
	gives spliced hello_new_host
	gives 409 nets_hello "$(at 13)" 443 --sni differ.getgo.com
	gives 403 nets_http "$LISTED" "$(at 13)"
	all_else_is_well
}

@test "7 helper that says yes to everything: Squid's own lists hold" {
	lie yes
	use liar
	families case_yes
}

case_well_again()
{
	gives spliced hello_new_goto
	gives spliced hello_new_host
	all_else_is_well
}

@test "7 helper well again: spliced" {
	use real
	families case_well_again
}

@test "7 helper stopped while asked, then killed" {
	local F=4 got

	rig_helpers | xargs kill -s STOP
	got=$(hello_new_host)
	kill_helpers
	[ "$got" = silent ]
	families case_well_again
}

# The emitted file still lists what the policy has excluded since.
case_taken_away()
{
	is_not spliced hello_new_goto
	is_not spliced hello_new_host
	no rig_log_has ' TCP_TUNNEL/'
	gives spliced nets_hello "$(goto_at "$((RANDOM % 250))")" 443 \
		--sni "$LISTED"
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
}

@test "what the policy takes away stops without a new file" {
	local loaded='INFO: loaded: ruleset' before
	before=$(grep -c "$loaded" "$RIG/state/cache.log") || :

	policy_of '443, 8200, 80' "exclude:
  names: ['*.far.getgo.com']
  networks: [68.64.3.0/24, '2001:db8:60::$BATS_TEST_NUMBER:0/112']"
	rig_wait 5 rig_logged $((before + $(rig_helpers | wc -l))) "$loaded"
	families case_taken_away
}
