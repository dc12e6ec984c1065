# The benchmarks work: what they measure is theirs to say, and not timed here.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

BENCH=$GTB_SRCDIR/tests/bench
PROGRAMS=$GTB_BUILDDIR/tests/bench

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'date 2026-01-01\n' > machine
}

# part NAME: the smallest run of it; missed targets are no failure.
part()
{
	run env SMOKE=1 bash "$BENCH/bench" "$1"
	echo "$output"
	[ "$status" -le 1 ]
	[[ ${lines[-1]} == *" targets met, "* ]]
}

# has TEXT: some line of the output has it.
has()
{
	grep -qF -- "$1" <<< "$output" || {
		echo "no \"$1\""
		return 1
	}
}

not_with_a_sanitizer()
{
	! nm -D "$GTB_HELPER" | grep -qE '__(a|t|ub)san_' ||
		skip "built with a sanitizer"
}

@test "part helper goes through" {
	not_with_a_sanitizer
	part helper
	has '| goto-bypass '
	has '| floor '
	has 'helper, depth 1, lines/s: goto-bypass to floor'
}

@test "part growth goes through" {
	not_with_a_sanitizer
	part growth
	has '| goto-bypass '
}

@test "part squid goes through" {
	not_with_a_sanitizer
	part squid
	has 'squid, spliced, connections/s: external to native'
}

@test "part icap goes through" {
	not_with_a_sanitizer
	part icap
	has 'icap, mixed, 40, requests/s: goto_bypass to echo'
}

@test "part start goes through" {
	part start
	has '| goto-bypass '
}

@test "KEEP=1 is refused for a part" {
	run env SMOKE=1 KEEP=1 bash "$BENCH/bench" start
	echo "$output"
	[ "$status" -eq 2 ]
	has 'KEEP=1 is for a whole run'
}

# --- report.py --------------------------------------------------------------

# rows ROW...: more of them, with ; for tabs
rows()
{
	printf '%s\n' "$@" | tr ';' '\t' >> rows
}

report()
{
	run python3 -B "$BENCH/report.py" --machine machine --rows rows \
		--kept kept --new new "$@"
	echo "$output"
}

icap_rows()
{
	rm -f rows
	rows "icap;goto_bypass;mixed, 8;requests/s;0;$1" \
		'icap;echo;mixed, 8;requests/s;0;1000' \
		'icap;url_check;mixed, 8;requests/s;0;900' \
		"icap;goto_bypass;mixed, 40;requests/s;0;$1" \
		'icap;echo;mixed, 40;requests/s;0;1000' \
		'icap;url_check;mixed, 40;requests/s;0;900'
}

@test "targets that are met: status 0" {
	icap_rows 980
	report icap
	[ "$status" -eq 0 ]
	has 'met             0.98  at least 0.97'
	[ "${lines[-1]}" = '4 of 4 targets met, 0 missed, 0 not measured' ]
}

@test "a target that is missed is called so: status 1" {
	icap_rows 960
	report icap
	[ "$status" -eq 1 ]
	has 'MISSED          0.96  at least 0.97'
	[ "${lines[-1]}" = '2 of 4 targets met, 2 missed, 0 not measured' ]
}

@test "a target that was not measured is not met: status 1" {
	icap_rows 980
	sed -i '/40/d' rows
	rows 'icap;url_check;-;left out: not installed;0;0'
	report icap
	[ "$status" -eq 1 ]
	has 'icap, url_check: left out: not installed'
	[ "${lines[-1]}" = '2 of 4 targets met, 0 missed, 2 not measured' ]
}

@test "a ratio is taken within each round" {
	icap_rows 980
	# A slow moment for both, and one for ours alone.
	rows 'icap;goto_bypass;mixed, 8;requests/s;1;98' \
		'icap;echo;mixed, 8;requests/s;1;100' \
		'icap;goto_bypass;mixed, 8;requests/s;2;10' \
		'icap;echo;mixed, 8;requests/s;2;1000' \
		'icap;goto_bypass;mixed, 8;requests/s;3;990' \
		'icap;echo;mixed, 8;requests/s;3;1000'
	report icap
	has 'met             0.98  at least 0.97    icap, mixed, 8, requests/s: goto_bypass to echo'
}

@test "what is worse than what was kept by a tenth is told" {
	icap_rows 1200
	report icap
	mv new kept
	icap_rows 1100
	report icap
	has '0 of these are worse by more than 10 %'
	icap_rows 1000
	report icap
	[ "$status" -eq 0 ]
	has '4 of these are worse by more than 10 %'
	has 'WORSE           1.00  was 1.20'
}

@test "the kept results have every target" {
	run python3 -B - "$BENCH" << 'END'
import sys
sys.path.insert(0, sys.argv[1])
import report
kept = report.read_kept(sys.argv[1] + "/results.txt")
print(len(kept), "kept")
wanted = [report.name_of(t) for part in report.TARGETS.values()
          for t in part()]
print("missing:", [w for w in wanted if w not in kept])
print("of old:", [k for k in kept if k not in wanted])
sys.exit(set(kept) != set(wanted))
END
	echo "$output"
	[ "$status" -eq 0 ]
}

# --- what drives and what stands beside -------------------------------------

lines_file()
{
	awk 'BEGIN { for (i = 1; i <= 600; i++)
		print i, "10.1.2.3 CONNECT www.goto.com 443 - auth" }' > lines
}

@test "an answer on another channel is an error" {
	lines_file
	run "$PROGRAMS/driver" -n 10 lines sed -u 's/^[0-9]* .*/7 ERR/'
	echo "$output"
	[ "$status" -eq 1 ]
	has 'not asked for: 7 ERR'
}

@test "an answer too many is an error" {
	lines_file
	run "$PROGRAMS/driver" -n 10 lines sed -u 's/^\([0-9]*\) .*/\1 ERR\n\1 ERR/'
	echo "$output"
	[ "$status" -eq 1 ]
	has 'not asked for: 1 ERR'
}

@test "a helper that ends is an error" {
	lines_file
	run "$PROGRAMS/driver" -n 10 lines true
	echo "$output"
	[ "$status" -eq 1 ]
	has 'the helper has ended'
	run "$PROGRAMS/driver" -n 10 lines sed -u '9q; s/ .*/ ERR/'
	echo "$output"
	[ "$status" -eq 1 ]
	has 'the helper has ended'
}

@test "lines in any piece: floor answers each" {
	lines_file
	"$PROGRAMS/driver" -d 500 -n 100000 lines "$PROGRAMS/floor"
	"$PROGRAMS/driver" -d 1 -n 1000 lines "$PROGRAMS/floor"
	run bash -c '(printf "1 a"; sleep 0.1; printf " b\n2"; sleep 0.1; echo " c") | "$0"' \
		"$PROGRAMS/floor"
	[ "$output" = $'1 ERR\n2 ERR' ]
}

@test "the Perl and the Python helper decide on names as ours does" {
	local name sni helper
	stage "$BATS_TEST_TMPDIR/conf"
	"$GTB" emit squid --mode explicit --via native --policy "$POLICY" \
		--catalog "$CATALOG" |
		sed -n 's/^acl gtb_names_1 dstdomain -n //p' | tr ' ' '\n' \
		> names
	for name in www.goto.com goto.com x.y.goto-rtc.com evilgoto.com \
		goto.com.evil.example www.example.com; do
		for sni in - www.goto.com www.example.com; do
			echo "10.1.2.3 CONNECT $name 443 $sni auth"
		done
	done | awk '{ print NR, $0 }' > lines
	"$GTB_HELPER" -c "$POLICY" -C "$CATALOG" < lines | cut -d' ' -f 1,2 \
		> ours
	[ "$(grep -c OK ours)" -eq 6 ]
	for helper in "perl $BENCH/peer.pl" "python3 -B $BENCH/peer.py"; do
		$helper names < lines | cut -d' ' -f 1,2 | diff ours -
	done
}
