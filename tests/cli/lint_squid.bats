# goto-bypass lint --squid: Squid's own word, as findings.
load lib.bash

# says LINE...: a program in Squid's place that says that; it keeps its
# arguments in the file "arguments".
says()
{
	{
		printf '#!/bin/sh\nprintf "%%s\\n" "$@" > arguments\n'
		printf 'cat << "END"\n'
		printf '%s\n' "$@"
		echo END
		echo "exit ${STATUS:-0}"
	} > squid
	chmod 755 squid
}

# lint [option...]: squid.conf, with that program.
lint()
{
	run --separate-stderr gtb lint --only squid --squid=./squid "$@" squid.conf
}

conf()
{
	cat > squid.conf
}

STAMP="2026/11/20 10:00:00|"

@test "an error is at the line that Squid was working on" {
	conf <<- 'END'
	# a comment
	http_port 3128
	acl one \
		dstdomain .goto.com
	include other.conf
	http_access deny all
	END
	echo "cache_mem 10" > other.conf
	says "$STAMP Startup: Initializing Authentication Schemes ..." \
		"$STAMP Processing Configuration File: squid.conf (depth 0)" \
		"$STAMP Processing: http_port 3128" \
		"$STAMP Processing: acl one dstdomain .goto.com" \
		"$STAMP WARNING: one" "$STAMP aclFoo: WARNING: two" \
		"$STAMP Processing: include other.conf" \
		"$STAMP Processing Configuration File: other.conf (depth 1)" \
		"2026/11/20 10:00:00 kid1| ERROR: three, of no known line" \
		"$STAMP Processing: cache_mem 10" \
		"$STAMP UPGRADE: four" \
		"$STAMP Processing: http_access deny all" \
		"$STAMP ERROR: five, maybe after the last line" \
		"WARNING: not of Squid's log"
	lint
	is 1
	diff - <(echo "$output") <<- 'END'
	squid.conf: squid error: three, of no known line
	squid.conf: squid error: five, maybe after the last line
	squid.conf:3:1: squid warning: one
	squid.conf:3:1: squid warning: aclFoo: two
	other.conf:1:1: squid note: four
	2 errors, 2 warnings, 1 note
	END
}

@test "where Squid gives up the reason is what it said before" {
	conf <<- 'END'
	http_access deny all
	http_access allow \
		foo
	END
	STATUS=1 says "$STAMP Processing: http_access deny all" \
		"$STAMP Processing: http_access allow foo" \
		"$STAMP ACL not found: foo" \
		"$STAMP Not currently OK to rewrite swap log." \
		"$STAMP storeDirWriteCleanLogs: Operation aborted." \
		"$STAMP FATAL: Bungled squid.conf line 3: http_access allow foo" \
		"$STAMP Squid Cache (Version 5.7): Terminated abnormally."
	lint
	is 1
	[ "${lines[0]}" = "squid.conf:2:1: squid error: ACL not found: foo" ]
	[ "${#lines[@]}" -eq 2 ]
	STATUS=1 says "$STAMP FATAL: Bungled squid.conf line 1: http_access deny all"
	lint
	[ "${lines[0]}" = "squid.conf:1: squid error: Squid refuses the line" ]
}

@test "an end that nothing explains is an error" {
	conf <<< "http_access deny all"
	STATUS=3 says "$STAMP Processing: http_access deny all"
	lint
	is 1
	[ "${lines[0]}" = \
		"squid.conf: squid error: squid -k parse ended with status 3" ]
	printf '#!/bin/sh\nkill -SEGV $$\n' > squid
	lint
	is 1
	[[ ${lines[0]} == "squid.conf: squid error: squid -k parse died of signal 11" ]]
}

@test "Squid gets the file, the service's name and no shell" {
	says
	: > '; touch broken $(touch broken) .conf'
	run --separate-stderr gtb lint --squid=./squid --service-name one \
		'; touch broken $(touch broken) .conf'
	is 0
	[ ! -e broken ]
	printf '%s\n' -k parse -f '; touch broken $(touch broken) .conf' -n one |
		diff - arguments
	conf <<< "http_access deny all"
	mv squid "a squid"
	run gtb lint "--squid=./a squid" squid.conf
	is 0
	printf '%s\n' -k parse -f squid.conf | diff - arguments
}

@test "what Squid says does not reach the terminal as it is" {
	conf <<< "http_access deny all"
	says "$STAMP ERROR: "$'\033[31mred\377'
	lint
	is 1
	[ "${lines[0]}" = 'squid.conf: squid error: \x1b[31mred\xff' ]
}

@test "a Squid that does not end is ended, with what it started" {
	conf <<< "http_access deny all"
	printf '#!/bin/sh\nsleep 1000 &\necho $! > child\nwait\n' > squid
	chmod 755 squid
	SECONDS=0
	lint --timeout 1
	is 2
	[ -z "$output" ]
	output=$stderr has "./squid -k parse: no end after 1 seconds"
	[ "$SECONDS" -lt 10 ]
	run kill -0 "$(cat child)"
	# Ended, or waiting for a parent to notice.
	[ "$status" -ne 0 ] || grep -q '^State:.*Z' "/proc/$(cat child)/status"
	# One that has closed its output is waited for no longer either.
	printf '#!/bin/sh\nexec > /dev/null 2>&1\nexec sleep 1000\n' > squid
	lint --timeout 1
	is 2
	output=$stderr has "no end after 1 seconds"
}

@test "--timeout is a number of seconds" {
	local wrong
	conf <<< "http_access deny all"
	says
	for wrong in 0 -1 1.5 x "" 10000; do
		lint --timeout "$wrong"
		is 2
		output=$stderr has "--timeout $wrong: must be seconds, 1 to 9999"
	done
}

@test "a Squid that talks without end is stopped" {
	conf <<< "http_access deny all"
	printf '#!/bin/sh\nexec cat /dev/zero\n' > squid
	chmod 755 squid
	lint
	is 2
	output=$stderr has "./squid -k parse: File too large"
}

@test "a Squid that is not there, or cannot be run, is status 2" {
	conf <<< "http_access deny all"
	run --separate-stderr gtb lint --squid=./absent squid.conf
	is 2
	[ -z "$output" ]
	output=$stderr has "./absent -k parse: No such file"
	touch squid
	chmod 644 squid
	lint
	is 2
	output=$stderr has "./squid -k parse: Permission denied"
}

@test "Squid is not asked unless it is asked for" {
	conf <<< "http_access deny all"
	says
	run gtb lint squid.conf
	is 0
	[ ! -e arguments ]
}

# --- the real one -----------------------------------------------------------

squid()
{
	. "$GTB_SRCDIR/tests/live/rig.bash"
	SQUID=$(rig_squid)
	[ -n "$SQUID" ] || skip "Squid is not installed"
	run --separate-stderr gtb lint --only squid --squid="$SQUID" squid.conf
}

@test "the real Squid: nothing to say of a plain file" {
	conf <<- 'END'
	http_port 3128
	acl goto dstdomain -n .goto.com
	http_access deny goto
	http_access deny all
	END
	squid
	is 0
	has "no findings in 4 directives of 1 file"
}

@test "the real Squid: warnings and errors at their lines" {
	conf <<- 'END'
	http_port 3128
	acl nets src 10.0.0.1/8
	acl names dstdomain .goto.com \
		www.goto.com
	cache_mem 10
	include other.conf
	http_access deny all
	END
	printf '\n# here\nhttp_access deny names\nhttp_access deny nobody\n' \
		> other.conf
	squid
	is 1
	[[ ${lines[0]} =~ ^squid\.conf:2:1:\ squid\ warning:\ .*10\.0\.0\.1/8 ]]
	[[ $output == *$'\nsquid.conf:3:1: squid warning: '*www.goto.com* ]]
	[[ $output == *$'\nsquid.conf:5:1: squid warning: '*cache_mem* ]]
	[[ $output == *$'\nother.conf:4:1: squid error: '*nobody* ]]
	[[ ${lines[-1]} == "1 error, "* ]]
}

@test "the real Squid: a line of the other branch is not taken for it" {
	conf <<- 'END'
	if false
	acl a src 10.0.0.1/8
	cache_mem 10
	else
	acl a src 10.0.0.1/8
	endif
	acl b src 10.0.0.0/8
	cache_mem 10
	if 1 = 1
	acl c src 10.0.0.1/8
	else
	acl c src 10.0.0.1/8
	endif
	http_access deny all
	END
	squid
	is 0
	[[ ${lines[0]} == squid.conf:5:1:*10.0.0.1/8* ]]
	[[ ${lines[1]} == squid.conf:8:1:*cache_mem* ]]
	[[ ${lines[2]} == squid.conf:10:1:*10.0.0.1/8* ]]
	[ "${#lines[@]}" -eq 4 ]
}

@test "the real Squid: a directive that is none, and an option that is none" {
	conf <<- 'END'
	http_port 3128
	frobnicate yes
	http_access deny all
	END
	squid
	is 1
	[ "${lines[0]}" = "squid.conf:2:1: squid error: unrecognized: 'frobnicate'" ]
	conf <<- 'END'
	http_port 3128
	http_port 3129 frobnicate
	http_access deny all
	END
	squid
	is 1
	[[ ${lines[0]} =~ ^squid\.conf:2:1:\ squid\ error:\ .*frobnicate ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "the real Squid: the emitted file is fine" {
	gtb emit squid --mode explicit --via native > goto.conf
	printf 'http_port 3128\ninclude goto.conf\nhttp_access deny all\n' |
		conf
	squid
	is 0
}
