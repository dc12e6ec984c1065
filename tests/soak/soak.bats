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
	[ "$(grep -c '^fine ' <<< "$output")" -eq 10 ]
	[[ $output == *" 0 wrong answers"* ]]
}

# p50_us: of the output's line about the helper, in microseconds.
p50_us()
{
	sed -n 's/.*from when due: p50 0*\([0-9]*\)\.\([0-9]*\) ms.*/\1\2/p' \
		<<< "$output" | sed 's/^0*//'
}

# For 0.6 of each second, so most lines are due while it is stopped. Those that
# could not even be sent are late as well; and what was measured is still there
# when it is told, after the helper's end.
@test "a helper that stops now and then is late for every line that was due" {
	printf '#!/bin/sh\n%s\nexec "%s" "$@"\n' \
		"(while sleep 0.4 && kill -STOP \$\$; do sleep 0.6
		kill -CONT \$\$; done) > /dev/null 2>&1 3>&- &" \
		"$GTB_HELPER" > "$BATS_TEST_TMPDIR/lazy"
	chmod +x "$BATS_TEST_TMPDIR/lazy"
	export GTB_SOAK_HELPER=$BATS_TEST_TMPDIR/lazy
	run "$GTB_SRCDIR/tests/soak/run" 0.1 -l -h 20 -w 0
	echo "$output"
	[ "$status" -ne 77 ] || skip "$output"
	[ "$(p50_us)" -gt 10000 ]
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
