# Every combination of the options of goto-bypass emit squid holds the
# principles, and Squid reads it without a word.
load lib.bash

setup()
{
	SQUID=${SQUID:-$(PATH=$PATH:/usr/sbin command -v squid || echo no)}
	export SQUID PYTHONDONTWRITEBYTECODE=1
	stage "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return 1
	policies
}

policies()
{
	cp policy.yaml plain.policy.yaml
	cat > identities.policy.yaml << 'END'
identities:
  - {name: rooms, clients: [10.1.0.0/16, 10.1.2.3, "fd00:1::/32"]}
  - {name: office, clients: [10.0.0.0/8, "fd00::/16"], bypass: [auth]}
END
	cat > exclusions.policy.yaml << 'END'
exclude:
  names: [x.goto.com, "*.y.goto.com", z.y.goto.com, "*.getgo.com"]
  networks: [68.64.3.0/24, 68.64.3.128/25, 173.199.0.0/16, 202.173.24.9]
END
	cat > networks.policy.yaml << 'END'
exclude:
  networks: [68.64.3.0/24]
identities:
  - {name: everybody, clients: ["0.0.0.0/0", "::/0"]}
END
	cat > tiers.policy.yaml << 'END'
tiers:
  optional: {enabled: yes}
  third-party: {enabled: yes}
  legacy: {enabled: yes, bypass: [auth, tls]}
ports: [443, 80, 8200]
shared: ["*.youtube.com", "*.googlevideo.com", "*.firebase.app"]
own:
  - {network: "2001:db8::/32", special: yes}
  - {name: www.goto.com, bypass: [tls], ports: [443, 8443]}
END
	cat > nothing.policy.yaml << 'END'
tiers: {required: {enabled: no}}
END
	chmod 644 ./*.policy.yaml
}

certificate()
{
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test \
		-keyout ca.pem -out cert.pem 2> openssl.log
	cat cert.pem >> ca.pem
}

@test "all combinations" {
	[ "$SQUID" != no ] || skip "squid is not installed"
	"$SQUID" -v | grep -q -- --with-openssl ||
		skip "this squid is built without OpenSSL"
	command -v openssl > /dev/null || skip "openssl is not installed"
	certificate
	run python3 "$GTB_SRCDIR/tests/cli/matrix.py" .
	echo "$output"
	is 0
	[[ ${lines[0]} =~ ^combinations\ ([0-9]+),\ breaches\ 0$ ]]
	[ "${BASH_REMATCH[1]}" -gt 3900 ]
	[[ ${lines[1]} =~ ^mutants\ ([0-9]+)\ of\ ([0-9]+),\ not\ seen\ 0$ ]]
	[ "${BASH_REMATCH[1]}" -eq "${BASH_REMATCH[2]}" ]
	[[ ${lines[2]} =~ ^texts\ ([0-9]+),\ complaints\ 0$ ]]
	[ "${BASH_REMATCH[1]}" -gt 2200 ]
}

@test "what is not in the bounds is refused, and nothing printed" {
	local words
	while read -r words; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid --mode explicit --via external \
			--helper /bin/true $words
		is 2
		[ -z "$output" ]
		output=$stderr has "${words%% *}"
	done << 'END'
--ttl 0
--ttl 61
--ttl 3600
--children 0
--children 33
--concurrency 0
--concurrency 121
--squid 4
--squid 8
--port-name =intercept
--port-name tls
--port-name tls=sideways
--bypass none
--tail splice
--auth-acl !authed
--icap icap://127.0.0.1:1344/goto_bypass
END
}

@test "the same with list files" {
	local ports via
	[ "$SQUID" != no ] || skip "squid is not installed"
	seq -f 'h%03g.list.example' 300 > names.txt
	seq -f '20.0.%g.0/25' 0 255 > nets.txt
	seq -f 'x%03g.goto.com' 300 > not.txt
	seq -f '68.64.%g.1' 0 31 > not_nets.txt
	seq -f '173.199.63.%g' 0 2 254 >> not_nets.txt
	seq -f '67.217.95.%g' 0 2 254 >> not_nets.txt
	chmod 644 ./*.txt
	policy << 'END'
lists:
  - {file: names.txt, form: dstdomain}
  - {file: nets.txt, form: dst}
  - {file: not.txt, form: dstdomain, exclude: yes}
  - {file: not_nets.txt, form: dst, exclude: yes}
END
	for ports in "--mode explicit" "--mode intercept" \
		"--mode explicit --port-name gtb_intercept=tproxy"; do
		for via in external native icap,external; do
			rm -rf out
			mkdir out
			# shellcheck disable=SC2086
			gtb emit squid $ports --via $via --helper /bin/true \
				--auth-acl users --output "$PWD/out" > said
			[ "$(grep -c '\.acl$' said)" -ge 2 ]
			[[ $ports == *gtb_intercept* || $ports == *" intercept" ]] &&
				names=gtb_intercept || names=
			python3 "$GTB_SRCDIR/tests/cli/principles.py" --via $via \
				--auth-acl users --intercepted "$names" \
				out/goto-bypass.conf
			printf '%s\n' 'http_port 127.0.0.1:3128' \
				'auth_param basic program /bin/cat' \
				'acl users proxy_auth REQUIRED' \
				"include $PWD/out/goto-bypass.conf" > squid.conf
			run "$SQUID" -k parse -f squid.conf
			is 0
			lacks WARNING
			lacks ERROR
		done
	done
}
