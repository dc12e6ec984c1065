# Intercepted ports that the emitted file was not told of: its lines are for
# clients that chose the proxy, and do not act there.
load "intercept.bash"

setup_file()
{
	begin_nets explicit native
}

setup()
{
	skip_without_nets
	meets intercept
}

teardown_file()
{
	nets_stop
}

teardown()
{
	tell_when_failed
}

# Squid goes where the client went, whatever name the client says.
case_name_is_not_enough()
{
	local end='\r\n\r\n'

	gives 403 nets_http "$LISTED" "$(at 85)"
	is_not "spliced 200" nets_get "$LISTED" "$(at 85)"
	no_tunnels bytes "$(at 85)" 80 \
		"CONNECT $LISTED:443 HTTP/1.0$end" \
		"GET http://$LISTED:443/ HTTP/1.0$end" \
		"GET http://$LISTED:443/ HTTP/1.1\r\nHost: $LISTED:443$end" \
		"GET http://$LISTED/ HTTP/1.1\r\nHost: $LISTED$end"
	no arrived_at "$(at 85)"
}

@test "a port not named as intercepted: a name is not enough (native)" {
	families case_name_is_not_enough
}

@test "a port not named as intercepted: a name is not enough (external)" {
	RIG_VIA=external
	rig_emit
	rig_reconfigure
	families case_name_is_not_enough
}
