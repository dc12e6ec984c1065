# Intercepted ports by REDIRECT, --via native: see intercept.bash.
load "intercept.bash"

setup_file()
{
	begin_nets intercept native
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

@test "the origin sees Squid, as the mode says (intercept, native)" {
	families case_mode
}

@test "1 GoTo's network, with and without a listed name: spliced, no DNS check (intercept, native)" {
	families case_own_network
}

@test "2 listed name elsewhere, DNS agrees: spliced (intercept, native)" {
	families case_name_elsewhere
}

@test "3 listed name elsewhere, DNS disagrees: 409, nothing goes on (intercept, native)" {
	families case_dns_disagrees
}

@test "4 name hosted by GoTo alone, elsewhere: inspected, inner request refused (intercept, native)" {
	families case_hosted_by_goto_alone
}

@test "5 unlisted name in GoTo's network: spliced by address (intercept, native)" {
	families case_unlisted_name_at_goto
}

@test "6 unlisted: inspected, and the admin's rule decides (intercept, native)" {
	families case_unlisted
}

@test "10 plain HTTP: by GoTo's address alone (intercept, native)" {
	families case_plain_http
}

@test "10 CONNECT in clear: never a tunnel (intercept, native)" {
	families case_connect_in_clear
}

@test "11 TLS 1.2 and 1.3 (intercept, native)" {
	families case_versions
}

@test "11 two server names, or a NUL in one: no way elsewhere (intercept, native)" {
	families case_two_server_names
}

@test "11 server names that are none: not spliced (intercept, native)" {
	families case_odd_names
}

@test "12 bytes that are not TLS: tunnelled to GoTo, to nobody else (intercept, native)" {
	families case_not_tls
}

@test "CONNECT inside an inspected connection: never a tunnel (intercept, native)" {
	families case_connect_inside
}

@test "12 the same where the admin has such bytes tunnelled (intercept, native)" {
	nets_conf 'on_unsupported_protocol tunnel all'
	rig_reconfigure
	families case_not_tls_tunnelled
}

@test "client_dst_passthru off: a URL's address proves nothing (intercept, native)" {
	nets_conf 'client_dst_passthru off'
	rig_reconfigure
	families case_passthru_off
}

@test "8 clients outside every identity: ordinary rules (intercept, native)" {
	nets_conf
	with_policy '443, 80' "$IDENTITIES"
	families case_identities
}

@test "10 ports that the policy has not: ordinary rules (intercept, native)" {
	with_policy 443
	families case_port_not_enabled
}

@test "5 excluded names: the server name is read first (intercept, native)" {
	with_policy 443 "$EXCLUDED"
	families case_excluded_name
}

@test "4 names in doubt: as the policy says (intercept, native)" {
	with_policy 443 'name-only: refuse'
	families case_name_only_refused
	with_policy 443 'destination-mismatch: bypass'
	families case_mismatch_allowed
}

@test "auth alone: inspected, inner requests pass (intercept, native)" {
	BYPASS=auth with_policy 443
	families case_auth_only
}

@test "auth alone: a name without its certificate does not pass (intercept, native)" {
	sed -i '/^sslproxy_cert_error /d' "$RIG/squid.conf"
	rig_reconfigure
	families case_wrong_certificate
}

@test "tail terminate: all other TLS is closed (intercept, native)" {
	policy_of '443, 8200'
	rig_emit --tail terminate
	rig_reconfigure
	families case_tail_terminate
}

@test "tail none: what the admin's own lines inspect has no way on (intercept, native)" {
	rig_emit --tail none
	nets_conf
	echo 'ssl_bump bump all' >> "$RIG/squid.conf"
	rig_reconfigure
	families case_tail_none
}

@test "auth alone, by emit: the admin's own ssl_bump lines inspect (intercept, native)" {
	rig_emit --bypass auth
	rig_reconfigure
	families case_auth_only_by_emit
}
