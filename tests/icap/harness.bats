# The service's handlers in a program of our own, which sanitizers can watch.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

HARNESS=$GTB_BUILDDIR/tests/icap/harness
MODULE=$GTB_BUILDDIR/srv_goto_bypass.so

setup()
{
	[ -x "$HARNESS" ] || skip "built without the c-icap service"
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
}

teardown()
{
	rm -rf "${FOLDER:-/nonexistent}"
}

harness()
{
	run "$HARNESS" "$MODULE" "$POLICY" "$CATALOG" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "20000 requests, most of them damaged: a verdict or none, one header" {
	harness random 20000 1
}

@test "bodies of all sizes, in pieces of all sizes, come out as they went in" {
	harness body
}

@test "four threads ask while policies change: no answer of both" {
	install -m 644 "$POLICY" "$POLICY.other"
	printf 'exclude:\n  names:\n    - "*.goto.com"\n' >> "$POLICY.other"
	harness threads 60
}

@test "without any files: every answer is 204 or a header less" {
	rm -r "$FOLDER/conf"
	run "$HARNESS" "$MODULE" "$POLICY" "$CATALOG" random 1000 2
	echo "$output"
	[[ $output == *" 0 with a verdict, "* ]]
}
