# Every command of README does what README says. "..." in an output stands for
# lines left out.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	cd "$BATS_TEST_TMPDIR"
	stage "$BATS_TEST_TMPDIR"
	EMITTED=$BATS_TEST_TMPDIR/emitted.conf
}

# What a reader has after `make install`: the commands with their defaults.
goto-bypass()
{
	local command=$1
	shift
	# The documents grow old; README is of the day they were checked.
	[ "$command" != check ] || set -- "$@" --today 2026-11-20
	"$GTB" "$command" "$@" -c "$POLICY" -C "$CATALOG"
}

# blocks KIND: the blocks of README of that kind, one text, without the
# indentation of a block in a list.
blocks()
{
	awk -v kind="$1" '
		/^ *```/ { on = $1 == "```" kind; indent = index($0, "`"); next }
		on { print substr($0, indent) }' "$GTB_SRCDIR/README.md"
}

console()
{
	blocks console
}

# expected COMMAND: the output README shows below "$ COMMAND".
expected()
{
	console | awk -v want="\$ $1" '
		/^\$ / { on = $0 == want; next } on'
}

# same COMMAND: what it prints is what README shows, "..." aside.
same()
{
	local want line rest=false
	run eval "$1"
	echo "$output"
	want=$(expected "$1" | sed "s|/etc/squid/goto-bypass/policy.yaml|$POLICY|")
	[ -n "$want" ]
	diff <(awk '/^\.\.\.$/ { exit } { print }' <<< "$want") \
		<(head -n "$(awk '/^\.\.\.$/ { exit } { n++ } END { print n }' <<< "$want")" <<< "$output")
	diff <(tail -n 1 <<< "$want") <(tail -n 1 <<< "$output")
}

@test "goto-bypass check" {
	same "goto-bypass check"
	[ "$status" -eq 0 ]
}

@test "goto-bypass why" {
	same "goto-bypass why global.gotomeeting.com:8200"
	[ "$status" -eq 1 ]
	[ "$output" = "$(expected "goto-bypass why global.gotomeeting.com:8200")" ]
}

# shown COMMAND: README shows exactly this one.
shown()
{
	console | grep -qxF "\$ $1"
}

# parse EXPLICIT-PORT [line...]: README's lines, in a squid.conf that is
# otherwise Debian's, in front of Squid.
parse()
{
	{
		cat <<-END
		acl localnet src 127.0.0.0/8
		acl SSL_ports port 443
		acl Safe_ports port 80 443
		auth_param basic program $(rig_squid_program basic_ncsa_auth) /dev/null
		acl authenticated proxy_auth REQUIRED
		END
		printf '%s\n' "$@"
		blocks squid | grep -v -e '_port ' -e "${UNWANTED:-^$}"
	} | sed "s|/etc/squid/goto-bypass/goto-bypass.conf|$EMITTED|
		s|/etc/squid/ca.pem|$BATS_TEST_TMPDIR/ca.pem|" > squid.conf
	grep -q "^include $EMITTED$" squid.conf
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca \
		-keyout key -out crt 2> openssl.err
	cat key crt > ca.pem
	run "$(rig_squid)" -k parse -f "$BATS_TEST_TMPDIR/squid.conf"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" != *WARNING* && "$output" != *ERROR* && "$output" != *FATAL* ]]
}

EXPLICIT_PORT="http_port 127.0.0.1:3128 ssl-bump tls-cert=/etc/squid/ca.pem"

@test "the three steps: check, emit, include" {
	. "$GTB_SRCDIR/tests/live/rig.bash"
	[ -z "$(rig_missing)" ] || skip "$(rig_missing)"
	local folder=$BATS_TEST_TMPDIR/squid
	mkdir "$folder"
	shown "goto-bypass emit squid --mode explicit --via external --output /etc/squid/goto-bypass"
	run --separate-stderr goto-bypass emit squid --mode explicit \
		--via external --output "$folder"
	[ "$output" = "written   $folder/goto-bypass.conf" ]
	expected "goto-bypass emit squid --mode explicit --via external --output /etc/squid/goto-bypass" |
		grep -qx 'written   /etc/squid/goto-bypass/goto-bypass.conf'
	EMITTED=$folder/goto-bypass.conf
	UNWANTED=gtb_intercepted parse "$EXPLICIT_PORT"
}

@test "intercepted ports: the lines and the command" {
	. "$GTB_SRCDIR/tests/live/rig.bash"
	[ -z "$(rig_missing)" ] || skip "$(rig_missing)"
	local options="--mode explicit --port-name tls=intercept --port-name web=intercept --via external"
	shown "goto-bypass emit squid $options --output /etc/squid/goto-bypass"
	# shellcheck disable=SC2086
	goto-bypass emit squid $options > "$EMITTED"
	grep -qx "acl gtb_intercepted myportname tls web" "$EMITTED"
	parse "$EXPLICIT_PORT" "$(blocks squid | grep '_port ')"
	grep -qx "http_access allow gtb_intercepted localnet" squid.conf
	grep -q "^https_port .*name=tls" squid.conf
}

@test "with c-icap: the command, and Squid reads what it makes" {
	. "$GTB_SRCDIR/tests/live/rig.bash"
	[ -z "$(rig_missing)" ] || skip "$(rig_missing)"
	local options="--mode explicit --via icap --auth-acl authenticated"
	shown "goto-bypass emit squid $options --output /etc/squid/goto-bypass"
	# shellcheck disable=SC2086
	goto-bypass emit squid $options > "$EMITTED"
	UNWANTED=gtb_intercepted parse "$EXPLICIT_PORT"
}

@test "emit writes the file itself, and says whether it is the same" {
	local folder=$BATS_TEST_TMPDIR/squid
	local command="goto-bypass emit squid --mode explicit --via external --output"
	mkdir "$folder"
	shown "$command /etc/squid/goto-bypass --check"
	$command "$folder"
	$command "$folder" --check
	echo "#" >> "$folder/goto-bypass.conf"
	run $command "$folder" --check
	[ "$status" -eq 1 ]
}

@test "goto-bypass lint, of the file shown above it" {
	blocks conf > squid.conf
	[ -s squid.conf ]
	same "goto-bypass lint squid.conf"
	[ "$status" -eq 1 ]
	[ "$output" = "$(expected "goto-bypass lint squid.conf")" ]
}

@test "every command README shows in a console block is tested here" {
	local command
	while read -r command; do
		echo "$command"
		case $command in
		"goto-bypass check" | "goto-bypass why global"*) ;;
		"goto-bypass lint squid.conf") ;;
		"goto-bypass emit squid --mode explicit --"*) ;;
		"squid -k parse && squid -k reconfigure") ;;
		*) false ;;
		esac
	done < <(console | sed -n 's/^\$ //p')
}

@test "the tiers of README are those of the shipped policy" {
	local tier
	for tier in required optional third-party legacy; do
		grep -q "^| $tier" "$GTB_SRCDIR/README.md"
		grep -q "^  $tier:$" "$GTB_SRCDIR/squid-conf/policy.yaml"
	done
}

@test "the tree installs into a folder, and works from there" {
	local dest=$BATS_TEST_TMPDIR/dest prefix
	make -C "$GTB_BUILDDIR" install DESTDIR="$dest" > make.out 2>&1 ||
		{ tail -20 make.out; false; }
	policy=$(find "$dest" -name policy.yaml)
	catalog=$(dirname "$(find "$dest" -name v10-desktop.yaml)")
	chmod 644 "$policy" "$catalog"/*.yaml
	"$(find "$dest" -name goto-bypass -type f)" check --policy "$policy" \
		--catalog "$catalog"
	helper=$(find "$dest" -name ext_goto_bypass_acl)
	run "$helper" -c "$policy" -C "$catalog" <<< \
		"7 10.0.0.1 CONNECT www.goto.com 443 www.goto.com splice"
	[[ "$output" == *"7 OK "* ]]
	# Another installation keeps the admin's policy.
	echo "ports: [443, 80]" > "$policy"
	make -C "$GTB_BUILDDIR" install DESTDIR="$dest" > make.out 2>&1
	grep -q "ports: \[443, 80\]" "$policy"
	[ -f "$policy.new" ]
	local manual
	for manual in goto-bypass.1 goto-bypass-lint.1 ext_goto_bypass_acl.8 goto-bypass-policy.5 \
		goto-bypass-catalog.5; do
		find "$dest" -name "$manual" | grep -q .
	done
}
