# Part icap: requests a second of ICAP services in one c-icap, by icap_load.c
# on 8 and on 40 connections.
#
#   goto_bypass  ours: 200 with the verdict for a listed name, else 204
#   echo         c-icap's own srv_echo: 204, whatever it is asked
#   url_check    Debian's, with the same names and the same header: 200 with it
#                for a listed name, else 204; no ports, addresses or reasons
#
# "mixed" asks about listed and unlisted hosts in turn; "listed", "unlisted"
# about one kind alone. "cpu us" is the processor's time for a request in all
# of c-icap's processes; "instructions" are those of a request outside the
# kernel, by callgrind, c-icap's own with them.
ICAP_CONNECTIONS="8 40"
ICAP_LISTED="www.goto.com turn7.goto-rtc.com global.gotomeeting.com"
ICAP_UNLISTED="www.example.com shop.example.net evilgoto.com"
ICAP_MIXED="www.goto.com www.example.com turn7.goto-rtc.com shop.example.net"
ICAP_MIXED="$ICAP_MIXED global.gotomeeting.com evilgoto.com"

# In words; nothing when it can be measured.
icap_missing()
{
	why_no_server
}

icap_others()
{
	local folder=$1

	if [ -f "$folder/srv_echo.so" ]; then
		echo "Service echo $folder/srv_echo.so"
	fi
	if [ -f "$folder/srv_url_check.so" ]; then
		cat << END
Service url_check $folder/srv_url_check.so
url_check.LookupTableDB goto domain hash:$FOLDER/domains
url_check.Profile default match goto
url_check.Profile default pass ALL
url_check.DefaultAction match HttpHeaderAddIfNone X-GoTo-Bypass auth
END
	fi
}

# Like tests/icap, from the sample in squid-conf; sets ICAP_PORT.
icap_start()
{
	[ -z "${ICAP_PORT:-}" ] || return 0
	FOLDER=$WORK/icap
	mkdir -p "$FOLDER"
	helper_names | sed 's/^\.//; s/$/: goto/' > "$FOLDER/domains"
	ICAP_PORT=$(free_port)
	{
		make_conf "$ICAP_PORT"
		icap_others "$(c-icap-config --modulesdir)"
	} > "$FOLDER/c-icap.conf"
	# shellcheck disable=SC2034 # for server.bash
	PORT=$ICAP_PORT
	server_run || broken "c-icap"
}

icap_end()
{
	[ -z "${PID:-}" ] || server_stop
	ICAP_PORT=
}

icap_cpu_ns()
{
	local pid

	for pid in $PID $(children); do
		cat "/proc/$pid"/task/*/schedstat
	done | awk '{ sum += $1 } END { print sum }'
}

# icap_load SERVICE SITUATION ROUND CONNECTIONS HOST...
icap_load()
{
	local service=$1 situation=$2 round=$3 connections=$4 got before after
	local per_s median p99 matched all
	shift 4

	before=$(icap_cpu_ns)
	got=$("$PROGRAMS/icap_load" "$ICAP_PORT" "$service" "$connections" \
		"$WINDOW" "$@" 2> "$WORK/load.err") || {
		cat "$WORK/load.err" >&2
		server_tell >&2
		broken "$service on $connections connections"
	}
	after=$(icap_cpu_ns)
	read -r per_s median p99 matched all <<< "$got"
	icap_is_right "$service" "$situation" "$matched" "$all"
	row icap "$service" "$situation" requests/s "$round" "$per_s"
	row icap "$service" "$situation" "median us" "$round" "$median"
	row icap "$service" "$situation" "p99 us" "$round" "$p99"
	row icap "$service" "$situation" "cpu us" "$round" \
		"$(awk -v ns=$((after - before)) -v all="$all" \
			'BEGIN { print ns / all / 1000 }')"
}

# Listed names match and nothing else does; echo matches nothing.
icap_is_right()
{
	local service=$1 situation=$2 matched=$3 all=$4

	case $service,$situation in
	echo,*) [ "$matched" -eq 0 ] ;;
	*,listed*) [ "$matched" -eq "$all" ] ;;
	*,mixed*)
		# What is in flight at either end is not counted.
		[ $((2 * matched)) -ge $((all - 90)) ] &&
			[ $((2 * matched)) -le $((all + 90)) ]
		;;
	*) [ "$matched" -eq 0 ] ;;
	esac || broken "$service, $situation: $matched of $all matched"
}

icap_round()
{
	local round=$1 service connections
	shift

	for connections in $ICAP_CONNECTIONS; do
		for service in $(turns "$round" "$@"); do
			# shellcheck disable=SC2086
			icap_load "$service" "mixed, $connections" "$round" \
				"$connections" $ICAP_MIXED
		done
	done
	[ -z "${SMOKE:-}" ] || return 0
	for service in $(turns "$round" "$@"); do
		# shellcheck disable=SC2086
		icap_load "$service" "listed, 8" "$round" 8 $ICAP_LISTED
		# shellcheck disable=SC2086
		icap_load "$service" "unlisted, 8" "$round" 8 $ICAP_UNLISTED
	done
}

# icap_counted SERVICE SECONDS HOST...: the instructions of all the life of a
# c-icap of one process, and how many requests it answered.
icap_counted()
{
	local service=$1 seconds=$2 child got
	local C_ICAP=$WORK/counted-c-icap
	# shellcheck disable=SC2034 # for server.bash
	local READY_S=60
	shift 2

	server_run || broken "c-icap under valgrind"
	child=$(children)
	got=$("$PROGRAMS/icap_load" "$PORT" "$service" 1 "$seconds" "$@") ||
		broken "$service under valgrind"
	server_stop
	echo "$(awk '/^totals:/ { print $2 }' "$FOLDER/counted.$child")" \
		"${got##* }"
}

# A longer run less a shorter one.
icap_instructions()
{
	local -a short long

	read -r -a short <<< "$(icap_counted "$1" 0.2 "${@:2}")"
	read -r -a long <<< "$(icap_counted "$1" 1.5 "${@:2}")"
	echo $(((long[0] - short[0]) / (long[1] - short[1])))
}

icap_count()
{
	local service

	if ! command -v valgrind > /dev/null; then
		left_out icap "instructions" "valgrind is not installed"
		return
	fi
	icap_end
	printf '#!/bin/sh\nexec valgrind --tool=callgrind %s "%s" "$@"\n' \
		"--callgrind-out-file='$FOLDER/counted.%p'" "$C_ICAP" \
		> "$WORK/counted-c-icap"
	chmod 755 "$WORK/counted-c-icap"
	sed -i 's/^\(StartServers\|MaxServers\) .*/\1 1/' "$FOLDER/c-icap.conf"
	for service; do
		progress "icap, instructions of $service"
		# shellcheck disable=SC2086
		row icap "$service" listed instructions 0 \
			"$(icap_instructions "$service" $ICAP_LISTED)"
		# shellcheck disable=SC2086
		row icap "$service" unlisted instructions 0 \
			"$(icap_instructions "$service" $ICAP_UNLISTED)"
	done
}

icap_bench()
{
	local why service round
	local -a services=(goto_bypass)

	why=$(icap_missing)
	if [ -n "$why" ]; then
		left_out icap goto_bypass "$why"
		return
	fi
	icap_start
	for service in echo url_check; do
		if [ -f "$(c-icap-config --modulesdir)/srv_$service.so" ]; then
			services+=("$service")
		else
			left_out icap "$service" "not installed"
		fi
	done
	for ((round = 0; round < ROUNDS; round++)); do
		progress "icap, round $((round + 1)) of $ROUNDS"
		icap_round "$round" "${services[@]}"
	done
	[ -n "${SMOKE:-}" ] || icap_count "${services[@]}"
}
