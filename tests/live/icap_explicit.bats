# Explicit proxy, --via icap: what passes, and what does not.
load "cases.bash"
load "icap.bash"

setup_file()
{
	begin_icap 1 'acl SSL_ports port 22' 'acl Safe_ports port 22'
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

@test "1 listed host, no credentials: no 407, spliced (icap)" {
	case_listed_without_credentials
}

@test "2 unlisted host, no credentials: 407 (icap)" {
	case_unlisted_without_credentials
}

@test "3 unlisted host, credentials: bumped (icap)" {
	case_unlisted_with_credentials
}

@test "4 CONNECT listed, SNI unlisted: bumped, no way on (icap)" {
	case_listed_host_unlisted_sni
}

@test "5 CONNECT unlisted, SNI listed: 407, bumped (icap)" {
	case_unlisted_host_listed_sni
}

@test "6 listed host on port 22: ordinary rules (icap)" {
	case_port_22
}

@test "7 address in a listed network, no SNI: spliced, no 407 (icap)" {
	case_address
}

@test "7 IPv6 address in a network of one's own (icap)" {
	case_address_v6
}

@test "8 plain HTTP GET to a listed host: no 407 (icap)" {
	case_plain_http
}

@test "9 client outside every identity: ordinary rules (icap)" {
	case_other_client
}

@test "10 look-alikes: ordinary rules; the same name otherwise spelt: spliced (icap)" {
	case_look_alikes
}

@test "11 SNI that is no name: never spliced, nothing injected, Squid alive (icap)" {
	case_odd_sni
}

@test "11 SNI with a NUL, or two: to the listed host alone (icap)" {
	case_two_server_names
}

@test "third-party host: 407, and spliced with credentials (icap)" {
	case_tls_only
}

@test "excluded host: ordinary rules, as CONNECT and as SNI (icap)" {
	case_excluded
}

@test "cache manager, ftp and the like: ordinary rules (icap)" {
	case_other_schemes
}

@test "requested host that is no host: not let through (icap)" {
	case_odd_hosts
}

@test "12 auth alone, by the policy: bumped, inner requests 200 (icap)" {
	case_auth_only_by_policy
}

@test "12 auth alone, by emit: bumped, inner requests 200 (icap)" {
	case_auth_only_by_emit
}
