# The fleet of goto-bypass-fleet(7), as far as one machine goes.
load "fleet.bash"

setup_file()
{
	[ -z "$(why_no_fleet)" ] || return 0
	local member squid

	FLEET=$(rig_folder)
	export FLEET
	stage "$FLEET/conf"
	export POLICY CATALOG
	for member in $MEMBERS; do
		member_start "$member"
	done
	haproxy_start
	for squid in $SQUIDS; do
		squid_start "$squid"
	done
}

setup()
{
	need_fleet
}

teardown()
{
	[ -n "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || fleet_tell
}

teardown_file()
{
	fleet_stop || :
}

# each_squid WANTED URL [curl option...]: that comes of it, through each.
each_squid()
{
	local squid wanted=$1 got
	shift

	for squid in $SQUIDS; do
		got=$(in_squid "$squid" rig_get "$@")
		[ "$got" = "$wanted" ] ||
			{ echo "squid $squid, $*: $got, not $wanted"; return 1; }
	done
}

the_fleet_decides()
{
	each_squid "spliced 200" https://www.goto.com/
	each_squid 407 https://www.example.net/
	each_squid "bumped 200" https://www.example.net/ -U "$RIG_USER"
}

@test "every Squid decides by the pool" {
	the_fleet_decides
}

@test "a member killed and another drained under load: nothing lost, nothing wrong" {
	load_start
	decides_again one
	member_kill one
	decides_again two
	wait_for 10 members_are DOWN UP UP
	decides_again three
	admin "set server gtb_pool/two state drain"
	admin "shutdown sessions server gtb_pool/two"
	wait_for 10 has_no_connections two
	member_stop two
	decides_again three
	member_restart one
	member_restart two
	wait_for 10 shows_digest two DRAIN
	admin "set server gtb_pool/two state ready"
	wait_for 10 members_are UP UP UP
	# Squid's connections stay where they are until they end.
	admin "shutdown sessions server gtb_pool/three"
	decides_again one
	decides_again two
	load_end
	load_was_right
}

@test "HAProxy reloaded under load: nothing lost, nothing wrong" {
	load_start
	decides_again three
	haproxy_reload
	admin "shutdown sessions server gtb_pool/three"
	decides_again "$MEMBERS"
	load_end
	load_was_right
}

@test "a member that hangs: the ordinary rules, until it is taken out" {
	local got stop=$((SECONDS + 30))

	member_signal two STOP
	until members_are UP DOWN UP; do
		got=$(in_squid 1 rig_get https://www.goto.com/)
		echo "$got"
		# Closed, where the second pass is the one that is not answered.
		[[ $got =~ ^(spliced 200|407|failed 0*)$ ]]
		[ "$(in_squid 2 rig_get https://www.example.net/)" = 407 ]
		[ "$SECONDS" -lt "$stop" ]
	done
	the_fleet_decides
	member_signal two CONT
	wait_for 10 members_are UP UP UP
}

# with_catalog NAME FOLDER: the member, from its next start on.
with_catalog()
{
	sed -i "s,^goto_bypass.Catalog .*,goto_bypass.Catalog $2," \
		"$FLEET/$1/c-icap.conf"
}

# fails_check NAME: it answers, and not what is expected.
fails_check()
{
	admin "show stat gtb_pool 4 -1" | cut -d , -f 2,18,37,57 |
		grep -qx "$1,DOWN,L7RSP,no-ruleset"
}

@test "a member without a ruleset is no member, until it has one" {
	mkdir "$FLEET/broken"
	echo "id: [" > "$FLEET/broken/goto-app.yaml"
	member_kill two
	with_catalog two "$FLEET/broken"
	member_restart two
	[ "$(member_digest two)" = no-ruleset ]
	wait_for 10 fails_check two
	the_fleet_decides
	install -m 644 "$CATALOG"/*.yaml "$FLEET/broken/"
	wait_for 10 members_are UP UP UP
	wait_for 10 shows_digest two UP
	member_kill two
	with_catalog two "$CATALOG"
	member_restart two
	wait_for 10 members_are UP UP UP
}

@test "a catalog put into place: its digest everywhere, in seconds" {
	local member old new

	old=$(member_digest one)
	for member in $MEMBERS; do
		in_member "$member" statistic 'reloads good' > "$FLEET/$member/reloads"
	done
	sed 's/^title: .*/&, once more/' "$CATALOG/goto-app.yaml" |
		replace "$CATALOG/goto-app.yaml"
	new=$("$GTB" check --digest --policy "$POLICY" --catalog "$CATALOG")
	[ "$new" != "$old" ]
	for member in $MEMBERS; do
		wait_for 5 member_has "$member" "$new"
		in_member "$member" ask --options
		grep -qE "^ISTag: \"[^\"]*${new:0:24}" <<< "$output"
		wait_for 5 has_reloaded "$member"
		wait_for 5 counts_digest "$member" "$new"
	done
	wait_for 5 pool_has "$new"
	the_fleet_decides
}

member_has()
{
	[ "$(member_digest "$1")" = "$2" ]
}

has_reloaded()
{
	[ "$(in_member "$1" statistic 'reloads good')" = \
		$(($(cat "$FLEET/$1/reloads") + 1)) ]
}

# c-icap's statistics are numbers.
counts_digest()
{
	[ "$(in_member "$1" statistic 'ruleset digest, its first 7 digits in decimal')" = \
		$((0x${2:0:7})) ]
}

# HAProxy's statistics show it of all members.
pool_has()
{
	[ "$(pool_says | cut -d, -f 3 | sort -u)" = "$1" ]
}

@test "the whole pool down: the ordinary rules, never a bypass" {
	local member

	for member in $MEMBERS; do
		member_kill "$member"
	done
	each_squid 407 https://www.goto.com/
	each_squid "bumped 200" https://www.goto.com/ -U "$RIG_USER"
	each_squid 407 https://www.example.net/
	each_squid "bumped 200" https://www.example.net/ -U "$RIG_USER"
	for member in $MEMBERS; do
		member_restart "$member"
	done
	wait_for 10 members_are UP UP UP
	the_fleet_decides
}

# What the page shows, between two comments in it.
transcript()
{
	sed -n '/^\.\\" transcript begin/,/^\.\\" transcript end/p' \
		"$GTB_SRCDIR/src/icap/goto-bypass-fleet.7" |
		sed -n '/^\.Bd/,/^\.Ed/{/^\./!p}'
}

# How many connections a member has that is not drained is by chance.
any_count()
{
	sed 's/,[0-9]*,UP$/,N,UP/'
}

# As the page writes it, with this fleet's files and socket.
run_shown()
{
	local command=${1//\/run\/haproxy\/gtb.sock/$FLEET/gtb.sock}

	eval "${command/goto-bypass check/\"$GTB\" check --policy \"$POLICY\" --catalog \"$CATALOG\"}"
}

# replay: standard input is a transcript; prints it as it goes here. A command
# that ends in | goes on.
replay()
{
	local line command=

	while IFS= read -r line; do
		case $line in
		'$ '*) command=${line#'$ '} ;;
		'      '*) command+=$line ;;
		*) continue ;;
		esac
		echo "$line"
		[[ $command == *'|' ]] || run_shown "$command"
	done
}

@test "the transcript in goto-bypass-fleet(7) is what happens" {
	local new
	new=$("$GTB" check --digest --policy "$POLICY" --catalog "$CATALOG")

	transcript | sed "s/[0-9a-f]\\{64\\}/$new/" | any_count > "$FLEET/page"
	[ "$(grep -c "$new" "$FLEET/page")" -eq 4 ]
	# While a check is on its way it has not said anything yet.
	wait_for 10 shows_page || diff "$FLEET/page" "$FLEET/shown"
}

shows_page()
{
	transcript | replay | any_count > "$FLEET/shown"
	cmp "$FLEET/page" "$FLEET/shown"
}
