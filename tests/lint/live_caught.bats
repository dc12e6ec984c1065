# The linter's bad files about intercepted ports, run by a real Squid between
# namespaces; see live.bats.
load "live.bash"
load "../live/nets.bash"

setup_file()
{
	local folder
	export CAUGHT_LACKING BASE=caught_base
	CAUGHT_LACKING=$(nets_missing | head -n 1)

	[ -z "$CAUGHT_LACKING" ] || return 0
	folder=$(rig_folder) && nets_make "$folder" &&
		nets_redirect intercept && nets_dns << 'END'
www.goto.com 68.64.20.1
END
}

setup()
{
	[ -z "$CAUGHT_LACKING" ] || skip "$CAUGHT_LACKING"
	case_end
}

teardown_file()
{
	[ -n "$CAUGHT_LACKING" ] || end_cases nets_stop || :
}

teardown()
{
	tell_when_failed
}

# caught_base FILE: the case's ports, where the client is led to. Each Squid
# has the same, so it waits for the one before to let go of them.
caught_base()
{
	local bump
	bump=$(rig_conf_bump)

	echo "$NETS_EXPLICIT" > "$RIG/port"
	[ -z "${CASE_LAST:-}" ] || rig_wait 10 rig_gone "$CASE_LAST"
	rig_conf_common
	echo "dns_nameservers 10.9.2.2"
	echo "acl localnet src 10.9.1.0/24"
	sed -nE -e "s|^http_port [0-9]+.*|http_port 0.0.0.0:$NETS_EXPLICIT $bump|p" \
		-e "s|^https_port [0-9]+ .*(name=[^ ]+).*|https_port 3129 intercept \\1 $bump|p" \
		"$1"
}

goto_as_caught()
{
	nets_get www.goto.com 68.64.20.1 "$@"
}

@test "L14 the login on an intercepted port: nobody can" {
	with_case L14 bad
	gives "bumped 407" goto_as_caught
	gives "bumped 407" goto_as_caught -U "$RIG_USER"
	with_case L14 good
	gives "bumped 200" goto_as_caught
}

@test "L27 our file for a port of another name: as if it were not there" {
	with_case L27 bad-2
	gives "bumped 200" goto_as_caught
	with_case L27 good
	gives "spliced 200" goto_as_caught
}
