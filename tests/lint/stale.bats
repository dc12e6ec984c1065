# L22, with files that goto-bypass emits: stale when policy or catalog have
# changed since, and no sooner.
load "../lib/common.bash"

if declare -F bats_require_minimum_version > /dev/null; then
	bats_require_minimum_version 1.5.0
fi

setup()
{
	stage "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
	cat > squid.conf << 'END'
acl authed proxy_auth REQUIRED
include goto.conf
http_access deny !authed
END
	emit
}

emit()
{
	"$GTB" emit squid --mode explicit --via "${1:-native}" \
		--policy "$POLICY" --catalog "$CATALOG" > goto.conf
}

# Without -c and -C: policy and catalog are those that the file itself names.
stale()
{
	run "$GTB" lint --only L22 --fail-on "${1:-warning}" squid.conf
	echo "$output"
}

# The line in the emitted file that says so.
head_line()
{
	sed -n "/^# $1:/=" goto.conf
}

@test "a file just made is not stale" {
	stale note
	[ "$status" -eq 0 ]
	emit external
	stale note
	[ "$status" -eq 0 ]
}

@test "a changed policy makes it stale, and making it again mends that" {
	printf '%s\n' 'exclude:' '  names: [excluded.goto.com]' |
		replace "$POLICY"
	stale
	[ "$status" -eq 1 ]
	[[ $output == *"goto.conf:$(head_line Ruleset):1: L22 warning: "* ]]
	[[ $output == *"$POLICY"* ]]
	emit
	stale note
	[ "$status" -eq 0 ]
}

@test "a changed catalog makes it stale" {
	sed -i '0,/68\.64\.0\.0\/19/s//68.64.0.0\/20/' "$CATALOG/v10-desktop.yaml"
	stale
	[ "$status" -eq 1 ]
}

@test "made by another version: a note" {
	sed -i 's/^\(# Made by: *goto-bypass\) .*/\1 0.0.1/' goto.conf
	stale
	[ "$status" -eq 0 ]
	stale note
	[ "$status" -eq 1 ]
	[[ $output == *"goto.conf:$(head_line "Made by"):1: L22 note: "* ]]
}

@test "without policy and catalog it says that it cannot tell" {
	rm "$POLICY"
	run --separate-stderr "$GTB" lint --only L22 squid.conf
	echo "$output $stderr"
	[ "$status" -eq 0 ]
	[[ $stderr == *L22* ]]
}
