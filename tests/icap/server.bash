# One c-icap with the service, made from the sample in squid-conf, on a free
# loopback port, with copies of the shipped files of its own.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

TALK="$GTB_SRCDIR/tests/icap/talk.py"
MODULE=$GTB_BUILDDIR/srv_goto_bypass.so
C_ICAP=${C_ICAP:-$(command -v c-icap || true)}
GOTO='CONNECT www.goto.com:443 HTTP/1.1'
OTHER='CONNECT www.example.com:443 HTTP/1.1'
READY_S=10

# why_no_server: in words; nothing when a server can be had.
why_no_server()
{
	if [ ! -f "$MODULE" ]; then
		echo "built without the c-icap service"
	elif [ ! -x "$C_ICAP" ]; then
		echo "c-icap is not installed"
	elif nm -D "$MODULE" | grep -qE '__(a|t|ub)san_'; then
		echo "built with a sanitizer, which c-icap is not"
	fi
}

need_server()
{
	local why
	why=$(why_no_server)
	[ -z "$why" ] || skip "$why"
}

free_port()
{
	python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for SECONDS COMMAND...: run it until it succeeds.
wait_for()
{
	local stop=$((SECONDS + $1))
	shift
	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -le $stop ] || return 1
		sleep 0.02
	done
}

# make_conf PORT: the sample, moved into our folder.
make_conf()
{
	sed -e "s,^Port .*,Port 127.0.0.1:$1," -e '/^User /d; /^Group /d' \
		-e "s,/var/run/c-icap/,$FOLDER/," -e "s,/var/log/c-icap/,$FOLDER/," \
		-e "s,^ServicesDir .*,ServicesDir $GTB_BUILDDIR," \
		"$GTB_SRCDIR/squid-conf/c-icap.conf"
	echo "goto_bypass.Policy $POLICY"
	echo "goto_bypass.Catalog $CATALOG"
}

# server_start: sets PORT and PID, with $FOLDER/conf/ staged.
server_start()
{
	PORT=$(free_port)
	make_conf "$PORT" > "$FOLDER/c-icap.conf"
	server_run
}

# server_run: with the c-icap.conf that is there.
server_run()
{
	"$C_ICAP" -N -f "$FOLDER/c-icap.conf" > "$FOLDER/out" 2>&1 3>&- &
	PID=$!
	wait_for "$READY_S" "$TALK" "$PORT" --options || {
		server_tell
		return 1
	}
}

# server_stop: c-icap may never end when it was reconfigured a moment ago, so
# it is made to.
server_stop()
{
	local all
	[ -n "${PID:-}" ] || return 0
	all="$PID $(children)"
	kill "$PID" 2> /dev/null || true
	wait_for 5 is_gone "$PID" || kill -9 $all 2> /dev/null || true
	wait "$PID" 2> /dev/null || true
	PID=
}

is_gone()
{
	! kill -0 "$1" || [[ $(ps -o stat= -p "$1") == Z* ]]
}

server_tell()
{
	tail -n 40 "$FOLDER/out" "$FOLDER/server.log" 2> /dev/null || true
}

# children: process ids of the server's processes, the first one left out.
children()
{
	ps -o pid= --ppid "$PID" | sort -n | xargs
}

# ask OPTION-OR-LINE...: sets output to what talk.py says.
ask()
{
	output=$("$TALK" "$PORT" "$@" 2>&1) || {
		echo "$output"
		server_tell
		return 1
	}
}

# says LINE: what the last ask said is this.
says()
{
	[ "$output" = "$1" ] && return 0
	echo "asked for: $1"
	echo "came:      $output"
	server_tell
	return 1
}

# statistic LABEL: the number from c-icap's info service.
statistic()
{
	"$TALK" "$PORT" --statistics | sed -n "s/^goto_bypass $1 : //p"
}
