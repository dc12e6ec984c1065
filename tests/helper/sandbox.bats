# What a running helper has given up, as the kernel tells it, and that it can
# live with that. What the guards refuse is tried in tests/helper/confined.
load "${GTB_SRCDIR:-../..}/tests/helper/session.bash"

# confined: skip when this build or kernel cannot.
confined()
{
	start "$@"
	ask "1 $GOTO auth"
	if grep -q 'sandbox: off' "$LOG"; then
		skip "built with a sanitizer"
	fi
	# Not even its own user can look into it.
	[ -r "/proc/$PID/environ" ] || skip "only root can look"
}

@test "these tests run it so that a call that is not allowed ends it" {
	[ -n "${GTB_SANDBOX-}" ] || skip "GTB_SANDBOX was set to nothing"
	[ "$GTB_SANDBOX" = kill ] || skip "GTB_SANDBOX was set to $GTB_SANDBOX"
	confined
	if grep -q 'no seccomp' "$LOG"; then
		skip "no seccomp here"
	fi
	grep -q 'sandbox: seccomp (kill), ' "$LOG"
	stop
	[ "$status" -eq 0 ]
}

@test "status: filter, no new privileges, no capabilities, all threads" {
	confined
	if grep -q 'no seccomp' "$LOG"; then
		skip "no seccomp here"
	fi
	[ "$(ls "/proc/$PID/task" | wc -l)" -eq 2 ]
	local task
	for task in "/proc/$PID/task/"*; do
		cat "$task/status"
		grep -qE '^NoNewPrivs:\s1$' "$task/status"
		grep -qE '^Seccomp:\s2$' "$task/status"
		[ "$(grep -cE '^Cap(Inh|Prm|Eff|Amb):\s0+$' "$task/status")" -eq 4 ]
	done
	stop
	[ "$status" -eq 0 ]
}

@test "root's bounding set of capabilities is empty" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	confined
	grep -qE '^CapBnd:\s0+$' "/proc/$PID/status"
	stop
}

@test "descriptors: the three, whatever was open when it was started" {
	exec 5< /etc/passwd 6> "$FOLDER/open"
	confined
	exec 5<&- 6>&-
	[ "$(ls "/proc/$PID/fd" | tr '\n' ' ')" = "0 1 2 " ]
	stop
}

@test "descriptors: after many loads still the three" {
	confined
	local i
	for i in $(seq 5); do
		{
			cat "$GTB_SRCDIR/squid-conf/policy.yaml"
			printf 'own:\n  - {name: n%d.example}\n' "$i"
		} | replace "$POLICY"
		ask_until "$i OK *" \
			"$i 192.0.2.7 CONNECT n$i.example 443 - auth"
	done
	[ "$(ls "/proc/$PID/fd" | tr '\n' ' ')" = "0 1 2 " ]
	stop
}

@test "environment: nothing is left of it" {
	SECRET=of-somebody-else confined
	[ "$(tr -d '\0' < "/proc/$PID/environ" | wc -c)" -eq 0 ]
	stop
	[ "$status" -eq 0 ]
}

@test "limits: no core, no process, few files" {
	confined
	cat "/proc/$PID/limits"
	grep -qE '^Max core file size +0 +0 ' "/proc/$PID/limits"
	grep -qE '^Max processes +0 +0 ' "/proc/$PID/limits"
	grep -qE '^Max open files +32 +32 ' "/proc/$PID/limits"
	stop
	[ "$status" -eq 0 ]
}

@test "GTB_SANDBOX=off leaves all of it out" {
	GTB_SANDBOX=off start
	ask "1 $GOTO auth"
	log_has 'sandbox: off$'
	grep -qE '^Seccomp:\s0$' "/proc/$PID/status"
	[ "$(tr -d '\0' < "/proc/$PID/environ" | wc -c)" -gt 0 ]
	stop
}

@test "without the variable a call that is not allowed only fails" {
	unset GTB_SANDBOX
	confined
	if grep -q 'no seccomp' "$LOG"; then
		skip "no seccomp here"
	fi
	grep -q 'sandbox: seccomp, ' "$LOG"
	stop
}

@test "the manual page knows every word of the state, and the variable" {
	local word page=$GTB_SRCDIR/src/helper/ext_goto_bypass_acl.8
	for word in 'own folders' 'no new privileges' 'no capabilities' \
		'no processes' 'no core' 'few files' 'descriptors closed' \
		'environment wiped'; do
		echo "$word"
		grep -qF "$word" "$GTB_SRCDIR/src/helper/sandbox.c"
		tr '\n' ' ' < "$page" | grep -q "$word"
	done
	grep -q '^.It Ev GTB_SANDBOX$' "$page"
}

@test "a whole life needs nothing that is not allowed" {
	export GTB_SANDBOX=kill
	confined -d
	log_has 'seccomp \(kill\)' || skip "no seccomp here"
	mv "$POLICY" "$POLICY.away"
	log_has 'ERROR: .*policy'
	mv "$POLICY.away" "$POLICY"
	log_has 'the files are as they were'
	replace "$CATALOG/extra.yaml" <<< "nonsense: 1"
	log_has 'extra\.yaml'
	rm "$CATALOG/extra.yaml"
	ask "2 $GOTO auth"
	[[ $reply == "2 OK "* ]]
	stop
	[ "$status" -eq 0 ]
}

# can_landlock: skip where nothing can be said about folders.
can_landlock()
{
	ask "1 $GOTO auth"
	grep -q 'own folders' "$LOG" || skip "no Landlock here"
}

# with_list_elsewhere: the policy names a list in a folder of its own.
with_list_elsewhere()
{
	ELSEWHERE=$(mktemp -d)
	chmod 755 "$ELSEWHERE"
	replace "$ELSEWHERE/names.txt" <<< ".example.com"
	{
		cat "$POLICY"
		printf 'lists:\n  - file: %s\n    form: dstdomain\n' \
			"$ELSEWHERE/names.txt"
	} | replace "$POLICY"
}

@test "no ruleset at the start: reading is confined all the same" {
	echo 'nonsense: 1' >> "$POLICY"
	start
	can_landlock
	cp "$GTB_SRCDIR/squid-conf/policy.yaml" "$FOLDER/good"
	replace "$POLICY" < "$FOLDER/good"
	ask_until "1 OK *" "1 $GOTO auth"
	with_list_elsewhere
	log_has 'INFO: this process can read the folders it knew'
	stop
}

@test "a broken catalog at the start: the policy's lists are known" {
	with_list_elsewhere
	mv "$CATALOG/goto-app.yaml" "$FOLDER/good"
	echo 'nonsense: 1' | replace "$CATALOG/goto-app.yaml"
	start
	can_landlock
	[[ $reply == "1 ERR "*no-ruleset* ]]
	replace "$CATALOG/goto-app.yaml" < "$FOLDER/good"
	ask_until "1 OK *list:names.txt:1 *" \
		"1 192.0.2.7 CONNECT example.com 443 - auth"
	stop
}

@test "folders that are not there yet: the nearest above them" {
	POLICY=$FOLDER/a/b/c/policy.yaml CATALOG=$FOLDER/a/b/c/catalog
	start
	can_landlock
	[[ $reply == "1 ERR "*no-ruleset* ]]
	mkdir -p "$FOLDER/a/b"
	mv "$FOLDER/conf" "$FOLDER/a/b/c"
	ask_until "1 OK *" "1 $GOTO auth"
	stop
}
