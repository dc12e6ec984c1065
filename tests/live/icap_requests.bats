# Explicit proxy, --via icap: what clients send to deceive, what they log in
# with, bodies, and what goes on to the world.
load "cases.bash"
load "icap.bash"

# From here the admin's own lines, before ours, let everything through; from
# there a CONNECT.
BEFORE=127.0.0.3
CONNECTS=127.0.0.4

setup_file()
{
	begin_icap 1 "acl before src $BEFORE" 'http_access allow before' \
		"acl connects src $CONNECTS" 'http_access allow CONNECT connects'
}

setup()
{
	skip_without_icap
}

teardown_file()
{
	end_icap
}

teardown()
{
	tell_all_when_failed
}

# --- helpers ----------------------------------------------------------------

# denials STATUS: how many the last rig_get got of it.
denials()
{
	rig_log_since | grep -c " TCP_DENIED/$1 " || :
}

# The same header in all spellings that are one to Squid; ";" is curl's for a
# header without a value.
FORGED='X-GoTo-Bypass: auth, splice
X-GoTo-Bypass: splice
x-goto-bypass: auth
X-GOTO-BYPASS:auth
X-GoTo-Bypass: no
X-GoTo-Bypass;'

# refused HEADER...: whoever says it, wherever to.
refused()
{
	local header
	local -a plain=() connect=()

	for header; do
		plain+=(-H "$header")
		connect+=(--proxy-header "$header")
	done
	gives 403 rig_get "http://$LISTED/forged" "${plain[@]}"
	gives 403 rig_get "http://$UNLISTED/forged" -U "$RIG_USER" "${plain[@]}"
	gives "bumped 403" rig_get "https://$LISTED/forged" "${connect[@]}"
	gives "bumped 403" rig_get "https://$UNLISTED/forged" \
		-U "$RIG_USER" "${connect[@]}"
	gives "bumped 403" rig_get "https://$UNLISTED/forged" \
		-U "$RIG_USER" "${plain[@]}"
	rig_log ' TCP_DENIED/403 GET '
}

forged_headers_are_refused()
{
	local header

	while IFS= read -r header; do
		refused "$header"
	done <<< "$FORGED"
	refused 'X-GoTo-Bypass: auth' 'x-goto-bypass: splice'
	refused 'X-GoTo-Bypass;' 'X-GoTo-Bypass: auth, splice'
	is_not 200 raw "GET http://$LISTED/forged HTTP/1.1\r\nHost: x\r\nX-GoTo-Bypass : auth\r\n\r\n"
	is_not 200 raw "GET http://$UNLISTED/forged HTTP/1.1\r\nHost: x\r\nX-GoTo-Bypass\t: auth\r\n\r\n"
	is_not 200 raw "GET http://$UNLISTED/forged HTTP/1.1\r\nHost: x\r\nX-GoTo-Bypass:\r\n auth\r\n\r\n"
	no grep -F /forged "$RIG/world.log"
}

# Where a line of the admin's lets it through the header still counts for
# nothing.
forged_headers_count_for_nothing()
{
	local header

	while IFS= read -r header; do
		gives "bumped 200" rig_get "https://$UNLISTED/" \
			--interface "$BEFORE" --proxy-header "$header"
		gives "bumped 200" rig_get "https://$LISTED/" \
			--interface "$BEFORE" --proxy-header "$header"
	done <<< "$FORGED"
	no tunnelled_to "$UNLISTED:443"
}

# with_bypass WORDS [option of emit...]: what GoTo's own names are given.
with_bypass()
{
	rig_policy << END
tiers:
  required:
    bypass: [$1]
END
	shift
	rig_emit "$@"
	rig_reconfigure
}

# --- forged headers ---------------------------------------------------------

@test "forged header, in any spelling, doubled or empty: refused" {
	forged_headers_are_refused
}

@test "forged header that an earlier line lets through: never spliced" {
	gives "bumped 200" rig_get "https://$LISTED/" --interface "$BEFORE"
	forged_headers_count_for_nothing
}

@test "forged header while c-icap is down: refused, and counts for nothing" {
	FORGED=$(sed -n '3p;6p' <<< "$FORGED")
	icap_stop 1
	forged_headers_are_refused
	forged_headers_count_for_nothing
	icap_start 1
	rig_reconfigure
	gives "spliced 200" rig_get "https://$LISTED/"
}

@test "what the service is told is Squid's alone" {
	gives "spliced 200" rig_get "https://$LISTED/" \
		--proxy-header "X-GoTo-SNI: $UNLISTED" \
		--proxy-header "X-GoTo-Await: no" \
		--proxy-header "X-Client-IP: 192.0.2.1"
	gives 407 rig_get "https://$LISTED/" --interface 127.0.0.2 \
		--proxy-header "X-Client-IP: 127.0.0.1" \
		--proxy-header "X-GoTo-Await: sni"
}

# --- what is asked, and what goes on ----------------------------------------

@test "unlisted requests are not shown to the service" {
	local asked
	asked=$(icap_asked)

	gives 407 rig_get "https://$UNLISTED/"
	gives "bumped 200" rig_get "https://$UNLISTED/" -U "$RIG_USER"
	gives 407 rig_get "http://$UNLISTED/"
	gives "http 200" rig_get "http://$UNLISTED/" -U "$RIG_USER" -d body
	gives 407 rig_hello "$UNLISTED:443" --sni "$LISTED"
	gives 407 rig_get "https://$LISTED/" --interface 127.0.0.2
	[ "$(icap_asked)" = "$asked" ]
	gives "spliced 200" rig_get "https://$LISTED/"
	rig_wait 2 eval "[ \$(icap_asked) = $((asked + 2)) ]"
}

@test "the header stays off the wire" {
	gives "spliced 200" rig_get "https://$LISTED/"
	gives "http 200" rig_get "http://$LISTED/" -H 'X-GoTo-Else: seen'
	grep -x 'header X-GoTo-Else: seen' "$RIG/world.log"
	no grep -i '^header x-goto-bypass' "$RIG/world.log"
}

@test "odd server names, shown to the service: no way on" {
	local sni

	sed -i 's/ !gtb_sni_odd / /' "$RIG/goto-bypass.conf"
	no grep -E '^(ssl_bump|adapted_http_access) .*gtb_sni_odd' \
		"$RIG/goto-bypass.conf"
	rig_reconfigure
	while IFS= read -r sni; do
		is_not spliced rig_hello "$LISTED:443" --sni="$sni"
	done < <(ODD_NAMES='1,6p;10,11p' odd_names)
	rig_wait 2 grep -q 'tls=malformed' "$RIG/icap1/access.log"
	rig_alive
	rig_emit
	rig_reconfigure
}

# --- credentials ------------------------------------------------------------

# Asked once, and then let through; or asked twice, and given up.
@test "splicing alone: one 407, no loop" {
	with_bypass tls
	gives 407 rig_get "https://$LISTED/"
	gives "spliced 200" rig_get "https://$LISTED/" --proxy-anyauth \
		-U "$RIG_USER"
	logged_spliced alice
	[ "$(denials 407)" = 1 ]
	gives "spliced 200" rig_get "https://$LISTED/" -U "$RIG_USER"
	logged_spliced alice
	[ "$(denials 407)" = 0 ]
	gives 407 rig_get "https://$LISTED/" --proxy-anyauth -U alice:wrong
	[ "$(denials 407)" -le 2 ]
	gives 407 rig_get "http://$LISTED/"
	gives "http 200" rig_get "http://$LISTED/" --proxy-anyauth -U "$RIG_USER"
	[ "$(denials 407)" = 1 ]
}

@test "splicing alone, by emit: the same" {
	with_bypass 'auth, tls' --bypass tls
	gives 407 rig_get "https://$LISTED/"
	gives "spliced 200" rig_get "https://$LISTED/" --proxy-anyauth \
		-U "$RIG_USER"
	[ "$(denials 407)" = 1 ]
	gives 407 rig_get "http://$LISTED/"
	gives bumped rig_hello "$LISTED:443" --sni "$UNLISTED" \
		--user "$RIG_USER"
}

@test "authentication alone: no 407 without credentials, no loop with them" {
	with_bypass auth
	gives "bumped 200" rig_get "https://$LISTED/"
	[ "$(denials 407)" = 0 ]
	gives "bumped 200" rig_get "https://$LISTED/" --proxy-anyauth \
		-U "$RIG_USER"
	[ "$(denials 407)" = 0 ]
	gives "bumped 200" rig_get "https://$LISTED/" -U "$RIG_USER"
	logged_bumped alice
	[ "$(denials 407)" = 0 ]
	gives 407 rig_get "https://$LISTED/" -U alice:wrong
	[ "$(denials 407)" -le 2 ]
	gives "http 200" rig_get "http://$LISTED/" -U "$RIG_USER"
	[ "$(denials 407)" = 0 ]
}

@test "both: credentials are judged, by the admin's own rules" {
	policy_everyday
	rig_emit
	rig_reconfigure
	gives "spliced 200" rig_get "https://$LISTED/" -U "$RIG_USER"
	logged_spliced alice
	gives 407 rig_get "https://$LISTED/" -U alice:wrong
	[ "$(denials 407)" -le 2 ]
	gives 407 rig_get "https://$LISTED/" \
		--proxy-header 'Proxy-Authorization: Negotiate AAAA'
	[ "$(denials 407)" = 1 ]
}

# statuses URL...: of requests in one connection.
statuses()
{
	local number=$#
	local -a out=()

	while [ "$number" -gt 0 ]; do
		out+=(-o /dev/null)
		number=$((number - 1))
	done
	rig_mark
	curl -q -s --noproxy '' -x "http://127.0.0.1:$(cat "$RIG/port")" \
		-w '%{http_code} %{num_connects},' "${out[@]}" "$@"
}

@test "each request of a connection is judged for itself" {
	gives '200 1,407 0,200 0,' statuses "http://$LISTED/" \
		"http://$UNLISTED/" "http://$LISTED/"
	gives '407 1,200 0,407 0,' statuses "http://$UNLISTED/" \
		"http://$LISTED/" "http://$UNLISTED/"
}

# --- bodies -----------------------------------------------------------------

@test "plain requests with a body must log in, and keep it" {
	gives 407 rig_get "http://$LISTED/body" -d x
	[ "$(denials 407)" = 1 ]
	gives "http 200" rig_get "http://$LISTED/body" -d x --proxy-anyauth \
		-U "$RIG_USER"
	grep "^request relayed http - POST http://$LISTED/body" "$RIG/world.log"
	head -c 300000 /dev/zero > "$RIG/zeros"
	gives 407 rig_get "http://$LISTED/" --data-binary "@$RIG/zeros"
	gives 407 rig_get "http://$UNLISTED/" -d x
}

@test "requests inside an inspected connection, with bodies and without" {
	with_bypass auth
	gives "bumped 200" rig_get "https://$LISTED/in" -d x
	gives "bumped 200" rig_get "https://$LISTED/in" -X PUT -d x \
		--next -q -sk --noproxy '' -x "http://127.0.0.1:$(cat "$RIG/port")" \
		-o /dev/null "https://$LISTED/second" -d y
	[ "$(rig_log ' P(OS|U)T .*/second ' | grep -c ' TCP_MISS/200 P')" -ge 1 ]
	gives "bumped 403" rig_get "https://$UNLISTED/in" -d x \
		--connect-to "$UNLISTED:443:$LISTED:443"
	# Inspected for another reason: nothing is let through by its name.
	gives "bumped 403" rig_get "https://$LISTED/unmarked" \
		--connect-to "$LISTED:443:$UNLISTED:443" --interface "$CONNECTS"
	gives "bumped 403" rig_get "https://$LISTED/unmarked" \
		--connect-to "$LISTED:443:$UNLISTED:443" \
		--interface "$CONNECTS" -H 'X-GoTo-Bypass: auth'
	no grep -F /unmarked "$RIG/world.log"
	case_connect_inside
	no grep -i '^header x-goto-bypass' "$RIG/world.log"
}
