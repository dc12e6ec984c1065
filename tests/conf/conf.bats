# The reader of squid.conf against Squid itself: what is executed, and what
# the values of acls are. GTB_SEED and GTB_COUNT choose other random files.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	SHOW=$GTB_BUILDDIR/tests/conf/show
	squid=${SQUID:-}
	if [ -z "$squid" ] || [ "$squid" = no ]; then
		squid=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v squid) ||
			true
	fi
}

needs_squid()
{
	[ -n "$squid" ] || skip "Squid is not installed"
	command -v python3 > /dev/null || skip "python3 is not installed"
	# The user it changes to reads the files too.
	chmod -R go+rX "$BATS_TEST_TMPDIR"
}

compare()
{
	run python3 "$GTB_SRCDIR/tests/conf/compare.py" "$1" "$SHOW" "$squid" \
		"$BATS_TEST_TMPDIR" "${GTB_SEED:-1}" "${GTB_COUNT:-$2}"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "conf: lines, if, include and macros are what Squid executes" {
	needs_squid
	compare lines 60
}

@test "conf: values of acls, of files and of quotes are what Squid takes" {
	needs_squid
	compare values 200
}

@test "conf: what Squid's own folder holds is read without a word" {
	local file
	[ -r /etc/squid/squid.conf ] || skip "no squid.conf is installed"
	run "$SHOW" /etc/squid/squid.conf
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" != *error* && "$output" == *line* ]]
}

@test "conf: every sample of ours is read without a word" {
	local file count=0
	for file in "$GTB_SRCDIR"/squid-conf/samples/*.conf; do
		[ -r "$file" ] || continue
		run "$SHOW" "$file"
		echo "$file: $output"
		[ "$status" -eq 0 ]
		[[ "$output" != *error* && "$output" == *line* ]]
		count=$((count + 1))
	done
	[ "$count" -gt 0 ] || skip "no samples are here"
}

@test "conf: examples of the kind that programs and wikis write" {
	local file name
	for file in "$GTB_SRCDIR"/tests/conf/examples/*.conf; do
		name=$(basename "$file" .conf)
		(cd "$GTB_SRCDIR/tests/conf/examples" && "$SHOW" "$name.conf") \
			> "$BATS_TEST_TMPDIR/$name.out"
		diff -u "${file%.conf}.out" "$BATS_TEST_TMPDIR/$name.out"
	done
}
