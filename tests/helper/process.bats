# The helper as a process: options, messages, ends.
load "${GTB_SRCDIR:-../..}/tests/helper/session.bash"

@test "-h prints help on standard output and ends with 0" {
	local option
	for option in -h --help; do
		run "$GTB_HELPER" "$option" 2> /dev/null
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == usage:* ]]
		[[ $output == *--policy*--catalog*--debug*--help*--version* ]]
	done
}

@test "-V prints name and version" {
	run "$GTB_HELPER" -V
	[ "$status" -eq 0 ]
	[[ $output =~ ^ext_goto_bypass_acl\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	run "$GTB_HELPER" --version
	[ "$status" -eq 0 ]
}

@test "wrong options: usage on standard error, status 1" {
	local wrong
	for wrong in -x --nonsense -c extra "-d extra"; do
		status=0
		# shellcheck disable=SC2086
		"$GTB_HELPER" $wrong > "$FOLDER/out" 2> "$LOG" < /dev/null ||
			status=$?
		[ "$status" -eq 1 ]
		[ ! -s "$FOLDER/out" ]
		grep -q '^usage: ' "$LOG"
	done
}

@test "long options do what short ones do" {
	run "$GTB_HELPER" --policy="$POLICY" --catalog "$CATALOG" --debug \
		< <(echo "1 $GOTO auth") 2> "$LOG"
	[[ $output == *"1 OK "* ]]
	grep -q DEBUG "$LOG" || [[ $output == *DEBUG* ]]
}

@test "one line at the start: version, digest, counts, confinement" {
	answer "1 $GOTO auth"
	cat "$LOG"
	[ "$(log_count '')" -eq 1 ]
	local form='^ext_goto_bypass_acl: INFO: [0-9.]+ started with ruleset '
	form+='[0-9a-f]{12}, [0-9]+ names, [0-9]+ networks; sandbox: [a-z]'
	grep -qE "$form" "$LOG"
}

@test "-d traces every decision in one printable line" {
	printf '%s\n' "1 $GOTO auth" "2 $GOTO 198.51.100.1 splice" \
		$'3 \033[31m '"$GOTO auth" | helper -d > "$FOLDER/out" 2> "$LOG"
	[ "$(wc -l < "$FOLDER/out")" -eq 3 ]
	[ "$(log_count DEBUG)" -eq 3 ]
	local form='DEBUG: id=1 question=auth client=192\.0\.2\.7 '
	form+='method=CONNECT host=www\.goto\.com port=443 '
	form+='sni=www\.goto\.com dst=- '
	form+='auth=bypass reason=[a-z-]+ rule=[^ ]+ identity=- '
	form+='tls=splice reason=[a-z-]+ rule=[^ ]+ identity=-$'
	grep -qE "$form" "$LOG"
	grep -q 'id=2 question=splice .* dst=198.51.100.1 ' "$LOG"
	grep -qF 'malformed: "3 \x1b[31m ' "$LOG"
	[ "$(LC_ALL=C grep -c '[^ -~]' "$LOG")" -eq 0 ]
}

@test "the log is limited to ten lines a second, and counts the rest" {
	local shown
	{
		echo "1 $GOTO auth"
		for _ in $(seq 500); do echo "x $GOTO auth"; done
	} | helper > "$FOLDER/out" 2> "$LOG"
	[ "$(wc -l < "$FOLDER/out")" -eq 1 ]
	shown=$(log_count 'no answer to a line')
	echo "shown: $shown"
	[ "$shown" -le 20 ]
	[ "$shown" -ge 9 ]
	tail -n 1 "$LOG" | grep -q ' log lines suppressed$'
	[ "$(grep -o '[0-9]* log lines suppressed' "$LOG" |
		awk '{ n += $1 } END { print n }')" -eq $((500 - shown)) ]
}

@test "every log line has the same form" {
	{
		echo "1 $GOTO auth"
		head -c 3000 /dev/urandom
		echo
	} | helper -d > /dev/null 2> "$LOG"
	local form='^ext_goto_bypass_acl: (ERROR|WARNING|INFO|DEBUG): [ -~]+$'
	[ "$(LC_ALL=C grep -cvE "$form" "$LOG")" -eq 0 ]
}

@test "a log that nobody reads stops nothing" {
	run python3 "$DRIVE" deaf "$GTB_HELPER" "$POLICY" "$CATALOG"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "the other end gone: quiet end with 0" {
	{
		status=0
		helper 2> "$LOG" < <(yes "1 $GOTO auth" | head -n 100000) ||
			status=$?
		echo "$status" > "$FOLDER/status"
	} | head -n 1 > /dev/null
	[ "$(cat "$FOLDER/status")" -eq 0 ]
	[ "$(log_count '')" -eq 1 ]
}

@test "files for input and output" {
	printf '%s\n' "1 $GOTO auth" "2 $GOTO auth" > "$FOLDER/in"
	helper < "$FOLDER/in" > "$FOLDER/out" 2> "$LOG"
	[ "$(wc -l < "$FOLDER/out")" -eq 2 ]
}

@test "closed descriptors: nothing of ours takes their number" {
	local fd
	for fd in 0 1 2; do
		status=0
		echo "1 $GOTO auth" | case $fd in
		0) helper > "$FOLDER/out" 2> "$LOG" <&- ;;
		1) helper 2> "$LOG" >&- ;;
		2) helper > "$FOLDER/out" 2>&- ;;
		esac || status=$?
		[ "$status" -eq 0 ]
	done
	[[ $(cat "$FOLDER/out") == "1 OK "* ]]
}

@test "input that cannot be read: told, status 1" {
	status=0
	helper < "$FOLDER" 2> "$LOG" || status=$?
	[ "$status" -eq 1 ]
	grep -q 'ERROR: cannot read requests: Is a directory' "$LOG"
}

@test "output that cannot be written: told, status 1" {
	[ -e /dev/full ] || skip "no /dev/full"
	status=0
	echo "1 $GOTO auth" | helper > /dev/full 2> "$LOG" || status=$?
	[ "$status" -eq 1 ]
	grep -q 'ERROR: cannot write replies: No space left' "$LOG"
}

@test "a person at a terminal is told what this is" {
	run python3 "$DRIVE" terminal "$GTB_HELPER" "$POLICY" "$CATALOG"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"Squid's helper protocol"* ]]
}

@test "the first answer comes soon after the start" {
	run python3 "$DRIVE" first "$GTB_HELPER" "$POLICY" "$CATALOG"
	echo "# first answer after $output ms" >&3
	[ "$status" -eq 0 ]
	[ "$output" -lt 1000 ]
}
