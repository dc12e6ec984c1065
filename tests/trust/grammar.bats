# Every reply is in the closed grammar, on its channel and in order; the whole
# is `make check-grammar LINES=n`.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
}

teardown()
{
	rm -rf "$FOLDER"
}

# lines HELPER COUNT: LINES for a helper, on the staged files.
lines()
{
	run "$GTB_BUILDDIR/tests/trust/lines" "$1" "$POLICY" "$CATALOG" "$2"
	echo "$output"
}

@test "220001 lines in pieces of any size: each reply in the grammar" {
	lines "$GTB_HELPER" 200000
	[ "$status" -eq 0 ]
	[[ $output == *"grammar: 220001 lines, every reply in the grammar"* ]]
}

@test "a helper that answers otherwise is found out" {
	local script said
	while IFS='|' read -r script said; do
		echo "$script"
		printf '#!/bin/sh\n"%s" "$@" | sed -u "%s"\n' "$GTB_HELPER" \
			"$script" > "$FOLDER/liar"
		chmod 755 "$FOLDER/liar"
		lines "$FOLDER/liar" 2000
		[ "$status" -eq 1 ]
		[[ $output == *"$said"* ]]
	done <<- 'END'
		500,520s/ERR/BH/|is none of the grammar
		500s/^[0-9]* //|is none of the grammar
		500s/$/ user=x/|is none of the grammar
		500,520s/malformed/odd/|is none of
		500s/^[0-9]*/7/|or not to
		500d|or not to
		500p|or not to
		1000,1100s/ERR gtb_auth_=require/OK gtb_auth_=bypass/|be of kind
	END
}
