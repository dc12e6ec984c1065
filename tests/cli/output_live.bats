# goto-bypass emit squid --output under a running Squid: list files do what
# the lists do, and a Squid that reads while they are replaced misses nothing.
load "../live/rig.bash"
load lib.bash

setup()
{
	local missing
	missing=$(rig_missing)
	[ -z "$missing" ] || skip "$missing"
	RIG_VIA=native
	export RIG_VIA
	rig_start "$(rig_folder)"
	POLICY=$RIG/policy.yaml
	CATALOG=$RIG/catalog
	cd "$RIG" || return 1
}

teardown()
{
	[ -n "${RIG:-}" ] || return 0
	[ -n "${BATS_TEST_COMPLETED:-}" ] || rig_tell
	if [ -s "$RIG/replacing.pid" ]; then
		: > "$RIG/enough"
		rig_wait 10 replacing_ended
	fi
	rig_stop
}

# lists PREFIX: a policy with 300 names, 256 networks and an exclusion.
lists()
{
	mkdir -p "$1"
	chmod 755 "$1"
	seq -f "$1%03g.list.example" 300 > "$1/names.txt"
	seq -f '20.0.%g.0/25' 0 255 > "$1/nets.txt"
	cat > "$1/policy.yaml" << 'END'
lists:
  - {file: names.txt, form: dstdomain}
  - {file: nets.txt, form: dst}
exclude: {names: [www.goto.com]}
END
	chmod 644 "$1"/*
}

# install_from POLICY: what --output does in the folder Squid reads.
install_from()
{
	"$GTB" emit squid --mode explicit --via native -c "$1" -C "$CATALOG" \
		--output "$RIG"
}

@test "names and networks from list files pass, others do not" {
	lists one
	lists two
	[ "$(rig_get https://one007.list.example/)" = 407 ]
	install_from one/policy.yaml
	[ "$(ls "$RIG"/gtb_*.acl | wc -l)" -ge 3 ]
	rig_reconfigure
	[ "$(rig_get https://one007.list.example/)" = "spliced 200" ]
	[ "$(rig_get https://20.0.7.1/)" = "spliced 200" ]
	[ "$(rig_get https://20.0.7.200/)" = 407 ]
	[ "$(rig_get https://two007.list.example/)" = 407 ]
	[ "$(rig_get https://www.goto.com/)" = 407 ]
	[ "$(rig_get https://global.gotomeeting.com/)" = "spliced 200" ]
	install_from two/policy.yaml
	rig_reconfigure
	[ "$(rig_get https://one007.list.example/)" = 407 ]
	[ "$(rig_get https://two007.list.example/)" = "spliced 200" ]
}

@test "a list file that is lost takes its names away, and opens nothing" {
	lists one
	install_from one/policy.yaml
	rm "$RIG"/gtb_*.acl
	rig_reconfigure
	grep -q 'ERROR: Can not open file' "$RIG/state/cache.log"
	[ "$(rig_get https://one007.list.example/)" = 407 ]
	[ "$(rig_get https://www.goto.com/)" = 407 ]
	[ "$(rig_get https://evil.example/)" = 407 ]
	run install_from one/policy.yaml --check
	has "written   $RIG/gtb_"
	rig_reconfigure
	[ "$(rig_get https://one007.list.example/)" = "spliced 200" ]
}

replacing_ended()
{
	! kill -0 "$(cat "$RIG/replacing.pid")"
}

# replacing: other files, again and again, until the file "enough" is there.
replacing()
{
	until [ -e enough ]; do
		install_from one/policy.yaml
		install_from two/policy.yaml
	done > replaced 2>&1
}

@test "a Squid that reads while the files are replaced finds all of them" {
	local round
	lists one
	lists two
	install_from one/policy.yaml
	rig_reconfigure
	replacing 3>&- &
	echo $! > replacing.pid
	for round in 1 2 3 4 5 6; do
		rig_reconfigure
		rig_alive
		[ "$(rig_get https://www.goto.com/)" = 407 ]
		[[ $(rig_get https://one007.list.example/) =~ ^(407|spliced\ 200)$ ]]
	done
	: > enough
	wait "$(cat replacing.pid)"
	[ "$(grep -c '^written' replaced)" -gt 20 ]
	run grep -vE '^(written|kept|removed|unchanged) ' replaced
	is 1
	run grep -E 'FATAL|Can not open|empty ACL' "$RIG/state/cache.log"
	is 1
}
