# Lines and replies, as Squid and as nobody should send them.
load "${GTB_SRCDIR:-../..}/tests/helper/session.bash"

# is LINE EXPECTED: with ids settled by a line before, the reply to LINE.
is()
{
	local got
	got=$(printf '%s\n' "1 $GOTO auth" "$1" | helper 2> "$LOG" | tail -n +2)
	echo "line     $1"
	echo "got      $got"
	echo "expected $2"
	[ "$got" = "$2" ]
}

@test "concurrent: each reply begins with the id of its request" {
	run answer "7 $GOTO auth" "3 $GOTO splice" "123456789012 x"
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == "7 OK gtb_auth_=bypass gtb_tls_=splice "* ]]
	[[ ${lines[1]} == "3 OK gtb_auth_=bypass gtb_tls_=splice "* ]]
	[ "${lines[2]}" = "123456789012 $MALFORMED" ]
}

@test "plain: one reply a line, in order, without an id" {
	run answer "$GOTO auth" "192.0.2.7 CONNECT evil.example 443 - auth" "" \
		"rubbish" "7 $GOTO auth" "$GOTO splice"
	[ "${#lines[@]}" -eq 6 ]
	[[ ${lines[0]} == "OK gtb_auth_=bypass "* ]]
	[[ ${lines[1]} == "ERR gtb_auth_=require "*not-listed* ]]
	[ "${lines[2]}" = "$MALFORMED" ]
	[ "${lines[3]}" = "$MALFORMED" ]
	[ "${lines[4]}" = "$MALFORMED" ]
	[[ ${lines[5]} == "OK "*gtb_tls_=splice* ]]
}

@test "plain: an IPv6 client settles it" {
	run answer "2001:db8::7 CONNECT www.goto.com 443 - auth" "x"
	[[ ${lines[0]} == "OK gtb_auth_=bypass "* ]]
	[ "${lines[1]}" = "$MALFORMED" ]
}

@test "lines before it is settled are not answered, and told" {
	run answer "rubbish" "- CONNECT www.goto.com 443 - auth" "" \
		"5 $GOTO auth"
	[ "${#lines[@]}" -eq 1 ]
	[[ ${lines[0]} == "5 OK "* ]]
	[ "$(log_count 'no answer to a line')" -eq 2 ]
}

@test "OK follows the question: auth and splice apart" {
	# No server name yet: auth can be decided, splice cannot.
	run answer "1 192.0.2.7 CONNECT www.goto.com 443 - auth" \
		"2 192.0.2.7 CONNECT www.goto.com 443 - splice"
	[[ ${lines[0]} == "1 OK gtb_auth_=bypass gtb_tls_=inspect "* ]]
	[[ ${lines[1]} == "2 ERR gtb_auth_=bypass gtb_tls_=inspect "* ]]
	[[ ${lines[1]} == *"gtb_reason_=awaiting-sni "* ]]
}

@test "an original destination is taken as a seventh field" {
	local in="1 192.0.2.7 CONNECT 68.64.0.1 443 - 68.64.0.1 splice"
	local out="2 192.0.2.7 CONNECT 198.51.100.1 443 - 198.51.100.1 splice"
	run answer "$in" "$out"
	[[ ${lines[0]} == "1 OK "*gtb_reason_=listed-network* ]]
	[[ ${lines[1]} == "2 ERR "* ]]
}

@test "trailing space and CR LF are taken" {
	run answer "1 $GOTO auth " "2 $GOTO auth"$'\r' "3 $GOTO auth "$'\r'
	[ "$(grep -c ' OK ' <<< "$output")" -eq 3 ]
}

@test "fields missing, too many, empty, unknown question" {
	is "2" "2 $MALFORMED"
	is "2 " "2 $MALFORMED"
	is "2 $GOTO" "2 $MALFORMED"
	is "2 192.0.2.7 CONNECT www.goto.com 443 auth" "2 $MALFORMED"
	is "2 $GOTO - auth auth" "2 $MALFORMED"
	is "2  $GOTO auth" "2 $MALFORMED"
	is "2 192.0.2.7 CONNECT  443 - auth" "2 $MALFORMED"
	is "2 $GOTO  auth" "2 $MALFORMED"
	is "2 $GOTO auth  " "2 $MALFORMED"
	is "2 $GOTO bump" "2 $MALFORMED"
	is "2 $GOTO AUTH" "2 $MALFORMED"
	is "2 $GOTO -" "2 $MALFORMED"
}

@test "nothing is decoded" {
	local word
	for word in %77ww.goto.com www%2egoto.com www.goto.com%00 \
		www.goto.com%0a2 www%252egoto.com '*.goto.com'; do
		run answer "1 192.0.2.7 CONNECT $word 443 - auth"
		echo "$word: $output"
		[[ $output == "1 ERR "*gtb_reason_=malformed* ]]
	done
}

@test "ids that are none get no answer" {
	local id
	for id in -1 +1 0x1 1e1 1.0 '' 18446744073709551616 \
		000000000000000000001 $'1\t' 192.0.2.7 '１' a; do
		is "$id $GOTO auth" ""
		[ "$(log_count 'no answer to a line')" -eq 1 ]
	done
}

@test "unusual ids are echoed as they are" {
	local id
	for id in 0 00 007 99999999999 18446744073709551615; do
		run answer "$id $GOTO auth"
		[[ $output == "$id OK "* ]]
	done
}

@test "empty lines get nothing where there are ids" {
	run answer "" "1 $GOTO auth" "" $'\r' "2 $GOTO auth"
	[ "${#lines[@]}" -eq 2 ]
	[ "$(log_count 'no answer')" -eq 0 ]
}

@test "control bytes, NUL and bytes above ASCII are malformed" {
	local byte
	for byte in 000 001 011 014 015 033 177 200 302 377; do
		printf "1 192.0.2.7 CONNECT www\\$byte.goto.com 443 - auth\n" \
			| helper > "$FOLDER/out" 2> "$LOG"
		echo "$byte: $(cat "$FOLDER/out")"
		[ "$(cat "$FOLDER/out")" = "1 $MALFORMED" ]
	done
}

@test "an over-long line is answered once, and the next as if nothing was" {
	local length
	for length in 4096 4097 16384 65536 1000000; do
		{
			printf '6 '
			head -c "$length" /dev/zero | tr '\0' x
			printf '\n7 %s auth\n' "$GOTO"
		} | helper > "$FOLDER/out" 2> "$LOG"
		[ "$(head -n 1 "$FOLDER/out")" = "6 $MALFORMED" ]
		[[ $(tail -n +2 "$FOLDER/out") == "7 OK "* ]]
	done
}

@test "an over-long line that ends like a good one is still malformed" {
	local pad
	pad=$(head -c 5000 /dev/zero | tr '\0' 'a')
	is "2 $pad $GOTO auth" "2 $MALFORMED"
	is "2 $GOTO auth$(head -c 5000 /dev/zero | tr '\0' ' ')" "2 $MALFORMED"
}

@test "an over-long line without an id gets no answer" {
	local pad
	pad=$(head -c 5000 /dev/zero | tr '\0' 1)
	is "$pad $GOTO auth" ""
}

@test "end of input in mid-line: no answer to it, exit 0" {
	run helper < <(printf '1 %s auth\n2 %s auth' "$GOTO" "$GOTO") 2> "$LOG"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^1 OK' <<< "$output")" -eq 1 ]
	[ "$(grep -c '^2 ' <<< "$output")" -eq 0 ]
	run helper < <(head -c 9000 /dev/zero) 2> "$LOG"
	[ "$status" -eq 0 ]
}

@test "one byte at a time" {
	run python3 "$DRIVE" chunks "$GTB_HELPER" "$POLICY" "$CATALOG" 400 1
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "thousands of random lines in random pieces, with ids" {
	run python3 "$DRIVE" chunks "$GTB_HELPER" "$POLICY" "$CATALOG" 20000 0
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "thousands of random lines in random pieces, without ids" {
	run python3 "$DRIVE" plain "$GTB_HELPER" "$POLICY" "$CATALOG" 20000
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "many lines in one piece come back in writes of whole lines" {
	run python3 "$DRIVE" batches "$GTB_HELPER" "$POLICY" "$CATALOG"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a reader that is slow gets everything" {
	run python3 "$DRIVE" slow "$GTB_HELPER" "$POLICY" "$CATALOG"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a Turkish locale changes nothing" {
	local lines_in=("1 192.0.2.7 CONNECT WWW.GOTO.COM 443 - auth"
		"2 192.0.2.7 CONNECT LAUNCH.GETGO.COM 443 - auth"
		"3 192.0.2.7 CONNECT GOTOMEETING.COM 443 - splice")
	local plain turkish
	plain=$(LC_ALL=C answer "${lines_in[@]}")
	turkish=$(LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 answer "${lines_in[@]}")
	[ "$plain" = "$turkish" ]
	[ "$(grep -c ' OK ' <<< "$plain")" -eq 2 ]
}

@test "Squid's helper-mux drives the plain mode" {
	local mux=/usr/lib/squid/helper-mux
	[ -x "$mux" ] || skip "no $mux"
	{
		printf '%s\n' "0 $GOTO auth" \
			"1 192.0.2.7 CONNECT evil.example 443 - auth" \
			"2 $GOTO splice"
		sleep 1
	} | "$mux" "$GTB_HELPER" -c "$POLICY" -C "$CATALOG" > "$FOLDER/out" \
		2> "$LOG"
	sort "$FOLDER/out"
	[ "$(wc -l < "$FOLDER/out")" -eq 3 ]
	grep -q '^0 OK gtb_auth_=bypass' "$FOLDER/out"
	grep -q '^1 ERR gtb_auth_=require' "$FOLDER/out"
	grep -q '^2 OK .*gtb_tls_=splice' "$FOLDER/out"
}
