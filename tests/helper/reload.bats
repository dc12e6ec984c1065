# Files that change, break, vanish and come back.
load "${GTB_SRCDIR:-../..}/tests/helper/session.bash"

REQUEST="1 $GOTO auth"

# without_goto FILE...: write the document without *.goto.com, same size.
without_goto()
{
	local file
	for file in "$CATALOG"/*.yaml; do
		sed 's/\*\.goto\.com/*.oten.com/' "$file" | replace "$file"
	done
}

with_goto()
{
	local file
	for file in "$CATALOG"/*.yaml; do
		sed 's/\*\.oten\.com/*.goto.com/' "$file" | replace "$file"
	done
}

# break_file FILE: an unknown key on a line of its own; sets place.
break_file()
{
	place="$1:$(($(wc -l < "$1") + 1)):1: "
	{
		cat "$1"
		echo "nonsense: 1"
	} | replace "$1"
}

mend_file()
{
	grep -v '^nonsense: 1$' "$1" | replace "$1"
}

@test "a catalog renamed into place is in force within a second" {
	start
	ask "$REQUEST"
	[[ $reply == "1 OK "* ]]
	without_goto
	ask_until "1 ERR *not-listed*" "$REQUEST"
	echo "# no longer listed after $waited_ms ms" >&3
	with_goto
	ask_until "1 OK *" "$REQUEST"
	echo "# listed again after $waited_ms ms" >&3
	log_has 'INFO: loaded: ruleset [0-9a-f]{12}, '
	stop
	[ "$status" -eq 0 ]
}

@test "a new document in the catalog folder is noticed, and its removal" {
	local name
	start
	ask "$REQUEST"
	for name in "$CATALOG"/*.yaml; do
		mv "$name" "$FOLDER/"
	done
	ask "$REQUEST"
	mv "$FOLDER"/*.yaml "$CATALOG/"
	rm "$CATALOG/"goto-app.yaml
	log_has 'loaded: '
	ask "$REQUEST"
	[[ $reply == "1 OK "*v10-desktop* ]]
	stop
}

@test "a whole new catalog folder is noticed" {
	start
	ask "$REQUEST"
	cp -a "$CATALOG" "$CATALOG.new"
	sed -i 's/\*\.goto\.com/*.oten.com/' "$CATALOG.new"/*.yaml
	mv "$CATALOG" "$CATALOG.old"
	mv "$CATALOG.new" "$CATALOG"
	ask_until "1 ERR *not-listed*" "$REQUEST"
	stop
}

@test "mtime going backwards, same size" {
	start
	ask "$REQUEST"
	local file
	for file in "$CATALOG"/*.yaml; do
		sed 's/\*\.goto\.com/*.oten.com/' "$file" > "$FOLDER/new"
		chmod 644 "$FOLDER/new"
		touch -d '2001-01-01 00:00:00' "$FOLDER/new"
		mv "$FOLDER/new" "$file"
	done
	ask_until "1 ERR *not-listed*" "$REQUEST"
	stop
}

@test "same size and the very same mtime" {
	start
	ask "$REQUEST"
	local file
	for file in "$CATALOG"/*.yaml; do
		sed 's/\*\.goto\.com/*.oten.com/' "$file" > "$FOLDER/new"
		chmod 644 "$FOLDER/new"
		touch -r "$file" "$FOLDER/new"
		mv "$FOLDER/new" "$file"
	done
	ask_until "1 ERR *not-listed*" "$REQUEST"
	stop
}

@test "written in place, same size, mtime put back" {
	start
	ask "$REQUEST"
	local file
	for file in "$CATALOG"/*.yaml; do
		touch -r "$file" "$FOLDER/stamp"
		sed 's/\*\.goto\.com/*.oten.com/' "$file" > "$FOLDER/new"
		cat "$FOLDER/new" > "$file"
		touch -r "$FOLDER/stamp" "$file"
	done
	ask_until "1 ERR *not-listed*" "$REQUEST"
	stop
}

@test "two changes within the same second: the last one counts" {
	start
	ask "$REQUEST"
	for _ in 1 2 3; do
		without_goto
		with_goto
	done
	without_goto
	ask_until "1 ERR *not-listed*" "$REQUEST"
	sleep 0.5
	ask "$REQUEST"
	[[ $reply == "1 ERR "* ]]
	stop
}

@test "broken later: last good kept, told once with its place, mended" {
	local place
	start
	ask "$REQUEST"
	break_file "$CATALOG/v10-desktop.yaml"
	log_has "^ext_goto_bypass_acl: ERROR: $place"
	log_has 'the last good ruleset stays in force$'
	ask "$REQUEST"
	[[ $reply == "1 OK "* ]]
	sleep 1.2
	[ "$(log_count "$place")" -eq 1 ]
	[ "$(log_count 'stays in force')" -eq 1 ]
	mend_file "$CATALOG/v10-desktop.yaml"
	log_has 'the files are as they were: ruleset'
	stop
}

@test "broken policy later: the same" {
	local place
	start
	ask "$REQUEST"
	break_file "$POLICY"
	log_has "ERROR: $place"
	ask "$REQUEST"
	[[ $reply == "1 OK "* ]]
	sleep 0.6
	[ "$(log_count "$place")" -eq 1 ]
	mend_file "$POLICY"
	log_has 'the files are as they were'
	stop
}

@test "the same mistake saved again is told again" {
	local place
	start
	break_file "$POLICY"
	log_has "ERROR: $place"
	replace "$POLICY" < <(cat "$POLICY")
	for _ in $(seq 100); do
		[ "$(log_count "$place")" -lt 2 ] || break
		sleep 0.02
	done
	[ "$(log_count "$place")" -eq 2 ]
	sleep 0.6
	[ "$(log_count "$place")" -eq 2 ]
	stop
}

@test "broken at the start: no-ruleset, told once, mended later" {
	local place
	break_file "$POLICY"
	start
	ask "$REQUEST"
	[ "$reply" = "1 ${MALFORMED/malformed/no-ruleset}" ]
	[ "$(log_count "ERROR: $place")" -eq 1 ]
	grep -q 'there is no ruleset, so nothing is bypassed' "$LOG"
	grep -q 'started without a ruleset' "$LOG"
	mend_file "$POLICY"
	ask_until "1 OK *" "$REQUEST"
	stop
	[ "$status" -eq 0 ]
}

@test "missing at the start, then there: policy" {
	mv "$POLICY" "$FOLDER/away"
	start
	ask "$REQUEST"
	[[ $reply == "1 ERR "*no-ruleset* ]]
	grep -qF "ERROR: $POLICY: " "$LOG"
	mv "$FOLDER/away" "$POLICY"
	ask_until "1 OK *" "$REQUEST"
	stop
}

@test "missing at the start, then there: catalog folder" {
	mv "$CATALOG" "$FOLDER/away"
	start
	ask "$REQUEST"
	[[ $reply == "1 ERR "*no-ruleset* ]]
	grep -qF "ERROR: $CATALOG: " "$LOG"
	mv "$FOLDER/away" "$CATALOG"
	ask_until "1 OK *" "$REQUEST"
	stop
}

@test "missing at the start, then there: the folder of everything" {
	mv "$FOLDER/conf" "$FOLDER/away"
	start
	ask "$REQUEST"
	[[ $reply == "1 ERR "*no-ruleset* ]]
	mv "$FOLDER/away" "$FOLDER/conf"
	ask_until "1 OK *" "$REQUEST"
	stop
}

@test "emptied in place: last good kept, with its exclusions" {
	local request="1 192.0.2.7 CONNECT www.goto.com 443 - auth"
	{
		cat "$POLICY"
		printf 'exclude:\n  names: ["*.goto.com"]\n'
	} | replace "$POLICY"
	start
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	: > "$POLICY"
	log_has "ERROR: $POLICY: the file has no keys: write \\{\\} for"
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	echo '# a remark' > "$POLICY"
	sleep 0.6
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	echo '{}' > "$POLICY"
	ask_until "1 OK *" "$request"
	stop
}

@test "the beginning of the policy in force is taken after three seconds" {
	local request="1 192.0.2.7 CONNECT www.goto.com 443 - auth"
	cp "$POLICY" "$FOLDER/short"
	{
		cat "$POLICY"
		printf 'exclude:\n  names: ["*.goto.com"]\n'
	} > "$FOLDER/long"
	replace "$POLICY" < "$FOLDER/long"
	start
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	# Half of it, then all of it.
	cat "$FOLDER/short" > "$POLICY"
	log_has 'is the beginning of the policy in force: waiting 3 s'
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	cat "$FOLDER/long" > "$POLICY"
	log_has 'the files are as they were'
	# Meant as it is.
	cat "$FOLDER/short" > "$POLICY"
	sleep 2
	ask "$request"
	[[ $reply == "1 ERR "*excluded* ]]
	sleep 1
	ask_until "1 OK *" "$request"
	[ "$(log_count 'is the beginning of')" -eq 2 ]
	# A rename brings a whole file: nothing to wait for.
	replace "$POLICY" < "$FOLDER/long"
	ask_until "1 ERR *" "$request"
	replace "$POLICY" < "$FOLDER/short"
	ask_until "1 OK *" "$request"
	[ "$(log_count 'is the beginning of')" -eq 2 ]
	stop
}

@test "gone later: last good kept" {
	start
	ask "$REQUEST"
	rm -r "$CATALOG" "$POLICY"
	log_has 'the last good ruleset stays in force'
	ask "$REQUEST"
	[[ $reply == "1 OK "* ]]
	stop
}

@test "writable by others: refused, and taken when that is mended" {
	chmod 666 "$POLICY"
	start
	ask "$REQUEST"
	[[ $reply == "1 ERR "*no-ruleset* ]]
	grep -qF "$POLICY: " "$LOG"
	chmod 644 "$POLICY"
	ask_until "1 OK *" "$REQUEST"
	stop
}

@test "many mistakes: the first are told, the others counted" {
	{
		cat "$POLICY"
		for i in $(seq 50); do echo "nonsense-$i: 1"; done
	} | replace "$POLICY"
	run answer "$REQUEST"
	[[ $output == "1 ERR "*no-ruleset* ]]
	[ "$(log_count 'nonsense-')" -eq 6 ]
	grep -q 'errors: 50;' "$LOG"
	grep -q 'started without a ruleset' "$LOG"
}

# with_list FILE: the policy reads names from this list, too.
with_list()
{
	{
		cat "$POLICY"
		printf 'lists:\n  - file: %s\n    form: dstdomain\n' "$1"
	} | replace "$POLICY"
}

@test "a list file: added to the policy, then changed, then broken" {
	local request="1 192.0.2.7 CONNECT a.example.com 443 - auth"
	start
	ask "$request"
	[[ $reply == "1 ERR "* ]]
	replace "$FOLDER/conf/names.txt" <<< ".example.com"
	with_list names.txt
	ask_until "1 OK *gtb_rule_=list:names.txt:1 *" "$request"
	replace "$FOLDER/conf/names.txt" < \
		<(printf '# now on line 2\n.example.com\n')
	ask_until "1 OK *gtb_rule_=list:names.txt:2 *" "$request"
	replace "$FOLDER/conf/names.txt" <<< "*.example.com"
	log_has "ERROR: $FOLDER/conf/names.txt:1:"
	ask "$request"
	[[ $reply == "1 OK "* ]]
	replace "$FOLDER/conf/names.txt" <<< "b.example.com"
	ask_until "1 ERR *not-listed*" "$request"
	stop
}

@test "a list file beside the policy's folder" {
	replace "$FOLDER/names.txt" <<< ".example.com"
	start
	ask "$REQUEST"
	with_list "$FOLDER/names.txt"
	ask_until "1 OK *" "1 192.0.2.7 CONNECT example.com 443 - auth"
	stop
}

@test "a list file in a folder that was unknown: told, or taken" {
	ELSEWHERE=$(mktemp -d)
	chmod 755 "$ELSEWHERE"
	replace "$ELSEWHERE/names.txt" <<< ".example.com"
	start
	ask "$REQUEST"
	with_list "$ELSEWHERE/names.txt"
	if grep -q 'own folders' "$LOG"; then
		log_has "ERROR: $ELSEWHERE/names.txt: "
		log_has 'INFO: this process can read the folders it knew'
		log_has '"squid -k reconfigure" starts new helpers$'
		ask "$REQUEST"
		[[ $reply == "1 OK "* ]]
	else
		ask_until "1 OK *" "1 192.0.2.7 CONNECT example.com 443 - auth"
	fi
	stop
	[ "$status" -eq 0 ]
	# A new helper knows it.
	run answer "1 192.0.2.7 CONNECT example.com 443 - auth"
	[[ $output == "1 OK "* ]]
}

@test "a list file that is not there or not readable: no word of folders" {
	start
	ask "$REQUEST"
	with_list nothing.txt
	log_has "ERROR: $FOLDER/conf/nothing.txt: cannot open: No such file"
	log_has "ERROR: $POLICY:[0-9]+:5: cannot read the list .*/nothing.txt"
	log_has 'the last good ruleset stays in force'
	sed 's/nothing/other/' "$POLICY" > "$FOLDER/new"
	echo .example.com > "$FOLDER/conf/other.txt"
	chmod 0 "$FOLDER/conf/other.txt"
	replace "$POLICY" < "$FOLDER/new"
	if [ "$(id -u)" -ne 0 ]; then
		log_has "conf/other.txt: cannot open: Permission denied"
	else
		sleep 0.6
	fi
	! grep -q 'the folders it knew' "$LOG"
	stop
}

@test "without a thread files are still noticed" {
	answer "$REQUEST" > /dev/null
	if grep -q 'sandbox: off' "$LOG"; then
		skip "a sanitizer needs all the memory there is"
	fi
	# A stack that does not fit into the memory allowed: no thread.
	ulimit -S -s 2000000 2> /dev/null || skip "the stack is limited"
	ulimit -v 1000000 || skip "memory cannot be limited"
	start
	ask "$REQUEST"
	if ! grep -q 'no thread for reloading' "$LOG"; then
		skip "there is a thread all the same"
	fi
	without_goto
	ask_until "1 ERR *not-listed*" "$REQUEST"
	stop
	[ "$status" -eq 0 ]
}

@test "under load nothing is lost and nothing is half of each" {
	run python3 "$DRIVE" reload "$GTB_HELPER" "$POLICY" "$CATALOG" 4
	echo "$output"
	[ "$status" -eq 0 ]
}
