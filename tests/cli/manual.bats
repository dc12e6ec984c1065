# goto-bypass(1), goto-bypass-lint(1): clean mdoc, and their transcripts are
# what happens.
load lib.bash

PAGE=$GTB_SRCDIR/src/cli/goto-bypass.1
LINT_PAGE=$GTB_SRCDIR/src/cli/goto-bypass-lint.1

@test "mandoc has nothing to say" {
	command -v mandoc > /dev/null || skip "mandoc is not installed"
	run mandoc -Tlint -W warning "$PAGE" "$LINT_PAGE"
	echo "$output"
	[ -z "$output" ]
}

# transcripts PAGE: a file each, "1", "2", ..., of a command and its output, as
# the page's literal displays have them.
transcripts()
{
	awk '
	/^\.Bd -literal/ { literal = 1; next }
	/^\.Ed/ { literal = 0; out = "" }
	literal && /^\$ / { out = ++count }
	literal && out { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print > out }
	' "$1"
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

# replay_all PAGE COUNT: its transcripts, at least so many.
replay_all()
{
	local file command
	transcripts "$1"
	[ -e "$2" ]
	for file in [0-9]*; do
		command=$(sed -n '1s/^\$ //p' "$file")
		echo "$command"
		replay "$command" > got
		sed 1d "$file" > wanted
		diff -u wanted got
	done
}

@test "the transcripts are what happens" {
	mkdir transcripts
	cd transcripts
	replay_all "$PAGE" 4
}

@test "lint: the transcripts are what happens to the files on the page" {
	mkdir transcripts
	cd transcripts
	awk '
	/^\.\\" file / { name = $3; next }
	/^\.Bd -literal/ { literal = name != ""; next }
	/^\.Ed/ { literal = 0; name = "" }
	literal { print > name }
	' "$LINT_PAGE"
	[ -s squid.conf ]
	gtb emit squid --mode explicit --via native > goto-bypass.conf
	replay_all "$LINT_PAGE" 3
}

@test "lint: the table of rules is the program's" {
	cat "$LINT_PAGE" > page
	"$GTB" lint --rules --json |
		python3 "$GTB_SRCDIR/src/cli/lint_rules.py" page
	diff -u "$LINT_PAGE" page
	[ "$(grep -c '^\.It Cm .* Pq ' page)" -eq "$("$GTB" lint --rules | wc -l)" ]
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
	for option in $("$GTB" lint --help |
		sed -n 's/^  \(-[cCh], \)*--\([a-z-]*\).*/\2/p'); do
		echo "lint --$option"
		grep -qE -- "-$option\b" "$LINT_PAGE"
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

@test "lint: every key of --json is on the page" {
	local option key
	echo "acl x dstdomain *.goto.com" > squid.conf
	for option in squid.conf --rules; do
		run gtb lint "$option" --json
		keys > keys
		[ "$(wc -l < keys)" -gt 8 ]
		while read -r key; do
			echo "$option: $key"
			grep -qE "^\.(It )?Va (.* , )?$key\b" "$LINT_PAGE"
		done < keys
	done
}
