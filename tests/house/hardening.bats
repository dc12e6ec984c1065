# What configure switches on must be in the programs.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	command -v readelf > /dev/null || skip "readelf is not installed"
	if nm -D "$GTB_HELPER" | grep -qE '__(a|t|ub)san_'; then
		skip "built with a sanitizer"
	fi
}

each()
{
	local program
	for program in "$GTB" "$GTB_HELPER"; do
		echo "$program"
		"$@" "$program"
	done
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
has_cet() { objdump -d --disassemble=main "$1" | grep -q endbr64; }

@test "programs are position independent" { each is_pie; }
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

@test "neither program has a search path of its own" {
	local program
	for program in "$GTB" "$GTB_HELPER"; do
		run readelf -dW "$program"
		[[ "$output" != *RPATH* && "$output" != *RUNPATH* ]]
	done
}
