# Part squid: connections a second through a Squid that asks everybody to log
# in and inspects all TLS, and the time of each. Four of them take turns:
#
#   none       no bypass: the admin's own ssl_bump lines alone
#   native     with the file of `goto-bypass emit squid --via native`
#   external   ... --via external
#   icap       ... --via icap, and a c-icap with the service
#
# by connect_load.c, which makes 16 connections at a time:
#
#   407        an unlisted host, nobody logged in: refused
#   inspected  an unlisted host, logged in: the time until Squid's certificate;
#              behind Squid is world.py, because Squid asks the origin first
#   spliced    a listed host: the time until the answer of origin.c
#   new names  the same, but each name is new, so that no answer is cached
#
# "cpu us" is the processor's time that Squid itself takes for a connection.
# All write Squid's own kind of access.log: one with verdicts is an admin's to
# choose, and takes Squid 42,000 instructions more for a spliced connection, of
# 620,000.
#
# Squid takes some 3 ms for an inspected connection, so that few are measured
# at a time: they take turns more often.
SQUID_CLIENTS=16
SQUID_WINDOW=$(awk -v w="$WINDOW" 'BEGIN { print w * 2 }')
SQUID_INSPECTED=3
SQUID_NONE=
declare -A SQUID_RIGS

# The admin's own file, with one of ours or, for "none", without.
squid_make()
{
	local via=$1

	RIG=$(rig_folder) || return 1
	SQUID_RIGS[$via]=$RIG
	rig_make "$RIG"
	case $via in
	none)
		printf '%s\n' 'acl step1 at_step SslBump1' \
			'ssl_bump peek step1' 'ssl_bump bump all' \
			> "$RIG/goto-bypass.conf"
		;;
	icap)
		icap_start
		mkdir "$RIG/icap1"
		echo "$ICAP_PORT" > "$RIG/icap1/port"
		RIG_ICAP=1 RIG_VIA=icap rig_emit
		;;
	*)
		RIG_VIA=$via rig_emit
		;;
	esac
	rig_conf 'debug_options ALL,0' \
		"$(squid_peer) name=origin" \
		'acl bench_origin dstdomain -n .goto.com' \
		'cache_peer_access origin allow bench_origin' \
		'cache_peer_access origin deny all' \
		'cache_peer_access world deny bench_origin' \
		'cache_peer_access world allow all'
	sed -i '/^access_log /s/ rig$/ squid/' "$RIG/squid.conf"
	rig_run
}

squid_peer()
{
	echo "cache_peer 127.0.0.1 parent $(cat "$WORK/origin.port") 0" \
		"no-query no-digest no-netdb-exchange"
}

squid_has_icap()
{
	local why

	why=$(icap_missing)
	if [ -z "$why" ] && ! "$GTB" emit squid --mode explicit --via icap \
		--auth-acl authed --policy "$POLICY" --catalog "$CATALOG" \
		> /dev/null 2> "$WORK/emit.err"; then
		why="emit has no --via icap"
	fi
	[ -n "$why" ] || return 0
	left_out squid icap "$why"
	return 1
}

squid_cpu_ns()
{
	awk '{ sum += $1 } END { print sum }' \
		"/proc/$(rig_pid)"/task/*/schedstat
}

# squid_load VIA SITUATION ROUND WANTED HOST [OPTION...]
squid_load()
{
	local via=$1 situation=$2 round=$3 wanted=$4 host=$5 got before after
	local per_s median p99 all
	shift 5
	RIG=${SQUID_RIGS[$via]}

	before=$(squid_cpu_ns)
	got=$("$PROGRAMS/connect_load" "$@" "$(cat "$RIG/port")" \
		"$SQUID_CLIENTS" "$SQUID_WINDOW" "$wanted" "$host" \
		2> "$WORK/load.err") || {
		cat "$WORK/load.err" >&2
		rig_tell >&2
		broken "$via, $situation"
	}
	after=$(squid_cpu_ns)
	read -r per_s median p99 all <<< "$got"
	row squid "$via" "$situation" connections/s "$round" "$per_s"
	row squid "$via" "$situation" "median us" "$round" "$median"
	row squid "$via" "$situation" "p99 us" "$round" "$p99"
	row squid "$via" "$situation" "cpu us" "$round" \
		"$(awk -v ns=$((after - before)) -v all="$all" \
			'BEGIN { print ns / all / 1000 }')"
}

# squid_each SITUATION ROUND VIA...: the situation's load on each of them.
squid_each()
{
	local situation=$1 round=$2 via
	shift 2

	for via in $(turns "$round" "$@"); do
		case $situation in
		407) squid_load "$via" 407 "$round" 407 shop%D.example ;;
		inspected)
			squid_load "$via" inspected "$round" bumped \
				shop%D.example -u "$SQUID_LOGIN"
			;;
		spliced)
			squid_load "$via" spliced "$round" spliced \
				www%D.goto.com
			;;
		"new names")
			squid_load "$via" "new names" "$round" spliced \
				"r$round-n%d.goto.com"
			;;
		esac
	done
}

squid_round()
{
	local round=$1 turn
	shift

	squid_each 407 "$round" $SQUID_NONE "$@"
	for ((turn = 0; turn < SQUID_INSPECTED; turn++)); do
		squid_each inspected $((round * SQUID_INSPECTED + turn)) \
			$SQUID_NONE "$@"
	done
	squid_each spliced "$round" "$@"
	squid_each "new names" "$round" "$@"
}

squid_end()
{
	local via

	for via in "${!SQUID_RIGS[@]}"; do
		RIG=${SQUID_RIGS[$via]} rig_stop
	done
	[ -z "${SQUID_ORIGIN:-}" ] || kill "$SQUID_ORIGIN"
	icap_end
}

squid_bench()
{
	local missing via round
	local -a vias=(native external)

	missing=$(rig_missing)
	if [ -n "$missing" ]; then
		left_out squid squid "$missing"
		return
	fi
	! squid_has_icap || vias+=(icap)
	[ -z "${SMOKE:-}" ] || vias=("${vias[-1]}")
	SQUID_LOGIN=$(printf %s "$RIG_USER" | base64)
	"$PROGRAMS/origin" > "$WORK/origin.port" &
	SQUID_ORIGIN=$!
	rig_wait 5 test -s "$WORK/origin.port"
	[ -n "${SMOKE:-}" ] || SQUID_NONE=none
	for via in $SQUID_NONE "${vias[@]}"; do
		squid_make "$via"
	done
	for ((round = 0; round < ROUNDS; round++)); do
		progress "squid, round $((round + 1)) of $ROUNDS"
		squid_round "$round" "${vias[@]}"
	done
}
