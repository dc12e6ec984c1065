# What the linter's live tests share: a case file run by a real Squid.
#
# The case files are an admin's squid.conf, whole. What names the machine (the
# ports, the certificates, the users, the helper, the service) is replaced by
# the rig's; every other line is Squid's as it stands there.
load "../live/cases.bash"

CASES=$GTB_SRCDIR/tests/lint/cases

# Lines of a case that are the machine's affair.
MACHINE='^(https?_port|auth_param|sslcrtd_program) '

# What a bats file does that runs cases; it may have its own.
setup_file()
{
	begin_cases
}

setup()
{
	skip_without_squid
}

teardown_file()
{
	end_cases || :
}

teardown()
{
	tell_when_failed
}

begin_cases()
{
	local folder

	[ -z "$(rig_missing)" ] || return 0
	folder=$(rig_folder) && rig_make "$folder" || return 1
	install -m 755 "$GTB_SRCDIR/tests/lint/naive.py" \
		"$RIG/state/ext_site_acl"
	rig_free_port > "$RIG/port"
}

# end_cases [STOP]: whatever started is ended; STOP instead of rig_stop.
end_cases()
{
	local file service

	[ -d "${RIG:-}" ] || return 0
	service=$(rig_service)
	for file in "$RIG"/service.pid "$RIG"/forger/world.pid; do
		[ ! -s "$file" ] || rig_end "$(cat "$file")" || :
	done
	"${1:-rig_stop}"
	# What those that were killed have left.
	rm -f "/dev/shm/$service"-*
}

# case_base FILE: the rig's own lines; the port inspects where the case's does.
case_base()
{
	rig_conf_base "$(cat "$RIG/port")" |
		if grep -qE '^http_port .*ssl-bump' "$1"; then
			cat
		else
			sed 's/^\(http_port [^ ]*\) .*/\1 name=plain/'
		fi
	# Nobody answers.
	printf '%s\n' "dns_timeout 1 second" "dns_retransmit_interval 1 second"
}

# case_conf FILE: squid.conf is the rig's base (or what $BASE writes) and the
# case. WITHOUT is a regex of lines to leave out, WITH a script of sed for the
# case's.
case_conf()
{
	{
		"${BASE:-case_base}" "$1"
		grep -vE "$MACHINE" "$1" | sed -e "${WITH:-}" \
			-e "s|/usr/lib/squid/ext_site_acl|$RIG/state/ext_site_acl|" \
			-e "s|/var/log/squid/|$RIG/state/|" \
			-e "s|icap://127.0.0.1:1344/|icap://127.0.0.1:$(service_port)/|"
	} | grep -vE "${WITHOUT:-^$}" > "$RIG/squid.conf"
}

# What the case files name beside themselves.
case_files()
{
	local file

	for file in "$(dirname "$1")"/*; do
		case $file in
		*/bad*.conf | */good*.conf | *.expected) ;;
		*) install -m 644 "$file" "$RIG/" ;;
		esac
	done
}

# lint_agrees RULE FILE: the linter finds the rule broken in the very file
# that Squid runs with, or not, as its name says.
lint_agrees()
{
	local wanted=0 got=0
	[[ $2 != bad* ]] || wanted=1

	(cd "$RIG" && "$GTB" lint --only "$1" --fail-on note \
		--policy "$RIG/policy.yaml" --catalog "$RIG/catalog" \
		squid.conf) || got=$?
	[ $got = $wanted ] || { echo "lint --only $1, $2: status $got"; return 1; }
}

# with_case RULE FILE [MODE]: a new Squid with that case, and the helper of
# naive.py in that mode.
with_case()
{
	local file=$CASES/$1/$2.conf

	case_end
	case_files "$file" && case_conf "$file" || return 1
	helper_says "${3:-judge}"
	: > "$RIG/world.log"
	rm -f "$RIG"/state/*.log "$RIG/state/asked"
	touch "$RIG"/state/{cache.log,asked}
	chown "$(rig_squid_user)" "$RIG"/state/*
	lint_agrees "$1" "$2" && (cd "$RIG" && ${RUN:-rig_run})
}

# For a Squid that may end as soon as it has started.
run_or_not()
{
	rig_launch || :
}

squid_is_gone()
{
	! rig_alive
}

# Squid takes two seconds to end, whether asked to or not. This one has nothing
# to save, and its helpers end with it: the next has a port of its own, and
# does not wait.
case_end()
{
	[ -s "$RIG/squid.pid" ] || return 0
	CASE_LAST=$(rig_pid)
	kill -s KILL "$CASE_LAST" 2> /dev/null || :
	rm -f "$RIG/squid.pid" "$RIG/state/squid.pid"
	rig_free_port > "$RIG/port"
}

# --- the helper ------------------------------------------------------------

helper_says()
{
	echo "$1" > "$RIG/state/mode.new"
	mv "$RIG/state/mode.new" "$RIG/state/mode"
}

# asked REGEX: is there such a line among the helper's questions?
asked()
{
	rig_wait 5 grep -qE -- "$1" "$RIG/state/asked" ||
		{ echo "asked: no $1"; cat "$RIG/state/asked"; return 1; }
}

not_asked()
{
	! grep -E -- "$1" "$RIG/state/asked"
}

# --- other parts -----------------------------------------------------------

# An ICAP service, see service.py; without it, a port nobody listens on.
service_start()
{
	: > "$RIG/service.log"
	rm -f "$RIG/service.mode"
	python3 "$GTB_SRCDIR/tests/lint/service.py" "$RIG" \
		< /dev/null > "$RIG/service.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/service.pid"
	rig_wait "$RIG_READY_S" test -s "$RIG/service.port"
}

service_end()
{
	rig_end "$(cat "$RIG/service.pid")" || :
	rm -f "$RIG"/service.{pid,port}
}

service_says()
{
	echo "$*" > "$RIG/service.mode.new"
	mv "$RIG/service.mode.new" "$RIG/service.mode"
}

# service_asked REGEX: what it was asked, by request line.
service_asked()
{
	rig_wait 5 grep -aqE -- "$1" "$RIG/service.log" ||
		{ echo "service asked: no $1"; cat "$RIG/service.log"; return 1; }
}

service_not_asked()
{
	! grep -aE -- "$1" "$RIG/service.log"
}

service_port()
{
	cat "$RIG/service.port" 2> /dev/null || echo 1
}

# A world of its own where every server shows a certificate for www.goto.com
# that nobody has signed.
forger_start()
{
	local folder=$RIG

	RIG=$folder/forger
	mkdir -p "$RIG" && rig_certificate origin www.goto.com \
		subjectAltName=DNS:www.goto.com && rig_world
	RIG=$folder
	[ -s "$RIG/forger/world.port" ]
}

run_with_forger()
{
	sed -i "s/ parent [0-9]* / parent $(cat "$RIG/forger/world.port") /" \
		"$RIG/squid.conf" && rig_run
}

# raw_bytes TARGET: after a CONNECT something that is no TLS; prints how it
# ended: "through" when the world got the bytes, else "closed".
raw_bytes()
{
	local line proxy bytes
	bytes=$(printf 'no TLS at all, %048d' "$RANDOM")

	exec {proxy}<> "/dev/tcp/127.0.0.1/$(cat "$RIG/port")"
	printf 'CONNECT %s HTTP/1.1\r\n\r\n' "$1" >&"$proxy"
	read -r -t 5 line <&"$proxy"
	[[ $line == *" 200 "* ]] || { echo "$line"; return; }
	read -r -t 5 line <&"$proxy"
	printf '%s' "$bytes" >&"$proxy"
	# It ends either way: the world wants TLS as well.
	timeout 8 cat <&"$proxy" > /dev/null
	exec {proxy}>&-
	if grep -q "^hello $(printf '%s' "${bytes:11:32}" | od -An -tx1 |
		tr -d ' \n') " "$RIG/world.log"; then
		echo through
	else
		echo closed
	fi
}
