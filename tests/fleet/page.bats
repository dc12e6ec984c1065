# goto-bypass-fleet(7) and the sample for HAProxy.
load "fleet.bash"

PAGE=$GTB_SRCDIR/src/icap/goto-bypass-fleet.7

# setting NAME FILE: the rest of its line.
setting()
{
	sed -n "s/^[[:blank:]]*$1 //p" "$2"
}

@test "mandoc finds nothing wrong" {
	command -v mandoc || skip "no mandoc"
	# Pages that are not installed yet cannot be found.
	run mandoc -T lint "$PAGE"
	echo "$output"
	[ "$(grep -cvE 'referenced manual not found|outdated mandoc.db|^$' \
		<<< "$output")" -eq 0 ]
}

@test "haproxy -c accepts the sample as it is" {
	[ -x "$HAPROXY" ] || skip "HAProxy is not installed"
	run "$HAPROXY" -c -f "$SAMPLE"
	echo "$output"
	[ "$status" -eq 0 ]
	! grep -E 'WARNING|ALERT' <<< "$output"
}

@test "the sample fits the emitted file and the sample of c-icap" {
	local conf=$GTB_SRCDIR/squid-conf/c-icap.conf threads taken

	threads=$(($(setting MaxServers "$conf") * $(setting ThreadsPerChild "$conf")))
	taken=$(sed -n 's/.*default-server .* maxconn \([0-9]*\) .*/\1/p' "$SAMPLE")
	[ "$taken" -lt "$threads" ]
	# HAProxy closes idle connections after Squid and before c-icap.
	[ "$(setting 'timeout server' "$SAMPLE")" = 90s ]
	[ "$(setting KeepAliveTimeout "$conf")" -gt 90 ]
	grep -q 'icap://127.0.0.1:1344/goto_bypass' "$GTB_SRCDIR/include/gtb/squid.h"
	[ "$(setting bind "$SAMPLE")" = 127.0.0.1:1344 ]
}
