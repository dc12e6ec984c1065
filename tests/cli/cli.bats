# The command line as a whole: help, usage, and where output goes.
load lib.bash

@test "--version names the program and its version" {
	run "$GTB" --version
	is 0
	[[ $output =~ ^goto-bypass\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "--help names every command, and each has help with examples" {
	local command
	run "$GTB" --help
	is 0
	for command in check list why emit lint; do
		run "$GTB" --help
		has "  $command "
		run "$GTB" "$command" --help
		is 0
		has "usage: goto-bypass $command"
		has "Examples:"
		has "Exit status:"
		run "$GTB" "$command" -h
		is 0
	done
}

@test "help fits 80 columns" {
	local command
	for command in check list why lint; do
		"$GTB" "$command" --help > help
		# Where the defaults are is up to configure.
		run awk '!/^  -[cC], / && length > 80' help
		[ -z "$output" ]
	done
}

@test "no command is wrong usage, and prints the help" {
	run "$GTB"
	is 2
	has "usage: goto-bypass COMMAND"
}

@test "help and help COMMAND are --help, -V is --version" {
	local command
	"$GTB" --help > wanted
	run "$GTB" help
	is 0
	[ "$output" = "$(cat wanted)" ]
	for command in check list why emit lint; do
		run "$GTB" help "$command"
		is 0
		[ "$output" = "$("$GTB" "$command" --help)" ]
	done
	run "$GTB" help frobnicate
	is 2
	has 'there is no command "frobnicate"'
	run "$GTB" help why extra
	is 2
	run "$GTB" -V
	is 0
	[ "$output" = "$("$GTB" --version)" ]
}

@test "a slip in a command's name is understood, and wrong usage" {
	local slip
	for slip in chekc:check lst:list wy:why whi:why emitt:emit lnt:lint hlep:help \
		x: bin:; do
		run "$GTB" "${slip%%:*}"
		is 2
		case $slip in
		*:) lacks "did you mean" ;;
		*) has "there is no command \"${slip%%:*}\"; did you mean ${slip#*:}?" ;;
		esac
	done
}

@test "an unknown command is wrong usage" {
	run "$GTB" frobnicate
	is 2
	has 'goto-bypass: there is no command "frobnicate"'
	has "goto-bypass --help"
}

@test "an unknown option is wrong usage in every command" {
	local command
	for command in check list why emit lint; do
		run "$GTB" "$command" --frobnicate
		is 2
		has "goto-bypass: unrecognized option '--frobnicate'"
		has "try 'goto-bypass $command --help'"
	done
}

@test "a word too many is wrong usage" {
	local command
	for command in check list; do
		run "$GTB" "$command" extra
		is 2
		has 'what is "extra"?'
	done
	run "$GTB" why one two
	is 2
	run "$GTB" emit squid extra
	is 2
}

@test "control characters of an argument do not reach the terminal" {
	run "$GTB" $'\033[31mred'
	is 2
	lacks $'\033'
	has '\x1b[31mred'
}

@test "a full disk is said and is status 2" {
	local command
	for command in check list "why www.goto.com" \
		"emit squid --mode explicit --via external"; do
		# shellcheck disable=SC2086
		run --separate-stderr bash -c '"$0" "$@" > /dev/full' "$GTB" \
			$command -c "$POLICY" -C "$CATALOG"
		is 2
		output=$stderr has "goto-bypass: standard output: "
	done
	run --separate-stderr bash -c '"$0" --version > /dev/full' "$GTB"
	is 2
}

@test "a closed standard output is said and is status 2" {
	run --separate-stderr bash -c '"$0" "$@" >&-' "$GTB" check -c "$POLICY" \
		-C "$CATALOG"
	is 2
	output=$stderr has "goto-bypass: standard output:"
	run --separate-stderr bash -c '"$0" "$@" >&-' "$GTB" emit squid \
		--mode explicit --via external -c "$POLICY" -C "$CATALOG"
	is 2
}

@test "a closed standard error changes nothing" {
	run bash -c '"$0" "$@" 2>&-' "$GTB" check --digest -c "$POLICY" \
		-C "$CATALOG"
	is 0
	[ "${#output}" -eq 64 ]
}

@test "no colour into a pipe" {
	run gtb why www.goto.com
	lacks $'\033'
}

@test "a terminal gets colour, unless NO_COLOR is set" {
	command -v script > /dev/null || skip "script(1) is not installed"
	local args="why www.goto.com -c $POLICY -C $CATALOG"
	run env -u NO_COLOR TERM=xterm script -qec "$GTB $args" /dev/null
	has $'\033[32m'
	run env NO_COLOR=1 TERM=xterm script -qec "$GTB $args" /dev/null
	lacks $'\033'
	run env -u NO_COLOR TERM=dumb script -qec "$GTB $args" /dev/null
	lacks $'\033'
}

@test "a missing policy or catalog is status 2 and names the file" {
	local command
	for command in check list "why www.goto.com" \
		"emit squid --mode explicit --via external"; do
		# shellcheck disable=SC2086
		run --separate-stderr "$GTB" $command -c "$BATS_TEST_TMPDIR/absent.yaml" \
			-C "$CATALOG"
		is 2
		output=$stderr has "absent.yaml"
		# shellcheck disable=SC2086
		run --separate-stderr "$GTB" $command -c "$POLICY" \
			-C "$BATS_TEST_TMPDIR/absent"
		is 2
		output=$stderr has "absent"
		[ -z "$output" ] || [ "$command" = check ]
	done
}

@test "a policy with mistakes is status 2 for all but check" {
	local command
	printf 'ports: [0]\n' | policy
	for command in list "why www.goto.com" \
		"emit squid --mode explicit --via external"; do
		# shellcheck disable=SC2086
		run --separate-stderr gtb $command
		is 2
		output=$stderr has "$POLICY:1:"
	done
}
