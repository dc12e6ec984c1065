# The demo ends well, prints what README shows, and leaves nothing behind.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	. "$GTB_SRCDIR/tests/live/rig.bash"
	[ -z "$(rig_missing)" ] || skip "$(rig_missing)"
}

# The table of README, or of the demo on standard input, without blanks at the
# ends of lines.
table()
{
	sed 's/ *$//' | sed -n '/^ *asked to$/,/^$/p' | sed '/^$/d'
}

@test "the demo prints the table of README" {
	bash "$GTB_SRCDIR/tests/demo/demo" > "$BATS_TEST_TMPDIR/out" \
		2> "$BATS_TEST_TMPDIR/err" < /dev/null ||
		{ cat "$BATS_TEST_TMPDIR"/{out,err}; false; }
	table < "$BATS_TEST_TMPDIR/out" > "$BATS_TEST_TMPDIR/table"
	sed -n '/^```demo$/,/^```$/p' "$GTB_SRCDIR/README.md" | sed '1d;$d' \
		> "$BATS_TEST_TMPDIR/readme"
	[ -s "$BATS_TEST_TMPDIR/table" ]
	diff "$BATS_TEST_TMPDIR/readme" "$BATS_TEST_TMPDIR/table"
}

@test "an ordinary user can run it from a tree only its owner may enter" {
	[ "$(id -u)" = 0 ] || skip "needs root to become another user"
	local tree=$BATS_TEST_TMPDIR/tree
	mkdir -m 755 "$tree"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR" \
		"$BATS_RUN_TMPDIR"
	mkdir "$tree/src"
	cp -r "$GTB_SRCDIR"/{squid-conf,tests} "$tree/src/"
	cp "$GTB" "$GTB_HELPER" "$tree/src/"
	chown -R nobody "$tree/src"
	chmod 700 "$tree/src"
	cd /
	run setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups \
		env GTB_SRCDIR="$tree/src" GTB_BUILDDIR="$tree/src" HOME="$tree/src" \
		bash "$tree/src/tests/demo/demo" < /dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"www.goto.com  "*"no       no"* ]]
}
