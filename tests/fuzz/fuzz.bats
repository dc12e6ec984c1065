# The script behind `make fuzz`, and that its tables and the tree agree.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

RUN="$GTB_SRCDIR/tests/fuzz/run"

setup()
{
	FOLDER=$(mktemp -d)
	mkdir -p "$FOLDER/tests/fuzz"
	cd "$FOLDER" || return
}

teardown()
{
	rm -rf "$FOLDER"
}

# fake NAME RUNS STATUS: a fuzzer that says so many runs, and ends like that.
fake()
{
	printf '#!/bin/sh\necho "$*" > %s.arguments\n' "$FOLDER/$1" \
		> "tests/fuzz/fuzz_$1"
	printf 'echo "stat::number_of_executed_units: %s"\nexit %s\n' "$2" "$3" \
		>> "tests/fuzz/fuzz_$1"
	chmod +x "tests/fuzz/fuzz_$1"
}

table()
{
	sed -n "/^TABLE='/,/^'/p" "$RUN" | awk 'NF == 3 { print $1, $3 }'
}

@test "every fuzzer of the tree is in the table, with seeds and words" {
	local name words
	[ "$(table | awk '{ print $1 }' | sort)" = "$(
		ls "$GTB_SRCDIR"/tests/fuzz/fuzz_*.c |
			sed 's,.*/fuzz_,,; s,\.c$,,' | sort)" ]
	while read -r name words; do
		echo "$name $words"
		[ -s "$GTB_SRCDIR/tests/fuzz/$words.dict" ]
		[ -n "$(ls "$GTB_SRCDIR/tests/fuzz/fuzz_$name.in")" ]
		grep -q "tests/fuzz/fuzz_$name\\b" \
			"$GTB_SRCDIR/tests/fuzz/Makefile.inc"
	done < <(table)
}

@test "dictionaries are what libFuzzer reads" {
	local file
	for file in "$GTB_SRCDIR"/tests/fuzz/*.dict; do
		run grep -nvE '^(#.*|"([^"\\]|\\x[0-9a-f]{2}|\\["\\])+")?$' "$file"
		echo "$file: $output"
		[ "$status" -eq 1 ]
	done
}

@test "one that finds nothing: its runs, status 0" {
	fake line 1234 0
	run "$RUN" --seconds 5 --runs 1000 "$GTB_SRCDIR" line
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-2]} =~ ^line\ +1234\ +[0-9]+\ +0\ +fine$ ]]
	[[ ${lines[-1]} =~ ^all\ +1234$ ]]
	grep -q -- '-max_total_time=5 -runs=1000 ' line.arguments
}

@test "a find, too few runs, and a name that is none are told" {
	fake line 10 77
	fake host 10 0
	run "$RUN" --runs 100 "$GTB_SRCDIR" line host
	echo "$output"
	[ "$status" -eq 1 ]
	[[ ${lines[-3]} == *FOUND && ${lines[-2]} == *SHORT ]]
	run "$RUN" --runs 100 "$GTB_SRCDIR" nonsense
	[ "$status" -eq 2 ]
	run "$RUN" --runs many "$GTB_SRCDIR" line
	[ "$status" -eq 2 ]
}

@test "parts share the runs, which add up, and one that finds is told" {
	fake line 500 0
	run "$RUN" --runs 1000 --parts 2 "$GTB_SRCDIR" line
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-2]} =~ ^line\ +1000\ +[0-9]+\ +0\ +fine$ ]]
	grep -q -- '-runs=500 ' line.arguments
	printf '#!/bin/sh\nmkdir first || exit 77\necho %s\n' \
		'stat::number_of_executed_units: 500' > tests/fuzz/fuzz_line
	run "$RUN" --runs 1000 --parts 2 "$GTB_SRCDIR" line
	echo "$output"
	[ "$status" -eq 1 ]
	[[ ${lines[-2]} =~ ^line\ +500\ +[0-9]+\ +0\ +FOUND$ ]]
	run "$RUN" --runs 1000 --parts 0 "$GTB_SRCDIR" line
	[ "$status" -eq 2 ]
}
