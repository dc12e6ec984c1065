# Squids for the differential tests, and what their bats files share.
load "cases.bash"
load "differential_rig.bash"
load "icap.bash"

differential()
{
	python3 "$RIG_LIVE/differential.py" "$@"
}

# begin_differential VIA [plain]: a Squid of its own, with the policy that comes
# in; with "plain" also with an admin's own ACLs. What no line of ours splices
# is closed, which needs no certificate.
begin_differential()
{
	local folder
	local -a extra
	folder=$(rig_folder) || return 1
	echo "$folder" > "$BATS_FILE_TMPDIR/$1"
	cat > "$folder/policy.in"
	export RIG_VIA=$1 RIG_USER

	rig_make "$folder" && rig_policy < "$folder/policy.in" &&
		{ [ "$1" != icap ] || icap_begin 1; } && rig_emit --tail terminate &&
		differential log "$RIG" > "$RIG/extra.conf" &&
		{ [ -z "${2:-}" ] || differential "$2" "$RIG" >> "$RIG/extra.conf"; } &&
		mapfile -t extra < "$RIG/extra.conf" &&
		rig_conf "${extra[@]}" \
			'acl SSL_ports port 80 8200 8443 22 8080 444' \
			'acl Safe_ports port 22 444' && rig_run
}

# The folder of the Squid begun with VIA.
folder_of()
{
	cat "$BATS_FILE_TMPDIR/$1"
}

tell_each_when_failed()
{
	local via
	for via in native external icap; do
		[ ! -s "$BATS_FILE_TMPDIR/$via" ] ||
			RIG=$(folder_of "$via") tell_when_failed
	done
}

stop_each()
{
	local via
	for via in native external icap; do
		[ -s "$BATS_FILE_TMPDIR/$via" ] || continue
		RIG=$(folder_of "$via")
		end_icap
	done
}
