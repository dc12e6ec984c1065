# Explicit proxy, --via icap: requests inside inspected connections. The service
# is asked about each, so that what is taken away stops there, too.
load "cases.bash"
load "icap.bash"

# Both are names of the tier that is required.
TAKEN=www.goto.com
STAYS=www.gotomeeting.com

setup_file()
{
	begin_icap 1 'http_upgrade_request_protocols websocket allow all'
}

setup()
{
	skip_without_icap
	policy_without
	[ "$BATS_TEST_NUMBER" != 1 ] || {
		rig_emit
		rig_reconfigure
	}
}

teardown_file()
{
	end_icap
}

teardown()
{
	[ -z "${HELD_PID:-}" ] || let_go
	tell_all_when_failed
}

# --- helpers ----------------------------------------------------------------

# policy_without [NAME]: all is inspected; NAME and all below it taken away.
# The servers are waited for only where that is new.
policy_without()
{
	policy_text "$@" > "$RIG/policy.wanted"
	cmp -s "$RIG/policy.wanted" "$RIG/policy.yaml" ||
		rig_policy < "$RIG/policy.wanted"
}

policy_text()
{
	cat << END
tiers:
  required:
    bypass: [auth]
ports: [443, 80]
${1:+exclude:
  names: [\"*.$1\"]}
END
}

# inner TARGET SNI: requests of standard input in one connection.
inner()
{
	python3 -B "$RIG_LIVE/inner.py" "$(cat "$RIG/port")" "$@" |
		paste -sd ' '
}

# hold TARGET SNI: a connection that stays; ask KIND HOST: a request in it.
hold()
{
	coproc HELD {
		exec python3 -B "$RIG_LIVE/inner.py" "$(cat "$RIG/port")" \
			"$@" 3>&- 4>&-
	}
}

ask()
{
	local answer

	echo "$*" >&"${HELD[1]}"
	read -r -t 20 answer <&"${HELD[0]}"
	echo "$answer"
}

# shellcheck disable=SC2153
let_go()
{
	local input=${HELD[1]} pid=$HELD_PID

	exec {input}>&-
	wait "$pid"
}

# refuses command...: a 403, which a client that is still sending may not get
# to see, because the connection ends with it.
refuses()
{
	local got

	got=$("$@")
	[[ $got == 403 || $got == closed ]] && return
	echo "$*: got \"$got\""
	return 1
}

arrived()
{
	grep -F " $2 /$3" "$RIG/world.log" | grep -qF " $1:443 "
}

# The bodies that have arrived since, as counts of bytes.
bodies_since()
{
	tail -c "+$(($1 + 1))" "$RIG/world.log" |
		sed -n 's/^body \([0-9]*\) .*/\1/p' | paste -sd ' '
}

world_size()
{
	stat -c %s "$RIG/world.log"
}

# inner_statuses: of the requests inside, by c-icap's access log.
inner_statuses()
{
	sed -n 's,.* REQMOD \([0-9]*\) https://.*,\1,p' \
		"$RIG/icap1/access.log" | sort -u | paste -sd ' '
}

# --- what was taken away ----------------------------------------------------

@test "a name taken away, inside an inspected connection to one that stays: no way on" {
	local sni line

	policy_without goto.com
	gives 407 rig_hello "$TAKEN:443" --sni "$TAKEN"
	for sni in "$STAYS" "$TAKEN" -; do
		for line in "get $TAKEN" "sized $TAKEN 10" \
			"chunked $TAKEN 10" "upgrade $TAKEN"; do
			refuses inner "$STAYS:443" "$sni" <<< "$line"
		done
	done
	for sni in "$STAYS" -; do
		gives "200 200" inner "$STAYS:443" "$sni" << END
get $STAYS
sized $STAYS 10
END
	done
	no arrived "$STAYS" GET "$TAKEN"
	no arrived "$STAYS" POST "$TAKEN"
	arrived "$STAYS" POST "$STAYS"
}

@test "an inspected connection to a name that is taken away: ends with it" {
	hold "$TAKEN:443" "$TAKEN"
	gives 200 ask get "$TAKEN"
	gives 200 ask sized "$TAKEN" 10
	policy_without goto.com
	gives 403 ask get "$TAKEN"
}

# The requests inside go where the CONNECT went, whatever their Host says.
@test "another name inside a connection to one that is taken away: no way on" {
	hold "$TAKEN:443" -
	gives 200 ask get "$STAYS"
	policy_without goto.com
	gives 403 ask get "$STAYS"
}

# Squid takes them to the host of the CONNECT; who has logged in for that one
# goes by the admin's own rules, which here let none of these through.
@test "GoTo's name inside a connection to another host: ordinary rules" {
	local sni line

	rig_conf 'acl inside connections_encrypted'
	sed -i '/^include/a http_access deny inside' "$RIG/squid.conf"
	rig_reconfigure
	for sni in "$STAYS" - "$UNLISTED"; do
		for line in "get $STAYS" "sized $STAYS 10" "absolute $STAYS"; do
			refuses inner --user "$RIG_USER" "$UNLISTED:443" \
				"$sni" <<< "$line"
		done
	done
	no arrived "$UNLISTED" GET "$STAYS"
	no arrived "$UNLISTED" POST "$STAYS"
	gives 200 inner "$STAYS:443" "$STAYS" <<< "get $STAYS"
	rig_conf 'http_upgrade_request_protocols websocket allow all'
	rig_reconfigure
}

@test "http:// inside a connection to a name that is taken away: no way on" {
	hold "$TAKEN:443" -
	gives 200 ask get "$STAYS"
	policy_without goto.com
	refuses ask absolute "$STAYS"
}

# --- what is asked, and what it costs ---------------------------------------

@test "only what looks like GoTo's is shown to the service" {
	local asked

	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	hold "$STAYS:443" "$STAYS"
	gives 200 ask get "$STAYS"
	rig_wait 2 grep -q " https://$STAYS/" "$RIG/icap1/access.log"
	asked=$(icap_asked)
	gives 200 ask get "$STAYS"
	rig_wait 2 eval "[ \$(icap_asked) = $((asked + 1)) ]"
	gives 403 ask get "$UNLISTED"
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	# Who has logged in goes by the admin's own rules.
	gives "bumped 200" rig_get "https://$STAYS/" -U "$RIG_USER" -d x
	gives 200 inner "$STAYS:443" "$STAYS" <<< "get $STAYS"
	rig_wait 2 eval "[ \$(icap_asked) = $((asked + 3)) ]"
}

# Squid keeps a body whose length it knows: it is told to put its own behind the
# service's head. Else who waits for "100 Continue" would wait for c-icap.
@test "bodies of all kinds, and an upgrade: whole, and most not by way of c-icap" {
	local start
	start=$(world_size)

	: > "$RIG/icap1/access.log"
	gives "200 200 200 200 200 200 200" inner "$STAYS:443" "$STAYS" << END
get $STAYS
sized $STAYS 1
sized $STAYS 300000
chunked $STAYS 300000
chunked $STAYS 0
expect $STAYS 100000
get $STAYS
END
	gives 101 inner "$STAYS:443" "$STAYS" <<< "upgrade $STAYS"
	gives "1 300000 300000 0 100000" bodies_since "$start"
	rig_wait 2 gives "200 206" inner_statuses
	no grep -i '^header x-goto-' "$RIG/world.log"
}

@test "where Squid asks without a preview, or takes no 206: whole as well" {
	local line start

	# Without a preview a "100 Continue" waits for c-icap, and c-icap for it.
	for line in 'icap_preview_enable off' 'icap_206_enable off'; do
		rig_conf "$line"
		rig_reconfigure
		start=$(world_size)
		: > "$RIG/icap1/access.log"
		gives "200 200 200 200" inner "$STAYS:443" "$STAYS" << END
sized $STAYS 10
sized $STAYS 300000
chunked $STAYS 300000
get $STAYS
END
		gives "10 300000 300000" bodies_since "$start"
		rig_wait 2 gives 200 inner_statuses
	done
	rig_conf 'http_upgrade_request_protocols websocket allow all'
	rig_reconfigure
}

# --- when it breaks ---------------------------------------------------------

@test "c-icap down: requests inside are refused, the others are as ever; and back" {
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	hold "$STAYS:443" "$STAYS"
	gives 200 ask get "$STAYS"
	icap_stop 1
	refuses ask sized "$STAYS" 10
	let_go
	gives 407 rig_get "https://$STAYS/"
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER" -d x
	gives "bumped 200" rig_get "https://$STAYS/" -U "$RIG_USER" -d x
	icap_start 1
	rig_wait 5 gives 200 inner "$STAYS:443" "$STAYS" <<< "get $STAYS"
	gives 200 inner "$STAYS:443" "$STAYS" <<< "sized $STAYS 10"
}

# Where the service answers 206 to chunks, "take your own body", this ends Squid
# 5.7: "assertion failed: Write.cc:40".
@test "a chunk that is none, inside an inspected connection: Squid lives" {
	local pid

	pid=$(rig_pid)
	python3 -B "$RIG_LIVE/inner.py" --load 4 6 --kind broken \
		"$(cat "$RIG/port")" "$STAYS:443" > "$RIG/load.out" 3>&- 4>&-
	cat "$RIG/load.out"
	[ "$(awk '$1 == "broken" { n += $3 } END { print n }' \
		"$RIG/load.out")" -ge 50 ]
	rig_alive
	[ "$(rig_pid)" = "$pid" ]
	no grep -E 'assertion failed|FATAL' "$RIG/state/cache.log"
	gives 200 inner "$STAYS:443" "$STAYS" <<< "sized $STAYS 10"
}

@test "c-icap killed again and again under bodies, cut ones too: Squid lives" {
	local load pid

	pid=$(rig_pid)
	python3 -B "$RIG_LIVE/inner.py" --load 4 10 "$(cat "$RIG/port")" \
		"$STAYS:443" > "$RIG/load.out" 3>&- 4>&- &
	load=$!
	for _ in 1 2; do
		sleep 0.7
		icap_kill 1
		sleep 0.2
		icap_start 1
	done
	wait "$load"
	cat "$RIG/load.out"
	no grep -vE ' (200|101|403|407|500|cut|closed) [0-9]+$' "$RIG/load.out"
	grep -E '^sized 200 ' "$RIG/load.out"
	grep -E '^(connect 407|[a-z]+ 403) ' "$RIG/load.out"
	rig_alive
	[ "$(rig_pid)" = "$pid" ]
	no grep -E 'assertion failed|FATAL' "$RIG/state/cache.log"
}
