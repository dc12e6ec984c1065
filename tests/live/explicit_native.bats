# Explicit proxy, --via native: what passes, and what does not.
load "cases.bash"

setup_file()
{
	begin_with_port_22 native
}

setup()
{
	skip_without_squid
}

teardown_file()
{
	rig_stop
}

teardown()
{
	tell_when_failed
}

@test "1 listed host, no credentials: no 407, spliced (native)" {
	case_listed_without_credentials
}

@test "2 unlisted host, no credentials: 407 (native)" {
	case_unlisted_without_credentials
}

@test "3 unlisted host, credentials: bumped (native)" {
	case_unlisted_with_credentials
}

@test "4 CONNECT listed, SNI unlisted: bumped, no way on (native)" {
	case_listed_host_unlisted_sni
}

@test "5 CONNECT unlisted, SNI listed: 407, bumped (native)" {
	case_unlisted_host_listed_sni
}

@test "6 listed host on port 22: ordinary rules (native)" {
	case_port_22
}

@test "7 address in a listed network, no SNI: spliced, no 407 (native)" {
	case_address
}

@test "7 IPv6 address in a network of one's own (native)" {
	case_address_v6
}

@test "8 plain HTTP GET to a listed host: no 407 (native)" {
	case_plain_http
}

@test "9 client outside every identity: ordinary rules (native)" {
	case_other_client
}

@test "10 look-alikes: ordinary rules; the same name otherwise spelt: spliced (native)" {
	case_look_alikes
}

@test "11 SNI that is no name: never spliced, nothing injected, Squid alive (native)" {
	case_odd_sni
}

@test "11 SNI with a NUL, or two: to the listed host alone (native)" {
	case_two_server_names
}

@test "third-party host: 407, and spliced with credentials (native)" {
	case_tls_only
}

@test "excluded host: ordinary rules, as CONNECT and as SNI (native)" {
	case_excluded
}

@test "cache manager, ftp and the like: ordinary rules (native)" {
	case_other_schemes
}

@test "requested host that is no host: not let through (native)" {
	case_odd_hosts
}

@test "12 auth alone, by the policy: bumped, inner requests 200 (native)" {
	case_auth_only_by_policy
}

@test "12 auth alone, by emit: bumped, inner requests 200 (native)" {
	case_auth_only_by_emit
}

@test "GoTo's name inside a connection to another host: ordinary rules (native)" {
	case_inside_another_host
}
