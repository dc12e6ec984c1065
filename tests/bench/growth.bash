# Part growth: what 50, 1,000, 100,000 and 1,000,000 more names or networks
# cost: instructions a decision (callgrind on decide.c, a mix of listed and
# unlisted); of the helper, milliseconds from exec to the first answer, and its
# memory. Beside it, Squid's own "acl dstdomain" with a file of the same names:
# milliseconds of `squid -k parse`, and the memory of a Squid that has started
# with it. "memory" is what is resident once all is loaded, "peak" the most
# that ever was.
#
# "added" is what a size takes beyond what 50 take, so that a process as large
# as Squid, which takes its time for much else, is compared by its list alone.
GROWTH_SIZES="50 1000 100000 1000000"
GROWTH_ROUNDS=3
GROWTH_SQUID_ONCE=100000	# from here on Squid takes long
GROWTH_READY_S=240
if [ -n "${SMOKE:-}" ]; then
	GROWTH_SIZES="50"
	GROWTH_ROUNDS=1
fi

# growth_memory CONTESTANT SITUATION ROUND PID
growth_memory()
{
	local who=$1 situation=$2 round=$3 status=/proc/$4/status

	row growth "$who" "$situation" "memory MiB" "$round" \
		"$(awk '/^VmRSS:/ { print $2 / 1024 }' "$status")"
	row growth "$who" "$situation" "peak MiB" "$round" \
		"$(awk '/^VmHWM:/ { print $2 / 1024 }' "$status")"
}

# growth_ours SITUATION ROUND POLICY
growth_ours()
{
	local situation=$1 round=$2 policy=$3 us reply input pid
	local -a command=("$GTB_HELPER" -c "$policy" -C "$CATALOG")

	us=$("$PROGRAMS/driver" -s "$WORK/lines.growth" "${command[@]}" \
		2> /dev/null)
	row growth goto-bypass "$situation" "load ms" "$round" \
		"$(awk -v us="$us" 'BEGIN { print us / 1000 }')"
	coproc GROWTH_HELPER { exec "${command[@]}" 2> /dev/null; }
	input=${GROWTH_HELPER[1]}
	pid=$GROWTH_HELPER_PID
	head -n 1 "$WORK/lines.growth" >&"$input"
	read -r reply <&"${GROWTH_HELPER[0]}"
	[[ $reply == "1 OK "* ]] || broken "$situation: $reply"
	growth_memory goto-bypass "$situation" "$round" "$pid"
	exec {input}>&-
	wait "$pid"
}

growth_conf()
{
	cat << END
http_port 127.0.0.1:$(cat "$RIG/port")
acl list dstdomain "$1"
http_access deny list
http_access allow all
cache deny all
cache_mem 8 MB
pinger_enable off
netdb_filename none
access_log none
cache_log $RIG/state/cache.log
pid_filename $RIG/state/squid.pid
coredump_dir $RIG/state
logfile_rotate 0
shutdown_lifetime 0 seconds
visible_hostname gtb-bench
$([ "$(id -u)" != 0 ] || echo "cache_effective_user $(rig_squid_user)")
END
}

# growth_squid SIZE ROUND FILE
growth_squid()
{
	local size=$1 round=$2 file=$3 start end

	growth_conf "$file" > "$RIG/squid.conf"
	start=$(date +%s%N)
	"$(rig_squid)" -k parse -n "$(rig_service)" -f "$RIG/squid.conf" \
		2> "$RIG/parse.err" || broken "squid -k parse: $(cat "$RIG/parse.err")"
	end=$(date +%s%N)
	row growth squid "$size names" "load ms" "$round" \
		"$(((end - start) / 1000000))"
	RIG_READY_S=$GROWTH_READY_S rig_run
	growth_memory squid "$size names" "$round" "$(rig_pid)"
	rig_end "$(rig_pid)"
	rm -f "$RIG/squid.pid"
}

growth_count()
{
	local kind=$1 size=$2 policy=$3

	if ! command -v valgrind > /dev/null; then
		left_out growth instructions "valgrind is not installed"
		return
	fi
	# shellcheck disable=SC2086
	row growth goto-bypass "$size ${kind}s" instructions 0 \
		"$(instructions "$policy" 200 $HOSTS)"
}

growth_end()
{
	[ -z "${GROWTH_RIG:-}" ] || RIG=$GROWTH_RIG rig_stop
}

growth_bench()
{
	local kind size round policy missing

	missing=$(rig_missing)
	[ -z "$missing" ] || left_out growth squid "$missing"
	GROWTH_RIG=$(rig_folder)
	export RIG=$GROWTH_RIG
	mkdir "$RIG/state"
	chown "$(rig_squid_user)" "$RIG/state"
	rig_free_port > "$RIG/port"
	# As many as the driver wants; one is sent.
	awk 'BEGIN { for (i = 1; i <= 500; i++)
		print i, "10.1.2.3 CONNECT www.goto.com 443 - auth" }' \
		> "$WORK/lines.growth"
	for size in $GROWTH_SIZES; do
		for kind in name net; do
			progress "growth, $size ${kind}s"
			policy=$(with_list "$size" "$kind")
			growth_count "$kind" "$size" "$policy"
			for ((round = 0; round < GROWTH_ROUNDS; round++)); do
				growth_ours "$size ${kind}s" "$round" \
					"$policy"
			done
		done
		[ -z "$missing" ] || continue
		install -m 644 "${policy%/*}/name-$size.txt" "$RIG/list"
		for ((round = 0; round < GROWTH_ROUNDS; round++)); do
			[ "$round" = 0 ] || [ "$size" -lt "$GROWTH_SQUID_ONCE" ] ||
				continue
			growth_squid "$size" "$round" "$RIG/list"
		done
	done
}
