# Traffic of all kinds while something breaks, and what must have come of it.
# For the bats files, after cases.bash.

# A host no test has asked for: Squid has no answer for it.
new_host()
{
	echo "t$BATS_TEST_NUMBER-$RANDOM.goto.com"
}

is_spliced()
{
	gives "spliced 200" rig_get "https://$(new_host)/"
}

is_ordinary()
{
	gives 407 rig_get "https://$(new_host)/"
}

# load_says KIND COUNT REGEX: so many requests of that kind were made at
# least, and each of them gave that.
load_says()
{
	awk -v kind="$1" -v least="$2" -v regex="^($3)\$" '
		$1 != kind { next }
		$2 !~ regex { print "load: " $0; wrong = 1 }
		{ count += $3 }
		END { if (count < least) print "load: " kind " only " count + 0
		      exit wrong || count < least }' "$RIG/load.out"
}

# Whatever the helper does: unlisted traffic is as ever, nothing unlisted gets
# past, Squid is the same process. An argument allows one more outcome.
all_else_is_well()
{
	local also=${1:+"|$1"}

	[ ! -s "$RIG/load.err" ]
	load_says unlisted-anonymous 10 "407$also"
	load_says unlisted-user 10 "bumped-200$also"
	load_says unlisted-sni-listed 10 "bumped-200$also"
	nothing_unlisted_got_out
	rig_alive
	no grep -E 'assertion failed|FATAL' "$RIG/state/cache.log"
}

crossed_names_are_not_spliced()
{
	load_says listed-sni-unlisted 1 \
		'bumped-[0-9]*|407|closed|silent|again'
}

nothing_unlisted_got_out()
{
	# request HOW SCHEME TARGET METHOD URI
	awk '$1 == "request" && $2 == "direct" && $3 == "https" &&
		$4 !~ /^([a-z0-9-]+\.)*goto\.com:443$/ { print; wrong = 1 }
		END { exit wrong }' "$RIG/world.log"
	# PORT CLIENT STATUS METHOD URI USER ...
	awk '$5 ~ /example\.(net|com)/ && $6 == "-" && $3 !~ /^TCP_DENIED/ &&
		$3 !~ /^NONE_NONE\/(000|4..)/ { print; wrong = 1 }
		END { exit wrong }' "$RIG/state/access.log"
}

# under_load SECONDS
under_load()
{
	rig_load_start
	sleep "$1"
	rig_load_end
	cat "$RIG/load.out"
}

now_ms()
{
	echo "$((${EPOCHREALTIME/[.,]/} / 1000))"
}
