# What a decision costs must not grow with the number of entries.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"
load "$GTB_SRCDIR/tests/bench/lib.bash"

setup_file()
{
	stage "$BATS_FILE_TMPDIR"
	export POLICY CATALOG
}

twice()
{
	local few many
	command -v valgrind > /dev/null || skip "valgrind is not installed"
	few=$(instructions "$(with_list 50 "$1")" 200 $HOSTS)
	many=$(instructions "$(with_list 1000000 "$1")" 200 $HOSTS)
	echo "# $1s: $few instructions with 50 lines, $many with 1,000,000" >&3
	[ "$few" -gt 0 ]
	[ "$many" -le $((2 * few)) ]
}

@test "a decision with 1,000,000 listed names costs at most twice one with 50" {
	twice name
}

@test "a decision with 1,000,000 listed networks costs at most twice one with 50" {
	twice net
}

@test "1,000,000 lines of either kind load within 200 MiB" {
	local kind got
	for kind in name net; do
		got=$("$GTB_BUILDDIR/tests/bench/decide" \
			"$(with_list 1000000 "$kind")" "$CATALOG" 1 www.goto.com)
		echo "# ${kind}s: $(figure load_ms <<< "$got") ms, $(figure memory_mib <<< "$got") MiB" >&3
		[ "$(figure memory_mib <<< "$got" | cut -d. -f1)" -lt 200 ]
	done
}

@test "a name chosen by an attacker costs no more than a listed one" {
	command -v valgrind > /dev/null || skip "valgrind is not installed"
	local policy listed deep long
	policy=$(with_list 1000000 name)
	listed=$(instructions "$policy" 200 host7.list.example)
	# As many labels as fit, under a listed name and under nothing.
	deep=$(printf 'a.%.0s' {1..115})list.example
	long=$(printf 'b.%.0s' {1..120})evil.test
	local d l
	d=$(instructions "$policy" 200 "$deep")
	l=$(instructions "$policy" 200 "$long")
	echo "# listed $listed, deepest below a listed one $d, deepest $l" >&3
	# Reading the longer text costs by the byte; looking up does not grow.
	[ "$d" -le $((listed + 2 * 253 * 20)) ]
	[ "$l" -le $((listed + 2 * 253 * 20)) ]
}

# What is counted is what gcc makes of it by the defaults of configure.
built_by_default()
{
	grep -q '^CC = gcc' "$GTB_BUILDDIR/Makefile" &&
		grep -qx 'CFLAGS = -g -O2' "$GTB_BUILDDIR/Makefile" &&
		! grep -q '^GTB_CFLAGS = .*-fsanitize' "$GTB_BUILDDIR/Makefile"
}

# Limits a little above what it takes, so that a step back is seen.
@test "a decision is cheap, and cheapest for a name that is not listed" {
	command -v valgrind > /dev/null || skip "valgrind is not installed"
	built_by_default || skip "not built by the defaults"
	local listed unlisted address
	listed=$(instructions "$POLICY" 200 www.goto.com global.gotomeeting.com)
	unlisted=$(instructions "$POLICY" 200 evil.example www.example.net)
	address=$(instructions "$POLICY" 200 68.64.0.10 203.0.113.9)
	echo "# instructions: listed name $listed, not listed $unlisted, address $address" >&3
	[ "$unlisted" -gt 0 ]
	[ "$unlisted" -lt "$listed" ]
	[ "$unlisted" -le 650 ]
	[ "$listed" -le 1250 ]
	[ "$address" -le 900 ]
}
