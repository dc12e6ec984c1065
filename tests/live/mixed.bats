# One Squid with an explicit port and intercepted ones, one emitted file.
load "intercept.bash"

PORT_NAMES=(--port-name gtb_intercept=intercept --port-name gtb_tproxy=tproxy
	--auth-acl authed)

setup_file()
{
	begin_nets explicit external "${PORT_NAMES[@]}"
}

setup()
{
	skip_without_nets
}

teardown_file()
{
	nets_stop
}

teardown()
{
	tell_when_failed
}

# --- helpers ----------------------------------------------------------------

case_explicit()
{
	local F=4

	gives "spliced 200" explicit_get "https://$LISTED/"
	logged_spliced -
	gives "spliced 200" explicit_get "https://$FAR/"
	gives spliced explicit_hello "$(goto_at 1):443"
	gives bumped explicit_hello "$(goto_at 1):443" --sni "$UNLISTED"
	gives "http 200" explicit_get "http://$LISTED/"
	gives 407 explicit_get "https://$UNLISTED/"
	logged_407
	gives 407 explicit_hello "$(at 80):443" --sni "$LISTED"
	gives "bumped 200" explicit_get "https://$UNLISTED/" -U "$RIG_USER"
	logged_bumped_mixed
}

logged_bumped_mixed()
{
	rig_log ' NONE_NONE/200 CONNECT [^ ]+ alice bump '
	no rig_log_has ' TCP_TUNNEL/'
}

case_intercepted()
{
	case_own_network
	case_name_elsewhere
	case_hosted_by_goto_alone
	case_unlisted
	case_plain_http
	case_not_tls
}

# Nobody can answer a 407 on an intercepted port, and none was sent there.
nobody_was_asked_to_log_in()
{
	no grep -E '^[0-9]+ [^ ]+ [A-Z_]+/407 ' <(rig_log_since)
	no grep -F 'Authentication not applicable' "$RIG/state/cache.log"
}

# Squid's own ports are no destinations.
case_squid_itself()
{
	local port

	for port in 3129 3130 3131 3132; do
		is_not spliced nets_hello 10.9.1.1 "$port" --sni "$LISTED" \
			--timeout 3
		no rig_log_has ' TCP_TUNNEL/'
	done
	rig_alive
}

use_native()
{
	RIG_VIA=native
	rig_emit "${PORT_NAMES[@]}"
	rig_reconfigure
}

# --- tests ------------------------------------------------------------------

@test "9 the explicit port of a mixed Squid (external)" {
	case_explicit
}

@test "9 its intercepted port (external)" {
	meets intercept
	families case_intercepted
	nobody_was_asked_to_log_in
}

@test "9 its tproxy port (external)" {
	meets tproxy
	families case_intercepted
	nobody_was_asked_to_log_in
}

@test "9 DNS disagrees: 409 where intercepted, spliced where explicit" {
	meets intercept
	families case_dns_disagrees
	gives "spliced 200" explicit_get https://differ.getgo.com/
}

@test "9 connections to Squid's own intercepted ports: no way on" {
	case_squid_itself
}

@test "9 the explicit port of a mixed Squid (native)" {
	use_native
	case_explicit
}

@test "9 its intercepted and tproxy ports (native)" {
	use_native
	meets intercept
	families case_intercepted
	meets tproxy
	families case_intercepted
	nobody_was_asked_to_log_in
}
