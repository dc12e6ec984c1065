# Part helper: lines a second and instructions a line of external ACL helpers,
# each driven by driver.c with 1, 10, 100 and 500 lines in flight.
#
# All know the same names, and get the same mixed lines: half of them listed,
# half not; names with and without a server name, addresses, IPv6. goto-bypass
# alone looks at addresses and ports by policy, and alone says why.
#
#   goto-bypass   ours
#   floor         floor.c: ERR to everything
#   perl, python  peer.pl, peer.py
#   squidGuard    Debian's, a url_rewrite_program
#   userip        Squid's own ext_file_userip_acl
#
# The last two know no channels: Squid gives them one line at a time.
#
# Instructions are counted at each depth for ours and the floor, and at depth 1
# for the others, which answer line by line at any depth.
#
# Driver and helper share one processor, so that where the kernel happens to
# put them is not what is measured. "cpu ns" is what the helper itself took.
HELPER_DEPTHS="1 10 100 500"
HELPER_LINES=65536
HELPER_COUNTED=3000	# lines that callgrind counts
if [ -n "${SMOKE:-}" ]; then
	HELPER_DEPTHS="1 500"
	HELPER_COUNTED=1000
	HELPER_LINES=2000
fi

# The names that an explicit proxy lets through on port 443, as Squid has them.
helper_names()
{
	"$GTB" emit squid --mode explicit --via native --policy "$POLICY" \
		--catalog "$CATALOG" |
		sed -n 's/^acl gtb_names_1 dstdomain -n //p' | tr ' ' '\n'
}

# helper_lines FORM: acl, rewrite (URL as Squid writes a CONNECT's), or userip.
helper_lines()
{
	awk -v form="$1" -v count="$HELPER_LINES" '
	function line(host, sni, question) {
		if (form == "acl")
			printf "%d 10.1.2.3 CONNECT %s 443 %s %s\n",
				NR_ + 1, host, sni, question
		else if (form == "rewrite")
			printf "%s:443 10.1.2.3/- - CONNECT\n", host
		else
			printf "10.1.2.%d user%d\n", NR_ % 250, NR_ % 50
	}
	BEGIN {
		for (NR_ = 0; NR_ < count; NR_++) {
			n = int(NR_ / 10)
			if (NR_ % 10 == 0)
				line("www.goto.com", "www.goto.com", "splice")
			else if (NR_ % 10 == 1)
				line("shop" n ".example.net", "-", "auth")
			else if (NR_ % 10 == 2)
				line("global.gotomeeting.com", "-", "auth")
			else if (NR_ % 10 == 3)
				line("a" n ".example.com", "a" n ".example.com",
					"splice")
			else if (NR_ % 10 == 4)
				line("turn" n ".goto-rtc.com",
					"turn" n ".goto-rtc.com", "splice")
			else if (NR_ % 10 == 5)
				line("203.0.113." n % 250, "-", "auth")
			else if (NR_ % 10 == 6)
				line("www" n ".logmeininc.com", "-", "auth")
			else if (NR_ % 10 == 7)
				line("evilgoto.com", "www.goto.com", "splice")
			else if (NR_ % 10 == 8)
				line("68.64.0." n % 250, "-", "auth")
			else
				line("[2001:db8::" n % 250 "]", "-", "auth")
		}
	}'
}

helper_guard()
{
	local dir=$1

	mkdir -p "$dir/db/goto"
	sed 's/^\.//' "$WORK/names" > "$dir/db/goto/domains"
	cat > "$dir/guard.conf" << END
dbhome $dir/db
logdir $dir
dest goto {
	domainlist goto/domains
}
acl {
	default {
		pass !goto all
		redirect http://localhost/listed
	}
}
END
}

# helper_is NAME: sets COMMAND, LINES_FILE and CHANNELS (empty: without);
# false when this machine does not have it.
helper_is()
{
	CHANNELS=yes
	LINES_FILE=$WORK/lines.acl
	case $1 in
	goto-bypass)
		COMMAND=("$GTB_HELPER" -c "$POLICY" -C "$CATALOG")
		;;
	floor)
		COMMAND=("$PROGRAMS/floor")
		;;
	perl)
		COMMAND=(perl "$BENCH/peer.pl" "$WORK/names")
		;;
	python)
		COMMAND=("$PYTHON" "$BENCH/peer.py" "$WORK/names")
		;;
	squidGuard)
		CHANNELS=
		LINES_FILE=$WORK/lines.rewrite
		COMMAND=(squidGuard -c "$WORK/guard/guard.conf")
		;;
	userip)
		CHANNELS=
		LINES_FILE=$WORK/lines.userip
		COMMAND=("$(rig_squid_program ext_file_userip_acl)" -f
			"$WORK/userip")
		;;
	esac
	command -v "${COMMAND[0]}" > /dev/null
}

# Makes what they read, and HELPERS, those that are here.
helper_make()
{
	local name

	HELPERS=()
	HELPER_PROCESSOR=$(helper_processor)
	helper_names > "$WORK/names"
	[ "$(wc -l < "$WORK/names")" -ge 5 ] || broken "no names"
	helper_lines acl > "$WORK/lines.acl"
	helper_lines rewrite > "$WORK/lines.rewrite"
	helper_lines userip > "$WORK/lines.userip"
	awk 'BEGIN { for (i = 0; i < 25; i++)
		print "10.1.2." i, "user" i }' > "$WORK/userip"
	helper_guard "$WORK/guard"
	for name in goto-bypass floor perl python squidGuard userip; do
		if helper_is "$name"; then
			HELPERS+=("$name")
		else
			left_out helper "$name" "not installed"
		fi
	done
}

# The last processor that we may use.
helper_processor()
{
	taskset -pc $$ | grep -oE '[0-9]+$'
}

# helper_drive OPTION...: the driver on what helper_is() has set.
helper_drive()
{
	taskset -c "$HELPER_PROCESSOR" "$PROGRAMS/driver" "$@" \
		"$LINES_FILE" "${COMMAND[@]}" 2> "$WORK/driver.err" || {
		tail -n 5 "$WORK/driver.err" >&2
		broken "driver $*: ${COMMAND[0]}"
	}
}

helper_round()
{
	local round=$1 depth name got per_s cpu

	for depth in $HELPER_DEPTHS; do
		for name in $(turns "$round" "${HELPERS[@]}"); do
			helper_is "$name"
			[ -n "$CHANNELS" ] || [ "$depth" = 1 ] || continue
			got=$(helper_drive -d "$depth" -t "$WINDOW")
			read -r per_s cpu <<< "$got"
			row helper "$name" "depth $depth" lines/s "$round" \
				"$per_s"
			row helper "$name" "depth $depth" "cpu ns" "$round" \
				"$cpu"
		done
	done
}

# helper_counted DEPTH LINES OPTION...: all instructions of such a run.
helper_counted()
{
	local depth=$1 count=$2
	shift 2

	COMMAND=(valgrind --tool=callgrind "--callgrind-out-file=$WORK/counted"
		"$@" "${PLAIN[@]}")
	GTB_SANDBOX=off helper_drive -d "$depth" -n "$count"
	awk '/^totals:/ { print $2 }' "$WORK/counted"
}

# A longer run less a shorter one: what start and end cost is not in it.
helper_instructions()
{
	local name=$1 depth=$2 short long
	shift 2
	local -a PLAIN

	helper_is "$name"
	PLAIN=("${COMMAND[@]}")
	short=$(helper_counted "$depth" "$HELPER_COUNTED" "$@")
	long=$(helper_counted "$depth" $((2 * HELPER_COUNTED)) "$@")
	echo $(((long - short) / HELPER_COUNTED))
}

helper_counted_depths()
{
	case ${SMOKE:+smoke-}$1 in
	goto-bypass | floor) echo "$HELPER_DEPTHS" ;;
	*) echo 1 ;;
	esac
}

helper_count()
{
	local name depth
	local -a counted=("${HELPERS[@]}")

	[ -z "${SMOKE:-}" ] || counted=(goto-bypass)
	if ! command -v valgrind > /dev/null; then
		left_out helper "instructions" "valgrind is not installed"
		return
	fi
	for name in "${counted[@]}"; do
		helper_is "$name"
		for depth in $(helper_counted_depths "$name"); do
			row helper "$name" "depth $depth" instructions 0 \
				"$(helper_instructions "$name" "$depth")"
		done
	done
	row helper goto-bypass decision instructions 0 \
		"$(helper_instructions goto-bypass 100 \
			--toggle-collect=gtb_decide)"
}

helper_bench()
{
	local round

	helper_make
	for ((round = 0; round < ROUNDS; round++)); do
		progress "helper, round $((round + 1)) of $ROUNDS"
		helper_round "$round"
	done
	progress "helper, instructions"
	helper_count
}
