# What breaks, and what becomes of GoTo's traffic and of all other.
load "cases.bash"
load "under_load.bash"

TTL_S=2

setup_file()
{
	RIG_EMIT=(--ttl "$TTL_S")
	begin external
	[ -n "${RIG:-}" ] || return 0
	cp "$RIG/bin/ext_goto_bypass_acl" "$RIG/bin/real"
	install -m 755 "$RIG_LIVE/liar.py" "$RIG/bin/liar"
}

setup()
{
	skip_without_squid
}

teardown_file()
{
	rig_stop
}

teardown()
{
	tell_when_failed
}

# --- helpers ----------------------------------------------------------------

# Kills all helpers, and waits until Squid has seen it.
kill_helpers()
{
	local pid exited='external_acl_type #Hlpr[0-9]* exited' count
	count=$(grep -c "$exited" "$RIG/state/cache.log") || :

	for pid in $(rig_helpers); do
		kill -s KILL "$pid"
		count=$((count + 1))
	done
	rig_wait 10 rig_logged "$count" "$exited"
}

# use FILE: the helper becomes this program.
use()
{
	cp "$RIG/bin/$1" "$RIG/bin/new"
	mv "$RIG/bin/new" "$RIG/bin/ext_goto_bypass_acl"
	kill_helpers
}

sleep_until_ms()
{
	local left=$(($1 - $(now_ms)))

	[ "$left" -le 0 ] ||
		sleep "$(printf '%d.%03d' $((left / 1000)) $((left % 1000)))"
}

# Squid counts whole seconds: which part of one a change falls into matters.
wait_for_phase_ms()
{
	local now
	now=$(now_ms)

	sleep_until_ms $((now + (1000 + $1 - now % 1000) % 1000))
}

policy_without_www()
{
	rig_policy << END
exclude:
  names: [$LISTED]
END
}

# How long after the change the old answer was still given, in ms.
old_answer_ms()
{
	local start asked last=0
	start=$(now_ms)

	policy_without_www
	while asked=$(($(now_ms) - start)) && [ "$asked" -lt 10000 ]; do
		[ "$(rig_get "https://$LISTED/")" != 407 ] || break
		last=$asked
	done
	echo "$last"
}

# --- 6: another half of it --------------------------------------------------

@test "6 listed host on port 22, Debian's own SSL_ports: denied" {
	gives "bumped 403" rig_get "https://$LISTED:22/"
	rig_log ' TCP_DENIED/200 CONNECT '
	gives "bumped 403" rig_get "https://$LISTED:22/" -U "$RIG_USER"
}

# --- 13 ---------------------------------------------------------------------

@test "13 policy renamed into place: the old answer stops within ttl + 1 s" {
	local phase last reconfigured
	reconfigured=$(grep -c Reconfiguring "$RIG/state/cache.log") || :

	for phase in 940 400; do
		policy_everyday
		rig_wait 5 is_spliced
		rig_wait 5 gives "spliced 200" rig_get "https://$LISTED/"
		wait_for_phase_ms $phase
		last=$(old_answer_ms)
		echo "phase $phase: the old answer was given up to $last ms after"
		[ "$last" -le $(((TTL_S + 1) * 1000)) ]
	done
	policy_everyday
	rig_wait 5 gives "spliced 200" rig_get "https://$LISTED/"
	no rig_logged $((reconfigured + 1)) Reconfiguring
}

# Asked once right behind the change, before the helper has seen it, and then
# not before ttl + 1 s are over: the longest an answer can live.
@test "13 the same, when nobody asks meanwhile" {
	local start host

	for _ in 1 2 3; do
		policy_everyday
		rig_wait 5 is_spliced
		host=$(new_host)
		wait_for_phase_ms 965
		start=$(now_ms)
		rig_policy <<< 'exclude: {names: ["*.goto.com"]}'
		rig_get "https://$host/"
		sleep_until_ms $((start + (TTL_S + 1) * 1000))
		gives 407 rig_get "https://$host/"
	done
	policy_everyday
	rig_wait 5 is_spliced
}

# --- 14 ---------------------------------------------------------------------

# A request that comes to a helper in the very turn of Squid's loop in which
# Squid sees that helper's end aborts Squid (Write.cc: it writes to a closed
# descriptor; all versions up to 7 do). So listed requests are made between
# the kills, one at a time, and unlisted ones all the time.
@test "14 helper killed a hundred times under load" {
	local i killed
	killed=$(grep -c 'Hlpr[0-9]* exited' "$RIG/state/cache.log") || :

	rig_load_start --unlisted
	for i in {1..100}; do
		gives "http 200" rig_get "http://$(new_host)/"
		[ $((i % 10)) != 0 ] || is_spliced
		kill_helpers
	done
	rig_logged $((killed + 100)) 'Hlpr[0-9]* exited'
	rig_load_end
	cat "$RIG/load.out"
	all_else_is_well
	is_spliced
}

@test "14 helper stopped (SIGSTOP)" {
	local pid

	is_spliced
	for pid in $(rig_helpers); do
		kill -s STOP "$pid"
	done
	under_load 3
	for pid in $(rig_helpers); do
		kill -s CONT "$pid"
	done
	all_else_is_well
	crossed_names_are_not_spliced
	no grep '^listed spliced' "$RIG/load.out"
	rig_wait 5 is_spliced
}

# begin_lie LIE: from now on the helper does that; see liar.py.
begin_lie()
{
	wc -l < "$RIG/world.log" > "$RIG/before"
	echo "$1" > "$RIG/bin/lie.new"
	chmod 644 "$RIG/bin/lie.new"
	mv "$RIG/bin/lie.new" "$RIG/bin/lie"
	use liar
}

end_lie()
{
	use real
	rig_wait 5 is_spliced
}

# Nothing was tunnelled meanwhile, to a listed host neither.
nothing_was_tunnelled()
{
	no grep '^request direct https' <(tail -n "+$(($(cat "$RIG/before") + 1))" \
		"$RIG/world.log")
}

lie_under_load()
{
	begin_lie "$1"
	under_load 2.5
	all_else_is_well
	crossed_names_are_not_spliced
}

@test "14 helper that answers BH" {
	lie_under_load bh
	nothing_was_tunnelled
	end_lie
}

@test "14 helper that answers nothing" {
	lie_under_load silent
	nothing_was_tunnelled
	end_lie
}

@test "14 helper that answers garbage" {
	lie_under_load garbage
	nothing_was_tunnelled
	end_lie
}

@test "14 helper that answers on channels nobody opened" {
	lie_under_load wrong-id
	nothing_was_tunnelled
	end_lie
}

@test "14 helper that says OK to everything" {
	lie_under_load yes
	end_lie
}

@test "14 helper that ends at each request" {
	local i

	begin_lie exit
	rig_load_start --unlisted
	for i in {1..10}; do
		is_not spliced rig_get "https://$(new_host)/" --max-time 5
	done
	rig_load_end
	cat "$RIG/load.out"
	all_else_is_well
	nothing_was_tunnelled
	end_lie
}

@test "second pass: BH to splice alone leaves nothing tunnelled" {
	lie_under_load bh-splice
	nothing_was_tunnelled
	end_lie
}

# --- catalog and policy -----------------------------------------------------

@test "policy broken at start: ordinary rules, until it is mended" {
	rig_policy <<< 'tiers: what'
	kill_helpers
	is_ordinary
	rig_log TCP_DENIED/407
	grep -F "$RIG/policy.yaml:1:" "$RIG/state/cache.log"
	gives "bumped 200" rig_get "https://$(new_host)/" -U "$RIG_USER"
	gives 407 rig_get "https://$UNLISTED/"
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	policy_everyday
	rig_wait 5 is_spliced
}

@test "policy broken on reload: the last good one stays" {
	is_spliced
	rig_policy <<< 'tiers: [what, else]'
	rig_wait 5 rig_logged 1 "$RIG/policy.yaml:1:8"
	is_spliced
	policy_everyday
	is_spliced
}

# --- 15 ---------------------------------------------------------------------

rotate_and_reconfigure_under_load()
{
	local i pid
	pid=$(rig_pid)

	rig_load_start --patient
	for i in {1..5}; do
		sleep 0.3
		rig_rotate
		sleep 0.3
		rig_reconfigure
	done
	sleep 0.5
	rig_load_end
	cat "$RIG/load.out"
	all_else_is_well again
	crossed_names_are_not_spliced
	# Where Squid was waiting for the helper when its rules were replaced, it
	# denies.
	load_says listed 1 'spliced-200|bumped-403|again'
	grep '^listed spliced-200 ' "$RIG/load.out"
	[ "$(rig_pid)" = "$pid" ]
	is_spliced
}

@test "15 squid -k rotate and -k reconfigure under load (external)" {
	rotate_and_reconfigure_under_load
}

@test "15 squid -k rotate and -k reconfigure under load (native)" {
	RIG_VIA=native rig_emit
	rig_reconfigure
	rotate_and_reconfigure_under_load
}
