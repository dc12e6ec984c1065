# c-icap servers with the service, for a Squid of rig.bash or nets.bash, which
# is loaded before. Servers are numbered from 1 and have each a folder,
# $RIG/icapN. All share the policy of the rig.
#
#   icap_missing          prints what this machine lacks, if anything
#   icap_start N          starts server N; returns when it answers
#   icap_stop N           ends it, with its processes
#   icap_kill N           the same by SIGKILL
#   icap_signal SIGNAL N  to all processes of server N
#   icap_children N       process ids of those that answer, one a line
#   icap_asked            how many requests Squid has shown to the servers
#   icap_end              ends them all
#   begin_icap COUNT [squid.conf line...]
#                         that many servers and one Squid, for the tests of a
#                         file
#
# Settings: ICAP_PROCESSES, ICAP_THREADS: of each server. icap_conf_more prints
# lines for the end of c-icap.conf.
load "../icap/server.bash"

icap_missing()
{
	rig_missing
	why_no_server
}

skip_without_icap()
{
	local missing
	missing=$(icap_missing | head -n 1)

	[ -z "$missing" ] || skip "$missing"
}

# --- one server -------------------------------------------------------------

icap_conf_more()
{
	:
}

icap_pid()
{
	cat "$RIG/icap$1/pid"
}

icap_port()
{
	cat "$RIG/icap$1/port"
}

icap_children()
{
	ps -o pid= --ppid "$(icap_pid "$1")"
}

# Ports lie below those that connections come from, so that a server that
# comes back finds its own free.
icap_free_port()
{
	python3 -c 'import random, socket
while True:
    try:
        s = socket.create_server(("127.0.0.1", random.randrange(20000, 30000)))
    except OSError:
        continue
    print(s.getsockname()[1])
    break'
}

icap_make()
{
	local folder=$RIG/icap$1

	mkdir -p "$folder"
	[ -s "$folder/port" ] || icap_free_port > "$folder/port"
	FOLDER=$folder POLICY=$RIG/policy.yaml CATALOG=$RIG/catalog \
		make_conf "$(icap_port "$1")" |
		sed -e "s/^\(Start\|Max\)Servers .*/\1Servers ${ICAP_PROCESSES:-1}/" \
			-e "s/^ThreadsPerChild .*/ThreadsPerChild ${ICAP_THREADS:-50}/" \
			-e 's/^MinSpareThreads .*/MinSpareThreads 0/' \
			> "$folder/c-icap.conf"
	icap_conf_more >> "$folder/c-icap.conf"
}

# talk.py where Squid is.
icap_talk()
{
	local server=$1
	shift

	# shellcheck disable=SC2046
	$(rig_inside) python3 -B "$TALK" "$(icap_port "$server")" "$@"
}

icap_answers()
{
	icap_talk "$1" --options > /dev/null
}

icap_start()
{
	local folder=$RIG/icap$1
	[ -s "$folder/c-icap.conf" ] || icap_make "$1"
	# One that was killed has left it, and is not waited for yet.
	rm -f "$folder/c-icap.pid"

	# shellcheck disable=SC2046
	$(rig_inside) "$C_ICAP" -N -f "$folder/c-icap.conf" \
		< /dev/null > "$folder/out" 2>&1 3>&- 4>&- &
	echo $! > "$folder/pid"
	rig_wait "$RIG_READY_S" icap_answers "$1" || {
		rig_say "c-icap $1 does not answer"
		icap_tell >&2
		return 1
	}
}

# All processes of server N, those whose parent has ended too, one a line.
icap_processes()
{
	local file

	for file in $(grep -lsF "$RIG/icap$1/c-icap.conf" \
		/proc/[0-9]*/cmdline); do
		file=${file%/cmdline}
		[ "$(cat "$file/comm" 2> /dev/null)" != "$(basename "$C_ICAP")" ] ||
			echo "${file#/proc/}"
	done
}

icap_signal()
{
	local pid
	for pid in $(icap_processes "$2"); do
		kill -s "$1" "$pid" 2> /dev/null || :
	done
}

icap_gone()
{
	[ -z "$(icap_processes "$1")" ]
}

# At once, without a word; it can be started again then.
icap_kill()
{
	icap_signal KILL "$1"
	rig_wait 5 icap_gone "$1" || icap_signal KILL "$1"
	: > "$RIG/icap$1/pid"
}

icap_stop()
{
	icap_signal TERM "$1"
	icap_signal CONT "$1"
	rig_wait 1 icap_gone "$1" || icap_kill "$1"
	: > "$RIG/icap$1/pid"
}

# --- all of them ------------------------------------------------------------

icap_servers()
{
	local folder
	for folder in "$RIG"/icap[0-9]; do
		[ ! -d "$folder" ] || echo "${folder#"$RIG"/icap}"
	done
}

# The lines of access.log that are no OPTIONS.
icap_asked()
{
	cat "$RIG"/icap[0-9]/access.log | grep -c ' REQMOD ' || :
}

icap_digest()
{
	"$GTB" check --policy "$RIG/policy.yaml" --catalog "$RIG/catalog" \
		--json | python3 -c 'import json, sys
print(json.load(sys.stdin)["digest"])'
}

icap_has_digest()
{
	icap_talk "$1" --options | grep -qx "X-GoTo-Ruleset: $2"
}

# Nobody reads the pipe of a server that has ended.
icap_reload()
{
	# shellcheck disable=SC2016
	timeout 2 sh -c 'printf goto_bypass_reload > "$0"' \
		"$RIG/icap$1/c-icap.ctl"
}

# Called by rig_policy(): the servers that run have it now, all of one process.
rig_policy_changed()
{
	local server digest

	digest=$(icap_digest) || return 0
	for server in $(icap_servers); do
		[ -s "$RIG/icap$server/pid" ] || continue
		icap_reload "$server"
		rig_wait 5 icap_has_digest "$server" "$digest"
	done
}

icap_tell()
{
	local file

	for file in "$RIG"/icap[0-9]/{out,server.log,access.log}; do
		[ -s "$file" ] || continue
		echo "--- ${file#"$RIG"/} (end)"
		tail -n 15 "$file" | cut -c 1-300
	done
}

# The servers end with this shell, even when it is interrupted.
icap_watch()
{
	# shellcheck disable=SC2016
	sh -c 'while kill -0 "$0"; do sleep 1; done
		for file in $(grep -ls "$1/icap" /proc/[0-9]*/cmdline); do
			[ "$(cat "${file%cmdline}comm")" != "$2" ] ||
				kill -s KILL "$(basename "${file%/cmdline}")"
		done' "${RIG_KEEP:-$$}" "$RIG" "$(basename "$C_ICAP")" \
		< /dev/null > /dev/null 2>&1 3>&- 4>&- &
	echo $! > "$RIG/icap.watch"
}

# icap_begin COUNT: with the folder of the rig there.
icap_begin()
{
	local server
	RIG_ICAP=$(seq -s ' ' "$1")
	export RIG_ICAP

	icap_watch
	for server in $RIG_ICAP; do
		icap_start "$server" || return 1
	done
}

icap_end()
{
	local server
	[ -d "${RIG:-}" ] || return 0

	for server in $(icap_servers); do
		icap_stop "$server"
	done
	[ ! -s "$RIG/icap.watch" ] || rig_end "$(cat "$RIG/icap.watch")"
}

# --- with Squid -------------------------------------------------------------

begin_icap()
{
	local folder count=$1
	shift
	export RIG_VIA=icap

	[ -z "$(icap_missing)" ] || return 0
	folder=$(rig_folder) || return 1
	rig_make "$folder" && policy_everyday && icap_begin "$count" &&
		rig_emit "${RIG_EMIT[@]}" && rig_conf "$@" && rig_run
}

# begin_nets_icap VIA [option of emit...]: one server and one Squid in the
# namespaces of nets.bash, with intercept.bash's names and policy.
begin_nets_icap()
{
	local folder
	export RIG_MODE=explicit RIG_VIA=$1 NETS_MODE NETS_LACKING
	shift

	NETS_LACKING=$({ nets_missing; why_no_server; } | head -n 1)
	[ -z "$NETS_LACKING" ] || return 0
	folder=$(rig_folder) || return 1
	nets_make "$folder" && nets_names && policy_of '443, 8200, 80' &&
		icap_begin 1 && rig_emit "$@" && nets_conf && rig_run
}

# Squid first, so that no server waits for its connections to close.
end_icap()
{
	local folder=${RIG:-}
	[ -d "$folder" ] || return 0

	[ ! -s "$RIG/squid.pid" ] || rig_end "$(rig_pid)"
	icap_end
	rig_stop
}

tell_all_when_failed()
{
	tell_when_failed
	[ -n "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || icap_tell
}
