# goto-bypass lint: finding, choosing and explaining, as text.
load lib.bash

# A file with nothing wrong in it, and one line to spoil it with.
good()
{
	cat << 'END'
http_port 3128
acl names dstdomain -n .goto.com .gotomeeting.com
http_access deny names
http_access deny all
END
}

bad()
{
	good | sed 's/ \.goto\.com/ *.goto.com/'
}

# lint [option...]: squid.conf, held against the staged policy and catalog.
lint()
{
	run --separate-stderr gtb lint "$@" squid.conf
}

@test "a file without findings says how much was looked at" {
	good > squid.conf
	lint
	is 0
	[ "$output" = "no findings in 4 directives of 1 file" ]
	[ -z "$stderr" ]
}

@test "a finding is a line: file, line, column, rule, level, what, how" {
	bad > squid.conf
	lint --only L06
	is 1
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} =~ ^squid\.conf:2:24:\ L06\ error:\ [^\;]+\;\ .+$ ]]
	[ "${lines[1]}" = "1 error, 0 warnings, 0 notes" ]
	[ -z "$stderr" ]
}

@test "findings are in the order of files and lines, each with its own file" {
	{
		bad
		echo "include other.conf"
		echo "acl more dstdomain *.gotowebinar.com"
	} > squid.conf
	echo "acl others dstdomain *.getgo.com" > other.conf
	lint --only L06
	is 1
	[[ ${lines[0]} == squid.conf:2:*L06* ]]
	[[ ${lines[1]} == squid.conf:6:*L06* ]]
	[[ ${lines[2]} == other.conf:1:*L06* ]]
	[ "${lines[3]}" = "3 errors, 0 warnings, 0 notes" ]
}

@test "no file, or two, is wrong usage, and the usual path is said" {
	run gtb lint
	is 2
	has "give one SQUID.CONF"
	has "/etc/squid/squid.conf"
	run gtb lint one two
	is 2
}

@test "a file that cannot be read is status 2, with nothing found" {
	mkdir folder
	local file
	for file in absent.conf folder; do
		run --separate-stderr gtb lint "$file"
		is 2
		[ -z "$output" ]
		output=$stderr has "$file"
		run --separate-stderr gtb lint --json "$file"
		is 2
		[ -z "$output" ]
	done
}

@test "what Squid would stop at is a finding, and the rest is looked at" {
	bad > squid.conf
	echo "include absent.conf" >> squid.conf
	lint --only L06,read
	is 1
	[[ ${lines[0]} =~ ^squid\.conf:2:.*\ L06\ error ]]
	[[ ${lines[1]} =~ ^squid\.conf:5:[0-9]+:\ read\ error:\ .*absent\.conf ]]
	[ "${lines[2]}" = "2 errors, 0 warnings, 0 notes" ]
	lint --ignore read --only L06,READ --ignore l06
	is 0
}

@test "a file that is no squid.conf at all is told, and does not break it" {
	head -c 100000 /dev/urandom > squid.conf
	lint
	[ "$status" -eq 1 ] || [ "$status" -eq 0 ]
	lacks $'\033'
	: > squid.conf
	lint
	is 0
	[ "$output" = "no findings in 0 directives of 1 file" ]
}

# --- choosing ---------------------------------------------------------------

@test "--only and --ignore choose, whatever the case, and can be repeated" {
	{
		bad
		echo "include absent.conf"
	} > squid.conf
	lint --only l06
	[ "${#lines[@]}" -eq 2 ]
	has " L06 "
	lint --only read --only l06
	[ "${#lines[@]}" -eq 3 ]
	lint --ignore L06 --only read,L06
	[ "${#lines[@]}" -eq 2 ]
	has " read "
	lint --ignore L06,read --only L06,read
	is 0
	has "no findings"
}

@test "a rule there is not is wrong usage" {
	good > squid.conf
	local option
	for option in --only --ignore --explain; do
		run gtb lint "$option" L06,L99
		is 2
		has "$option: there is no rule \"L99\""
		has "--rules"
		run gtb lint "$option" ""
		is 2
		has "there is no rule"
		run gtb lint "$option" "L06,"
		is 2
		has "there is no rule"
		run gtb lint "$option" sqiud
		is 2
		has "did you mean squid?"
	done
}

# says LINE...: a program in Squid's place that says that.
says()
{
	{
		printf '#!/bin/sh\ncat << "END"\n'
		printf '2026/11/20 10:00:00| %s\n' "$@"
		echo END
	} > squid
	chmod 755 squid
}

@test "--fail-on: findings below it do not change the status" {
	local status_of level
	good > squid.conf
	says "WARNING: one" "UPGRADE: two"
	for status_of in error:0 warning:1 note:1; do
		level=${status_of%:*}
		lint --only squid --squid=./squid --fail-on "$level"
		is "${status_of#*:}"
		[ "${lines[2]}" = "0 errors, 1 warning, 1 note" ]
		lint --only squid --squid=./squid --fail-on "$level" --json
		[ "$(json 'j["ok"]')" = "$([ "${status_of#*:}" -eq 0 ] &&
			echo True || echo False)" ]
	done
	says "UPGRADE: two"
	lint --only squid --squid=./squid --fail-on warning
	is 0
	lint --only squid --squid=./squid --fail-on note
	is 1
	says "ERROR: three"
	lint --only squid --squid=./squid
	is 1
	run gtb lint --fail-on never squid.conf
	is 2
	has "must be error, warning or note"
}

# --- reading ----------------------------------------------------------------

@test "--service-name is what squid -n would be" {
	echo 'include ${service_name}.conf' > squid.conf
	bad > proxy2.conf
	good > squid2.conf
	lint --only L06,read
	is 1
	has " read error"
	lint --only L06,read --service-name proxy2
	is 1
	has "proxy2.conf:2:24: L06 error"
	lint --only L06,read --service-name squid2
	is 0
	lint --service-name 'a b'
	is 2
}

@test "--squid-version is 5, 6 or 7" {
	local version
	good > squid.conf
	for version in 5 6 7; do
		lint --squid-version "$version"
		is 0
	done
	for version in 4 8 5.7 x ""; do
		run gtb lint --squid-version "$version" squid.conf
		is 2
		has "must be 5, 6 or 7"
	done
}

# --- policy and catalog -----------------------------------------------------

emit()
{
	gtb emit squid --mode explicit --via native > goto.conf
	{
		good
		echo "include goto.conf"
	} > squid.conf
}

@test "the policy and catalog the emitted file names are the ones used" {
	emit
	run --separate-stderr "$GTB" lint --only L22 squid.conf
	is 0
	[ -z "$stderr" ]
	has "no findings in "
	has " of 2 files"
	echo "ports: [443, 80]" | policy
	run --separate-stderr "$GTB" lint --only L22 --fail-on warning squid.conf
	is 1
	[[ ${lines[0]} =~ ^goto\.conf:[0-9]+:.*\ L22\ warning:\  ]]
}

@test "-c and -C come before what the emitted file names" {
	emit
	mkdir other
	POLICY=$BATS_TEST_TMPDIR/other/policy.yaml
	echo "ports: [443, 80]" | policy
	lint --only L22 --fail-on warning
	is 1
	has " L22 warning: "
}

# Which rules need policy and catalog, as the text has them.
needing()
{
	"$GTB" lint --rules --json | python3 -c '
import json, sys
print(*(r["id"] for r in json.load(sys.stdin)["rules"] if r["needs_policy"]))'
}

@test "without policy and catalog the rules that need them are left out" {
	emit
	rm "$POLICY"
	run --separate-stderr "$GTB" lint squid.conf
	[ "$status" -ne 2 ]
	output=$stderr has "left out: $(needing)"
	has "$POLICY: cannot open: "
	run --separate-stderr "$GTB" lint --ignore policy squid.conf
	output=$stderr has "$POLICY: cannot open: "
	run --separate-stderr "$GTB" lint --json squid.conf
	[ "$(json '" ".join(j["skipped"])')" = "$(needing)" ]
	run --separate-stderr "$GTB" lint --only L06 squid.conf
	is 0
	[ -z "$stderr" ]
}

@test "a policy that was named must be there" {
	good > squid.conf
	run --separate-stderr "$GTB" lint -c absent.yaml squid.conf
	is 2
	[ -z "$output" ]
	output=$stderr has "absent.yaml"
	run --separate-stderr "$GTB" lint -c "$POLICY" -C absent squid.conf
	is 2
	output=$stderr has "absent"
}

@test "a policy that is wrong is a finding, where it is wrong" {
	emit
	echo "tires: {}" | policy
	lint
	is 1
	output=$(tail -n 2 <<< "$output") has "$POLICY:1:1: policy error: "
	output=$stderr has "left out: $(needing)"
	output=$stderr lacks "$POLICY:"
	lint --only policy
	is 1
	[ -z "$stderr" ]
	lint --json --only policy
	is 1
	[ "$(json '[(f["rule"], f["level"], f["line"]) for f in j["findings"]]')" = \
		"[('policy', 'error', 1)]" ]
	lint --sarif --only policy
	is 1
	has '"ruleId": "policy"'
	# The reason is not lost where the finding is not wanted.
	lint --only L22
	is 0
	output=$stderr has "$POLICY:1:1: "
}

# --- rules ------------------------------------------------------------------

@test "--rules lists every rule once, in order" {
	run "$GTB" lint --rules
	is 0
	[ "${#lines[@]}" -gt 20 ]
	[ "${#lines[@]}" -le 64 ]
	run awk '!/^(L[0-9][0-9]|helper|modes|policy|read|squid) +(error|warning|note) +[^ ]/' \
		<<< "$output"
	[ -z "$output" ]
	"$GTB" lint --rules | grep ^L > rules
	sort -u -k 1,1 rules | diff rules -
	run "$GTB" lint --rules squid.conf
	is 2
}

@test "every rule is explained: what, how, why, and where it is from" {
	local id
	"$GTB" lint --rules | awk '{ print $1 }' > ids
	"$GTB" lint --explain all > all
	while read -r id; do
		run "$GTB" lint --explain "$id"
		is 0
		has "$id "
		has $'\nwrong    '
		has $'\nmend     '
		has $'\nsource   '
		printf '%s\n' "$output" >> each
		echo >> each
	done < ids
	sed -i '$d' each
	diff all each
	# A word that is longer than a line stands alone.
	run awk 'length > 79 && NF > 2' all
	[ -z "$output" ]
}

@test "--explain takes several rules, in any case" {
	run "$GTB" lint --explain squid,l06
	is 0
	has "L06 error"
	has $'\nsquid error'
}

# --- output -----------------------------------------------------------------

@test "bytes of a file or its name do not reach the terminal" {
	printf 'acl x dstdomain *.\033[31mred\ninclude \033[31mred.conf\n' \
		> $'\033[31m.conf'
	run gtb lint $'\033[31m.conf'
	is 1
	lacks $'\033'
	has '\x1b[31m.conf:2:'
	run gtb lint $'\033[31mabsent.conf'
	is 2
	lacks $'\033'
}

@test "a terminal gets colour, a pipe does not" {
	bad > squid.conf
	command -v script > /dev/null || skip "script(1) is not installed"
	local args="lint --only L06 -c $POLICY -C $CATALOG squid.conf"
	run env -u NO_COLOR TERM=xterm script -qec "$GTB $args" /dev/null
	has $'\033[33mL06 error'
	run env NO_COLOR=1 TERM=xterm script -qec "$GTB $args" /dev/null
	lacks $'\033'
	lint
	lacks $'\033'
}

@test "a full disk is said and is status 2" {
	local option
	bad > squid.conf
	for option in --json --sarif --only=L06; do
		run bash -c '"$0" lint "$1" squid.conf > /dev/full' "$GTB" "$option"
		is 2
		has "goto-bypass: standard output: "
	done
}
