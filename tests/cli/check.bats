# goto-bypass check: what is wrong, and what is in the files.
load lib.bash

@test "the shipped files are fine" {
	run gtb check
	is 0
	has "v10-desktop"
	has "goto-app"
	has "cisco-wsa"
	has "TCP ports   443"
	has "clients     any"
	has "fine:"
}

@test "every mistake is said as file:line:column, and the status is 1" {
	policy << 'END'
ports: [443, 99999]
tiers:
  required:
    enabled: perhaps
exclude:
  names: ["a b"]
nonsense: yes
END
	run --separate-stderr gtb check
	is 1
	[ -z "$output" ]
	[[ $stderr =~ policy\.yaml:1:1[0-9]:\ .*99999 ]]
	[[ $stderr =~ policy\.yaml:4:14:\  ]]
	[[ $stderr =~ policy\.yaml:6:11:\  ]]
	[[ $stderr =~ policy\.yaml:7:1:\ .*nonsense ]]
}

@test "mistakes of a document are said with the document's file" {
	printf 'document: x\ntitle: 7\n' | replace "$CATALOG/zzz.yaml"
	run --separate-stderr gtb check
	is 1
	[[ $stderr =~ catalog/zzz\.yaml:[0-9]+ ]]
}

@test "a file others can write to is refused" {
	chmod 666 "$POLICY"
	run --separate-stderr gtb check
	is 1
	output=$stderr has "policy.yaml"
}

@test "warnings do not change the status" {
	policy << 'END'
ports: [443, 9999]
exclude:
  names: [nothing.example]
tiers:
  legacy:
    enabled: yes
END
	run gtb check
	is 0
	has 'no entry that is on lists TCP port 9999'
	has 'the exclusion nothing.example excludes nothing'
	has 'the tier "legacy" is on'
	has ', warnings 3'
}

@test "an exclusion that excludes something brings no warning" {
	policy << 'END'
exclude:
  names: [x.goto.com, "*.com"]
  networks: [68.64.3.0/24, 68.0.0.0/8]
END
	run gtb check
	is 0
	lacks "excludes nothing"
}

@test "what is excluded as a whole is not counted as on" {
	policy << 'END'
tiers: {optional: {enabled: yes}}
exclude: {names: ["*.launchdarkly.com"]}
END
	run gtb check --json
	is 0
	[ "$(json '[(t["entries"] - t["on"]) for t in j["tiers"] if t["tier"] == "optional"]')" = "[1]" ]
	[ "$(json 'sum(d["on"] for d in j["documents"]) == sum(t["on"] for t in j["tiers"])')" = True ]
	printf 'tiers: {optional: {enabled: yes}}\n' | policy
	run gtb check --json
	[ "$(json '[(t["entries"] - t["on"]) for t in j["tiers"] if t["tier"] == "optional"]')" = "[0]" ]
}

@test "name-only: refuse brings a warning, since explicit ports do not heed it" {
	printf 'name-only: refuse\n' | policy
	run gtb check
	is 0
	has "name-only: refuse holds on intercepted ports alone"
	run --separate-stderr gtb emit squid --mode explicit --via native
	is 0
	[[ $stderr == *"name-only: refuse holds on intercepted ports alone"* ]]
	run --separate-stderr gtb emit squid --mode intercept \
		--port-name web=explicit --via native
	[[ $stderr == *"name-only: refuse holds on intercepted ports alone"* ]]
	run --separate-stderr gtb emit squid --mode intercept --via native
	is 0
	[ -z "$stderr" ]
	printf 'name-only: bypass\n' | policy
	run gtb check
	lacks "name-only"
}

@test "identities that leave a verdict to nobody bring a warning" {
	policy << 'END'
identities:
  - {name: rooms, clients: [10.1.0.0/16], bypass: [auth]}
  - {name: everybody, clients: [0.0.0.0/0], bypass: [auth]}
END
	run gtb check
	is 0
	has "no identity has tls"
	has "identity everybody: 0.0.0.0/0 is everybody"
	lacks "no identity has auth"
	has "rooms: networks 1, auth"
}

@test "documents grow old: 180 days are fine, 181 are not" {
	run gtb check --today 2027-05-19
	is 0
	lacks "days ago, on 2026"
	run gtb check --today 2027-05-20
	is 0
	has "last compared with the vendor's page 181 days ago, on 2026-11-20"
}

@test "--today must be a date" {
	local date
	for date in tomorrow 2026-13-01 2026-02-30 2026-1-1 "" 2026-11-20x; do
		run gtb check --today "$date"
		is 2
		has "must be a date"
	done
}

@test "what documents say differently is listed" {
	run gtb check
	has "launch.getgo.com lives in: goto (v10-desktop:"
	has "but *.getgo.com in: aws"
	has "*.goto-rtc.com lives in: goto, aws (goto-app:essential-2), goto (v10-desktop:names-5)"
	has "78.108.124.0/23 (goto-app:"
	has "is inside 78.108.112.0/20 (v10-desktop:"
	has "68.64.0.0/19 is: "
}

@test "lists are counted" {
	printf '.a.example\nb.example # twice\n\n' > names.txt
	printf '192.0.2.0/24\n' > nets.txt
	chmod 644 names.txt nets.txt
	: | install -m 644 /dev/stdin empty.txt
	policy << 'END'
lists:
  - {file: names.txt, form: dstdomain}
  - {file: nets.txt, form: dst, exclude: yes}
  - {file: empty.txt, form: dst}
END
	run gtb check
	is 0
	has "names.txt: names 2"
	has "nets.txt: networks 1, excluded"
	has "empty.txt is empty"
}

@test "--digest prints 64 digits, the same for equal files, another for others" {
	local first
	run gtb check --digest
	is 0
	[[ $output =~ ^[0-9a-f]{64}$ ]]
	first=$output
	run gtb check --digest
	[ "$output" = "$first" ]
	printf 'ports: [443]\n' | policy
	run gtb check --digest
	[ "$output" != "$first" ]
}

@test "--json says the same" {
	run gtb check --json --today 2026-11-22
	is 0
	[ "$(json 'j["ok"]')" = True ]
	[ "$(json '[d["age_days"] for d in j["documents"]]')" = "[2, 2, 2]" ]
	[ "$(json 'j["ports"]')" = "[443]" ]
	[ "$(json 'sorted(set(c["kind"] for c in j["conflicts"]))')" = \
		"['hosting', 'network', 'tier', 'wildcard']" ]
	[ "$(json 'len(j["tiers"])')" = 5 ]
	[ "$(json 'j["digest"]')" = "$(gtb check --digest)" ]
}

@test "--json of mistakes has their places" {
	printf 'ports: [443]\nnonsense: yes\n' | policy
	run --separate-stderr gtb check --json
	is 1
	[ "$(json 'j["ok"]')" = False ]
	[ "$(json 'j["errors"][0]["line"], j["errors"][0]["column"]')" = "(2, 1)" ]
	[[ $(json 'j["errors"][0]["source"]') == */policy.yaml ]]
}

@test "shared names that no entry has, or whose tier is off, bring a warning" {
	policy << 'END'
tiers: {third-party: {enabled: no}}
shared: ["*.youtub.com", "*.nothing.example", "*.googlevideo.com"]
END
	run gtb check
	is 0
	has 'shared: no shared entry of the catalog is *.youtub.com; did you mean *.youtube.com?'
	[[ $output =~ is\ \*\.nothing\.example($'\n'|$) ]]
	has 'shared: *.googlevideo.com does nothing while its tier "third-party" is off'
	policy << 'END'
tiers: {third-party: {enabled: yes}}
shared: ["*.youtube.com"]
END
	run gtb check
	is 0
	lacks "shared:"
}

@test "files that the users of Squid and of c-icap may not be able to read bring a warning" {
	local file
	printf 'a.example\n' > names.txt
	chmod 644 names.txt
	printf 'lists: [{file: names.txt, form: dstdomain}]\n' | policy
	run gtb check
	is 0
	lacks "chmod o+r"
	local said="Squid's user must be able to read it: chmod o+r"
	local rest="or give it Squid's group; so must c-icap's, where the service reads it"
	for file in "$POLICY" "$CATALOG/goto-app.yaml" "$PWD/names.txt"; do
		chmod 640 "$file"
		run gtb check
		is 0
		has "$said $file, $rest"
		has ', warnings 1'
		chmod 644 "$file"
	done
}

@test "a file that was given another group is taken to be meant so" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give a file any group"
	chmod 640 "$POLICY"
	chgrp 13 "$POLICY"
	run gtb check
	is 0
	lacks "chmod o+r"
}

@test "--json with --digest is told to have no effect" {
	run --separate-stderr gtb check --digest --json
	is 0
	[ ${#output} -eq 64 ]
	[ "$stderr" = "goto-bypass: warning: --json has no effect with --digest" ]
	run --separate-stderr gtb check --digest
	is 0
	[ -z "$stderr" ]
}

@test "a list of the wrong form: the first lines, how many more, and what was meant" {
	seq -f 'h%g.list.example' 50 > names.txt
	chmod 644 names.txt
	printf 'lists: [{file: names.txt, form: dst}]\n' | policy
	run --separate-stderr gtb check
	is 1
	[ "${#stderr_lines[@]}" -eq 22 ]
	[[ ${stderr_lines[19]} == *names.txt:20:1:\ * ]]
	[[ ${stderr_lines[20]} == *"names.txt: and 30 more wrong lines" ]]
	[[ ${stderr_lines[21]} == *'names.txt: all lines are of the other form: is "form: dstdomain" meant?' ]]
	printf 'lists: [{file: names.txt, form: dstdomain}]\n' | policy
	run gtb check
	is 0
}
