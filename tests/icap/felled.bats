# What ends processes of c-icap 0.5.10 itself: the service is not there yet.
load "${GTB_SRCDIR:-../..}/tests/icap/server.bash"

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

felled()
{
	run python3 -B "$GTB_SRCDIR/tests/icap/wrong.py" "$PORT" felled
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok ' <<< "$output")" -eq 8 ]
}

@test "wrong Encapsulated offsets that fell c-icap: it comes back, no answer is wrong" {
	server_start
	felled
	felled
	kill -0 "$PID"
}

@test "the same fells a c-icap without this service" {
	local echo before
	echo=$(c-icap-config --modulesdir)/srv_echo.so
	[ -f "$echo" ] || skip "no srv_echo"
	PORT=$(free_port)
	make_conf "$PORT" | sed -e "s,^Service .*,Service echo $echo," \
		-e '/^goto_bypass\./d' > "$FOLDER/c-icap.conf"
	server_run
	before=$(children)
	python3 -B "$GTB_SRCDIR/tests/icap/wrong.py" "$PORT" fell echo
	wait_for 5 grep -q 'did not exit normally' "$FOLDER/server.log" ||
		skip "this c-icap survives it: $(children), before: $before"
}
