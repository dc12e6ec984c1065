# A private Squid with the emitted file, and a world behind it, on loopback.
#
# For the live tests and the demo alike: nothing here is of bats. All state
# lies in one folder, $RIG, so that a shell which only has RIG (and GTB,
# GTB_SRCDIR, GTB_HELPER: see tests/lib/common.bash) can go on with it.
# Functions return non-zero and say why on standard error.
#
#   rig_missing         prints what this machine lacks, if anything
#   rig_folder          prints a new folder that Squid's user can enter
#   rig_start DIR [squid.conf line...]
#                       all of the following; sets and exports RIG
#   rig_make DIR        certificates, password file, catalog, policy, world
#   rig_policy          standard input becomes the policy, by a rename
#   rig_emit [option..] writes the emitted file, by `goto-bypass emit`
#   rig_conf [line...]  writes squid.conf; the lines come before the include
#   rig_run             starts Squid, returns when it accepts connections
#   rig_wait SECONDS command...
#                       runs the command until it succeeds
#   rig_get URL [curl option...]
#                       one request with curl; prints what came of it:
#                       "spliced", "bumped", "http" and the status within,
#                       or 407, 403: the proxy's own answer; or "failed"
#   rig_hello TARGET [option...]
#                       one raw ClientHello; see hello.py
#   rig_log [REGEX]     the access.log lines of the last request, when one
#                       of them matches
#   rig_reconfigure, rig_rotate
#   rig_pid, rig_alive, rig_helpers
#   rig_tell            the ends of the logs, for a test that failed
#   rig_stop            ends it all and removes the folder
#
#   rig_load_start, rig_load_end
#                       traffic of all kinds meanwhile; see load.py
#
# Settings: RIG_VIA (external or native; icap: see icap.bash), RIG_MODE (for
# emit; default explicit), RIG_EMIT (array of options for emit), RIG_READY_LINE
# (what cache.log says last after a reconfigure), RIG_TRACE (not empty: the
# helper traces to cache.log), RIG_KEEP (not empty: it outlives this shell),
# RIG_ICAP (numbers of the servers for --via icap). RIG_USER is who may log in.
RIG_LIVE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG_USER=alice:secret
RIG_READY_S=15

rig_say()
{
	echo "rig: $*" >&2
}

# --- this machine -----------------------------------------------------------

rig_squid()
{
	local squid=${SQUID:-}

	if [ -z "$squid" ] || [ "$squid" = no ]; then
		squid=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v squid)
	fi
	echo "$squid"
}

# A program that comes with Squid.
rig_squid_program()
{
	local folder

	for folder in /usr/lib/squid /usr/lib64/squid /usr/libexec/squid; do
		[ ! -x "$folder/$1" ] || { echo "$folder/$1"; return; }
	done
	return 1
}

rig_missing()
{
	local squid
	squid=$(rig_squid)

	if [ ! -x "$squid" ] || ! "$squid" -v | grep -q -- '--with-openssl' ||
		! rig_squid_program security_file_certgen > /dev/null; then
		echo "Squid with OpenSSL is not installed (Debian: squid-openssl)"
	fi
}

# The user Squid becomes when started by root.
rig_squid_user()
{
	local user

	[ "$(id -u)" = 0 ] || { id -un; return; }
	for user in proxy squid nobody; do
		! id -u "$user" > /dev/null 2>&1 || { echo "$user"; return; }
	done
}

rig_can_enter()
{
	[ "$(id -u)" = 0 ] || return 0
	setpriv --reuid="$(rig_squid_user)" --clear-groups test -x "$1" \
		2> /dev/null
}

# Root's Squid is another user, who may not enter root's folders.
rig_folder()
{
	local base folder

	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		folder=$(mktemp -d "$base/goto-bypass-rig.XXXXXX") || continue
		chmod 755 "$folder"
		! rig_can_enter "$folder" || { echo "$folder"; return; }
		rmdir "$folder"
	done
	rig_say "no temporary folder that $(rig_squid_user) can enter"
	return 1
}

rig_free_port()
{
	python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# --- making -----------------------------------------------------------------

# rig_certificate NAME SUBJECT extension...: self-signed, in one file.
rig_certificate()
{
	local name=$1 subject=$2 extension
	local -a extensions=()
	shift 2

	for extension; do
		extensions+=(-addext "$extension")
	done
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 \
		-subj "/CN=$subject" "${extensions[@]}" \
		-keyout "$RIG/$name.key" -out "$RIG/$name.crt" \
		2> "$RIG/openssl.err" || { cat "$RIG/openssl.err" >&2; return 1; }
	cat "$RIG/$name.key" "$RIG/$name.crt" > "$RIG/$name.pem"
	chmod 644 "$RIG/$name.pem" "$RIG/$name.crt"
}

rig_certificates()
{
	rig_certificate ca gtb-test-proxy-ca \
		basicConstraints=critical,CA:TRUE \
		keyUsage=critical,keyCertSign,cRLSign &&
		rig_certificate origin gtb-test-origin \
			subjectAltName=DNS:gtb-test-origin
}

# Helpers, catalog and policy stand where Squid's user can read them.
rig_stage()
{
	mkdir -p "$RIG/catalog" "$RIG/bin" &&
		install -m 644 "$GTB_SRCDIR"/squid-conf/catalog/*.yaml \
			"$RIG/catalog/" &&
		install -m 644 "$GTB_SRCDIR/squid-conf/policy.yaml" \
			"$RIG/policy.yaml" &&
		install -m 755 "$GTB_HELPER" "$RIG/bin/ext_goto_bypass_acl"
}

# What Squid writes lies in a folder of its own: the policy's folder must not
# be writable by others.
rig_state()
{
	local certgen
	certgen=$(rig_squid_program security_file_certgen) || return 1

	mkdir -p "$RIG/state" &&
		"$certgen" -c -s "$RIG/state/ssl_db" -M 4MB > /dev/null &&
		chown -R "$(rig_squid_user)" "$RIG/state"
}

rig_password()
{
	local hash
	hash=$(openssl passwd -apr1 "${RIG_USER#*:}") || return 1

	echo "${RIG_USER%%:*}:$hash" > "$RIG/passwd"
	chmod 644 "$RIG/passwd"
}

# --world outlives this shell only while $$ does, unless RIG_KEEP is set.
rig_world()
{
	local owner=$$
	[ -z "${RIG_KEEP:-}" ] || owner=

	rm -f "$RIG/world.port"
	# shellcheck disable=SC2086
	python3 "$RIG_LIVE/world.py" "$RIG" $owner \
		< /dev/null > "$RIG/world.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/world.pid"
	rig_wait "$RIG_READY_S" test -s "$RIG/world.port" ||
		{ rig_say "no world: $(cat "$RIG/world.out")"; return 1; }
}

rig_make()
{
	export RIG=$1

	mkdir -p "$RIG" && chmod 755 "$RIG" && : > "$RIG/world.log" &&
		rig_certificates && rig_password && rig_stage && rig_state &&
		rig_world
}

rig_policy()
{
	cat > "$RIG/policy.new" && chmod 644 "$RIG/policy.new" &&
		mv "$RIG/policy.new" "$RIG/policy.yaml" || return 1
	! declare -F rig_policy_changed > /dev/null || rig_policy_changed
}

# What emit needs for --via icap, a word a line: the servers of icap.bash.
rig_emit_icap()
{
	local server
	[[ ${RIG_VIA:-} == *icap* ]] || return 0

	for server in $RIG_ICAP; do
		echo --icap
		echo "icap://127.0.0.1:$(cat "$RIG/icap$server/port")/goto_bypass"
	done
	printf '%s\n' --auth-acl authed
}

rig_emit()
{
	local -a icap
	mapfile -t icap < <(rig_emit_icap)

	"$GTB" emit squid --mode "${RIG_MODE:-explicit}" \
		--via "${RIG_VIA:-external}" \
		--policy "$RIG/policy.yaml" --catalog "$RIG/catalog" \
		--helper "$RIG/bin/ext_goto_bypass_acl" \
		"${icap[@]}" "$@" \
		> "$RIG/goto-bypass.conf.new" || return 1
	[ -z "${RIG_TRACE:-}" ] ||
		sed -i "/^external_acl_type /s|$RIG/bin/[^ ]*|& -d|" \
			"$RIG/goto-bypass.conf.new"
	mv "$RIG/goto-bypass.conf.new" "$RIG/goto-bypass.conf"
}

# --- squid.conf -------------------------------------------------------------

# Reaching nothing outside: no DNS answers, and one parent for everything.
rig_conf_base()
{
	rig_conf_common && cat << END
http_port 127.0.0.1:$1 $(rig_conf_bump)
dns_nameservers 127.255.255.254
cache_peer 127.0.0.1 parent $(cat "$RIG/world.port") 0 no-query no-digest no-netdb-exchange name=world
never_direct allow all
nonhierarchical_direct off
END
}

# The options of a port that inspects.
rig_conf_bump()
{
	echo "ssl-bump tls-cert=$RIG/ca.pem generate-host-certificates=on dynamic_cert_mem_cache_size=4MB"
}

rig_conf_common()
{
	local certgen ncsa
	certgen=$(rig_squid_program security_file_certgen) || return 1
	ncsa=$(rig_squid_program basic_ncsa_auth) || return 1

	cat << END
sslcrtd_program $certgen -s $RIG/state/ssl_db -M 4MB
sslcrtd_children 2 startup=1 idle=1
visible_hostname gtb-test
$([ "$(id -u)" != 0 ] || echo "cache_effective_user $(rig_squid_user)")
pid_filename $RIG/state/squid.pid
cache_log $RIG/state/cache.log
logformat rig %>p %>a %Ss/%03>Hs %rm %ru %[un %ssl::bump_mode %#ssl::>sni %note{gtb_auth_} %note{gtb_tls_} %note{gtb_reason_} %note{gtb_rule_} %note{gtb_identity_}
access_log stdio:$RIG/state/access.log rig
logfile_rotate 0
buffered_logs off
coredump_dir $RIG/state
cache deny all
cache_mem 8 MB
pinger_enable off
netdb_filename none
shutdown_lifetime 0 seconds
dns_defnames off
hosts_file none
url_rewrite_extras "%>a"
store_id_extras "%>a"
tls_outgoing_options cafile=$RIG/origin.crt
sslproxy_cert_error allow all
max_filedescriptors 1024
acl purge method PURGE
auth_param basic program $ncsa $RIG/passwd
auth_param basic children 2 startup=0 idle=1
auth_param basic realm gtb-test
END
}

# An admin's own file as Debian ships it, with basic authentication: the
# include stands where the emitted file says.
rig_conf()
{
	local line
	[ -s "$RIG/port" ] || rig_free_port > "$RIG/port"

	{
		rig_conf_base "$(cat "$RIG/port")" || return 1
		cat << END
acl localnet src 127.0.0.0/8
acl SSL_ports port 443
acl Safe_ports port 80 443 1025-65535
acl authed proxy_auth REQUIRED
END
		for line; do
			echo "$line"
		done
		cat << END
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access deny !localnet
include $RIG/goto-bypass.conf
http_access deny !authed
http_access allow authed
http_access deny all
END
	} > "$RIG/squid.conf.new" && mv "$RIG/squid.conf.new" "$RIG/squid.conf"
}

# --- running ----------------------------------------------------------------

# rig_wait SECONDS command...
rig_wait()
{
	local stop=$((SECONDS + $1))
	shift

	until "$@" 2> /dev/null; do
		[ $SECONDS -le $stop ] || return 1
		sleep 0.02
	done
}

# What a command begins with to run where Squid does; nets.bash sets it.
rig_inside()
{
	[ ! -s "$RIG/inside" ] || cat "$RIG/inside"
}

rig_accepts()
{
	# shellcheck disable=SC2016,SC2046
	$(rig_inside) bash -c '(exec 9<> "/dev/tcp/127.0.0.1/$0")' \
		"$(cat "$RIG/port")"
}

rig_pid()
{
	cat "$RIG/squid.pid"
}

rig_alive()
{
	kill -0 "$(rig_pid)"
}

rig_accepts_or_is_dead()
{
	rig_accepts || ! rig_alive
}

# Squid's shared memory is named after its service: without a name of its own,
# this one would take that of a Squid that runs here already.
rig_service()
{
	echo "gtb$(basename "$RIG" | tr -dc 'A-Za-z0-9' | tail -c 12)"
}

rig_launch()
{
	# shellcheck disable=SC2046
	$(rig_inside) "$(rig_squid)" -N -n "$(rig_service)" \
		-f "$RIG/squid.conf" < /dev/null > "$RIG/squid.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/squid.pid"
	rig_wait "$RIG_READY_S" rig_accepts_or_is_dead && rig_alive
}

# The port was free a moment ago; should somebody have it now, take another.
rig_run()
{
	local try

	for try in 1 2 3; do
		! rig_launch || return 0
		grep -q "commBind: Cannot bind" "$RIG/state/cache.log" || break
		sed -i "s/^http_port 127.0.0.1:$(cat "$RIG/port") /http_port 127.0.0.1:@/" \
			"$RIG/squid.conf"
		rig_free_port > "$RIG/port"
		sed -i "s/^http_port 127.0.0.1:@/http_port 127.0.0.1:$(cat "$RIG/port") /" \
			"$RIG/squid.conf"
	done
	rig_say "Squid did not start (try $try)"
	rig_tell >&2
	return 1
}

rig_start()
{
	rig_make "$1" && rig_emit "${RIG_EMIT[@]}" && rig_conf "${@:2}" &&
		rig_run
}

# rig_logged COUNT REGEX: has cache.log at least so many such lines?
rig_logged()
{
	[ "$(grep -c -- "$2" "$RIG/state/cache.log")" -ge "$1" ]
}

# rig_order ORDER REGEX: `squid -k ORDER`, until cache.log has said so.
rig_order()
{
	local count
	count=$(grep -c -- "$2" "$RIG/state/cache.log") || :

	"$(rig_squid)" -k "$1" -n "$(rig_service)" -f "$RIG/squid.conf" &&
		rig_wait "$RIG_READY_S" rig_logged $((count + 1)) "$2"
}

rig_reconfigure()
{
	rig_order reconfigure \
		"${RIG_READY_LINE:-Accepting SSL bumped HTTP Socket}" &&
		rig_wait "$RIG_READY_S" rig_accepts
}

rig_rotate()
{
	rig_order rotate "logfileRotate: stdio:$RIG/state/access.log"
}

# --- asking -----------------------------------------------------------------

rig_mark()
{
	stat -c %s "$RIG/state/access.log" 2> /dev/null > "$RIG/mark" ||
		echo 0 > "$RIG/mark"
}

# What curl saw, in words: its CONNECT's status, the answer's, the issuer.
rig_words()
{
	local connect=$1 code=$2 issuer

	issuer=$(sed -n 's/^\* *issuer:.*CN *= *//p' "$RIG/curl.err" | head -n 1)
	case $connect:$issuer in
	000:) [ "$code" = 200 ] && echo "http $code" || echo "$code" ;;
	200:gtb-test-origin) echo "spliced $code" ;;
	200:gtb-test-proxy-ca) echo "bumped $code" ;;
	200:*) echo "failed $code" ;;
	*) echo "$connect" ;;
	esac
}

rig_get()
{
	local url=$1 connect code port
	shift

	rig_mark
	read -r connect code port < <(curl -q -skv --noproxy '' --max-time 10 \
		-o "$RIG/body" -x "http://127.0.0.1:$(cat "$RIG/port")" \
		-w '%{http_connect} %{http_code} %{local_port}\n' \
		"$@" "$url" 2> "$RIG/curl.err")
	echo "$port" > "$RIG/last"
	rig_words "$connect" "$code"
}

rig_hello()
{
	local word port

	rig_mark
	read -r word port < <(python3 "$RIG_LIVE/hello.py" \
		--proxy "127.0.0.1:$(cat "$RIG/port")" \
		--world "$RIG/world.log" "$@")
	echo "$port" > "$RIG/last"
	echo "$word"
}

rig_log_since()
{
	tail -c "+$(($(cat "$RIG/mark") + 1))" "$RIG/state/access.log"
}

rig_log_lines()
{
	rig_log_since | grep "^$(cat "$RIG/last") "
}

rig_log_has()
{
	rig_log_lines | grep -qE -- "$1"
}

# Squid logs a tunnel when it ends, so a line can take a moment.
rig_log()
{
	rig_wait 5 rig_log_has "${1:-.}" && rig_log_lines && return
	rig_say "access.log has no line with \"${1:-.}\" for this request:"
	rig_log_lines >&2
	return 1
}

# --- load -------------------------------------------------------------------

# rig_load_start [option of load.py...]. The pipe's end is its sign to end, so
# it never outlives this shell.
rig_load_start()
{
	coproc RIG_LOAD {
		exec python3 "$RIG_LIVE/load.py" --user "$RIG_USER" \
			--proxy "127.0.0.1:$(cat "$RIG/port")" \
			"$@" > "$RIG/load.out" 2> "$RIG/load.err" 3>&- 4>&-
	}
}

# What came of it is then in $RIG/load.out.
rig_load_end()
{
	local pid=$RIG_LOAD_PID input=${RIG_LOAD[1]}

	exec {input}>&-
	wait "$pid"
	cat "$RIG/load.err" >&2
}

# --- the helper -------------------------------------------------------------

# The pids of Squid's helpers of ours, one a line; of others with the name of
# ours too.
rig_helpers()
{
	local file

	# pid (name) state parent
	for file in $(grep -lsE "^[0-9]+ \(.*\) [^Z] $(rig_pid) " \
		/proc/[0-9]*/stat); do
		file=${file%/stat}
		! grep -qs ext_goto_bypass_acl "$file/cmdline" ||
			echo "${file#/proc/}"
	done
}

# --- the end ----------------------------------------------------------------

rig_tell()
{
	local file

	for file in squid.out state/cache.log state/access.log world.log; do
		[ -s "$RIG/$file" ] || continue
		echo "--- $file (end)"
		tail -n 25 "$RIG/$file" | cut -c 1-400
	done
}

rig_gone()
{
	! kill -0 "$1"
}

# End a process: asked first, then not asked. A stopped one is woken.
rig_end()
{
	local pid=$1

	kill -s TERM "$pid" 2> /dev/null || return 0
	kill -s CONT "$pid" 2> /dev/null
	rig_wait "${2:-10}" rig_gone "$pid" || kill -s KILL "$pid"
	wait "$pid" 2> /dev/null
	return 0
}

rig_stop()
{
	local pid
	local -a helpers

	[ -d "${RIG:-}" ] || return 0
	if [ -s "$RIG/squid.pid" ]; then
		mapfile -t helpers < <(rig_helpers)
		rig_end "$(rig_pid)"
		for pid in "${helpers[@]}"; do
			rig_end "$pid" 2
		done
	fi
	[ ! -s "$RIG/world.pid" ] || rig_end "$(cat "$RIG/world.pid")"
	rm -rf "$RIG"
}
