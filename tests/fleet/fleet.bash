# A fleet on loopback: c-icap servers, HAProxy before them as the sample in
# squid-conf has it, and two Squids that know HAProxy alone.
#
# Each member of the pool lies in $FLEET/NAME, as tests/icap/server.bash makes
# it; each Squid in $FLEET/squid-N, as tests/live/rig.bash makes it.
load "../lib/common.bash"
load "../icap/server.bash"
load "../live/rig.bash"

MEMBERS="one two three"
SQUIDS="1 2"
SAMPLE=$GTB_SRCDIR/squid-conf/haproxy.cfg
HAPROXY=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v haproxy || true)

# why_no_fleet: in words; nothing when there can be one.
why_no_fleet()
{
	why_no_server
	rig_missing
	[ -x "$HAPROXY" ] || echo "HAProxy is not installed"
	command -v socat > /dev/null || echo "socat is not installed"
}

need_fleet()
{
	local why
	why=$(why_no_fleet | head -n 1)
	[ -z "$why" ] || skip "$why"
}

# --- the pool ---------------------------------------------------------------

# in_member NAME COMMAND...: with FOLDER, PORT and PID of that member.
in_member()
{
	local FOLDER=$FLEET/$1 PORT PID
	shift

	PORT=$(cat "$FOLDER/port")
	PID=$(cat "$FOLDER/pid" 2> /dev/null || true)
	"$@"
}

# Policy and catalog are the pool's, as if each machine had been given them.
member_start()
{
	local FOLDER=$FLEET/$1 PORT PID

	mkdir -p "$FOLDER"
	[ -s "$FOLDER/port" ] || free_port > "$FOLDER/port"
	PORT=$(cat "$FOLDER/port")
	make_conf "$PORT" > "$FOLDER/c-icap.conf"
	member_run
}

# The shell is not to tell when it is killed.
member_run()
{
	server_run || return 1
	disown "$PID"
	echo "$PID" > "$FOLDER/pid"
}

# member_restart NAME: where it was before.
member_restart()
{
	in_member "$1" member_run
}

# All its processes at once, as when the machine dies.
member_kill()
{
	in_member "$1" kill_all
}

kill_all()
{
	local all
	all="$PID $(children)"

	# shellcheck disable=SC2086
	kill -9 $all
	wait_for 5 is_gone "$PID"
	rm -f "$FOLDER/pid" "$FOLDER/c-icap.pid"
}

# member_signal NAME SIGNAL: to all its processes.
member_signal()
{
	in_member "$1" signal_all "$2"
}

signal_all()
{
	# shellcheck disable=SC2046
	kill -s "$1" "$PID" $(children)
}

member_stop()
{
	in_member "$1" server_stop
	rm -f "$FLEET/$1/pid"
}

# What the member itself says of its ruleset.
member_digest()
{
	in_member "$1" ruleset_of
}

ruleset_of()
{
	"$TALK" "$PORT" --options | sed -n 's/^X-GoTo-Ruleset: //p'
}

# --- HAProxy ----------------------------------------------------------------

# The sample with our ports and socket, as this user.
haproxy_conf()
{
	local member script=

	for member in $MEMBERS; do
		script+="s,^\tserver $member .*,\tserver $member 127.0.0.1:$(cat "$FLEET/$member/port"),;"
	done
	sed -e "$script" -e "s,bind 127.0.0.1:1344,bind 127.0.0.1:$1," \
		-e "s,/run/haproxy/gtb.sock,$FLEET/gtb.sock," \
		-e '/^\tuser /d; /^\tgroup /d' -e '/\blog /d; /log$/d' "$SAMPLE"
}

haproxy_start()
{
	free_port > "$FLEET/port"
	haproxy_conf "$(cat "$FLEET/port")" > "$FLEET/haproxy.cfg"
	"$HAPROXY" -db -f "$FLEET/haproxy.cfg" > "$FLEET/haproxy.out" 2>&1 3>&- 4>&- &
	echo $! > "$FLEET/haproxy.pid"
	wait_for "$READY_S" members_are UP UP UP
}

# haproxy_reload: a new process takes over; the old one ends when its last
# connection has.
haproxy_reload()
{
	local old
	old=$(cat "$FLEET/haproxy.pid")

	"$HAPROXY" -db -f "$FLEET/haproxy.cfg" -x "$FLEET/gtb.sock" -sf "$old" \
		>> "$FLEET/haproxy.out" 2>&1 3>&- 4>&- &
	echo $! > "$FLEET/haproxy.pid"
	echo "$old" >> "$FLEET/haproxy.old"
	wait_for "$READY_S" is_process_of_socket "$!" &&
		wait_for "$READY_S" members_are UP UP UP
}

is_process_of_socket()
{
	admin "show info" | grep -qx "Pid: $1"
}

admin()
{
	echo "$1" | socat - "$FLEET/gtb.sock"
}

# "one,UP,DIGEST", a line each.
pool_says()
{
	admin "show stat gtb_pool 4 -1" | grep '^gtb_pool,' | cut -d, -f 2,18,57
}

# shows_digest NAME STATE: it is that, with the digest that it says itself.
shows_digest()
{
	pool_says | grep -qx "$1,$2,$(member_digest "$1")"
}

# members_are STATE...: in the order of MEMBERS.
members_are()
{
	[ "$(pool_says | cut -d, -f 2 | xargs)" = "$*" ]
}

# connections_of NAME: as HAProxy counts them.
connections_of()
{
	admin "show stat gtb_pool 4 -1" | grep "^gtb_pool,$1," | cut -d, -f 5
}

has_no_connections()
{
	[ "$(connections_of "$1")" = 0 ]
}

# --- the Squids -------------------------------------------------------------

# in_squid N COMMAND...: with RIG of that Squid.
in_squid()
{
	local RIG=$FLEET/squid-$1
	export RIG
	shift

	"$@"
}

squid_start()
{
	local RIG=$FLEET/squid-$1

	rig_make "$RIG" && RIG_VIA=icap rig_emit \
		--icap "icap://127.0.0.1:$(cat "$FLEET/port")/goto_bypass" &&
		rig_conf && rig_run
}

# --- traffic ----------------------------------------------------------------

# load_start: through all Squids, until load_end, or until the folder is gone.
load_start()
{
	local squid

	touch "$FLEET/load"
	for squid in $SQUIDS; do
		in_squid "$squid" load_run 3>&- &
		echo $! > "$FLEET/squid-$squid/load.pid"
	done
}

load_run()
{
	while [ -e "$FLEET/load" ]; do
		sleep 0.2
	done | python3 "$RIG_LIVE/load.py" --user "$RIG_USER" \
		--proxy "127.0.0.1:$(cat "$RIG/port")" > "$RIG/load.out" 2>&1
}

load_end()
{
	local squid

	rm "$FLEET/load"
	for squid in $SQUIDS; do
		wait "$(cat "$FLEET/squid-$squid/load.pid")"
	done
}

# What comes of each kind of request while all is well.
OUTCOMES='listed spliced-200
listed-sni-unlisted bumped-403
unlisted-anonymous 407
unlisted-sni-listed bumped-200
unlisted-user bumped-200'

# load_was_right: nothing else came of it, through none of the Squids.
load_was_right()
{
	local squid

	for squid in $SQUIDS; do
		cat "$FLEET/squid-$squid/load.out"
		diff <(cut -d ' ' -f 1,2 "$FLEET/squid-$squid/load.out") \
			- <<< "$OUTCOMES" || return 1
	done
}

# decided NAMES: how many requests, by the members' own logs.
decided()
{
	local member

	for member in $1; do
		cat "$FLEET/$member/access.log"
	done | grep -c ' REQMOD '
}

has_decided()
{
	[ "$(decided "$1")" -ge "$2" ]
}

# decides_again NAMES: they, or one of them, go on to be asked.
decides_again()
{
	wait_for "$READY_S" has_decided "$1" $(($(decided "$1") + 5))
}

# --- the end ----------------------------------------------------------------

fleet_stop()
{
	local member squid pid

	[ -d "${FLEET:-}" ] || return 0
	# All at once: a Squid takes two seconds to end.
	for squid in $SQUIDS; do
		kill "$(cat "$FLEET/squid-$squid/squid.pid")" || true
	done
	for squid in $SQUIDS; do
		[ ! -d "$FLEET/squid-$squid" ] || in_squid "$squid" rig_stop
	done
	for pid in $(cat "$FLEET"/haproxy.{pid,old} 2> /dev/null); do
		rig_end "$pid" || true
	done
	for member in $MEMBERS; do
		[ ! -s "$FLEET/$member/pid" ] || member_stop "$member"
	done
	rm -rf "$FLEET"
}

fleet_tell()
{
	local member squid

	cat "$FLEET/haproxy.out" || true
	pool_says || true
	for member in $MEMBERS; do
		echo "--- member $member"
		in_member "$member" server_tell
	done
	for squid in $SQUIDS; do
		echo "--- squid $squid"
		in_squid "$squid" rig_tell
	done
}
