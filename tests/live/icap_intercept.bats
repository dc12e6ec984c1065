# One Squid with an explicit port and intercepted ones, --via icap: those by
# address alone, because their server name comes too late for the service. Then
# --via icap,external, where the helper has the names.
load "intercept.bash"
load "icap.bash"

PORT_NAMES=(--port-name gtb_intercept=intercept --port-name gtb_tproxy=tproxy)

setup_file()
{
	begin_nets_icap icap "${PORT_NAMES[@]}"
}

setup()
{
	[ -z "$NETS_LACKING" ] || skip "$NETS_LACKING"
}

teardown_file()
{
	icap_end
	nets_stop
}

teardown()
{
	tell_all_when_failed
}

# --- helpers ----------------------------------------------------------------

# Where the client meets an address of GoTo's that nobody has met yet.
new_goto()
{
	[ "$F" = 4 ] && echo "68.64.3.$((RANDOM % 250 + 1))" ||
		printf '2001:db8:60::%d:%x\n' "$BATS_TEST_NUMBER" $RANDOM
}

# These lines let no first pass go on for its server name, so it may be there
# that the admin's rules say no; the client sees the same.
logged_inspected()
{
	rig_log " (NONE_NONE|TCP_DENIED)/[0-9]+ CONNECT [^ ]+ - (bump|peek) "
	no rig_log_has ' TCP_TUNNEL/'
}

logged_inner_denied()
{
	rig_log ' (NONE_NONE|TCP_DENIED)/403 (GET|CONNECT) '
	no rig_log_has ' TCP_TUNNEL/'
}

# in_modes command...: by REDIRECT and by TPROXY, IPv4 and IPv6.
in_modes()
{
	for mode in intercept tproxy; do
		echo "$mode"
		meets "$mode"
		families "$@"
	done
}

# in_two command...: one address family of each.
in_two()
{
	meets intercept
	F=4 "$@"
	meets tproxy
	F=6 "$@"
}

case_by_address()
{
	case_own_network
	case_unlisted_name_at_goto
	case_versions_by_address
}

case_versions_by_address()
{
	gives "spliced 200" nets_get "$LISTED" "$(goto_at 1)" --tls-max 1.2
	gives "spliced 200" nets_get "$LISTED" "$(goto_at 1)" --tlsv1.3
}

# What a name alone speaks for: the admin's own rules.
case_by_name()
{
	local asked
	asked=$(icap_asked)

	gives bumped nets_hello "$(at 11)" 443 --sni "$FAR"
	gives "bumped 403" nets_get "$FAR" "$(at 11)"
	logged_inner_denied
	gives "bumped 403" nets_get "$GOTO_ONLY" "$(at 11)"
	gives "bumped 200" nets_get "$FAR" "$(at 11)" --interface "$(client 4)"
	[ "$(icap_asked)" = "$asked" ]
}

case_not_confirmed()
{
	local address
	address=$(new_goto)

	is_not spliced nets_hello "$address" 443 --sni "$LISTED" --timeout 2
	is_not spliced nets_hello "$address" 443 --timeout 2
	gives 403 nets_http "$LISTED" "$address"
	no arrived_at "$address"
	gives bumped nets_hello "$(at 80)" 443
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	gives "bumped 200" nets_get "$UNLISTED" "$(at 80)" \
		--interface "$(client 4)"
	rig_alive
}

case_forged()
{
	local header address
	address=$(new_goto)

	for header in 'X-GoTo-Bypass: auth, splice' 'x-goto-bypass:auth' \
		'X-GoTo-Bypass;'; do
		gives 403 nets_http "$LISTED" "$address" -H "$header"
		gives 403 nets_http "$UNLISTED" "$(at 80)" -H "$header" \
			--interface "$(client 4)"
	done
	no arrived_at "$address"
}

# --- by address -------------------------------------------------------------

@test "GoTo's network: spliced by its address, no DNS check (icap)" {
	in_modes case_by_address
}

@test "listed name elsewhere: the admin's own rules, the service is not asked (icap)" {
	in_two case_by_name
}

@test "unlisted, plain HTTP, a header of the client's (icap)" {
	in_two case_unlisted
	in_two case_plain_http
	in_two case_forged
	no grep -i '^header x-goto-bypass' "$RIG/world.log"
}

@test "CONNECT in clear or inside: never a tunnel (icap)" {
	in_two case_connect_in_clear
	in_two case_connect_inside
}

@test "the explicit port beside it (icap)" {
	gives "spliced 200" explicit_get "https://$LISTED/"
	gives "spliced 200" explicit_get "https://$FAR/"
	gives 407 explicit_get "https://$UNLISTED/"
	gives "bumped 200" explicit_get "https://$UNLISTED/" -U "$RIG_USER"
}

# --- what is not confirmed --------------------------------------------------

# The file still lists them: it is the service that says no.
@test "a network taken from the policy: refused, nothing goes on (icap)" {
	policy_of '443, 8200, 80' 'exclude:
  networks: [68.64.0.0/19, "2001:db8:60::/48"]'
	in_two case_not_confirmed
	policy_of '443, 8200, 80'
}

# The CONNECT is to an address, which stays.
case_inside()
{
	gives "$1" nets_get "$LISTED" "$(goto_at 1)"
	gives "$1" nets_get "$LISTED" "$(goto_at 1)" -d x
	gives "bumped 200" nets_get excluded.goto.com "$(goto_at 1)"
}

@test "a name taken from the policy, inside an inspected connection: no way on (icap)" {
	BYPASS=auth policy_of '443, 8200, 80'
	rig_emit "${PORT_NAMES[@]}"
	rig_reconfigure
	in_two case_inside "bumped 200"
	BYPASS=auth policy_of '443, 8200, 80' "exclude:
  names: [$LISTED]"
	in_two case_inside "bumped 403"
	policy_of '443, 8200, 80'
	rig_emit "${PORT_NAMES[@]}"
	rig_reconfigure
}

@test "c-icap down: refused, nothing goes on; all other traffic as ever (icap)" {
	icap_stop 1
	in_two case_not_confirmed
	gives 407 explicit_get "https://$LISTED/"
	gives "bumped 200" explicit_get "https://$LISTED/" -U "$RIG_USER"
	icap_start 1
	rig_reconfigure
	F=4
	gives spliced nets_hello "$(goto_at 1)" 443
}

@test "c-icap hung: refused, nothing goes on; all other traffic as ever (icap)" {
	meets intercept
	icap_signal STOP 1
	F=4 case_not_confirmed
	icap_signal CONT 1
}

# --- with the helper --------------------------------------------------------

@test "names by the helper, addresses by the service (icap,external)" {
	RIG_VIA=icap,external rig_emit "${PORT_NAMES[@]}"
	rig_reconfigure
	in_two case_by_address
	in_two case_name_elsewhere
	in_two case_hosted_by_goto_alone
	in_two case_unlisted
	in_two case_plain_http
	gives "spliced 200" explicit_get "https://$FAR/"
	gives 407 explicit_get "https://$UNLISTED/"
}

@test "c-icap down: the helper's names pass, the service's addresses do not (icap,external)" {
	icap_stop 1
	F=4
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	case_not_confirmed
	gives 407 explicit_get "https://$LISTED/"
}
