# goto-bypass(1): clean mdoc, and its transcripts are what happens.
load lib.bash

PAGE=$GTB_SRCDIR/src/cli/goto-bypass.1

@test "mandoc has nothing to say" {
	command -v mandoc > /dev/null || skip "mandoc is not installed"
	run mandoc -Tlint -W warning "$PAGE"
	echo "$output"
	[ -z "$output" ]
}

# transcripts: a file each, "1", "2", ..., of a command and its output, as the
# page's literal displays have them.
transcripts()
{
	awk '
	/^\.Bd -literal/ { literal = 1; next }
	/^\.Ed/ { literal = 0; out = "" }
	literal && /^\$ / { out = ++count }
	literal && out { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print > out }
	' "$PAGE"
}

# goto-bypass, as the page has it, with the staged files under their usual
# names.
replay()
{
	local GTB=$GTB POLICY=$POLICY CATALOG=$CATALOG
	goto-bypass()
	{
		"$GTB" "$@" -c "$POLICY" -C "$CATALOG" |
			sed "s|$POLICY|/etc/squid/goto-bypass/policy.yaml|
			     s|$CATALOG|/usr/share/goto-bypass/catalog|"
	}
	eval "$1"
}

@test "the transcripts are what happens" {
	local file command
	mkdir transcripts
	cd transcripts
	transcripts
	[ -e 4 ]
	for file in [0-9]*; do
		command=$(sed -n '1s/^\$ //p' "$file")
		echo "$command"
		replay "$command" > got
		sed 1d "$file" > wanted
		diff -u wanted got
	done
}

@test "every option of every --help is on the page" {
	local command option
	for command in check list why emit; do
		for option in $("$GTB" "$command" --help |
			sed -n 's/^  \(-[cCh], \)*--\([a-z-]*\).*/\2/p'); do
			echo "$command --$option"
			grep -qE -- "-$option\b" "$PAGE"
		done
	done
}

# keys: every key anywhere in the JSON of the last run, once.
keys()
{
	printf '%s' "$output" | python3 -c '
import json, sys
def keys(value):
    if isinstance(value, dict):
        for key in value:
            yield key
            yield from keys(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)
print(*sorted(set(keys(json.load(sys.stdin)))), sep="\n")'
}

@test "every key of --json is on the page" {
	local command key
	printf '.list.example\n' > names.txt
	chmod 644 names.txt
	policy << 'END'
identities: [{name: a, clients: [10.0.0.0/8]}]
exclude: {names: [nothing.example]}
lists: [{file: names.txt, form: dstdomain}]
END
	for command in check list "why www.goto.com" \
		"why www.goto.com --client 10.0.0.1"; do
		# shellcheck disable=SC2086
		run gtb $command --json
		keys > keys
		[ "$(wc -l < keys)" -gt 10 ]
		while read -r key; do
			echo "$command: $key"
			grep -qE "^\.(It )?Va (.* , )?$key\b" "$PAGE"
		done < keys
	done
	printf 'nonsense: yes\n' | policy
	run --separate-stderr gtb check --json
	keys > keys
	while read -r key; do
		grep -qE "^\.(It )?Va (.* , )?$key\b" "$PAGE"
	done < keys
}
