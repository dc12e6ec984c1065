# The manual page says what the program does.
load "${GTB_SRCDIR:-../..}/tests/helper/session.bash"
load "${GTB_SRCDIR:-../..}/tests/lib/page.bash"

PAGE="$GTB_SRCDIR/src/helper/ext_goto_bypass_acl.8"

@test "mandoc finds nothing wrong" {
	page_is_clean
}

@test "every reason is in the page, with its sentence" {
	python3 - "$GTB_SRCDIR/include/gtb/reason.h" > "$FOLDER/header" <<-'END'
	import re
	import sys
	text = open(sys.argv[1]).read()
	text = text[text.index("#define GTB_REASONS"):]
	text = text[:text.index("enum gtb_reason")].replace("\\\n", "\n")
	for entry in re.findall(r'X\(\w+,((?:\s*"[^"]*",?)+)\)', text):
	    word, sentence = entry.split(",", 1)
	    print(word.strip().strip('"') + ": " +
	          re.sub(r'"\s*"', "", sentence).strip().strip('"'))
	END
	between reasons | awk '
		/^\.It Cm / { if (n++) print line; line = $3 ":"; next }
		/^\./ { next }
		{ line = line " " $0 }
		END { print line }' > "$FOLDER/page"
	[ "$(wc -l < "$FOLDER/header")" -ge 17 ]
	diff "$FOLDER/header" "$FOLDER/page"
}

@test "every option of the help is in the page" {
	local option
	run "$GTB_HELPER" -h
	for option in $(grep -oE -- '--[a-z]+' <<< "$output" | sort -u); do
		grep -qE "Fl -${option#--}( |\$)" "$PAGE"
	done
	[ "$(grep -oE -- '--[a-z]+' <<< "$output" | sort -u | wc -l)" -eq 5 ]
}

@test "the transcript in the page is what the helper says" {
	# Requests after "> "; a line that begins with a blank goes on the
	# one before.
	between transcript | grep -v '^\.' | awk '
		/^ / { sub(/^ +/, ""); line = line " " $0; next }
		{ if (n++) print line; line = $0 }
		END { print line }' > "$FOLDER/page"
	sed -n 's/^> //p' "$FOLDER/page" > "$FOLDER/requests"
	grep -v '^> ' "$FOLDER/page" > "$FOLDER/expected"
	[ "$(wc -l < "$FOLDER/requests")" -ge 4 ]
	helper < "$FOLDER/requests" > "$FOLDER/replies" 2> "$LOG"
	diff "$FOLDER/expected" "$FOLDER/replies"
}
