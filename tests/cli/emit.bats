# goto-bypass emit squid: the options, and the text.
load lib.bash

emit()
{
	gtb emit squid --mode explicit "$@"
}

@test "the head says what made it and from what" {
	run emit --via external
	is 0
	has "# Made by:  $("$GTB" --version)"
	has "# Command:  goto-bypass emit squid --mode explicit --via external --policy $POLICY --catalog $CATALOG"
	has "# Policy:   $POLICY"
	has "# Catalog:  $CATALOG"
	has "#   v10-desktop version "
	has ", checked 2026-11-20: "
	has "# Ruleset:  $(gtb check --digest)"
	has "#   after   http_access deny !Safe_ports"
}

@test "the same files give the same text" {
	emit --via external > one
	emit --via external > two
	cmp one two
}

@test "relative paths are told from the root" {
	run "$GTB" emit squid --mode explicit --via external -c policy.yaml \
		-C catalog --helper bin/helper
	is 0
	has " $PWD/bin/helper -c $PWD/policy.yaml -C $PWD/catalog"
}

# Squid keeps an answer for ttl and up to one second more.
@test "--ttl is the time of both kinds of answers" {
	run emit --via external --ttl 7
	is 0
	has " ttl=6 negative_ttl=6 "
	for ttl in 0 61 -1 x 1s "" 99999999999; do
		run emit --via external --ttl "$ttl"
		is 2
		has "--ttl"
	done
}

@test "every FORMAT token of a client's bytes is escaped, and all facts are there" {
	run emit --via external
	[[ $output =~ \ %#\>a\ %#\>rm\ %#\>rd\ %#\>rP\ %#ssl::\>sni\ %DATA\ / ]]
}

@test "the helper cannot end Squid, and its answers fit Squid's reads" {
	local concurrency
	run emit --via external
	has " children-startup=0 "
	has " grace=0 "
	concurrency=${output##* concurrency=}
	concurrency=${concurrency%% *}
	[ $((concurrency * 256)) -lt 32768 ]
}

@test "an external ACL never stands first in a rule" {
	emit --via external --tail none > text
	grep -E '^(http_access|ssl_bump)' text > rules
	[ "$(wc -l < rules)" -ge 5 ]
	run grep -E '^(http_access|ssl_bump) [a-z]+ !?gtb_ask' rules
	is 1
	# and what it stands behind names hosts and ports
	run grep gtb_ask rules
	[ "${#lines[@]}" -ge 4 ]
	for line in "${lines[@]}"; do
		[[ $line == *gtb_port_*_1*gtb_ask* || $line == *gtb_port_1*gtb_*_1*gtb_ask* ]]
	done
}

@test "what is not in this version is an honest error, and prints nothing" {
	run --separate-stderr gtb emit squid --mode explicit --via icap
	is 2
	[ -z "$output" ]
	output=$stderr has "in this version"
}

@test "wrong and missing options are wrong usage" {
	run gtb emit squid --mode explicit
	is 2
	has "--via is missing"
	run gtb emit squid --via native
	is 2
	has "--mode is missing: write --mode explicit --via external"
	run gtb emit --mode explicit --via native
	is 2
	has "say what to emit"
	run gtb emit nginx --mode explicit --via native
	is 2
	run gtb emit squid --mode sideways --via native
	is 2
	has "--mode sideways: must be explicit, intercept or tproxy"
	run emit --via native --bypass all
	is 2
	run emit --via native --tail splice
	is 2
	run emit --via external --helper ""
	is 2
}

@test "a path squid.conf cannot say is an error with a way out" {
	local bad
	for bad in "/a b" $'/a\nhttp_access allow all' $'/a\tb' '/a${process_name}' \
		$'/a\xff' '/a\'; do
		run --separate-stderr emit --via external --helper "$bad"
		is 2
		[ -z "$output" ]
	done
	run emit --via external --helper "/a b"
	has '--helper: the path "/a b" holds a blank, which squid.conf cannot say'
	mkdir -p "with blank"
	chmod 755 "with blank"
	install -m 644 policy.yaml "with blank/policy.yaml"
	run --separate-stderr "$GTB" emit squid --mode explicit --via external \
		-c "with blank/policy.yaml" -C "$CATALOG"
	is 2
	[ -z "$output" ]
	output=$stderr has "--policy: the path"
}

@test "the command line is quoted as a shell takes it" {
	run emit --via native --helper "/it's here"
	is 0
	has "--helper '/it'\\''s here'"
	run emit --via native --helper $'/a\nb'
	is 2
	has "control characters"
}

@test "a line longer than Squid reads is refused" {
	run emit --via external --helper "/$(printf 'a%.0s' {1..8000})"
	is 2
	has "longer than a line of squid.conf can be"
}

@test "emitted lists and decision agree, name by name" {
	policy << 'END'
tiers:
  optional: {enabled: yes}
  third-party: {enabled: yes}
shared: ["*.youtube.com", "*.googlevideo.com", "*.firebase.app"]
exclude: {names: [x.goto.com, "*.y.goto.com"], networks: [68.64.3.0/24]}
END
	emit --via external > text
	gtb list --json > list.json
	python3 - "$GTB" "$POLICY" "$CATALOG" << 'END'
import json, re, subprocess, sys
gtb, policy, catalog = sys.argv[1:]
sets = {}
for line in open("text"):
    m = re.match(r"acl gtb_(auth_|tls_|)(not_)?(names|nets)_1 (?:dstdomain|dst) -n (.*)", line)
    if m:
        for verdict in [m[1].rstrip("_")] if m[1] else ["auth", "tls"]:
            sets.setdefault((verdict, bool(m[2])), []).extend(m[4].split())
assert len(sets) == 4, sets
for (verdict, exception), values in sets.items():
    for value in values:
        host = value.split("/")[0]
        if host.startswith("."):
            host = "probe" + host
        out = subprocess.run([gtb, "why", host, "--json", "-c", policy, "-C", catalog],
                             capture_output=True).stdout
        got = json.loads(out)[verdict]["bypass"]
        assert got is not exception, (verdict, value, got)
END
}

@test "what is not in this version is said before missing files" {
	run "$GTB" emit squid --mode explicit --via icap -c absent.yaml -C absent
	is 2
	has "--via icap is not in this version"
	lacks absent
}

@test "a helper that is not there is a warning" {
	run --separate-stderr emit --via external --helper /nowhere/helper
	is 0
	[ -n "$output" ]
	[ "$stderr" = "goto-bypass: warning: --helper: /nowhere/helper: No such file or directory" ]
	run --separate-stderr emit --via external --helper "$GTB_HELPER"
	is 0
	[ -z "$stderr" ]
	run --separate-stderr emit --via native --helper /nowhere/helper
	is 0
	[[ $stderr != *"No such file"* ]]
}

@test "an option without effect is a warning" {
	local option
	for option in "--ttl 7" "--helper $GTB_HELPER" "--children 2" "--concurrency 9"; do
		# shellcheck disable=SC2086
		run --separate-stderr emit --via native $option
		is 0
		[ "$stderr" = "goto-bypass: warning: ${option%% *} has no effect with --via native, which has no helper" ]
		# shellcheck disable=SC2086
		run --separate-stderr emit --via external --helper "$GTB_HELPER" $option
		is 0
		[ -z "$stderr" ]
	done
	for option in "--mode intercept" "--mode intercept,tproxy" "--port-name a=tproxy"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid $option --via native --auth-acl users
		is 0
		[ "$stderr" = "goto-bypass: warning: --auth-acl has no effect on intercepted ports, where nobody can log in, and no port is explicit" ]
	done
	for option in "--mode explicit" "--mode explicit,intercept" \
		"--mode intercept --port-name a=explicit"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb emit squid $option --via native --auth-acl users
		is 0
		[ -z "$stderr" ]
	done
}

@test "every complaint about an option begins with the program's name" {
	local option
	for option in "--ttl 0" "--children 99" "--concurrency 999" "--auth-acl gtb_x" \
		"--helper /a\${b}" "--mode sideways" "--via icap" "--via sideways"; do
		# shellcheck disable=SC2086
		run --separate-stderr emit --via external $option
		is 2
		[ -z "$output" ]
		[[ ${stderr_lines[0]} == "goto-bypass: ${option%% *}"[:\ ]* ]]
	done
	run emit --via sideways
	has "--via sideways: must be external or native"
	lacks icap
}
