# What make install and make uninstall leave behind, and what ./bootstrap
# installs for the build.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

setup()
{
	DEST="$BATS_TEST_TMPDIR/a folder"
	DEFAULT=$GTB_SRCDIR/squid-conf/policy.yaml
}

# to_dest TARGET: made with nothing of the make that runs this test.
to_dest()
{
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$GTB_BUILDDIR" "$1" \
		DESTDIR="$DEST" > make.out 2>&1 || { tail -20 make.out; false; }
}

# folder NAME: where the one that holds the installed file NAME is.
folder()
{
	dirname "$(find "$DEST" -name "$1" -type f)"
}

@test "whatever the umask, Squid's user can read policy and catalog" {
	cd "$BATS_TEST_TMPDIR"
	(umask 077 && to_dest install)
	local file dir
	for file in policy.yaml goto-app.yaml; do
		dir=$(folder "$file")
		[ "$(stat -c %a "$dir/$file")" = 644 ]
		[ "$(stat -c %a "$dir")" = 755 ]
	done
	[ "$(stat -c %a "$(dirname "$(folder goto-app.yaml)")")" = 755 ]
}

@test "another installation keeps a changed policy and its folder's mode" {
	cd "$BATS_TEST_TMPDIR"
	to_dest install
	local dir
	dir=$(folder policy.yaml)
	to_dest install
	[ ! -e "$dir/policy.yaml.new" ]
	run grep -c "^Your policy stays" make.out
	[ "$output" = 0 ]
	echo 'ports: [443, 80]' > "$dir/policy.yaml"
	chmod 750 "$dir"
	to_dest install
	grep -qxF "Your policy stays. The one of this release, to compare: $dir/policy.yaml.new" make.out
	[ "$(cat "$dir/policy.yaml")" = 'ports: [443, 80]' ]
	cmp "$dir/policy.yaml.new" "$DEFAULT"
	[ "$(stat -c %a "$dir")" = 750 ]
}

@test "uninstall leaves nothing but a changed policy" {
	cd "$BATS_TEST_TMPDIR"
	to_dest install
	find "$DEST" -name goto-bypass -type f | grep -q .
	to_dest uninstall
	# The prefix may have any name; of it the folders below stay.
	run find "$DEST" -type f -o -empty \
		\( -name goto-bypass -o -name catalog -o -name examples \)
	echo "$output"
	[ -z "$output" ]
	to_dest install
	local dir
	dir=$(folder policy.yaml)
	echo 'ports: [443, 80]' > "$dir/policy.yaml"
	to_dest uninstall
	run find "$DEST" -type f
	echo "$output"
	[ "$output" = "$dir/policy.yaml" ]
}

@test "uninstall names an emitted file, which it leaves" {
	cd "$BATS_TEST_TMPDIR"
	to_dest install
	local file
	file=$(folder policy.yaml)/goto-bypass.conf
	echo '# emitted' > "$file"
	to_dest uninstall
	grep -F "Left: $file. Take its include out of squid.conf" make.out
	[ -e "$file" ]
	rm "$file"
	to_dest uninstall
	run grep -c "^Left:" make.out
	[ "$output" = 0 ]
}

# asked FOLDER LIST...: so it is for what was compiled in that folder.
asked()
{
	local folder=$1
	shift
	run python3 "$GTB_SRCDIR/tests/readme/packages.py" \
		"$GTB_BUILDDIR/$folder" "$GTB_SRCDIR/bootstrap" "$@"
	echo "$output"
	[ "$status" -ne 77 ] || skip "$output"
	[ "$status" -eq 0 ]
}

@test "bootstrap asks for every package whose headers are included" {
	command -v dpkg-query > /dev/null || skip "not a Debian system"
	asked src build
	asked tests build tests
}
