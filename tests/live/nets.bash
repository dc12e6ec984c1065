# A Squid that intercepts, between a client and an origin: three network
# namespaces joined by veth, beside rig.bash. Nothing leaves them, and they end
# with the processes that hold them.
#
#   client  10.9.1.2, .3 and .4, fd09:1::2, ::3 and ::4; from .4 and ::4 there
#           is a session, which is what the admin's own rule asks for
#   proxy   redirects (nft) what passes through it to ports 80, 443 and 8200
#           to ports of Squid, by REDIRECT or TPROXY
#   origin  has every address in NETS_ORIGIN; see origin.py
#
#   nets_missing        prints what this machine lacks, if anything
#   nets_make DIR       folder, certificates, namespaces, origin; sets RIG
#   nets_redirect MODE  intercept or tproxy: which of Squid's ports it is
#   nets_dns            standard input becomes the origin's list of names
#   nets_conf [line...] writes squid.conf; the lines come before the include
#   nets_client CMD...  runs a command in the client's namespace
#   nets_get HOST[:PORT] ADDRESS [curl option...]
#                       https with curl, as the client; prints what rig_get
#                       prints: "spliced 200", "bumped 403", or "failed"
#   nets_http HOST ADDRESS [curl option...]
#                       plain HTTP with curl; prints the status
#   nets_hello ADDRESS PORT [option...]
#                       see direct.py
#   nets_stop           ends it all and removes the folder
#
# What rig.bash has for a running Squid serves here too: rig_run, rig_log, ...
# Settings besides: RIG_MODE, for emit's --mode.
NETS_LIVE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NETS_ORIGIN='68.64.0.0/19 216.115.208.0/20 203.0.113.0/24 198.51.100.0/24
2001:db8:60::/48 2001:db8:61::/48'
NETS_EXPLICIT=3128
# The mode, its port for TLS, its port for HTTP.
NETS_PORTS='intercept:3129:3130 tproxy:3131:3132'
# Squid opens its ports in the order of nets_conf_ports(); this is the last.
export RIG_READY_LINE="Accepting TPROXY intercepted HTTP Socket"

# --- this machine -----------------------------------------------------------

# Prints why what is needed cannot be had, if it cannot.
nets_try()
{
	unshare --net sh -c 'ip link add gtb0 type veth peer name gtb1 &&
		ip -6 address add fd09::1/64 dev gtb0 && nft -f -' << 'END' 2>&1 |
table inet goto_bypass {
	chain nat {
		type nat hook prerouting priority dstnat;
		tcp dport 1 redirect to :2
	}
	chain mangle {
		type filter hook prerouting priority mangle;
		meta l4proto tcp socket transparent 1 accept
		meta nfproto ipv4 tcp dport 1 tproxy ip to :2
		meta nfproto ipv6 tcp dport 1 tproxy ip6 to :2
	}
}
END
		head -n 1
}

nets_missing()
{
	local program why

	rig_missing
	[ "$(id -u)" = 0 ] || { echo "namespaces with nft need root"; return; }
	for program in ip nft unshare nsenter sysctl; do
		command -v "$program" > /dev/null ||
			{ echo "$program is not installed"; return; }
	done
	why=$(nets_try)
	[ -z "$why" ] || echo "no network namespaces here: $why"
}

# --- namespaces -------------------------------------------------------------

# Prints what a command begins with to run in a namespace.
nets_in()
{
	echo "nsenter --net=/proc/$(cat "$RIG/$1.pid")/ns/net"
}

nets_run()
{
	# shellcheck disable=SC2046
	$(nets_in "$1") "${@:2}"
}

nets_client()
{
	nets_run client "$@"
}

nets_is_apart()
{
	[ "$(readlink "/proc/$(cat "$RIG/$1.pid")/ns/net")" != \
		"$(readlink /proc/self/ns/net)" ]
}

# A namespace lives while this does: a process that ends with its owner.
nets_hold()
{
	# shellcheck disable=SC2016
	unshare --net sh -c 'while kill -0 "$0"; do sleep 1; done' \
		"${RIG_KEEP:-$$}" < /dev/null > "$RIG/$1.hold" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/$1.pid"
	rig_wait "$RIG_READY_S" nets_is_apart "$1" ||
		{ rig_say "no namespace: $(cat "$RIG/$1.hold")"; return 1; }
	nets_run "$1" ip link set lo up
	nets_run "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.default.disable_ipv6=0 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv4.ip_local_port_range="61000 65000"
}

# nets_wire SPACE LINK address...
nets_wire()
{
	local space=$1 link=$2 address
	shift 2

	for address; do
		nets_run "$space" ip address add "$address" dev "$link"
	done
	nets_run "$space" ip link set "$link" up
}

# nets_prefer SPACE LINK address...: others than these are preferred.
nets_prefer()
{
	local address

	for address in "${@:3}"; do
		nets_run "$1" ip address change "$address" dev "$2" \
			preferred_lft 0
	done
}

nets_join()
{
	local proxy
	proxy=$(cat "$RIG/proxy.pid")

	nets_client ip link add eth type veth peer name client netns "$proxy" &&
		nets_run origin ip link add eth type veth \
			peer name origin netns "$proxy" || return 1
	nets_wire client eth 10.9.1.{2,3,4}/24 fd09:1::{2,3,4}/64
	nets_prefer client eth fd09:1::{3,4}/64
	nets_wire proxy client 10.9.1.1/24 fd09:1::1/64
	nets_wire proxy origin 10.9.2.1/24 fd09:2::1/64
	nets_wire origin eth 10.9.2.2/24 fd09:2::2/64
}

nets_routes()
{
	local net space

	for space in client:1 origin:2; do
		nets_run "${space%:*}" ip route add default \
			via "10.9.${space#*:}.1"
		nets_run "${space%:*}" ip -6 route add default \
			via "fd09:${space#*:}::1"
	done
	nets_run proxy ip route add default via 10.9.2.2
	nets_run proxy ip -6 route add default via fd09:2::2
	for net in $NETS_ORIGIN; do
		nets_run origin ip route add local "$net" dev lo
	done
	nets_run proxy ip rule add fwmark 1 lookup 100
	nets_run proxy ip -6 rule add fwmark 1 lookup 100
	nets_run proxy ip route add local default dev lo table 100
	nets_run proxy ip -6 route add local default dev lo table 100
}

# nets_redirect MODE: from now on the client meets these ports of Squid.
nets_redirect()
{
	local mode tls http

	IFS=: read -r mode tls http <<< "$(tr ' ' '\n' <<< "$NETS_PORTS" |
		grep "^$1:")"
	{
		echo flush ruleset
		"nets_rules_$mode" "$tls" "$http"
	} | nets_run proxy nft -f -
}

nets_rules_intercept()
{
	cat << END
table inet goto_bypass {
	chain arrive {
		type nat hook prerouting priority dstnat;
		iifname client tcp dport { 443, 8200 } redirect to :$1
		iifname client tcp dport 80 redirect to :$2
	}
}
END
}

# What Squid sends in the client's name comes back to it by the mark.
nets_rules_tproxy()
{
	local family

	echo "table inet goto_bypass {
	chain arrive {
		type filter hook prerouting priority mangle;
		meta l4proto tcp socket transparent 1 meta mark set 1 accept"
	for family in '' 6; do
		echo "iifname client meta nfproto ipv${family:-4} \
tcp dport { 443, 8200 } tproxy ip$family to :$1 meta mark set 1 accept"
		echo "iifname client meta nfproto ipv${family:-4} \
tcp dport 80 tproxy ip$family to :$2 meta mark set 1 accept"
	done
	printf '%s\n' '}' '}'
}

# --- the world --------------------------------------------------------------

nets_dns()
{
	cat > "$RIG/dns.new" && mv "$RIG/dns.new" "$RIG/dns"
}

nets_origin()
{
	# shellcheck disable=SC2046
	$(nets_in origin) python3 "$NETS_LIVE/origin.py" "$RIG" \
		"${RIG_KEEP:-$$}" < /dev/null > "$RIG/world.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/world.pid"
	rig_wait "$RIG_READY_S" test -s "$RIG/origin.up" ||
		{ rig_say "no origin: $(cat "$RIG/world.out")"; return 1; }
}

nets_asker()
{
	mkfifo "$RIG/ask" "$RIG/answer" || return 1
	# shellcheck disable=SC2046
	$(nets_in client) python3 "$NETS_LIVE/direct.py" --serve "$RIG" \
		"${RIG_KEEP:-$$}" < /dev/null > "$RIG/asker.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/asker.pid"
}

nets_make()
{
	export RIG=$1

	mkdir -p "$RIG" && chmod 755 "$RIG" && : > "$RIG/world.log" &&
		: > "$RIG/dns" && rig_certificates && rig_password &&
		rig_stage && rig_state && nets_hold client &&
		nets_hold proxy && nets_hold origin && nets_join &&
		nets_routes && nets_origin && nets_asker || return 1
	nets_in proxy > "$RIG/inside"
	echo "$NETS_EXPLICIT" > "$RIG/port"
	echo 2000 > "$RIG/client.port"
}

# --- squid.conf -------------------------------------------------------------

# Who has a session, for the admin's own rule.
nets_session()
{
	cat > "$RIG/bin/session" << 'END'
#!/bin/sh
while read -r client rest; do
	case $client in
	10.9.1.4 | fd09:1::4) echo OK ;;
	*) echo ERR ;;
	esac
done
END
	chmod 755 "$RIG/bin/session"
}

nets_conf_ports()
{
	local bump ports mode tls http

	bump=$(rig_conf_bump)
	echo "http_port 0.0.0.0:$NETS_EXPLICIT $bump name=explicit"
	for ports in $NETS_PORTS; do
		IFS=: read -r mode tls http <<< "$ports"
		echo "https_port $tls $mode $bump name=gtb_$mode"
		echo "http_port $http $mode name=gtb_$mode"
	done
}

nets_conf()
{
	local line
	nets_session

	{
		rig_conf_common && nets_conf_ports || return 1
		cat << END
dns_nameservers 10.9.2.2
external_acl_type session concurrency=0 ttl=60 children-startup=0 %>a $RIG/bin/session
acl session external session
acl authed proxy_auth REQUIRED
acl explicit myportname explicit
acl localnet src 10.9.1.0/24 fd09:1::/64
acl SSL_ports port 443 8200
acl Safe_ports port 80 443 1025-65535
END
		for line; do
			echo "$line"
		done
		cat << END
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access deny !localnet
include $RIG/goto-bypass.conf
http_access deny explicit !authed
http_access deny !explicit !session
http_access allow localnet
http_access deny all
END
	} > "$RIG/squid.conf.new" && mv "$RIG/squid.conf.new" "$RIG/squid.conf"
}

# --- asking -----------------------------------------------------------------

# A port that no connection has come from yet, and the next 19. Two that come
# from one port to different places look the same behind REDIRECT, so the
# kernel would give one of them another, and Squid's log would not name it.
nets_port()
{
	local port
	port=$(cat "$RIG/client.port")

	echo $((port + 20)) > "$RIG/client.port"
	echo "$port"
}

# ADDRESS as it stands in a URL.
nets_bracket()
{
	[[ $1 != *:* ]] && echo "$1" || echo "[$1]"
}

nets_get()
{
	local host=${1%:*} port=443 address code from
	[ "$host" = "$1" ] || port=${1##*:}
	address=$(nets_bracket "$2")
	shift 2

	rig_mark
	read -r code from < <(nets_client curl -q -skv --noproxy '*' \
		--max-time 10 -o "$RIG/body" \
		--connect-to "$host:$port:$address:$port" \
		--local-port "$(nets_port)" \
		-w '%{http_code} %{local_port}\n' "$@" \
		"https://$host:$port/" 2> "$RIG/curl.err")
	echo "$from" > "$RIG/last"
	rig_words 200 "$code"
}

nets_http()
{
	local host=$1 address code from
	address=$(nets_bracket "$2")
	shift 2

	rig_mark
	read -r code from < <(nets_client curl -q -s --noproxy '*' \
		--max-time 10 -o "$RIG/body" \
		--connect-to "$host:80:$address:80" \
		--local-port "$(nets_port)" \
		-w '%{http_code} %{local_port}\n' "$@" \
		"http://$host/" 2> "$RIG/curl.err")
	echo "$from" > "$RIG/last"
	echo "$code"
}

nets_hello()
{
	local start tag word port
	start=$(nets_port)

	rig_mark
	{
		printf '%s\37' "$start" --world "$RIG/world.log" \
			--from-port "$start" "$@"
		echo
	} 1<> "$RIG/ask"
	while read -r -t 60 tag word port; do
		[ "$tag" != "$start" ] || break
	done <> "$RIG/answer"
	echo "$port" > "$RIG/last"
	echo "$word"
}

# The explicit port, as the client of the intercepted ones reaches it.
explicit_get()
{
	local url=$1 connect code port
	shift

	rig_mark
	read -r connect code port < <(nets_client curl -q -skv --noproxy '' \
		--max-time 10 -o "$RIG/body" -x "http://10.9.1.1:$NETS_EXPLICIT" \
		-w '%{http_connect} %{http_code} %{local_port}\n' \
		"$@" "$url" 2> "$RIG/curl.err")
	echo "$port" > "$RIG/last"
	rig_words "$connect" "$code"
}

explicit_hello()
{
	local word port

	rig_mark
	read -r word port < <(nets_client python3 "$RIG_LIVE/hello.py" \
		--proxy "10.9.1.1:$NETS_EXPLICIT" --world "$RIG/world.log" "$@")
	echo "$port" > "$RIG/last"
	echo "$word"
}

# --- the end ----------------------------------------------------------------

nets_stop()
{
	local file
	local -a holders=()

	[ -d "${RIG:-}" ] || return 0
	for file in "$RIG"/{client,proxy,origin,asker}.pid; do
		[ ! -s "$file" ] || holders+=("$(cat "$file")")
	done
	rig_stop
	for file in "${holders[@]}"; do
		rig_end "$file" 2
	done
}
