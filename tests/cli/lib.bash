# Shared by the command line's tests: a staged catalog and policy each.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

if declare -F bats_require_minimum_version > /dev/null; then
	bats_require_minimum_version 1.5.0
fi

setup()
{
	stage "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# gtb COMMAND [options]: with the staged files.
gtb()
{
	"$GTB" "$@" --policy "$POLICY" --catalog "$CATALOG"
}

# policy: standard input becomes the staged policy.
policy()
{
	replace "$POLICY"
}

# has TEXT: the output of the last run has it, literally.
has()
{
	case $output in
	*"$1"*) return 0 ;;
	esac
	printf 'lacks: %s\nin: %s\n' "$1" "$output"
	return 1
}

# lacks TEXT: it has not.
lacks()
{
	case $output in
	*"$1"*)
		printf 'has: %s\nin: %s\n' "$1" "$output"
		return 1
		;;
	esac
}

# is STATUS: the exit status of the last run.
is()
{
	[ "$status" -eq "$1" ] || {
		printf 'status %s, not %s: %s\n' "$status" "$1" "$output"
		return 1
	}
}

# json EXPRESSION: of the last run's output, which must be JSON, as j.
json()
{
	printf '%s' "$output" | python3 -c '
import json, sys
j = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"
}
