# Squid reads the emitted file without a word: squid -k parse of a whole
# squid.conf that includes it.
load lib.bash

setup_file()
{
	SQUID=${SQUID:-$(PATH=$PATH:/usr/sbin command -v squid || echo no)}
	export SQUID
	[ "$SQUID" != no ] || skip "squid is not installed"
	"$SQUID" -v | grep -q -- --with-openssl ||
		skip "this squid is built without OpenSSL"
	command -v openssl > /dev/null || skip "openssl is not installed"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test \
		-keyout "$BATS_FILE_TMPDIR/ca.pem" -out "$BATS_FILE_TMPDIR/cert.pem" \
		2> "$BATS_FILE_TMPDIR/openssl.log"
	cat "$BATS_FILE_TMPDIR/cert.pem" >> "$BATS_FILE_TMPDIR/ca.pem"
}

# conf: a squid.conf as an admin has it, with the emitted file at its place.
conf()
{
	cat << END
http_port 127.0.0.1:3128 ssl-bump tls-cert=$BATS_FILE_TMPDIR/ca.pem
acl localnet src 10.0.0.0/8 fc00::/7
acl SSL_ports port 443
acl Safe_ports port 80 443 1025-65535
acl CONNECT method CONNECT
auth_param basic program /bin/cat
acl authed proxy_auth REQUIRED
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access deny !localnet
include $PWD/goto-bypass.conf
http_access allow authed
http_access deny all
END
}

# silent options...: emit, and parse without a warning.
silent()
{
	gtb emit squid --mode explicit "$@" > goto-bypass.conf
	conf > squid.conf
	"$SQUID" -k parse -f squid.conf > parse.log 2>&1 || {
		tail -5 parse.log
		return 1
	}
	# Every line it reads it repeats.
	grep -q 'Processing: http_access allow' parse.log
	if grep -v 'Processing: ' parse.log |
		grep -iE 'warning|error|fatal|notice|upgrade|bungled|unrecogni'; then
		return 1
	fi
}

# everywhere: silent with both ways, every tail and every kind of bypass.
everywhere()
{
	local via tail
	for via in external native; do
		for tail in bump terminate none; do
			silent --via "$via" --tail "$tail" || return 1
		done
		silent --via "$via" --bypass auth || return 1
		silent --via "$via" --bypass tls || return 1
	done
}

@test "the default policy" {
	everywhere
}

@test "every tier, ports 80 and 8200" {
	policy << 'END'
tiers:
  optional: {enabled: yes}
  third-party: {enabled: yes}
  legacy: {enabled: yes}
ports: [443, 80, 8200]
shared: ["*.youtube.com", "*.googlevideo.com", "*.firebase.app"]
END
	everywhere
	grep -q '^acl gtb_port_[0-9] port .*8200' goto-bypass.conf
	grep -q '^#   acl SSL_ports port 8200' goto-bypass.conf
}

@test "every tier with every verdict" {
	policy << 'END'
tiers:
  optional: {enabled: yes, bypass: [auth, tls]}
  third-party: {enabled: yes, bypass: [auth, tls]}
  legacy: {enabled: yes, bypass: [auth, tls]}
END
	everywhere
}

@test "identities of both families, inside one another, and everybody" {
	policy << 'END'
identities:
  - {name: rooms, clients: [10.1.0.0/16, 10.1.2.3, "fd00:1::/32"]}
  - {name: office, clients: [10.0.0.0/8, "fd00::/16", "fd00:2::1"], bypass: [auth]}
END
	everywhere
	printf 'identities: [{name: a, clients: ["0.0.0.0/0"]}]\n' | policy
	everywhere
	printf 'identities: [{name: a, clients: ["::/0", "10.0.0.0/8"]}]\n' | policy
	everywhere
	printf 'identities: [{name: a, clients: ["::/0", "0.0.0.0/0"]}]\n' | policy
	everywhere
}

@test "exclusions inside wildcards and networks, and around them" {
	policy << 'END'
exclude:
  names: [x.goto.com, "*.y.goto.com", z.y.goto.com, "*.getgo.com"]
  networks: [68.64.3.0/24, 68.64.3.128/25, 173.199.0.0/16, 202.173.24.9]
END
	everywhere
	grep -q '^acl gtb_[a-z_]*not_names_1 dstdomain -n .*x\.goto\.com' goto-bypass.conf
}

@test "own entries, also such as the catalog has" {
	policy << 'END'
own:
  - {name: "*.goto.com", bypass: [auth]}
  - {name: www.goto.com}
  - {name: deep.inside.www.goto.com, bypass: [tls], ports: [443, 8443]}
  - {network: 68.64.0.0/20}
  - {network: 68.64.32.0/19}
  - {network: 198.18.5.0/24, special: yes, bypass: [tls]}
  - {network: "2001:db8::/32", special: yes}
END
	everywhere
}

@test "list files of names and networks, some excluded" {
	printf '.list.example\nwww.list.example\n.goto.com\nb.example\n' > names.txt
	printf '203.0.114.0/24\n203.0.114.9\n203.0.115.0-203.0.116.77\n' > nets.txt
	printf 'w.goto.com\n.v.list.example\n' > no.txt
	chmod 644 ./*.txt
	policy << 'END'
lists:
  - {file: names.txt, form: dstdomain}
  - {file: nets.txt, form: dst, bypass: [auth]}
  - {file: no.txt, form: dstdomain, exclude: yes}
END
	everywhere
}

@test "ten thousand names in a list" {
	seq -f 'h%05g.list.example' 10000 > names.txt
	chmod 644 names.txt
	printf 'lists: [{file: names.txt, form: dstdomain}]\n' | policy
	silent --via external
	[ "$(awk 'length > 110 && /^acl gtb_[a-z_]*(names|sni)_[0-9]/' goto-bypass.conf)" = "" ]
}

@test "nothing is on" {
	printf 'tiers: {required: {enabled: no}}\n' | policy
	gtb emit squid --mode explicit --via external > goto-bypass.conf
	grep -q '^# The policy lets nothing through' goto-bypass.conf
	conf > squid.conf
	run "$SQUID" -k parse -f squid.conf
	is 0
}

@test "a folder with letters beyond ASCII" {
	mkdir -p café
	chmod 755 café
	cp -R "$CATALOG" "$POLICY" café/
	POLICY=$PWD/café/policy.yaml
	CATALOG=$PWD/café/catalog
	silent --via external --helper "$PWD/café/helper"
	grep -q " $PWD/café/helper -c $PWD/café/policy.yaml" goto-bypass.conf
}
