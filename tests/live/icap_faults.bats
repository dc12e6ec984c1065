# c-icap ends, hangs, comes back, changes its mind: what becomes of GoTo's
# traffic and of all other. Explicit proxy, --via icap.
load "cases.bash"
load "icap.bash"
load "under_load.bash"

setup_file()
{
	export ICAP_PROCESSES=2 ICAP_THREADS=20
	begin_icap 2
}

setup()
{
	skip_without_icap
}

teardown_file()
{
	end_icap
}

teardown()
{
	tell_all_when_failed
}

# --- helpers ----------------------------------------------------------------

# ask_servers NUMBERS: Squid asks these from now on.
ask_servers()
{
	RIG_ICAP=$1 rig_emit
	rig_reconfigure
	rig_wait 5 is_spliced
}

# Ordinary rules for what is listed.
listed_is_ordinary()
{
	gives 407 rig_get "https://$(new_host)/"
	gives 407 rig_get "http://$(new_host)/"
	gives "bumped 200" rig_get "https://$(new_host)/" -U "$RIG_USER"
	gives "http 200" rig_get "http://$(new_host)/" -U "$RIG_USER"
	gives 407 rig_hello 68.64.0.10:443
}

# unlisted_is_quick: as ever, and nobody waits for c-icap.
unlisted_is_quick()
{
	local start
	start=$(now_ms)

	gives 407 rig_get "https://$UNLISTED/"
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	gives "http 200" rig_get "http://$UNLISTED/" -U "$RIG_USER"
	echo "$(($(now_ms) - start)) ms"
	[ $(($(now_ms) - start)) -lt 1500 ]
}

burst()
{
	python3 "$RIG_LIVE/icap_burst.py" "127.0.0.1:$(cat "$RIG/port")" 120
}

# was_spliced REGEX: of the listed requests under load some were spliced, and
# what else came of them is this.
was_spliced()
{
	load_says listed 5 "spliced-200${1:+|$1}"
	grep '^listed spliced-200 ' "$RIG/load.out"
}

# --- one server -------------------------------------------------------------

@test "c-icap restarted: ordinary rules meanwhile, and then as before" {
	ask_servers 1
	icap_kill 1
	gives 407 rig_get "https://$(new_host)/"
	gives "bumped 200" rig_get "https://$(new_host)/" -U "$RIG_USER"
	icap_start 1
	rig_wait 3 is_spliced
}

# unanswered COUNT: so many requests had no answer, says README's log.
unanswered()
{
	[ "$(grep -c ' ICAP_ECHO/000 .* REQMOD ' "$RIG/state/icap.log")" -eq "$1" ]
}

@test "c-icap gone while Squid runs: cache.log is silent, README's icap_log is not" {
	local line
	line=$(sed -n 's/^\(icap_log .*\)/\1/p' "$GTB_SRCDIR/README.md")
	[ -n "$line" ]
	echo "${line/\/var\/log\/squid/$RIG/state}" >> "$RIG/squid.conf"
	ask_servers 1
	: > "$RIG/state/cache.log"
	rig_wait 2 grep -q ' ICAP_MOD/200 .* REQMOD ' "$RIG/state/icap.log"
	unanswered 0
	icap_kill 1
	is_ordinary
	rig_wait 2 unanswered 1
	icap_start 1
	icap_signal STOP 1
	is_ordinary
	rig_wait 2 unanswered 2
	icap_signal CONT 1
	rig_wait 5 is_spliced
	unanswered 2
	no grep "ICAP service is" "$RIG/state/cache.log"
}

@test "c-icap down: ordinary rules; all other traffic as ever" {
	icap_stop 1
	under_load 1.5
	all_else_is_well
	load_says listed 1 407
	load_says listed-sni-unlisted 1 407
	listed_is_ordinary
	unlisted_is_quick
}

@test "c-icap down when Squid starts: ordinary rules" {
	rig_reconfigure
	listed_is_ordinary
	unlisted_is_quick
	icap_start 1
	rig_reconfigure
	rig_wait 5 is_spliced
}

@test "c-icap hung (SIGSTOP): ordinary rules; all other traffic as ever" {
	icap_signal STOP 1
	unlisted_is_quick
	under_load 3
	unlisted_is_quick
	icap_signal CONT 1
	all_else_is_well
	no grep '^listed spliced' "$RIG/load.out"
	load_says listed 1 '407|silent'
	rig_reconfigure
	rig_wait 5 is_spliced
}

@test "a child of c-icap killed again and again under load: never a wrong yes" {
	local child

	rig_load_start
	for _ in {1..8}; do
		sleep 0.3
		child=$(icap_children 1 | head -n 1)
		[ -z "$child" ] || kill -s KILL "$child"
	done
	rig_load_end
	cat "$RIG/load.out"
	all_else_is_well
	crossed_names_are_not_spliced
	was_spliced '407|bumped-403|closed'
}

# What was confirmed before a change and is refused behind it, in the second
# pass, is closed.
@test "100 changes under load: no answer of both, no 5xx, Squid has one or the other" {
	local out
	rig_policy <<< 'ports: [443, 80]'
	rig_reconfigure
	rig_mark
	rig_wait 5 is_spliced
	rig_load_start
	out=$(python3 -B "$GTB_SRCDIR/tests/icap/changes.py" storm \
		"$(icap_port 1)" 2 "$RIG/policy.yaml" 100 "$RIG/icap1/c-icap.ctl")
	rig_load_end
	cat "$RIG/load.out"
	echo "# $out" >&3
	all_else_is_well
	crossed_names_are_not_spliced
	was_spliced '407|bumped-403|closed'
	# Squid 5 writes 500 for some tunnels that stood, whatever decided.
	no grep -E '^[0-9]+ [^ ]+ [A-Z_]+/5' \
		<(rig_log_since | grep -v ' TCP_TUNNEL/500 CONNECT .* splice ')
	no grep 'did not exit normally' <(tail -n 3 "$RIG/icap1/server.log")
	policy_everyday
}

# A Squid that gives up a server after some failures can abort then: see
# icap_service_failure_limit in the emitted file.
@test "request != newRequest: c-icap killed again and again, many requests at once" {
	rig_load_start
	for _ in {1..3}; do
		icap_kill 1
		gives '407 120' burst
		icap_start 1
		rig_wait 3 is_spliced
	done
	rig_load_end
	cat "$RIG/load.out"
	all_else_is_well
	crossed_names_are_not_spliced
}

# --- two servers ------------------------------------------------------------

@test "two servers, either killed under load: no decision is lost, none is wrong" {
	local server

	ask_servers '1 2'
	for server in 1 2; do
		rig_load_start
		sleep 0.8
		icap_kill "$server"
		sleep 1
		rig_load_end
		cat "$RIG/load.out"
		all_else_is_well
		crossed_names_are_not_spliced
		was_spliced
		icap_start "$server"
		rig_reconfigure
		rig_wait 5 is_spliced
	done
}

@test "two servers, the first hangs: the second answers" {
	icap_signal STOP 1
	rig_wait 20 is_spliced
	unlisted_is_quick
	icap_signal CONT 1
	is_spliced
}

# --- more than it can take --------------------------------------------------

@test "three times more connections at once than threads: all are answered, and right" {
	ask_servers 1
	gives '200 120' burst
	is_spliced
}

@test "the same while c-icap hangs: ordinary rules, and nobody waits for long" {
	icap_signal STOP 1
	gives '407 120' burst
	unlisted_is_quick
	icap_signal CONT 1
}
