# squid-conf/samples: what is emitted today, and Squid reads it.
load lib.bash

SAMPLES=$GTB_SRCDIR/squid-conf/samples

setup_file()
{
	SQUID=${SQUID:-$(PATH=$PATH:/usr/sbin command -v squid || echo no)}
	export SQUID PYTHONDONTWRITEBYTECODE=1
}

@test "the samples are what is emitted (else: make samples)" {
	mkdir made
	"$SAMPLES/generate" "$GTB" "$GTB_SRCDIR/squid-conf" made
	[ "$(ls made | wc -l)" -eq 11 ]
	for file in made/*; do
		diff -u "$SAMPLES/${file#made/}" "$file"
	done
}

@test "every sample is in the tarball and installed, and nothing else" {
	diff <(cd "$SAMPLES" && ls ./*.conf) <(sed -n \
		's|^\tsquid-conf/samples/\([a-z-]*\.conf\).*|./\1|p' \
		"$GTB_SRCDIR/squid-conf/Makefile.inc" | sort)
}

@test "the paths are those of an installation, and the command makes the file" {
	for file in "$SAMPLES"/*.conf; do
		echo "$file"
		grep -qx '# Policy:   /etc/squid/goto-bypass/policy.yaml' "$file"
		grep -qx '# Catalog:  /usr/share/goto-bypass/catalog' "$file"
		run grep -nE '/(tmp|home|work|root|build)\b' "$file"
		is 1
		name=${file##*/}
		name=${name%.conf}
		mode=${name%%-*}
		via=${name#*-}
		more=
		[ "$name" != explicit-icap ] || more=" --auth-acl users"
		[ "$mode" != mixed ] || mode=explicit,intercept
		grep -qx "# Command:  goto-bypass emit squid --mode $mode$more --via ${via/-/,}" \
			"$file"
	done
}

@test "the samples hold the principles" {
	for via in external native; do
		for row in explicit: intercept:gtb_intercept tproxy:gtb_tproxy \
			mixed:gtb_intercept; do
			python3 "$GTB_SRCDIR/tests/cli/principles.py" --via $via \
				--intercepted "${row#*:}" "$SAMPLES/${row%%:*}-$via.conf"
		done
	done
	python3 "$GTB_SRCDIR/tests/cli/principles.py" --via icap \
		--auth-acl users "$SAMPLES/explicit-icap.conf"
	for via in icap icap,external; do
		python3 "$GTB_SRCDIR/tests/cli/principles.py" --via $via \
			--intercepted gtb_intercept "$SAMPLES/intercept-${via/,/-}.conf"
	done
}

@test "Squid reads the samples" {
	[ "$SQUID" != no ] || skip "squid is not installed"
	"$SQUID" -v | grep -q -- --with-openssl ||
		skip "this squid is built without OpenSSL"
	for file in "$SAMPLES"/*.conf; do
		echo "$file"
		sed 's|/usr/lib/squid/ext_goto_bypass_acl|/bin/true|' "$file" > sample
		printf '%s\n' 'http_port 127.0.0.1:3128' \
			'auth_param basic program /bin/cat' \
			'acl users proxy_auth REQUIRED' \
			"include $PWD/sample" > squid.conf
		run "$SQUID" -k parse -f squid.conf
		is 0
		has "Processing: ssl_bump bump all"
		lacks WARNING
		lacks ERROR
	done
}

@test "a sample that is changed breaks a principle, and is told by its line" {
	sed '/^external/s/ grace=0 / grace=50 /; s/ !gtb_sni_odd//' \
		"$SAMPLES/explicit-external.conf" > sample
	run python3 "$GTB_SRCDIR/tests/cli/principles.py" sample
	is 1
	has "sample:$(grep -n grace=50 sample | cut -d: -f1): helper-bounds: grace=50"
	has "sample:$(grep -n '^ssl_bump splice' sample | head -1 | cut -d: -f1): odd-names: any server name"
}
