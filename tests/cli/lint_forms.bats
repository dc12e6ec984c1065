# goto-bypass lint --json and --sarif: what programs and editors read.
load lib.bash

setup()
{
	stage "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir conf.d
	cat > squid.conf <<- 'END'
	http_port 3128
	acl names dstdomain -n *.goto.com
	include conf.d/*.conf
	include absent.conf
	http_access deny all
	END
	echo "acl more dstdomain *.getgo.com" > "conf.d/a b%.conf"
}

lint()
{
	run --separate-stderr gtb lint --only L06,read "$@"
}

@test "--json: counts, files and findings" {
	lint --json squid.conf
	is 1
	[ "$(json 'j["ok"], j["fail_on"], j["errors"], j["warnings"], j["notes"]')" \
		= "(False, 'error', 3, 0, 0)" ]
	[ "$(json 'j["files"][0], j["directives"], j["skipped"]')" = \
		"('squid.conf', 4, [])" ]
	json '"conf.d/a b%.conf" in j["files"]' | grep -qx True
	[ "$(json '[(f["file"], f["line"], f["column"], f["rule"], f["level"])
		for f in j["findings"]]')" = \
		"[('squid.conf', 2, 24, 'L06', 'error'), ('squid.conf', 4, 9, 'read', 'error'), ('conf.d/a b%.conf', 1, 20, 'L06', 'error')]" ]
	[ "$(json 'all(f["message"] for f in j["findings"])')" = True ]
	[ "$(json '[f["mend"] is None for f in j["findings"]]')" = \
		"[False, True, False]" ]
}

@test "--json says the same as the text" {
	lint squid.conf
	printf '%s\n' "${lines[@]}" | sed '$d' > text
	lint --json squid.conf
	json '"\n".join("%s:%d:%d: %s %s: %s%s" % (f["file"], f["line"],
		f["column"], f["rule"], f["level"], f["message"],
		"; " + f["mend"] if f["mend"] else "") for f in j["findings"])' |
		diff text -
}

@test "--json and --sarif exclude each other, and nothing is printed at 2" {
	run gtb lint --json --sarif squid.conf
	is 2
	has "exclude each other"
	run --separate-stderr gtb lint --sarif absent.conf
	is 2
	[ -z "$output" ]
}

# sarif FILE: what the standard demands, and what readers of it rely on. It
# prints rule, level, URI, line and column of each result.
sarif()
{
	printf '%s' "$output" > sarif.json
	python3 - sarif.json << 'END'
import json
import re
import sys

log = json.load(open(sys.argv[1], encoding="utf-8"))


def only(thing, required, optional=()):
    """The thing has these properties, none of them empty, and no others."""
    for name in required:
        assert thing[name] not in ("", None), (name, thing)
    extra = set(thing) - set(required) - set(optional)
    assert not extra, (extra, thing)


def text(message):
    only(message, ["text"])
    assert re.fullmatch(r"[ -~\n]+", message["text"]), message
    assert message["text"].endswith("."), message


only(log, ["$schema", "version", "runs"])
assert log["version"] == "2.1.0"
assert log["$schema"].endswith("sarif-schema-2.1.0.json")
assert len(log["runs"]) == 1
run = log["runs"][0]
only(run, ["tool", "columnKind", "results"])
assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
only(run["tool"], ["driver"])
driver = run["tool"]["driver"]
only(driver, ["name", "version", "rules"])
assert re.fullmatch(r"\d+\.\d+\.\d+", driver["version"])
ids = [rule["id"] for rule in driver["rules"]]
assert len(ids) == len(set(ids)) > 20
levels = ("none", "note", "warning", "error")
for rule in driver["rules"]:
    only(rule, ["id", "shortDescription", "fullDescription", "help",
                "defaultConfiguration"])
    only(rule["shortDescription"], ["text"])
    text(rule["fullDescription"])
    text(rule["help"])
    only(rule["defaultConfiguration"], ["level"])
    assert rule["defaultConfiguration"]["level"] in levels
for result in run["results"]:
    only(result, ["ruleId", "ruleIndex", "level", "message", "locations"])
    assert ids[result["ruleIndex"]] == result["ruleId"]
    assert result["level"] in levels
    text(result["message"])
    assert len(result["locations"]) == 1
    only(result["locations"][0], ["physicalLocation"])
    place = result["locations"][0]["physicalLocation"]
    only(place, ["artifactLocation"], ["region"])
    only(place["artifactLocation"], ["uri"])
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    region = place.get("region", {})
    if "region" in place:
        only(region, ["startLine"], ["startColumn"])
    assert all(isinstance(n, int) and n >= 1 for n in region.values())
    print(result["ruleId"], result["level"], uri, *region.values())
END
}

@test "--sarif is SARIF 2.1.0, with relative paths relative" {
	lint --sarif ./squid.conf
	is 1
	[ "$(sarif)" = "L06 error squid.conf 2 24
read error squid.conf 4 9
L06 error conf.d/a%20b%25.conf 1 20" ]
}

@test "--sarif: a path from the root is a file: URI" {
	lint --sarif "$PWD/squid.conf"
	is 1
	sarif > results
	grep -qx "L06 error file://$PWD/squid.conf 2 24" results
}

@test "--sarif: a finding of the whole file has no region" {
	printf '#!/bin/sh\necho "2026/11/20 10:00:00| WARNING: {all} of it"\n' \
		> squid
	chmod 755 squid
	run gtb lint --only squid --squid=./squid --sarif squid.conf
	is 0
	[ "$(sarif)" = "squid warning squid.conf" ]
	# A single brace would begin the number of an argument.
	[ "$(json 'j["runs"][0]["results"][0]["message"]["text"]')" = \
		"{{all}} of it." ]
}

@test "--sarif without findings has rules and no results" {
	echo "http_access deny all" > squid.conf
	lint --sarif squid.conf
	is 0
	sarif > results
	[ ! -s results ]
}

@test "--sarif: every rule of --rules, in its order" {
	lint --sarif squid.conf
	"$GTB" lint --rules | awk '{ print $1, $2 }' > wanted
	json '"\n".join(r["id"] + " " + r["defaultConfiguration"]["level"]
		for r in j["runs"][0]["tool"]["driver"]["rules"])' | diff wanted -
}
