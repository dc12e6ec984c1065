# goto-bypass why: verdicts, what they rest on, and what would change them.
load lib.bash

@test "a listed name: both verdicts, reason, entry, document and line" {
	run gtb why www.goto.com
	is 0
	has "auth      bypass   listed-name: the name is listed"
	has "tls       splice   listed-name: the name is listed"
	has "assuming SNI www.goto.com"
	[[ $output =~ entry\ +(v10-desktop|goto-app):[a-z0-9-]+\ \ \*\.goto\.com ]]
	[[ $output =~ from\ \".*\",\ version\ .*,\ checked\ 2026-11-20 ]]
	has "without an SNI: tls inspect (awaiting-sni)"
}

@test "the lines named are those of the emitted file" {
	local number
	gtb emit squid --mode explicit --via external > out.conf
	run gtb why www.goto.com --json
	for verdict in auth tls; do
		number=$(json "j['$verdict']['line']['number']")
		[ "$(sed -n "${number}p" out.conf)" = \
			"$(json "j['$verdict']['line']['text']")" ]
	done
	[[ $(json 'j["auth"]["line"]["text"]') == "http_access allow "* ]]
	[[ $(json 'j["tls"]["line"]["text"]') == "ssl_bump splice "*gtb_tls_sni_1* ]]
	run gtb why 68.64.1.1 --json
	[[ $(json 'j["tls"]["line"]["text"]') == "ssl_bump splice "*gtb_sni_address* ]]
}

# line VERDICT [OPTION...]: the line told, "-" for none; it is that of out.conf.
line()
{
	local verdict=$1 number text
	shift
	run gtb why "$@" --json
	number=$(json "j['$verdict']['line'] and j['$verdict']['line']['number'] or 0")
	text=$(json "j['$verdict']['line'] and j['$verdict']['line']['text'] or '-'")
	[ "$number" = 0 ] || [ "$(sed -n "${number}p" out.conf)" = "$text" ] || return 1
	echo "$text"
}

@test "the lines named are those of the way that is asked for" {
	local via options
	for via in external native icap icap,external; do
		options="--via $via --helper /bin/true"
		[[ $via != icap* ]] || options+=" --auth-acl users"
		# shellcheck disable=SC2086
		gtb emit squid --mode explicit $options > out.conf
		run gtb why www.goto.com --via "$via"
		has "with --mode explicit --via $via, if made anew"
		[ "$(json_of via www.goto.com --via "$via")" = "$via" ]
		[[ $(line auth www.goto.com --via "$via") == "http_access allow "* ]]
		[[ $(line tls www.goto.com --via "$via") == "ssl_bump splice "* ]]
		[[ $(line auth www.goto.com --method GET --sni www.goto.com --via "$via") == \
			"http_access allow "* ]]
		gtb emit squid --mode intercept --via "$via" > out.conf
		[[ $(line tls www.goto.com --dst 68.64.1.1 --via "$via") == \
			"ssl_bump splice gtb_intercepted gtb_step1 "* ]]
		[[ $(line auth www.goto.com --dst 68.64.1.1 --via "$via") == \
			"http_access allow gtb_intercepted "* ]]
	done
	run gtb why www.goto.com --via sideways
	is 2
	has "--via sideways: must be external, native, icap or icap,external"
}

json_of()
{
	local key=$1
	shift
	run gtb why "$@" --json
	json "j['$key']"
}

@test "via icap a name on an intercepted port is asked about too early" {
	local note="your own rules decide: on intercepted ports the service is asked before the server name is known, so addresses alone count"
	run gtb why agree.getgo.com --dst 203.0.113.9 --via icap
	has "$note"
	run gtb why agree.getgo.com --dst 203.0.113.9 --via icap,external
	lacks "$note"
	has gtb_ask_dst_splice
	# where names are excluded a listed name counts at a listed network
	printf 'exclude: {names: [x.goto.com]}\n' | policy
	gtb emit squid --mode intercept --via icap > out.conf
	[[ $(line tls www.goto.com --dst 68.64.1.1 --via icap) == \
		"ssl_bump splice gtb_intercepted gtb_step2 "*" gtb_icap_splice gtb_spliced_mark" ]]
	[[ $(line auth www.goto.com --dst 68.64.1.1 --via icap) == \
		"http_access allow gtb_intercepted "*" gtb_step2 "*" gtb_open_mark" ]]
}

@test "an unlisted name: status 1, no line, and what the policy could do" {
	run gtb why evilgoto.com
	is 1
	has "auth      require  not-listed"
	has "tls       inspect  not-listed"
	has "no line lets it through"
	has "in the policy: own: with an entry for it"
}

@test "one of two verdicts is enough for status 0" {
	printf 'tiers: {optional: {enabled: yes}}\n' | policy
	run gtb why app.launchdarkly.com
	is 0
	has "auth      bypass"
	has "tls       inspect  not-granted"
	has "in the policy, for tls: tiers.optional.bypass: with tls"
}

@test "a server name that does not fit: neither" {
	run gtb why www.goto.com --sni evil.example
	is 1
	has "names-disagree"
	has "with the SNI equal to the host: auth bypass (listed-name), tls splice (listed-name)"
	run gtb why evil.example --sni www.goto.com
	is 1
	has "names-disagree"
}

@test "an address in a network needs no server name, another does not help" {
	run gtb why 68.64.1.1
	is 0
	has "no SNI"
	has "listed-network"
	run gtb why 8.8.8.8
	is 1
	has "not-listed"
}

@test "no SNI for a name: authentication alone" {
	run gtb why www.goto.com --no-sni
	is 0
	has "auth      bypass"
	has "tls       inspect  awaiting-sni"
	run gtb why www.goto.com --no-sni --sni x.goto.com
	is 2
}

@test "ports: host:port, [v6]:port, bare v6" {
	run gtb why www.goto.com:22
	is 1
	has "port 22"
	has "on port 443: auth bypass"
	has "the document does not list TCP 22 for this entry; an own entry can"
	run gtb why '[2001:db8::1]:8443' --json
	is 1
	[ "$(json 'j["query"]["host"], j["query"]["port"]')" = "('[2001:db8::1]', '8443')" ]
	run gtb why 2001:db8::1 --json
	[ "$(json 'j["query"]["host"], j["query"]["port"]')" = "('2001:db8::1', '443')" ]
	run gtb why '[2001:db8::1]' --json
	[ "$(json 'j["query"]["host"], j["query"]["port"]')" = "('[2001:db8::1]', '443')" ]
}

@test "identities: which one, and what another client would get" {
	policy << 'END'
identities:
  - {name: rooms, clients: [10.1.0.0/16]}
  - {name: office, clients: [10.0.0.0/8], bypass: [auth]}
END
	run gtb why www.goto.com --client 10.1.2.3
	is 0
	has "identity  rooms"
	has "from a client in identity office, such as 10.0.0.0: tls inspect (client)"
	has "from a client in no identity: auth require (client), tls inspect (client)"
	run gtb why www.goto.com
	is 1
	has "from a client in identity rooms, such as 10.1.0.0: auth bypass (listed-name), tls splice (listed-name)"
	has "in the policy: identities: one with this client"
}

@test "intercepted: the destination must fit the name" {
	run gtb why launch.getgo.com --dst 68.64.1.1
	is 0
	has "going to 68.64.1.1"
	has "with --mode intercept --via external"
	has "ssl_bump splice gtb_intercepted gtb_step1 gtb_port_1 gtb_nets_1"
	run gtb why launch.getgo.com --dst 192.0.2.1
	is 1
	has "destination-mismatch"
	has "through an explicit proxy (no --dst): auth bypass"
	has "(in a listed network): auth bypass"
	run gtb why launch.getgo.com
	is 0
	has "going to 192.0.2.1 (in no listed network): auth require (destination-mismatch)"
}

@test "intercepted: an address is spliced before its server name is read" {
	run gtb why evil.example --dst 68.64.1.1
	is 0
	has "auth      bypass   listed-network"
	has "tls       splice   listed-network"
	[[ $output =~ entry\ +(v10-desktop|goto-app):[a-z0-9-]+\ \ 68\.64\. ]]
	has "the address alone decides: this is spliced before the server name is read"
	has "ssl_bump splice gtb_intercepted gtb_step1 "
	has "through an explicit proxy (no --dst): auth require (not-listed), tls inspect (not-listed)"
	has "in the policy: exclude.names: with any name in it Squid reads the server name first: inspect (not-listed)"
	run gtb why evil.example --dst 68.64.1.1 --json
	is 0
	[ "$(json 'j["auth"]["reason"], j["tls"]["verdict"], j["tls"]["reason"]')" = \
		"('listed-network', 'splice', 'listed-network')" ]
	[[ $(json 'j["tls"]["note"]') == "the address alone decides: "* ]]
	[[ $(json 'j["tls"]["policy_hint"]') == "exclude.names: "* ]]
	# the name says the same: nothing to change
	run gtb why launch.getgo.com --dst 68.64.1.1
	is 0
	lacks "in the policy"
	# without --dst, such a port is one of the facts to change
	run gtb why evil.example
	is 1
	has "(in a listed network): auth bypass (listed-network), tls splice (listed-network)"
}

@test "intercepted: where names are excluded the server name is read first" {
	local form
	for form in 'exclude: {names: [bad.goto.com]}' \
		'lists: [{file: names.txt, form: dstdomain, exclude: yes}]'; do
		printf 'bad.goto.com\n' > names.txt
		chmod 644 names.txt
		printf '%s\n' "$form" | policy
		run gtb why evil.example --dst 68.64.1.1
		is 1
		has "not-listed"
		lacks "this is spliced"
		lacks "ssl_bump splice"
		run gtb why www.goto.com --dst 68.64.1.1
		is 0
		has "ssl_bump splice gtb_intercepted gtb_step2 "
		run gtb why evil.example
		is 1
		lacks "(in a listed network): auth bypass"
	done
}

@test "intercepted: what Squid does with a name beyond the decision" {
	run gtb why www.goto.com --dst 198.51.100.6
	is 0
	has "name-only"
	has "where its DNS answers lack this destination, the client gets 409"
	run gtb why www.goto.com --dst 198.51.100.6 --json
	[[ $(json 'j["tls"]["note"]') == *409 ]]
	gtb emit squid --mode intercept --via external > out.conf 2> /dev/null
	run gtb why evil.example --dst 198.51.100.6
	is 1
	lacks 409
	lacks "no line lets it through"
	has "the connection itself passes by line "
	has "so that its server name is read; it is inspected"
	number=${output##*itself passes by line }
	number=${number%%,*}
	line=$(sed -n "${number}p" out.conf)
	[[ $line == "http_access allow gtb_intercepted gtb_connect gtb_encrypted gtb_step1 "* ]]
	has "$line"
	# an identity's clients alone
	printf 'identities: [{name: rooms, clients: [10.1.0.0/16]}]\n' | policy
	run gtb why evil.example --dst 198.51.100.6
	is 1
	has "no line lets it through"
	run gtb why evil.example --dst 198.51.100.6 --client 10.1.2.3
	is 1
	has "the connection itself passes by line "
	run gtb why evil.example:22 --dst 198.51.100.6 --client 10.1.2.3
	is 1
	has "no line lets it through"
}

@test "intercepted: a name elsewhere is enough for a tunnel, not for a request" {
	run gtb why www.goto.com --dst 192.0.2.1
	is 0
	has "http_access allow gtb_intercepted gtb_connect gtb_encrypted gtb_step2 "
	run gtb why www.goto.com --dst 192.0.2.1 --method GET
	is 1
	has "name-only"
	has "no line lets it through"
	run gtb why www.goto.com --dst 192.0.2.1 --method GET --sni www.goto.com
	is 0
	has "http_access allow gtb_intercepted !gtb_connect gtb_http !manager !gtb_purge gtb_encrypted "
	run gtb why www.goto.com --dst 68.64.1.1 --method GET
	is 0
	has "gtb_local_nets_1 gtb_listed_1 gtb_ask_dst_auth"
}

@test "another method is no tunnel" {
	printf 'ports: [443, 80]\n' | policy
	run gtb why www.goto.com:80 --method GET
	is 0
	has "auth      bypass"
	has "tls       inspect  method"
	has "as a CONNECT"
}

@test "off entries say what would turn them on" {
	run gtb why app.launchdarkly.com
	is 1
	has "tier-off"
	has "tiers.optional.enabled: true"
	printf 'tiers: {third-party: {enabled: yes}}\n' | policy
	run gtb why www.youtube.com
	is 1
	has "shared-off"
	has "shared: with *.youtube.com"
	printf 'products: {webinar: no}\n' | policy
	run gtb why x.gotowebinar.com
	is 1
	has "products.webinar: true"
	printf 'exclude: {names: ["*.goto.com"]}\n' | policy
	run gtb why www.goto.com
	is 1
	has "exclude.names: without *.goto.com"
}

@test "a malformed request is a no, printed safely" {
	run gtb why $'a\033[31mb'
	is 1
	has "malformed"
	lacks $'\033'
	run gtb why $'\xff.goto.com' --json
	is 1
	[ "$(json 'j["auth"]["reason"]')" = malformed ]
	run gtb why a_b.goto.com
	is 1
	has "malformed"
	run gtb why www.goto.com --sni $'\x01x'
	is 1
	has "malformed"
}

# names TEXT ARGUMENTS: no, and which part is wrong.
names()
{
	local text=$1
	shift

	run gtb why "$@"
	is 1
	has $'\n'"wrong     $text"$'\n'
}

@test "of a malformed request the part that is wrong is named" {
	local long
	long=$(printf 'a%.0s' {1..64})

	names "host www..goto.com: an empty label, at column 5" www..goto.com
	names "host a_b.goto.com: a byte that no name has, at column 2" a_b.goto.com
	names "host www.-a.com: a label that begins with a hyphen, at column 5" \
		www.-a.com
	names "host www.a-.com: a label that ends with a hyphen, at column 6" \
		www.a-.com
	names "host www.$long: a label of more than 63 bytes, at column 5" \
		"www.$long"
	names "host 1.2.3.4.5: a last label of digits alone, at column 9" 1.2.3.4.5
	names "host goto.com..: an empty label, at column 10" goto.com..
	names "host .: an empty label, at column 1" .
	long=${long:1}
	names "host $long.$long.$long.$long: more than 253 bytes, at column 1" \
		"$long.$long.$long.$long"
	names "SNI x..goto.com: an empty label, at column 3" \
		www.goto.com --sni x..goto.com
	names "SNI 68.64.10.1: a last label of digits alone, at column 10" \
		68.64.10.1 --sni 68.64.10.1
	run gtb why www.goto.com --sni x..goto.com --json
	[ "$(json 'j["malformed"]')" = \
		"{'part': 'sni', 'column': 3, 'what': 'an empty label'}" ]
	run gtb why www.goto.com --json
	[ "$(json 'j["malformed"]')" = None ]
}

# refused TEXT ARGUMENTS: wrong usage, and which.
refused()
{
	local text=$1
	shift
	echo "why $*"
	run --separate-stderr gtb why "$@"
	is 2
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "goto-bypass: $text" ]
}

@test "what no request can have is wrong usage" {
	local port
	for port in abc 99999 0 0443 "" -1; do
		refused "www.goto.com:$port: the port must be 1 to 65535, as in www.goto.com:443" \
			"www.goto.com:$port"
	done
	refused ":443: the host is missing, write HOST[:PORT], as in www.goto.com:443" :443
	refused ": the host is missing, write HOST[:PORT], as in www.goto.com:443" ""
	refused "*.goto.com: must be one host, not a pattern, as in www.goto.com" '*.goto.com'
	for target in '[::1' '[]:443' '[www.goto.com]:443' a:b:c; do
		refused "$target: must be HOST[:PORT], with an IPv6 address in brackets, as in [2001:db8::1]:443" "$target"
	done
	refused "--client foo: must be an address, as in 10.1.2.3 or 2001:db8::1" \
		www.goto.com --client foo
	refused "--dst nonsense: must be an address, as in 10.1.2.3 or 2001:db8::1" \
		www.goto.com --dst nonsense
	for method in get "" 'G ET'; do
		refused "--method $method: must be a method in capitals, as in GET" \
			www.goto.com --method "$method"
	done
}

@test "a URL is wrong usage" {
	run gtb why https://www.goto.com/
	is 2
	has "not a URL"
}

@test "--json carries all of it" {
	run gtb why www.goto.com --json
	is 0
	[ "$(json 'j["query"]["sni_assumed"]')" = True ]
	[ "$(json 'j["auth"]["bypass"], j["auth"]["verdict"], j["tls"]["verdict"]')" = "(True, 'bypass', 'splice')" ]
	[ "$(json 'j["auth"]["entry"]["text"]')" = "*.goto.com" ]
	[ "$(json 'j["auth"]["entry"]["document"]["checked"]')" = 2026-11-20 ]
	[ "$(json '[c["tls_reason"] for c in j["changes"] if c["if"] == "without an SNI"]')" = "['awaiting-sni']" ]
	[ "$(json 'len(j["digest"])')" = 64 ]
	run gtb why evil.example --json
	is 1
	[ "$(json 'j["auth"]["line"], j["auth"]["entry"], j["auth"]["policy_hint"]')" = "(None, None, 'own: with an entry for it')" ]
}

@test "a port is hinted at only where the policy can turn it on" {
	local port
	printf 'ports: [443, 8200]\n' | policy
	run gtb why 23.239.224.1:8200
	is 1
	has "the document does not list TCP 8200 for this entry; an own entry can"
	lacks "ports: with"
	for port in 1853 3478; do
		run gtb why "www.goto.com:$port"
		is 1
		has "the document does not list TCP $port for this entry"
		lacks "ports: with"
	done
	printf 'ports: [443]\n' | policy
	run gtb why www.goto.com:8200
	is 1
	has "in the policy: ports: with 8200, where the document names it"
	run gtb why 23.239.224.1:8200
	lacks "ports: with"
	# the hint is true
	printf 'ports: [443, 8200]\n' | policy
	run gtb why www.goto.com:8200
	is 0
}

@test "keys that have to change together are named together, and for which verdict" {
	run gtb why www.youtube.com
	is 1
	has "in the policy, for auth: tiers.third-party.enabled: true, and shared: with *.youtube.com, and tiers.third-party.bypass: with auth"
	has "in the policy, for tls: tiers.third-party.enabled: true, and shared: with *.youtube.com"
	run gtb why www.youtube.com --json
	[ "$(json 'j["tls"]["policy_hint"]')" = "tiers.third-party.enabled: true, and shared: with *.youtube.com" ]
	# each is true, and no less would do
	printf 'tiers: {third-party: {enabled: yes}}\n' | policy
	run gtb why www.youtube.com
	is 1
	printf 'tiers: {third-party: {enabled: yes}}\nshared: ["*.youtube.com"]\n' |
		policy
	run gtb why www.youtube.com
	is 0
	has "auth      require"
	has "tls       splice"
	has "in the policy, for auth: tiers.third-party.bypass: with auth"
	lacks "for tls"
}

@test "two exclusions, and one that is a list's line" {
	printf '.goto.com\n' > never.txt
	chmod 644 never.txt
	printf 'exclude: {names: ["*.goto.com", www.goto.com]}\n' | policy
	run gtb why www.goto.com
	is 1
	has "exclude.names: without www.goto.com, and exclude.names: without *.goto.com"
	printf 'lists: [{file: never.txt, form: dstdomain, exclude: yes}]\n' |
		policy
	run gtb why www.goto.com
	is 1
	has "in the policy: lists: take the line out of never.txt"
}

@test "name-only: a hint where the key would help, and none where it cannot" {
	printf 'ports: [443, 80]\nname-only: refuse\n' | policy
	run gtb why www.goto.com --dst 192.0.2.1
	is 1
	has "in the policy: name-only: bypass"
	for word in refuse bypass; do
		printf 'ports: [443, 80]\nname-only: %s\n' "$word" | policy
		run gtb why www.goto.com:80 --method GET --dst 192.0.2.1
		is 1
		has "in the policy: no key: a plain request on an intercepted port passes at addresses of GoTo's own networks alone"
		lacks "SNI equal to the host"
	done
	run gtb why www.goto.com --dst 192.0.2.1
	is 0
	lacks "in the policy"
}

@test "a port that alone is not enough, and a port of an own entry" {
	policy << 'END'
identities: [{name: rooms, clients: [10.1.0.0/16]}]
own: [{name: own.example.org, ports: [8443]}]
END
	run gtb why www.goto.com:8200
	is 1
	has "in the policy: ports: with 8200, where the document names it, and identities: one with this client, and auth, tls in its bypass"
	run gtb why own.example.org
	is 1
	has "in the policy: the ports of own-1: with 443"
}

@test "no --client and identities: what is assumed is said" {
	run gtb why www.goto.com
	lacks "assuming a client"
	printf 'identities: [{name: rooms, clients: [10.1.0.0/16]}]\n' | policy
	run gtb why www.goto.com
	is 1
	[[ ${lines[0]} == *", assuming a client in no identity" ]]
	run gtb why www.goto.com --client 10.1.2.3
	is 0
	lacks "assuming a client"
}

@test "another server name: the CONNECT passes, by a line of the emitted file" {
	local number line
	gtb emit squid --mode explicit --via external > out.conf 2> /dev/null
	number=$(grep -n '^http_access allow' out.conf | head -n 1)
	line=${number#*:}
	number=${number%%:*}
	run gtb why www.goto.com --sni evil.example
	is 1
	has "if made anew from this policy:"
	has "the CONNECT itself passes by line $number, and what is inside is decided again: $line"
	lacks "no line lets it through"
	run gtb why www.goto.com --sni evil.example --json
	[ "$(json 'j["auth"]["line"], j["tls"]["line"], j["tls"]["note"]')" = "(None, None, None)" ]
	[[ $(json 'j["auth"]["note"]') == *"passes by line $number, "* ]]
	run gtb why evil.example --sni www.goto.com
	is 1
	lacks "CONNECT itself"
	has "no line lets it through"
	run gtb why www.goto.com --json
	[ "$(json 'j["auth"]["note"], j["tls"]["note"]')" = "(None, None)" ]
}

@test "a server name with a trailing dot has no splice line" {
	run gtb why www.goto.com --sni www.goto.com.
	is 0
	has "Squid inspects it: its own ACLs do not match a server name with a trailing dot"
	has ": http_access allow "
	lacks ": ssl_bump splice"
	run gtb why www.goto.com --sni www.goto.com. --json
	[ "$(json 'j["tls"]["verdict"], j["tls"]["line"]')" = "('splice', None)" ]
	[[ $(json 'j["tls"]["note"]') == "Squid inspects it: "* ]]
	[ "$(json 'j["auth"]["line"] is None')" = False ]
}
