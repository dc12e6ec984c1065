# Ten seconds of `make soak`; the machine may be busy, so latency is not asked
# for, and memory counts after one cycle.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

# soak: sets status and output; skips where it means nothing.
soak()
{
	run "$GTB_SRCDIR/tests/soak/run" 0.17 -l -h 200 -w 1
	echo "$output"
	[ "$status" -ne 77 ] || skip "$output"
}

@test "ten seconds of trouble: no wrong answer, no growth, no descriptor" {
	soak
	[ "$status" -eq 0 ]
	[ "$(grep -c '^fine ' <<< "$output")" -eq 7 ]
	[[ $output == *" 0 wrong answers"* ]]
}

@test "a helper with a wrong answer now and then does not pass" {
	printf '#!/bin/sh\n"%s" "$@" | sed -u "%s"\n' "$GTB_HELPER" \
		's/^\([0-9]*77 \)ERR /\1OK /' > "$BATS_TEST_TMPDIR/liar"
	chmod +x "$BATS_TEST_TMPDIR/liar"
	export GTB_SOAK_HELPER=$BATS_TEST_TMPDIR/liar
	soak
	[ "$status" -eq 1 ]
	[[ $output == *'wrong: request 77 '*'reply "77 OK '* ]]
	grep -qE '^SHORT +[1-9][0-9]* wrong answers' <<< "$output"
}
