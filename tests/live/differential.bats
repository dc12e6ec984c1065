# Thousands of names and addresses, three times: to Squid's plain ACLs, to the
# emitted files on a running Squid, and to the decision. See differential.py.
load "differential.bash"

# All tiers, entries that give less than a wildcard above them, exclusions.
policy_differential()
{
	cat << 'END'
tiers:
  optional:
    enabled: yes
  third-party:
    enabled: yes
  legacy:
    enabled: yes
ports: [443, 80, 8200]
exclude:
  names: [excluded.goto.com, "*.below.goto.com"]
  networks: [68.64.7.0/24]
own:
  - name: sso.example.com
  - name: login.goto.com
    bypass: [auth]
  - name: "*.media.goto.com"
    bypass: [tls]
  - name: live.media.goto.com
  - network: 2001:db8::/32
    special: yes
  - network: ::/127
    special: yes
END
}

setup_file()
{
	[ -z "$(rig_missing)" ] || return 0
	begin_differential native plain < <(policy_differential)
	begin_differential external plain < <(policy_differential)
	[ -n "$(icap_missing)" ] ||
		begin_differential icap < <(policy_differential)
}

setup()
{
	skip_without_squid
	STRICTER=$GTB_SRCDIR/tests/live/stricter.txt
}

teardown()
{
	tell_each_when_failed
}

teardown_file()
{
	stop_each
}

# ask_both NAME [CORPORA]
ask_both()
{
	for via in native external; do
		differential ask "$(folder_of "$via")" "$@"
	done
}

judge()
{
	differential judge "$1" "$STRICTER" "$(folder_of native)" \
		"$(folder_of external)"
}

@test "what is listed and what looks like it: Squid and the decision agree, but for the table" {
	ask_both own
	judge own
}

# One question of three once more, to a Squid that asks the service.
@test "what is listed and what looks like it: the service decides as the helper does" {
	skip_without_icap
	differential ask "$(folder_of icap)" own '' 3
	differential judge own "$STRICTER" "$(folder_of native)" \
		"$(folder_of icap)"
}

@test "foreign vectors: Squid and the decision agree, but for the table" {
	local corpora=$GTB_SRCDIR/../shared/corpora
	[ -d "$corpora" ] || skip "there are no foreign vectors beside the tree"

	ask_both foreign "$corpora"
	judge foreign
}

@test "the manual page has the table's words" {
	local words text count=0
	text=$(tr '\n' ' ' < "$GTB_SRCDIR/src/core/goto-bypass-policy.5")

	while IFS= read -r words; do
		echo "$words"
		[[ $text == *"$words"* ]]
		count=$((count + 1))
	done < <(grep -v '^#' "$STRICTER" | awk -F '\t+' 'NF == 6 { print $6 }')
	[ "$count" -gt 10 ]
	[ "$count" = "$(grep -c -v '^#' "$STRICTER")" ]
}
