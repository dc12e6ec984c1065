# The live cases that hold for --via external and --via native alike, for the
# bats files. Each is judged by what the client got, by access.log, and by
# what the world behind the proxy saw.
load "../lib/common.bash"
load "../live/rig.bash"

LISTED=www.goto.com
UNLISTED=www.example.net

# For setup(): bats cannot skip a whole file from setup_file().
skip_without_squid()
{
	local missing
	missing=$(rig_missing)

	[ -z "$missing" ] || skip "$missing"
}

# begin VIA [squid.conf line...]: one Squid for the tests of a file.
begin()
{
	local folder
	export RIG_VIA=$1
	shift

	[ -z "$(rig_missing)" ] || return 0
	folder=$(rig_folder) || return 1
	rig_make "$folder" && policy_everyday && rig_emit "${RIG_EMIT[@]}" &&
		rig_conf "$@" && rig_run
}

# Port 22 is let through to our rules, so that it is they who say no to it.
begin_with_port_22()
{
	begin "$1" 'acl SSL_ports port 22' 'acl Safe_ports port 22'
}

policy_everyday()
{
	rig_policy << 'END'
tiers:
  third-party:
    enabled: yes
ports: [443, 80]
identities:
  - name: here
    clients: [127.0.0.1/32]
exclude:
  names: [excluded.goto.com]
own:
  - network: 2001:db8::/32
    special: yes
END
}

# What a failed test leaves on its output.
tell_when_failed()
{
	[ -n "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || rig_tell
}

# gives WANTED command...: the command prints that, perhaps with more behind.
gives()
{
	local wanted=$1 got
	shift

	got=$("$@")
	[[ $got == "$wanted" || $got == "$wanted "* ]] && return
	echo "$*: got \"$got\", wanted \"$wanted\""
	return 1
}

# is_not UNWANTED command...
is_not()
{
	local unwanted=$1 got
	shift

	got=$("$@")
	[[ $got != "$unwanted" && $got != "$unwanted "* ]] && return
	echo "$*: got \"$got\""
	return 1
}

# no command...: it fails. ("!" would not fail a test.)
no()
{
	local out

	out=$("$@" 2>&1) || return 0
	printf '%s\n' "should have failed: $*" "$out" | head -n 10
	return 1
}

# What access.log says of the last request, for each way it can go.
logged_spliced()
{
	rig_log "^[0-9]+ [^ ]+ TCP_TUNNEL/[0-9]+ CONNECT [^ ]+ $1 splice "
}

# The first line of a tunnel says "splice" before the second pass has had its
# say, so it is TCP_TUNNEL that tells.
logged_not_spliced()
{
	rig_log "$1" && ! rig_log_has ' TCP_TUNNEL/'
}

logged_bumped()
{
	logged_not_spliced " NONE_NONE/200 CONNECT [^ ]+ $1 bump "
}

logged_407()
{
	logged_not_spliced ' TCP_DENIED/407 '
}

# tunnelled_to TARGET: the world got bytes that were the client's own.
tunnelled_to()
{
	grep -qF "request direct https $1 " "$RIG/world.log"
}

# --- the cases --------------------------------------------------------------

case_listed_without_credentials()
{
	gives "spliced 200" rig_get "https://$LISTED/one"
	logged_spliced -
	tunnelled_to "$LISTED:443"
}

case_unlisted_without_credentials()
{
	gives 407 rig_get "https://$UNLISTED/"
	logged_407
}

case_unlisted_with_credentials()
{
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	logged_bumped alice
	rig_log ' TCP_MISS/200 GET '
	no tunnelled_to "$UNLISTED:443"
}

# Squid connects to the CONNECT's host whatever the SNI says.
case_listed_host_unlisted_sni()
{
	gives bumped rig_hello "$LISTED:443" --sni "$UNLISTED"
	logged_bumped -
	# ... and inside there is no way on to the unlisted one.
	gives "bumped 403" rig_get "https://$UNLISTED/four" \
		--connect-to "$UNLISTED:443:$LISTED:443"
	rig_log ' TCP_DENIED/403 GET '
	no grep -F /four "$RIG/world.log"
}

case_unlisted_host_listed_sni()
{
	gives 407 rig_hello "$UNLISTED:443" --sni "$LISTED"
	logged_407
	gives bumped rig_hello "$UNLISTED:443" --sni "$LISTED" \
		--user "$RIG_USER"
	logged_bumped alice
}

case_port_22()
{
	gives 407 rig_get "https://$LISTED:22/"
	logged_407
	gives "bumped 200" rig_get "https://$LISTED:22/" -U "$RIG_USER"
	logged_bumped alice
	gives 407 rig_hello 68.64.0.10:22
	logged_407
}

case_address()
{
	# A name proves nothing without the server name: inspected.
	gives bumped rig_hello "$LISTED:443"
	logged_bumped -
	gives spliced rig_hello 68.64.0.10:443
	logged_spliced -
	gives spliced rig_hello 68.64.0.10:443 --sni "$LISTED"
	logged_spliced -
	gives bumped rig_hello 68.64.0.10:443 --sni "$UNLISTED"
	logged_bumped -
	# An SNI is never an address (RFC 6066).
	gives bumped rig_hello 68.64.0.10:443 --sni 68.64.0.10
	logged_bumped -
	gives 407 rig_hello 203.0.113.10:443
	logged_407
	gives 407 rig_hello 203.0.113.10:443 --sni "$LISTED"
	logged_407
}

case_address_v6()
{
	gives spliced rig_hello '[2001:db8::10]:443'
	logged_spliced -
	gives spliced rig_hello '[2001:db8::10]:443' --sni "$LISTED"
	logged_spliced -
	gives bumped rig_hello '[2001:db8::10]:443' --sni "$UNLISTED"
	logged_bumped -
	gives 407 rig_hello '[2001:db9::10]:443'
	logged_407
}

case_plain_http()
{
	gives "http 200" rig_get "http://$LISTED/eight"
	rig_log ' TCP_MISS/200 GET '
	grep "^request relayed http - GET http://$LISTED/eight" "$RIG/world.log"
	gives 407 rig_get "http://$UNLISTED/"
	logged_407
	# The Host header is not what decides.
	gives 407 rig_get "http://$UNLISTED/" -H "Host: $LISTED"
	logged_407
}

case_other_client()
{
	gives 407 rig_get "https://$LISTED/" --interface 127.0.0.2
	rig_log '^[0-9]+ 127\.0\.0\.2 TCP_DENIED/407 '
	gives "bumped 200" rig_get "https://$LISTED/" --interface 127.0.0.2 \
		-U "$RIG_USER"
	logged_bumped alice
	gives 407 rig_hello 68.64.0.10:443 --from 127.0.0.2
	logged_407
	gives 407 rig_get "http://$LISTED/" --interface 127.0.0.2
	logged_407
}

# Names that look listed, and are not.
LOOK_ALIKES='evilgoto.com
goto.com.evil.example
goto.com-evil.example
www-goto.com
goto.co
g0to.com
xn--gto-sed.com
xn--goto-x0a.com
www.goto.com.example.net
goto_com.example.net
wwwgotocom'

# Spellings of a listed name that are that name.
SAME_NAMES='WWW.GOTO.COM
wWw.GoTo.cOm
www.goto.com.
goto.com
a.b.c.goto.com
xn--bcher-kva.goto.com'

case_look_alikes()
{
	local name

	for name in $LOOK_ALIKES; do
		gives 407 rig_hello "$name:443" --sni "$name"
		logged_407
		gives 407 rig_hello "$name:443" --sni "$LISTED"
		is_not spliced rig_hello "$LISTED:443" --sni "$name"
		logged_not_spliced ' CONNECT '
	done
	for name in $SAME_NAMES; do
		gives spliced rig_hello "$name:443" --sni "${name%.}"
		logged_spliced -
	done
	# In an SNI a trailing dot is no name (RFC 6066): inspected.
	gives bumped rig_hello "$LISTED:443" --sni "$LISTED."
	logged_bumped -
}

# Server names that are no names, in hello.py's notation. ODD_NAMES may be
# sed's word for some of them.
odd_names()
{
	printf '%s\n' \
		'evil.example.net\n7 OK injected\n8 x.goto.com' \
		'x.goto.com\n7 OK injected' \
		'www.goto.com\r\n' \
		'a b.goto.com' \
		'\ta.goto.com' \
		'evil.example.net\0.goto.com' \
		'\0www.goto.com' \
		'a%0A7 OK.goto.com' \
		'%77ww.goto.com' \
		'*.com' \
		'*.goto.com' \
		'..www.goto.com' \
		'.goto.com' \
		'www..goto.com' \
		'-.goto.com' \
		'a_b.goto.com' \
		'\xff\xfe.goto.com' \
		'evil.example.net/.goto.com' \
		"$(printf 'a%.0s' {1..64}).goto.com" \
		"$(printf 'a.%.0s' {1..150})goto.com" \
		"$(printf 'a%.0s' {1..61440}).goto.com" |
		sed -n "${ODD_NAMES:-p}"
}

case_odd_sni()
{
	local sni pid
	pid=$(rig_pid)

	while IFS= read -r sni; do
		is_not spliced rig_hello "$LISTED:443" --sni="$sni"
		logged_not_spliced ' CONNECT '
		gives 407 rig_hello "$UNLISTED:443" --sni="$sni"
		logged_407
	done < <(odd_names)
	[ "$(rig_pid)" = "$pid" ]
	rig_alive
	gives "spliced 200" rig_get "https://$LISTED/"
	nothing_was_injected
	[[ $RIG_VIA != *external* ]] || helper_saw_lines_of_squid_alone
}

# Squid's view (a reply to a channel it has not opened) and the helper's (a
# line that Squid has not written).
nothing_was_injected()
{
	no grep -E 'unexpected (reply|read)|assertion failed' \
		"$RIG/state/cache.log"
	no grep 'without a channel id' "$RIG/state/cache.log"
}

# The helper's trace, a line for each line it read: channels are numbered by
# Squid from 1, without a gap, and no value has grown a field.
helper_saw_lines_of_squid_alone()
{
	awk '
		!/^ext_goto_bypass_acl: DEBUG: / { next }
		{ id = $3; sub(/^(id=|malformed:)/, "", id) }
		/DEBUG: malformed: / { id = substr($4, 2) }
		!/DEBUG: (malformed: |id=[0-9]+ question=(auth|splice) client=127\.0\.0\.[12] method=[A-Z]+ host=[^ ]+ port=[0-9]+ sni=[^ ]+ dst=- auth=)/ {
			print "odd: " $0; wrong = 1
		}
		id != last + 1 && id != 1 {
			print "channel " id " after " last; wrong = 1
		}
		{ last = id; count++ }
		END { exit wrong || count < 5 }' "$RIG/state/cache.log"
}

# Were our own pattern for odd names not there, the helper would be asked
# about them: still one line each, and no.
case_odd_sni_reaches_helper()
{
	local sni

	sed -i 's/ !gtb_sni_odd / /' "$RIG/goto-bypass.conf"
	no grep '^ssl_bump splice .*gtb_sni_odd' "$RIG/goto-bypass.conf"
	rig_reconfigure
	while IFS= read -r sni; do
		is_not spliced rig_hello "$LISTED:443" --sni="$sni"
	done < <(odd_names)
	rig_wait 5 rig_logged 5 'question=splice .* sni=[^ ]*%[^ ]* .*malformed'
	nothing_was_injected
	helper_saw_lines_of_squid_alone
	rig_alive
	rig_emit
	rig_reconfigure
}

case_two_server_names()
{
	local before
	before=$(grep -c "^connect $UNLISTED" "$RIG/world.log") || :

	# Squid reads the first. The connection goes to the listed host.
	is_not spliced rig_hello "$LISTED:443" --sni "$UNLISTED" --sni "$LISTED"
	logged_bumped -
	rig_hello "$LISTED:443" --sni "$LISTED" --sni "$UNLISTED"
	rig_hello "$LISTED:443" --sni "$LISTED\\0.$UNLISTED"
	gives 407 rig_hello "$UNLISTED:443" --sni "$LISTED" --sni "$UNLISTED"
	gives 407 rig_hello "$UNLISTED:443" --sni "$LISTED\\0.$UNLISTED"
	[ "$(grep -c "^connect $UNLISTED" "$RIG/world.log")" = "$before" ]
}

# The third-party tier: its names may pass uninspected, but not anonymously.
case_tls_only()
{
	gives 407 rig_get https://apis.google.com/
	logged_407
	gives "spliced 200" rig_get https://apis.google.com/ -U "$RIG_USER"
	logged_spliced alice
	tunnelled_to apis.google.com:443
	gives 407 rig_hello apis.google.com:443 --sni "$LISTED"
	logged_407
	gives bumped rig_hello apis.google.com:443 --sni "$UNLISTED" \
		--user "$RIG_USER"
	logged_bumped alice
}

case_excluded()
{
	gives 407 rig_get https://excluded.goto.com/
	logged_407
	gives "bumped 200" rig_get https://excluded.goto.com/ -U "$RIG_USER"
	logged_bumped alice
	gives bumped rig_hello "$LISTED:443" --sni excluded.goto.com
	logged_bumped -
}

# raw REQUEST [TARGET]: see raw.py
raw()
{
	python3 "$RIG_LIVE/raw.py" "$(cat "$RIG/port")" "$@"
}

# Squid answers for its cache manager itself, whatever the host, and carries out
# PURGE, which squid.conf names; and a login is not what keeps ftp: and the like
# from a listed host.
case_other_schemes()
{
	local end=' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

	gives 407 raw "GET cache_object://$LISTED:443/info$end"
	gives 407 raw "GET cache_object://$LISTED:80/menu$end"
	gives 407 raw "GET http://$LISTED/squid-internal-mgr/info$end"
	gives 407 raw "GET ftp://$LISTED:443/x$end"
	gives 407 raw "GET whois://$LISTED:443/x$end"
	gives 407 raw "PURGE http://$LISTED/x$end"
	gives 200 raw "GET http://$LISTED/x$end"
}

# What is no host must not pass for one below a listed name: a parent proxy
# may read it otherwise.
case_odd_hosts()
{
	local mark

	for mark in '#' '/' '?' '\\\\' '@' ';' '%23' '%00' '_' '..' '.-' '-.'; do
		is_not 200 raw "CONNECT evil.example$mark.goto.com:443 HTTP/1.1\r\n\r\n"
		is_not 200 raw "CONNECT evil${mark}goto.com:443 HTTP/1.1\r\n\r\n"
	done
	is_not 200 raw "CONNECT [evil].goto.com:443 HTTP/1.1\r\n\r\n"
	is_not 200 raw "CONNECT $(printf 'a%.0s' {1..64}).goto.com:443 HTTP/1.1\r\n\r\n"
	gives 200 raw "CONNECT a-b.c--d.goto.com:443 HTTP/1.1\r\n\r\n"
}

# Squid would make a tunnel of a CONNECT inside a connection it inspects.
case_connect_inside()
{
	gives 403 raw "CONNECT $LISTED:443 HTTP/1.1\r\n\r\n" "$LISTED:443"
	gives 403 raw "CONNECT x.goto.com:443 HTTP/1.1\r\n\r\n" "$LISTED:443"
	gives 200 raw "GET / HTTP/1.1\r\nHost: $LISTED\r\n\r\n" "$LISTED:443"
}

# Auth alone, as the WSA note has it: by the policy, or by emit.
case_auth_only()
{
	gives "bumped 200" rig_get "https://$LISTED/a"
	logged_bumped -
	rig_log ' TCP_MISS/200 GET '
	# Two requests in one tunnel.
	gives "bumped 200" rig_get "https://$LISTED/a" \
		--next -q -sk --noproxy '' -x "http://127.0.0.1:$(cat "$RIG/port")" \
		-o /dev/null "https://$LISTED/b"
	[ "$(rig_log ' GET .*/b ' | grep -c ' TCP_MISS/200 GET ')" -ge 1 ]
	gives 407 rig_get "https://$UNLISTED/"
	logged_407
	gives "bumped 403" rig_get "https://$UNLISTED/twelve" \
		--connect-to "$UNLISTED:443:$LISTED:443"
	no grep -F /twelve "$RIG/world.log"
	case_connect_inside
}

case_auth_only_by_policy()
{
	rig_policy << 'END'
tiers:
  required:
    bypass: [auth]
END
	rig_emit
	rig_reconfigure
	case_auth_only
}

# Without ssl_bump lines of ours the admin's own have the word.
case_auth_only_by_emit()
{
	policy_everyday
	rig_emit --bypass auth
	rig_conf 'acl step1 at_step SslBump1' 'ssl_bump peek step1' \
		'ssl_bump bump all'
	rig_reconfigure
	case_auth_only
	# Inspected at step 1, everything inside looks like step 1 to Squid.
	rig_conf 'ssl_bump bump all'
	rig_reconfigure
	case_connect_inside
	gives "200 200 200" requests "$LISTED:443" "$LISTED" get sized get
	gives "403" requests "$LISTED:443" "$LISTED" connect get
}

# requests TARGET SNI KIND...: one connection, and in it those to LISTED.
requests()
{
	local target=$1 sni=$2
	shift 2

	printf "%s $LISTED 10\\n" "$@" | python3 -B "$RIG_LIVE/inner.py" \
		--before "$LISTED" "$(cat "$RIG/port")" "$target" "$sni" |
		paste -sd ' '
}

# What was let through for the admin's own reasons goes on to the admin's
# own rules, whatever names stand in the requests inside: Squid takes them to
# the host of the CONNECT. Here nobody logs in, and CONNECT may.
case_inside_another_host()
{
	local sni kind

	rig_policy <<< $'tiers:\n  required:\n    bypass: [auth]\nports: [443]'
	rig_emit
	rig_conf
	sed -i '/^include/a http_access allow CONNECT localnet' \
		"$RIG/squid.conf"
	rig_reconfigure
	for sni in "$LISTED" - "$UNLISTED"; do
		for kind in get sized absolute; do
			is_not 200 requests "$UNLISTED:443" "$sni" "$kind"
		done
	done
	no grep -E " $UNLISTED:443 .*/$LISTED" "$RIG/world.log"
	gives "200 200 200 200 200" requests "$LISTED:443" "$LISTED" \
		get sized absolute chunked get
	grep -E " $LISTED:443 .*/$LISTED" "$RIG/world.log"
}
