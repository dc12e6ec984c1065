# What configure switches on must be in everything that is installed and runs.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	command -v readelf > /dev/null || skip "readelf is not installed"
	if nm -D "$GTB_HELPER" | grep -qE '__(a|t|ub)san_'; then
		skip "built with a sanitizer"
	fi
}

MODULE=$GTB_BUILDDIR/srv_goto_bypass.so

# installed: all of it that is built here.
installed()
{
	echo "$GTB"
	echo "$GTB_HELPER"
	[ ! -e "$MODULE" ] || echo "$MODULE"
}

# each COMMAND...: of all of them it is true.
each()
{
	local file
	while read -r file; do
		echo "$file"
		"$@" "$file"
	done < <(installed)
}

@test "make install puts no other program or library anywhere" {
	local want
	want=$(installed | sed 's,.*/,,' | sort)
	run sed -nE 's/^(bin|libexec|icapmodule)_PROGRAMS = *//p' \
		"$GTB_BUILDDIR/Makefile"
	echo "$output"
	[ "$(tr ' ' '\n' <<< "$output" | sed 's/\$(EXEEXT)//' | grep . |
		sort)" = "$want" ]
}

is_pie() { readelf -h "$1" | grep -q 'Type:.*DYN'; }
has_full_relro()
{
	readelf -lW "$1" | grep -q GNU_RELRO &&
		readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS.* NOW'
}
has_plain_stack() { readelf -lW "$1" | grep GNU_STACK | grep -q 'RW '; }
has_canary() { readelf -sW --dyn-syms "$1" | grep -q __stack_chk_fail; }
has_fortify() { readelf -sW --dyn-syms "$1" | grep -q '_chk@'; }
# Debian's start files carry no CET note, so the linker drops it; the code has it.
has_cet() { objdump -d "$1" | grep -q endbr64; }
has_no_path()
{
	run readelf -dW "$1"
	[[ $output != *RPATH* && $output != *RUNPATH* ]]
}
has_no_text_relocation()
{
	run readelf -dW "$1"
	[[ $output != *TEXTREL* ]]
}

# It looks for CET in the note alone, and PIE is not for a module.
checks_out()
{
	local -a without=(--nocfprotection)
	[[ $1 != *.so ]] || without+=(--nopie)
	hardening-check "${without[@]}" "$1"
}

@test "all is position independent" { each is_pie; }
@test "relocations are read-only" { each has_full_relro; }
@test "the stack is not executable" { each has_plain_stack; }
@test "stacks are protected" { each has_canary; }

@test "library calls are checked (_FORTIFY_SOURCE)" {
	grep -q -- '-D_FORTIFY_SOURCE=3' "$GTB_BUILDDIR/Makefile" ||
		skip "built without optimisation"
	each has_fortify
}

@test "indirect branches are tracked (CET)" {
	[ "$(uname -m)" = x86_64 ] || skip "not an x86-64 machine"
	each has_cet
}

@test "none has a search path of its own, or changes its code when loaded" {
	each has_no_path
	each has_no_text_relocation
}

@test "hardening-check has nothing to say" {
	command -v hardening-check > /dev/null ||
		skip "hardening-check is not installed (Debian: devscripts)"
	each checks_out
}
