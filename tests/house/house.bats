# The house rules that a program can see.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

# includes FILE: the names that it includes, one a line.
includes()
{
	sed -n 's/^#include [<"]\(.*\)[>"].*/\1/p' "$1"
}

# none PATTERN FILE...: none of the files includes a header of that pattern.
none()
{
	local pattern=$1 file wrong=
	shift
	for file in "$@"; do
		if includes "$file" | grep -qE "$pattern"; then
			wrong="$wrong ${file#"$GTB_SRCDIR"/}"
		fi
	done
	echo "includes $pattern:$wrong"
	[ -z "$wrong" ]
}

# only PATTERN FILE...: no file but these includes a header of that pattern.
only()
{
	local pattern=$1 file wrong=
	shift
	for file in "$GTB_SRCDIR"/src/*/*.[ch] "$GTB_SRCDIR"/include/gtb/*.h; do
		case " $* " in *" ${file#"$GTB_SRCDIR"/} "*) continue ;; esac
		if includes "$file" | grep -qE "$pattern"; then
			wrong="$wrong ${file#"$GTB_SRCDIR"/}"
		fi
	done
	echo "includes $pattern:$wrong"
	[ -z "$wrong" ]
}

PRIVATE='(^|/)(compiled|names|nets|rules|facts|check|yaml_[a-z]+|[a-z]+_schema)\.h$|\.\./'

@test "core includes no emitter and no door" {
	none '^gtb/(quote|squid|text)\.h$|\.\./' "$GTB_SRCDIR"/src/core/*.[ch]
}

@test "emit includes no door and nothing private of core" {
	none "$PRIVATE" "$GTB_SRCDIR"/src/emit/*.[ch]
}

@test "audit includes no door and nothing private of core or emit" {
	none "$PRIVATE|(^|/)(squid_parts|cli|line|serve|findings)\.h\$" \
		"$GTB_SRCDIR"/src/audit/*.[ch]
}

@test "doors include nothing of each other and nothing private" {
	none "$PRIVATE|(^|/)(conf|lint|squid)_parts\.h\$" \
		"$GTB_SRCDIR"/src/{helper,icap,cli}/*.[ch]
}

@test "libcidr is in core/net.c alone" {
	only '^libcidr\.h$' src/core/net.c
}

@test "c-icap is in the service alone" {
	only '^c_icap/' src/icap/passage.c src/icap/service.c
}

@test "libcyaml is in the readers alone" {
	only '^cyaml/' include/gtb/yaml.h src/core/yaml{,_check,_words}.{c,h} \
		src/core/{catalog,policy}_schema.{c,h}
}

@test "core, emit and audit never print, log or exit" {
	run grep -nE '\b(printf|puts|fputs|fprintf|perror|syslog|exit|_exit|abort|setlocale|strtok|localtime)\(' \
		"$GTB_SRCDIR"/src/{core,emit,audit}/*.c
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "every public header compiles alone" {
	local header
	for header in "$GTB_SRCDIR"/include/gtb/*.h; do
		echo "$header"
		"${CC:-gcc}" -std=gnu11 -Wall -Wextra -Werror -I "$GTB_SRCDIR/include" \
			-fsyntax-only -x c "$header"
	done
}

@test "no source file is longer than 400 lines, no header longer than 200" {
	local file
	for file in "$GTB_SRCDIR"/src/*/*.c; do
		echo "$file $(wc -l < "$file")"
		[ "$(wc -l < "$file")" -le 400 ]
	done
	for file in "$GTB_SRCDIR"/include/gtb/*.h; do
		echo "$file"
		[ "$(wc -l < "$file")" -le 200 ]
	done
}

@test "no unfinished marks" {
	run grep -rInE 'TODO|FIXME|XXX' "$GTB_SRCDIR"/src "$GTB_SRCDIR"/include \
		"$GTB_SRCDIR"/squid-conf "$GTB_SRCDIR"/README.md
	echo "$output"
	[ "$status" -eq 1 ]
}
