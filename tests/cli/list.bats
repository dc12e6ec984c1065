# goto-bypass list: the compiled ruleset with provenance.
load lib.bash

@test "a name has its state, verdicts, ports, hosting and source" {
	run gtb list
	is 0
	[[ $output =~ on\ +auth,\ tls\ +443\ +required\ +aws\ +v10-desktop:[a-z0-9-]+\ +\*\.goto\.com ]]
	has "STATE"
	has "more are off; --all shows them"
	lacks "tier-off"
}

@test "--all shows what is off and why" {
	run gtb list --all
	is 0
	[[ $output =~ tier-off\ +-\ +[0-9,\ -]+\ +optional\ +google-cloud\ +v10-desktop:[a-z0-9-]+\ +\*\.launchdarkly\.com ]]
	lacks "--all shows"
}

@test "exclusions, own entries and list lines are there" {
	printf '# first\n.list.example\n' > names.txt
	chmod 644 names.txt
	policy << 'END'
exclude: {names: [x.goto.com]}
own: [{name: own.example.org, use: ours, bypass: [tls], ports: [8443]}]
lists: [{file: names.txt, form: dstdomain}]
END
	run gtb list
	is 0
	[[ $output =~ exclude\ +-\ +-\ +own\ +-\ +policy:[a-z0-9-]+\ +x\.goto\.com ]]
	[[ $output =~ on\ +tls\ +8443\ +own\ +-\ +policy:own-1\ +own\.example\.org\ +ours ]]
	[[ $output =~ on\ +auth,\ tls\ +443\ +own\ +-\ +list:names\.txt:2\ +\*\.list\.example ]]
}

@test "--json has an object for every line" {
	local entries
	run gtb list --all
	entries=$((${#lines[@]} - 1))
	run gtb list --all --json
	is 0
	[ "$(json 'len(j["entries"])')" -eq "$entries" ]
	[ "$(json 'j["hidden"]')" = 0 ]
	[ "$(json '[e["tls"] for e in j["entries"] if e["name"] == "*.goto.com"][0]')" = True ]
	[ "$(json 'sorted(j["entries"][0])')" = "['auth', 'document', 'hosting', 'line', 'name', 'network', 'ports', 'products', 'row', 'source', 'state', 'tier', 'tls', 'use']" ]
	[ "$(json 'all((e["name"] is None) != (e["network"] is None) for e in j["entries"])')" = True ]
}

@test "--json without --all counts what it left out" {
	run gtb list --json
	is 0
	[ "$(json 'set(e["state"] for e in j["entries"])')" = "{'on'}" ]
	[ "$(json 'j["hidden"] > 0')" = True ]
}

@test "an empty list is JSON too" {
	printf 'tiers: {required: {enabled: no}}\n' | policy
	run gtb list --json
	is 0
	[ "$(json 'j["entries"]')" = "[]" ]
}

@test "on a terminal the last column is cut, elsewhere not" {
	command -v script > /dev/null || skip "script(1) is not installed"
	printf 'own: [{name: a.example.org, use: %s}]\n' "$(printf 'u%.0s' {1..200})" |
		policy
	run gtb list
	has "$(printf 'u%.0s' {1..200})"
	run env TERM=dumb script -qec \
		"stty cols 150; '$GTB' list -c '$POLICY' -C '$CATALOG'" /dev/null
	is 0
	run awk '{ sub(/\r$/, "") } length > 150' <<< "$output"
	[ -z "$output" ]
}

@test "an entry that an exclusion covers is excluded, not on" {
	printf '.launchdarkly.com\n' > never.txt
	printf '68.64.0.0-68.64.31.255\n' > nets.txt
	chmod 644 never.txt nets.txt
	policy << 'END'
tiers: {optional: {enabled: yes}}
exclude:
  names: ["*.gotomeeting.com", x.goto.com]
  networks: [78.108.0.0/16, 216.115.208.0/21]
lists:
  - {file: never.txt, form: dstdomain, exclude: yes}
  - {file: nets.txt, form: dst, exclude: yes}
END
	run gtb list --all --json
	is 0
	[ "$(json 'sorted({e["name"] or e["network"] for e in j["entries"] if e["state"] == "excluded"})')" = \
		"['*.gotomeeting.com', '*.launchdarkly.com', '68.64.0.0/19', '78.108.112.0/20', '78.108.124.0/23']" ]
	[ "$(json 'any(e["auth"] or e["tls"] for e in j["entries"] if e["state"] == "excluded")')" = False ]
	# what is excluded in part is on
	[ "$(json '{(e["name"] or e["network"]) for e in j["entries"] if e["state"] == "on"} >= {"*.goto.com", "216.115.208.0/20"}')" = True ]
	run gtb list
	lacks "excluded"
	run grep '^on .*launchdarkly' <<< "$output"
	[ -z "$output" ]
}
