# Files that change, break, vanish and come back, under a real c-icap.
load "${GTB_SRCDIR:-../..}/tests/icap/server.bash"

PROCESSES=3

setup()
{
	need_server
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
}

teardown()
{
	server_stop
	rm -rf "${FOLDER:-/nonexistent}"
}

# start_processes: one thread each, so as many connections reach them all.
start_processes()
{
	PORT=$(free_port)
	make_conf "$PORT" |
		sed -e "s/^\(Start\|Max\)Servers .*/\1Servers $PROCESSES/" \
			-e 's/^ThreadsPerChild .*/ThreadsPerChild 1/' \
			-e 's/^MinSpareThreads .*/MinSpareThreads 0/' \
			> "$FOLDER/c-icap.conf"
	server_run
}

log_has()
{
	wait_for 4 grep -qE -- "$1" "$FOLDER/server.log" || {
		echo "no line $1 in:"
		cat "$FOLDER/server.log"
		return 1
	}
}

digest()
{
	"$TALK" "$PORT" --options | sed -n 's/^X-GoTo-Ruleset: //p'
}

digest_is_not()
{
	[ "$(digest)" != "$1" ]
}

exclude_goto()
{
	{
		cat "$POLICY"
		printf 'exclude:\n  names:\n    - "*.goto.com"\n'
	} | replace "$POLICY"
}

is_excluded()
{
	[[ $("$TALK" "$PORT" "$GOTO") == '204 [-] auth=excluded, tls=excluded' ]]
}

is_listed()
{
	[[ $("$TALK" "$PORT" "$GOTO") == '200 [auth] '* ]]
}

@test "every process has a changed policy within 2 seconds" {
	start_processes
	run python3 -B "$GTB_SRCDIR/tests/icap/changes.py" reach "$PORT" \
		"$PROCESSES" "$POLICY"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# after $output ms at the latest" >&3
	[ "$output" -le 2000 ]
}

@test "changes under load: no answer wrong, none waits" {
	server_start
	run python3 -B "$GTB_SRCDIR/tests/icap/changes.py" storm "$PORT" 4 \
		"$POLICY" 8
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# $output" >&3
	[ "$(grep -c 'did not exit normally' "$FOLDER/server.log")" -eq 0 ]
}

@test "a process that is killed comes back with what is in force" {
	start_processes
	exclude_goto
	wait_for 4 is_excluded
	# shellcheck disable=SC2046
	kill -9 $(children)
	wait_for 8 is_excluded
	! is_listed
}

@test "the control socket's command loads at once, echo's newline or not" {
	PORT=$(free_port)
	{
		make_conf "$PORT"
		echo goto_bypass.ReloadInterval 3600
	} > "$FOLDER/c-icap.conf"
	server_run
	exclude_goto
	echo goto_bypass_reload > "$FOLDER/c-icap.ctl"
	wait_for 3 is_excluded
	grep -v -e '^exclude:' -e '^  names:' -e '^    - "\*.goto' "$POLICY" |
		replace "$POLICY"
	printf %s goto_bypass_reload > "$FOLDER/c-icap.ctl"
	wait_for 3 is_listed
	grep -q 'goto_bypass: asked to reload' "$FOLDER/server.log"
}

@test "a mistake in the policy keeps the last good ruleset, is told once" {
	server_start
	{ cat "$POLICY"; echo 'nonsense: 1'; } | replace "$POLICY"
	log_has "goto_bypass: $POLICY:[0-9]+:1: .*nonsense"
	log_has 'the last good ruleset stays in force'
	is_listed
	grep -v nonsense "$POLICY" | replace "$POLICY"
	log_has 'the files are as they were'
	[ "$(grep -c nonsense "$FOLDER/server.log")" -eq 1 ]
	statistic_is 'reloads failed' 1
}

@test "no policy at the start: 204, OPTIONS works; it comes, and all is well" {
	mv "$POLICY" "$FOLDER/kept"
	server_start
	log_has "goto_bypass: $POLICY: "
	log_has 'every request is answered 204, no-ruleset'
	ask "$GOTO"
	says '204 [-] auth=no-ruleset, tls=no-ruleset'
	ask --options
	[[ $output == 'ICAP/1.0 200 OK'* ]]
	grep -qx 'X-GoTo-Ruleset: no-ruleset' <<< "$output"
	mv "$FOLDER/kept" "$POLICY"
	wait_for 4 is_listed
}

@test "a policy cut short while it is written waits for the rest" {
	cp "$POLICY" "$FOLDER/cut"
	exclude_goto
	cp "$POLICY" "$FOLDER/whole"
	server_start
	is_excluded
	cat "$FOLDER/cut" > "$POLICY"
	log_has 'is the beginning of the policy in force: waiting 3 s'
	is_excluded
	cat "$FOLDER/whole" > "$POLICY"
	log_has 'the files are as they were'
	is_excluded
}

@test "c-icap's reconfigure leaves the service as it was" {
	start_processes
	is_listed
	printf reconfigure > "$FOLDER/c-icap.ctl"
	wait_for 5 is_listed
	exclude_goto
	wait_for 5 is_excluded
}

@test "ISTag, digest and statistics follow the ruleset" {
	local before
	server_start
	before=$(digest)
	[[ $before =~ ^[0-9a-f]{64}$ ]]
	wait_for 8 statistic_is_in 'ruleset age in seconds' 1 8
	exclude_goto
	wait_for 4 digest_is_not "$before"
	[ "$("$TALK" "$PORT" --options | sed -n 's/^ISTag: "CI0001-\{0,1\}\(.*\)"/\1/p')" = \
		"$(digest | cut -c 1-26)" ]
	wait_for 4 statistic_is 'reloads good' 1
	wait_for 4 statistic_is_in 'ruleset age in seconds' 0 3
}

# statistic_is_in LABEL LEAST MOST
statistic_is_in()
{
	local number
	number=$(statistic "$1")

	[ "$number" -ge "$2" ] && [ "$number" -le "$3" ]
}

statistic_is()
{
	[ "$(statistic "$1")" -eq "$2" ]
}

# refused DIRECTIVE WORDS: c-icap ends, having named the line and why.
refused()
{
	echo "$1" >> "$FOLDER/c-icap.conf"
	"$C_ICAP" -N -D -f "$FOLDER/c-icap.conf" > "$FOLDER/refused" 2>&1 3>&- || true
	sed -i '$ d' "$FOLDER/c-icap.conf"
	cat "$FOLDER/refused"
	grep -qF "goto_bypass.$2" "$FOLDER/refused" &&
		grep -q "config file: \"$FOLDER/c-icap.conf\" line: [0-9]" \
			"$FOLDER/refused"
}

@test "directives are read strictly; c-icap names file and line" {
	make_conf 0 | grep -v '^goto_bypass\.' > "$FOLDER/c-icap.conf"
	refused 'goto_bypass.Policy' 'Policy needs an argument'
	refused 'goto_bypass.Policy policy.yaml' 'Policy must be an absolute path'
	refused 'goto_bypass.Policy /a /b' 'Policy takes one argument'
	refused 'goto_bypass.Catalog x' 'Catalog must be an absolute path'
	refused 'goto_bypass.ReloadInterval 0' 'ReloadInterval must be seconds'
	refused 'goto_bypass.ReloadInterval 1s' 'ReloadInterval must be seconds'
	refused 'goto_bypass.ReloadInterval -1' 'ReloadInterval must be seconds'
	refused 'goto_bypass.ReloadInterval 3601' 'ReloadInterval must be seconds'
	refused $'goto_bypass.Policy /a\ngoto_bypass.Policy /a' 'Policy is said twice'
	sed -i '/^goto_bypass\./d' "$FOLDER/c-icap.conf"
	refused 'goto_bypass.Nonsense 1' '' || grep -q 'Nonsense' "$FOLDER/refused"
}
