# What fails beneath the programs: memory, and calls of the C library. These
# are samples, and the faults that once went wrong; `make check-fault` tries
# all.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

FAULT="$GTB_SRCDIR/tests/fault"
LIBRARY="$GTB_BUILDDIR/tests/fault/fault.so"
export PYTHONDONTWRITEBYTECODE=1

setup()
{
	[ -e "$LIBRARY" ] || skip "tests/fault/fault.so is not built"
	command -v nm > /dev/null || skip "nm is not installed"
	if nm -D --undefined-only "$GTB" | grep -q ' __[tm]san_init'; then
		skip "not with a sanitizer that must be the first to allocate"
	fi
}

# faults OPTION...: no run goes wrong.
faults()
{
	run python3 "$FAULT/fault.py" "$LIBRARY" "$GTB_HELPER" "$GTB" "$@"
	printf '%s\n' "$output"
	[ "$status" -ne 77 ] || skip "this build allocates past the library"
	[ "$status" -eq 0 ]
}

@test "what the programs call can be made to fail, or a reason says why not" {
	if nm "$GTB" | grep -q ' __asan_init'; then
		skip "a sanitizer brings calls of its own"
	fi
	python3 "$FAULT/names.py" "$LIBRARY" "$FAULT/calls.txt" "$GTB_HELPER" "$GTB"
}

@test "a sample of faults in every scenario" {
	faults --most 40
	echo "# a sample; ${lines[-1]}" >&3
}

@test "memory that runs out in libcidr takes no client out of the emitted file" {
	faults --only "emit explicit" --kind memory --last 160
}

@test "memory that runs out in libyaml is not called a mistake of the file" {
	faults --only check --call malloc --most 150
}

@test "memory that runs out in jansson leaves no JSON without a key" {
	faults --only "list --json" --kind memory --last 500 --most 300
}

@test "memory that runs out in glob is not called a missing file" {
	faults --only "lint --json" --kind memory --first 110
}

@test "a file that is read byte by byte is no other file" {
	faults --only "emit --check" --call read
	faults --only "emit --diff" --call read
}

@test "a helper that starts without memory answers, and loads later" {
	faults --only helper --kind memory --first 12
}

@test "a helper without a lock or a thread loads what changes" {
	faults --only helper --call pthread_mutex_init,pthread_cond_init,pthread_condattr_init,pthread_create
}

@test "a helper goes on where poll fails" {
	faults --only helper --call poll
}

@test "libseccomp, which memory that runs out kills, is asked for names alone" {
	nm -D --undefined-only "$GTB_HELPER" | sed -n 's/^ *U \(seccomp_[a-z_]*\).*/\1/p' |
		sort > "$BATS_TEST_TMPDIR/names"
	diff - "$BATS_TEST_TMPDIR/names" << 'END'
seccomp_arch_native
seccomp_syscall_resolve_name
END
}
