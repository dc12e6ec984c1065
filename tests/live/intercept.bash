# The live cases of intercepted ports, for the bats files: each holds for
# REDIRECT and TPROXY, IPv4 and IPv6, --via external and native. Everybody else
# needs a session, which a client of such a port cannot ask for; nobody has one
# but .4 and ::4.
load "cases.bash"
load "nets.bash"

LISTED=www.goto.com		# DNS: in GoTo's networks, elsewhere there
FAR=agree.getgo.com		# hosted elsewhere; the client's address
GOTO_ONLY=www.expertcity.com	# hosted by GoTo alone; DNS: the client's
UNLISTED=shop.example

# begin_nets MODE VIA [option of emit...]: one Squid and one world for the
# tests of a file.
begin_nets()
{
	local folder
	export RIG_MODE=$1 RIG_VIA=$2 NETS_MODE NETS_LACKING
	shift 2

	NETS_LACKING=$(nets_missing | head -n 1)
	[ -z "$NETS_LACKING" ] || return 0
	folder=$(rig_folder) || return 1
	nets_make "$folder" && nets_names && policy_of '443, 8200, 80' &&
		rig_emit "$@" && nets_conf && rig_run || return 1
	[ "$RIG_MODE" = explicit ] || meets "$RIG_MODE"
}

# For setup(): bats cannot skip a whole file from setup_file().
skip_without_nets()
{
	[ -z "$NETS_LACKING" ] || skip "$NETS_LACKING"
}

# meets MODE: from now on the client meets Squid's ports of that mode.
meets()
{
	NETS_MODE=$1
	nets_redirect "$1"
}

# The origin's DNS. Squid keeps answers, so each case has names of its own.
nets_names()
{
	nets_dns << 'END'
www.goto.com 68.64.20.1 2001:db8:60::2001
agree.getgo.com 203.0.113.11 2001:db8:61::11
differ.getgo.com 198.51.100.11 2001:db8:61::9911
www.expertcity.com 203.0.113.11 2001:db8:61::11
shop.example 203.0.113.80 2001:db8:61::80
.far.getgo.com 203.0.113.11 2001:db8:61::11
END
}

# policy_of PORTS [LINES]: the ports, such as "443, 80", and further lines.
# BYPASS is what is given to listed hosts and networks.
policy_of()
{
	rig_policy << END
ports: [$1]
tiers:
  required:
    bypass: [${BYPASS:-auth, tls}]
own:
  - network: 2001:db8:60::/48
    special: yes
    ports: [$1]
    bypass: [${BYPASS:-auth, tls}]
${2:-}
END
}

# The emitted file follows, and Squid.
with_policy()
{
	policy_of "$@"
	rig_emit
	rig_reconfigure
}

IDENTITIES='identities:
  - name: rooms
    clients: [10.9.1.2/32, "fd09:1::2/128"]'

EXCLUDED='exclude:
  names: [excluded.goto.com]'

# families command...: once for each. F is 4 or 6.
families()
{
	for F in 4 6; do
		echo "IPv$F"
		"$@"
	done
}

# at N: an address that is nobody's in particular; goto_at N: one of GoTo's;
# client N: the client's.
at()
{
	[ "$F" = 4 ] && echo "203.0.113.$1" || echo "2001:db8:61::$1"
}

goto_at()
{
	[ "$F" = 4 ] && echo "68.64.10.$1" || echo "2001:db8:60::$1"
}

client()
{
	[ "$F" = 4 ] && echo "10.9.1.$1" || echo "fd09:1::$1"
}

# --- what the logs say ------------------------------------------------------

logged_inspected()
{
	rig_log " NONE_NONE/[0-9]+ CONNECT [^ ]+ - (bump|peek) "
	no rig_log_has ' TCP_TUNNEL/'
}

# The admin's own rule said no to the request inside.
logged_inner_denied()
{
	rig_log ' TCP_DENIED/403 (GET|CONNECT) [^ ]+ - bump '
	no rig_log_has ' TCP_TUNNEL/'
}

# logged_reason WORD: what the helper said, where there is one.
logged_reason()
{
	[ "$RIG_VIA" = native ] || rig_log " $1 "
}

# Has anything come to ADDRESS?
arrived_at()
{
	grep -qF " $(nets_bracket "$1"):" "$RIG/world.log"
}

# --- the cases --------------------------------------------------------------

# Nobody looks at the DNS, which has other addresses for the name.
case_own_network()
{
	local alerts='forgery detected' before
	before=$(grep -c "$alerts" "$RIG/state/cache.log") || :

	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	logged_spliced -
	gives spliced nets_hello "$(goto_at 1)" 443
	logged_spliced -
	gives spliced nets_hello "$(goto_at 1)" 8200 --sni "$LISTED"
	logged_spliced -
	[ "$(grep -c "$alerts" "$RIG/state/cache.log")" = "$before" ]
}

case_name_elsewhere()
{
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	rig_log " TCP_TUNNEL/200 CONNECT $FAR:443 - splice $FAR "
	logged_reason name-only
	gives spliced nets_hello "$(at 11)" 443 --sni "${FAR^^}"
}

# Squid's own check of the address: 409 in clear, and nothing goes on.
case_dns_disagrees()
{
	gives 409 nets_hello "$(at 13)" 443 --sni differ.getgo.com
	rig_log ' NONE_NONE/409 CONNECT differ.getgo.com:443 '
	no rig_log_has ' TCP_TUNNEL/'
	gives 409 nets_hello "$(at 13)" 443 --sni nowhere.getgo.com
	no arrived_at "$(at 13)"
	grep -F 'on URL: differ.getgo.com:443' "$RIG/state/cache.log"
}

# The DNS agrees, but the document says that the name lives at GoTo alone.
case_hosted_by_goto_alone()
{
	gives bumped nets_hello "$(at 11)" 443 --sni "$GOTO_ONLY"
	logged_inspected
	logged_reason destination-mismatch
	gives "bumped 403" nets_get "$GOTO_ONLY" "$(at 11)"
	logged_inner_denied
	gives spliced nets_hello "$(goto_at 2)" 443 --sni "$GOTO_ONLY"
}

case_unlisted_name_at_goto()
{
	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$UNLISTED"
	logged_spliced -
}

case_unlisted()
{
	gives bumped nets_hello "$(at 80)" 443
	logged_inspected
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	logged_inner_denied
	gives "bumped 403" nets_get "$UNLISTED:8200" "$(at 80)"
	gives "bumped 200" nets_get "$UNLISTED" "$(at 80)" \
		--interface "$(client 4)"
	rig_log ' TCP_MISS/200 GET '
	gives "bumped 403" nets_get "evil${LISTED#www.}" "$(at 80)"
	gives "bumped 403" nets_get "$LISTED.evil.example" "$(at 80)"
}

case_versions()
{
	local version

	for version in '--tls-max 1.2' --tlsv1.3; do
		# shellcheck disable=SC2086
		{
			gives "spliced 200" nets_get "$LISTED" \
				"$(goto_at 1)" $version
			gives "spliced 200" nets_get "$FAR" "$(at 11)" $version
			gives "bumped 403" nets_get "$UNLISTED" "$(at 80)" \
				$version
		}
	done
}

# Squid's mode is known by whose address the origin sees.
case_mode()
{
	local seen

	nets_hello "$(goto_at 7)" 443
	seen=$(grep -F " $(nets_bracket "$(goto_at 7)"):443" "$RIG/world.log" |
		sed -n 's/^from \(.*\):[0-9]* .*/\1/p')
	if [ "$NETS_MODE" = tproxy ]; then
		[ "$seen" = "$(nets_bracket "$(client 2)")" ]
	else
		[ "$seen" != "$(nets_bracket "$(client 2)")" ] && [ -n "$seen" ]
	fi
}

# Squid reads the first. Whatever it makes of them, an unlisted name's address
# gets no tunnel.
case_two_server_names()
{
	is_not spliced nets_hello "$(at 80)" 443 --sni "$UNLISTED" --sni "$FAR"
	is_not spliced nets_hello "$(at 80)" 443 --sni "$FAR" --sni "$UNLISTED"
	is_not spliced nets_hello "$(at 80)" 443 --sni "$FAR\\0.$UNLISTED"
	is_not spliced nets_hello "$(at 80)" 443 --sni "$UNLISTED\\0.$FAR"
	is_not spliced nets_hello "$(at 11)" 443 --sni "$UNLISTED" --sni "$FAR"
	gives spliced nets_hello "$(goto_at 1)" 443 \
		--sni "$UNLISTED" --sni "$LISTED"
	rig_alive
}

case_odd_names()
{
	local sni got
	local -a names=()

	for sni in "$FAR." ".$FAR" '*.getgo.com' 'a b.getgo.com' \
		'evil.example\n7 OK\n8 x.getgo.com' "evil.example/.getgo.com" \
		"$(at 11)" 'a_b.getgo.com' '\xff.getgo.com'; do
		names+=("--hello=$sni")
	done
	got=$(nets_hello "$(at 11)" 443 "${names[@]}")
	printf '%s\n' "$got, of" "${names[@]}"
	[[ ,$got =~ ^(,(bumped|alert|closed)){9}$ ]]
	no grep -F TCP_TUNNEL <(rig_log_since)
	rig_alive
	nothing_was_injected
}

case_not_tls()
{
	local port

	for port in 443 8200; do
		gives echoed nets_hello "$(goto_at 1)" "$port" --bytes 'hello\n'
		rig_log ' TCP_TUNNEL/200 CONNECT '
		is_not echoed nets_hello "$(at 81)" "$port" --bytes 'hello\n'
	done
	no arrived_at "$(at 81)"
}

# Even where the admin has them tunnelled for those with a session.
case_not_tls_tunnelled()
{
	is_not echoed nets_hello "$(at 82)" 443 --bytes 'hello\n'
	is_not echoed nets_hello "$(at 82)" 8200 --bytes 'hello\n'
	no arrived_at "$(at 82)"
	gives echoed nets_hello "$(at 82)" 443 --bytes 'hello\n' \
		--from "$(client 4)"
}

# A request for an address, which a parent would be sent on to: Squid's own ACLs
# cannot compare it with where the client went, the helper can.
address_in_request()
{
	local wanted=403

	[ "$RIG_VIA" = native ] || wanted=200
	gives "$wanted" nets_http "$(nets_bracket "$(goto_at 1)")" "$(goto_at 1)"
}

case_plain_http()
{
	gives 200 nets_http "$LISTED" "$(goto_at 1)"
	rig_log ' TCP_MISS/200 GET '
	grep -F " http $(nets_bracket "$(goto_at 1)"):80 GET /" "$RIG/world.log"
	address_in_request
	# Squid goes where the client went, whatever the name resolves to.
	gives 403 nets_http "$LISTED" "$(at 83)"
	rig_log ' TCP_DENIED/403 GET '
	gives 403 nets_http "$FAR" "$(at 11)"
	gives 403 nets_http "$UNLISTED" "$(goto_at 1)"
	gives 403 nets_http "$UNLISTED" "$(at 80)"
	gives 200 nets_http "$UNLISTED" "$(at 80)" --interface "$(client 4)"
	no arrived_at "$(at 83)"
	# Each request of a connection is judged for itself.
	[ "$(two_requests "$LISTED" "$UNLISTED")" = '200 403' ]
}

# The statuses of two requests in one connection to GoTo.
two_requests()
{
	local get='GET / HTTP/1.1\r\nHost: %s\r\n%b\r\n'

	# shellcheck disable=SC2016
	nets_client bash -c 'exec 9<> "/dev/tcp/$0/80"
		printf "$1" "$2" "" >&9; printf "$1" "$3" "Connection: close\r\n" >&9
		cat <&9' "$(goto_at 1)" "$get" "$1" "$2" |
		sed -n 's/^HTTP[^ ]* \([0-9]*\) .*/\1/p' | tr '\n' ' ' |
		sed 's/ $//'
}

# no_tunnels HOW ADDRESS PORT REQUEST... [-- option...]: HOW is bytes or
# inside; each of them is answered with a no.
no_tunnels()
{
	local how=$1 address=$2 port=$3 got
	local -a requests=()
	shift 3

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		requests+=("--$how" "$1")
		shift
	done
	got=$(nets_hello "$address" "$port" "${requests[@]}" "${@:2}")
	printf '%s\n' "$how to $address: $got, of" "${requests[@]}"
	[[ ,$got =~ ^(,40[39])+$ ]]
	no grep -F TCP_TUNNEL <(rig_log_since)
}

# Squid makes a tunnel of a CONNECT on an intercepted port of HTTP, and does
# not look at the DNS when there is no Host.
case_connect_in_clear()
{
	local name host address
	local -a requests

	for address in "$(goto_at 84)" "$(at 84)"; do
		requests=()
		for name in "$(nets_bracket "$address")" "$LISTED" "$FAR" \
			"$UNLISTED"; do
			for host in "$name:443" "$name:80"; do
				requests+=("CONNECT $host HTTP/1.0\r\n\r\n"
					"CONNECT $host HTTP/1.1\r\nHost: $host\r\n\r\n")
			done
		done
		no_tunnels bytes "$address" 80 "${requests[@]}"
		no arrived_at "$address"
	done
}

# Nor inside an inspected connection.
case_connect_inside()
{
	local host
	local -a requests=()

	for host in "$(nets_bracket "$(at 80)")" "$UNLISTED" "$FAR" "$LISTED" \
		"$(nets_bracket "$(goto_at 1)")" "$GOTO_ONLY"; do
		requests+=("CONNECT $host:443 HTTP/1.0\r\n\r\n")
	done
	no_tunnels inside "$(at 80)" 443 "${requests[@]}" -- --sni "$UNLISTED"
	no_tunnels inside "$(at 11)" 443 "${requests[@]}" -- --sni "$GOTO_ONLY"
}

# The port of a request's URL is not the port the client went to.
case_port_not_enabled()
{
	local end='/ HTTP/1.0\r\n\r\n'

	gives 403 nets_http "$LISTED" "$(goto_at 1)"
	gives 403,403,403 nets_hello "$(goto_at 1)" 80 \
		--bytes "GET http://$LISTED:443$end" \
		--bytes "GET http://$(nets_bracket "$(goto_at 1)"):443$end" \
		--bytes "GET https://$LISTED$end"
	gives "bumped 403" nets_get "$LISTED:8200" "$(goto_at 1)"
	is_not echoed nets_hello "$(goto_at 1)" 8200 --bytes 'hello\n'
}

# Then Squid's dst ACL takes a URL's word for the address, but Squid does not.
case_passthru_off()
{
	local get

	get="://$(nets_bracket "$(goto_at 1)")/ HTTP/1.0\\r\\n\\r\\n"
	gives 403 nets_hello "$(at 89)" 80 --bytes "GET http$get"
	no arrived_at "$(at 89)"
	gives 403 nets_hello "$(at 80)" 443 --sni "$UNLISTED" \
		--inside "GET https$get"
	address_in_request
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	gives bumped nets_hello "$(at 11)" 443 --sni "$GOTO_ONLY"
	case_own_network
}

case_identities()
{
	local from

	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	gives 200 nets_http "$LISTED" "$(goto_at 1)"
	from=$(client 3)
	gives bumped nets_hello "$(goto_at 1)" 443 --sni "$LISTED" \
		--from "$from"
	gives bumped nets_hello "$(at 11)" 443 --sni "$FAR" --from "$from"
	gives "bumped 403" nets_get "$LISTED" "$(goto_at 1)" --interface "$from"
	gives "bumped 403" nets_get "$FAR" "$(at 11)" --interface "$from"
	gives 403 nets_http "$LISTED" "$(goto_at 1)" --interface "$from"
	gives "bumped 200" nets_get "$LISTED" "$(goto_at 1)" \
		--interface "$(client 4)"
}

# With excluded names the server name is read first, at GoTo's addresses too.
case_excluded_name()
{
	gives bumped nets_hello "$(goto_at 1)" 443 --sni excluded.goto.com
	gives "bumped 403" nets_get excluded.goto.com "$(goto_at 1)"
	gives bumped nets_hello "$(goto_at 1)" 443 --sni "$UNLISTED"
	gives "bumped 403" nets_get "$UNLISTED" "$(goto_at 1)"
	gives spliced nets_hello "$(goto_at 1)" 443
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	# Now the name has to have this address.
	gives 409 nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	if [ "$F" = 4 ]; then
		gives spliced nets_hello 68.64.20.1 443 --sni "$LISTED"
	else
		gives spliced nets_hello 2001:db8:60::2001 443 --sni "$LISTED"
	fi
}

# name-only: refuse: what no address of GoTo's proves.
case_name_only_refused()
{
	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	gives bumped nets_hello "$(at 11)" 443 --sni "$FAR"
	gives "bumped 403" nets_get "$FAR" "$(at 11)"
	logged_inner_denied
	gives bumped nets_hello "$(at 11)" 443 --sni "$GOTO_ONLY"
}

# destination-mismatch: bypass: then Squid's look at the DNS is the proof.
case_mismatch_allowed()
{
	gives spliced nets_hello "$(at 11)" 443 --sni "$GOTO_ONLY"
	gives 409 nets_hello "$(at 13)" 443 --sni "$GOTO_ONLY"
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
}

# Authentication alone is lifted: inspected, and the request inside passes.
case_auth_only()
{
	gives "bumped 200" nets_get "$LISTED" "$(goto_at 1)"
	rig_log ' TCP_MISS/200 GET '
	gives "bumped 200" nets_get "$FAR" "$(at 11)"
	gives "bumped 403" nets_get "$GOTO_ONLY" "$(at 11)"
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	gives "bumped 403" nets_get "$UNLISTED" "$(goto_at 1)"
	case_connect_inside
}

# Everything that is not spliced is closed, with the first bytes.
case_tail_terminate()
{
	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	gives spliced nets_hello "$(at 11)" 443 --sni "$FAR"
	gives closed nets_hello "$(at 80)" 443 --sni "$UNLISTED"
	gives closed nets_hello "$(at 11)" 443 --sni "$GOTO_ONLY"
	gives closed nets_hello "$(at 85)" 443 --bytes 'hello\n'
	no arrived_at "$(at 85)"
}

# The admin's own ssl_bump lines follow.
case_tail_none()
{
	gives spliced nets_hello "$(goto_at 1)" 443 --sni "$LISTED"
	gives spliced nets_hello "$(goto_at 1)" 443
	is_not spliced nets_hello "$(at 80)" 443 --sni "$UNLISTED"
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	gives "bumped 403" nets_get "$UNLISTED:8200" "$(at 80)"
	is_not echoed nets_hello "$(at 86)" 443 --bytes 'hello\n'
	no arrived_at "$(at 86)"
	case_connect_inside
}

# A listed name proves nothing when what answers has no certificate for it.
case_wrong_certificate()
{
	gives "bumped 503" nets_get "$FAR" "$(at 88)"
	rig_log ' NONE_NONE/503 GET '
	no grep -F " $(nets_bracket "$(at 88)"):443 GET" "$RIG/world.log"
}

# Without ssl_bump lines of ours the admin's inspect at once, and Squid calls
# that step 1 for all that follows inside.
case_auth_only_by_emit()
{
	local host

	gives "bumped 200" nets_get "$LISTED" "$(goto_at 1)"
	gives "bumped 403" nets_get "$UNLISTED" "$(goto_at 1)"
	gives "bumped 403" nets_get "$UNLISTED" "$(at 80)"
	for host in "$UNLISTED" "$FAR" "$LISTED"; do
		no_tunnels inside "$(goto_at 1)" 443 \
			"CONNECT $host:443 HTTP/1.0\\r\\n\\r\\n" -- \
			--sni "$LISTED"
	done
	case_connect_inside
}
