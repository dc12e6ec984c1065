# One helper to talk to, with copies of the shipped files of its own.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

DRIVE="$GTB_SRCDIR/tests/helper/drive.py"
GOTO='192.0.2.7 CONNECT www.goto.com 443 www.goto.com'
GRAMMAR='([0-9]+ )?(OK|ERR) gtb_auth_=(bypass|require) '
GRAMMAR+='gtb_tls_=(splice|inspect) gtb_reason_=[a-z-]+ '
GRAMMAR+='gtb_rule_=[A-Za-z0-9._:-]+ gtb_identity_=[A-Za-z0-9_-]+'

# What a malformed line is answered, behind its id.
MALFORMED='ERR gtb_auth_=require gtb_tls_=inspect gtb_reason_=malformed '
MALFORMED+='gtb_rule_=- gtb_identity_=-'

setup()
{
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
	LOG=$FOLDER/log
	PID=
	ELSEWHERE=
}

teardown()
{
	if [ -n "$PID" ]; then
		kill "$PID" 2> /dev/null || true
		wait "$PID" 2> /dev/null || true
	fi
	rm -rf "$FOLDER" ${ELSEWHERE:+"$ELSEWHERE"}
}

# answer LINE...: what a helper says to these lines and the end of input.
answer()
{
	printf '%s\n' "$@" | helper 2> "$LOG"
}

# helper OPTION...: run it on the staged files.
helper()
{
	"$GTB_HELPER" -c "$POLICY" -C "$CATALOG" "$@"
}

# start OPTION...: run it beside the test, for ask.
start()
{
	rm -f "$FOLDER/requests" "$FOLDER/replies"
	mkfifo "$FOLDER/requests" "$FOLDER/replies"
	"$GTB_HELPER" -c "$POLICY" -C "$CATALOG" "$@" < "$FOLDER/requests" \
		> "$FOLDER/replies" 2> "$LOG" 3>&- &
	PID=$!
	exec 7> "$FOLDER/requests" 8< "$FOLDER/replies"
}

# ask LINE: send it and set reply; 1 when none comes within 5 seconds, or it
# is not a sentence of the protocol.
ask()
{
	printf '%s\n' "$1" >&7
	IFS= read -r -t 5 reply <&8
	[[ $reply =~ ^$GRAMMAR$ ]]
}

# ask_until PATTERN LINE: ask until the reply matches; sets waited_ms. 1
# when it does not within 1000 ms.
ask_until()
{
	local from=${EPOCHREALTIME/[.,]/}
	while ask "$2"; do
		waited_ms=$(((${EPOCHREALTIME/[.,]/} - from) / 1000))
		# shellcheck disable=SC2053
		[[ $reply == $1 ]] && return 0
		[ "$waited_ms" -lt 1000 ] || break
		sleep 0.02
	done
	echo "after $waited_ms ms still: $reply"
	return 1
}

# stop: end of input; sets status to how the helper ended.
stop()
{
	exec 7>&- 8<&-
	status=0
	wait "$PID" || status=$?
	PID=
}

# log_has PATTERN: wait up to 2 seconds for a line of the log.
log_has()
{
	for _ in $(seq 100); do
		grep -qE -- "$1" "$LOG" && return 0
		sleep 0.02
	done
	echo "no line $1 in:"
	cat "$LOG"
	return 1
}

# log_count PATTERN
log_count()
{
	grep -cE -- "$1" "$LOG" || true
}
