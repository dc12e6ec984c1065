# goto-bypass emit squid --output: files in their folder, whole or not at all.
load lib.bash

setup()
{
	stage "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return 1
	OUT=$PWD/out
	mkdir -m 755 "$OUT"
	CONF=$OUT/goto-bypass.conf
}

emit()
{
	gtb emit squid --mode explicit --via external --helper "$GTB_HELPER" \
		--output "$OUT" "$@"
}

# long [PREFIX]: a policy whose names and networks go to list files.
long()
{
	seq -f "${1:-h}%03g.list.example" 300 > names.txt
	seq -f '20.0.%g.0/25' 0 255 > nets.txt
	chmod 644 names.txt nets.txt
	policy << 'END'
lists:
  - {file: names.txt, form: dstdomain}
  - {file: nets.txt, form: dst}
END
}

# lists: the list files that the include file names.
lists()
{
	sed -n 's/^acl gtb_.* "\(.*\.acl\)"$/\1/p' "$CONF" | sort -u
}

# hidden: names in the folder that begin with a dot.
hidden()
{
	find "$OUT" -mindepth 1 -name '.*'
}

@test "the include file is what goes to standard output" {
	run emit
	is 0
	[ "$output" = "written   $CONF" ]
	gtb emit squid --mode explicit --via external --helper "$GTB_HELPER" > inline
	diff <(grep -v '^# Command:' inline) <(grep -v '^# Command:' "$CONF")
	[ "$(ls -A "$OUT")" = goto-bypass.conf ]
}

@test "long lists are files of their own, named by their content" {
	long
	run emit
	is 0
	lists > named
	[ "$(wc -l < named)" -ge 2 ]
	while read -r file; do
		has "written   $file"
		[ "$(sed -n 1p "$file" | cut -c 1-20)" = "# Made by goto-bypas" ]
		[[ ${file##*/} =~ ^gtb_[a-z_]+_[0-9]+\.[0-9a-f]{8}\.acl$ ]]
	done < named
	# The last line is the include file's.
	[ "${lines[-1]}" = "written   $CONF" ]
	[ "$(ls -A "$OUT" | wc -l)" -eq $((1 + $(wc -l < named))) ]
	cat "$OUT"/gtb_*.acl > all
	grep -qx h299.list.example all
	grep -qx 20.0.7.0/25 all
	grep -q h299.list.example "$CONF" && return 1
	# nothing is lost or added on the way to the files
	gtb emit squid --mode explicit --via external > inline
	diff <(values < inline) <(values < "$CONF")
}

# values: every value of the lists of names and networks, inline or in a file.
values()
{
	local name kind file rest
	while read -r _ name kind rest; do
		file=${rest##* \"}
		case $rest in
		*\"/*) grep -v '^#' "${file%\"}" | sed "s|^|$name $kind |" ;;
		*) printf "$name $kind %s\n" $rest ;;
		esac
	done < <(grep -E '^acl gtb_[a-z_]*(names|nets|sni)_[0-9]' ) |
		grep -v -- ' -' | sort
}

@test "Squid reads the files" {
	[ "$SQUID" != no ] || skip "squid is not installed"
	long
	emit > /dev/null
	cat > squid.conf << END
http_port 127.0.0.1:3128
acl localnet src 10.0.0.0/8
http_access deny !localnet
include $CONF
END
	run "$SQUID" -k parse -f squid.conf
	is 0
	lacks WARNING
	lacks ERROR
	has "Processing: acl gtb_"
}

@test "what is in place stays as it is, to the inode and the second" {
	long
	emit > /dev/null
	stat -c '%n %i %y %z' "$OUT"/* > before
	run emit
	is 0
	[ "${#lines[@]}" -eq "$(wc -l < before)" ]
	lacks written
	[ "${lines[-1]}" = "unchanged $CONF" ]
	stat -c '%n %i %y %z' "$OUT"/* > after
	diff before after
	# and after a change to one of them, the others
	echo '# a hand was here' >> "$CONF"
	run emit
	is 0
	has "written   $CONF"
	[ "$(grep -c ^unchanged <<< "$output")" -eq "$(lists | wc -l)" ]
	diff <(grep acl before) <(stat -c '%n %i %y %z' "$OUT"/*.acl)
}

@test "a folder nobody may write to is fine where nothing changes" {
	emit > /dev/null
	chmod 555 "$OUT"
	as_nobody
	run "${NOBODY[@]}" emit
	chmod 755 "$OUT"
	is 0
	[ "$output" = "unchanged $CONF" ]
}

# settle: what the last include file named goes too.
settle()
{
	emit > /dev/null
	emit > /dev/null
	emit --check
}

@test "old list files stay for one run, for a Squid that is reading, and go" {
	long one
	emit > /dev/null
	lists > one
	long two
	run emit
	is 0
	lists > two
	diff one two | sed -n 's/^< //p' > gone
	[ -s gone ]
	while read -r file; do
		has "kept      $file"
		[ -e "$file" ]
	done < gone
	# that is as it should be
	emit --check
	emit --diff
	# one more change: what was kept before goes, what was named now is kept
	long three
	run emit
	is 0
	while read -r file; do
		has "removed   $file"
	done < gone
	while read -r file; do
		grep -q names <<< "$file" || continue
		has "kept      $file"
	done < two
	run emit
	is 0
	has "removed   $OUT/gtb_names_1"
	lacks written
	lacks kept
	run emit
	is 0
	lacks removed
	diff <(lists) <(ls "$OUT"/*.acl)
}

@test "what another change brings back was never gone" {
	long one
	emit > /dev/null
	lists > one
	long two
	emit > /dev/null
	long one
	run emit
	is 0
	while read -r file; do
		has "unchanged $file"
	done < one
	settle
	diff <(lists) <(ls "$OUT"/*.acl)
}

@test "nothing that is not ours goes" {
	long old
	emit > /dev/null
	lists > old
	# like ours, but: no such head; no digest; a link; a folder; another name
	echo .x.example > "$OUT/gtb_names_1.00000000.acl"
	cp "$(head -1 old)" "$OUT/gtb_names_1.acl"
	cp "$(head -1 old)" "$OUT/my.3f2a9c01.acl"
	cp "$(head -1 old)" "$OUT/gtb_names_1.3F2A9C01.acl"
	ln -s "$(head -1 old)" "$OUT/gtb_names_1.11111111.acl"
	mkdir "$OUT/gtb_names_1.22222222.acl"
	echo hello > "$OUT/.hello.new"
	ls -A "$OUT" > before
	long new
	emit > /dev/null
	run emit
	is 0
	grep -v nets old > gone
	[ -s gone ]
	while read -r file; do
		has "removed   $file"
	done < gone
	ls -A "$OUT" > after
	diff <(sort before) <(sort after) > changes || true
	[ "$(grep -c '^<' changes)" -eq "$(wc -l < gone)" ]
	[ "$(grep -c '^>' changes)" -eq "$(wc -l < gone)" ]
	policy < "$GTB_SRCDIR/squid-conf/policy.yaml"
	settle
	[ -z "$(lists)" ]
	[ -e "$OUT/gtb_names_1.acl" ] && [ -e "$OUT/my.3f2a9c01.acl" ]
	[ "$(find "$OUT" -type f -name 'gtb_*.*.acl' -exec grep -l '^#' {} + )" = \
		"$OUT/gtb_names_1.3F2A9C01.acl" ]
}

@test "new files are for everybody to read, whatever the umask" {
	long
	(umask 077 && emit > /dev/null)
	[ "$(stat -c %a "$OUT"/* | sort -u)" = 644 ]
}

@test "mode and owner of the include file are kept, and new lists get them" {
	emit > /dev/null
	chmod 640 "$CONF"
	[ "$(id -u)" -ne 0 ] || chown 65534:65533 "$CONF"
	stat -c '%a %u %g' "$CONF" > wanted
	long
	emit > /dev/null
	[ "$(ls "$OUT" | wc -l)" -ge 3 ]
	stat -c '%a %u %g' "$OUT"/* | sort -u | diff wanted -
	[ "$(id -u)" -eq 0 ] || skip "all but owners were looked at: not root"
}

# refused TEXT: the last run failed, said TEXT in a line, and left the folder
# as the file "before" says.
refused()
{
	is 2
	has "$1"
	lacks written
	find "$OUT" -printf '%P %y %s %i %T@ %l\n' | grep -v '^ ' | sort |
		diff before -
}

before()
{
	find "$OUT" -printf '%P %y %s %i %T@ %l\n' | grep -v '^ ' | sort > before
}

@test "no folder, or a file in its place" {
	rmdir "$OUT"
	run emit
	is 2
	[ "$output" = "goto-bypass: $OUT: cannot open the folder: No such file or directory" ]
	: > "$OUT"
	run emit
	is 2
	has "$OUT: cannot open the folder: Not a directory"
	run emit --output ""
	is 2
	has "--output"
}

# as_nobody: NOBODY is a prefix that runs a function as a user without rights.
as_nobody()
{
	NOBODY=()
	[ "$(id -u)" -eq 0 ] || return 0
	command -v setpriv > /dev/null || skip "setpriv is not installed"
	NOBODY=(unprivileged)
	chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$POLICY" \
		-a -x "$GTB" || skip "an unprivileged user cannot reach the build"
}

unprivileged()
{
	local GTB=$BATS_TEST_TMPDIR/unprivileged
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups %s "$@"\n' \
		"$GTB_BUILDDIR/goto-bypass" > "$GTB"
	chmod 755 "$GTB"
	"$@"
}

@test "a folder that cannot be written to" {
	emit > /dev/null
	long
	chmod 555 "$OUT"
	before
	as_nobody
	run "${NOBODY[@]}" emit
	chmod 755 "$OUT"
	refused "goto-bypass: $OUT: cannot write here: Permission denied"
}

@test "a link in a file's place is refused, not followed, not replaced" {
	echo precious > "$PWD/precious"
	ln -s "$PWD/precious" "$CONF"
	before
	run emit
	refused "$CONF: is a symbolic link: remove it"
	run emit --check
	refused "$CONF: is a symbolic link"
	ln -sf nowhere "$CONF"
	before
	run emit
	refused "$CONF: is a symbolic link"
	rm "$CONF"
	long
	emit > /dev/null
	lists | head -1 > first
	mv "$(cat first)" elsewhere
	ln -s "$PWD/elsewhere" "$(cat first)"
	before
	run emit
	refused "$(cat first): is a symbolic link"
	[ "$(cat precious)" = precious ]
}

@test "the folder may be a link" {
	ln -s "$OUT" link
	OUT=$PWD/link
	run emit
	is 0
	has "written   $OUT/goto-bypass.conf"
	[ -f "$CONF" ]
}

@test "a folder or a FIFO in a file's place" {
	mkdir "$CONF"
	before
	run emit
	refused "$CONF: is not a regular file"
	rmdir "$CONF"
	mkfifo "$CONF"
	before
	run timeout 10 "$GTB" emit squid --mode explicit --via native -c "$POLICY" \
		-C "$CATALOG" --output "$OUT"
	refused "$CONF: is not a regular file"
}

@test "a file that may not grow as large as it must" {
	emit > /dev/null
	long
	before
	# 1 KiB
	run bash -c 'ulimit -f 1; exec "$@"' - "$GTB" emit squid --mode explicit \
		--via external --policy "$POLICY" --catalog "$CATALOG" --output "$OUT"
	refused ": cannot write: File too large"
}

@test "a full disk" {
	unshare -rm true 2> /dev/null ||
		skip "no mount namespace may be made here"
	emit > /dev/null
	long
	cat > full << 'END'
set -e
mount -t tmpfs -o size=32k none "$OUT"
cp conf "$OUT/goto-bypass.conf"
dd if=/dev/zero of="$OUT/filler" bs=4k 2> /dev/null || true
before
set +e
emit > output 2>&1
echo $? > status
find "$OUT" -printf '%P %y %s %i %T@ %l\n' | grep -v '^ ' | sort > after
cmp conf "$OUT/goto-bypass.conf" && echo same >> status
# a little room: for the short files, not for the longest
rm "$OUT/filler"
dd if=/dev/zero of="$OUT/filler" bs=4k count=3 2> /dev/null
ls -A "$OUT" > before2
emit >> output 2>&1
echo $? >> status
ls -A "$OUT" > after2
END
	cp "$CONF" conf
	export OUT POLICY CATALOG
	export -f emit gtb before
	unshare -rm bash full
	cat output status
	diff before after
	diff before2 after2
	[ "$(cat status)" = $'2\nsame\n2' ]
	[ "$(grep -c 'No space left on device' output)" -eq 2 ]
}

# stumble HOW: for each file system call that the writer makes under its lock,
# a run that meets HOW there; "found" is called after it.
stumble()
{
	local at
	"${CC:-gcc}" -shared -fPIC -o stumble.so "$GTB_SRCDIR/tests/cli/stumble.c" \
		-ldl
	long old
	emit > /dev/null
	cp -a "$OUT" old
	long new
	settle
	cp -a "$OUT" new
	for ((at = 1; at < 200; at++)); do
		rm -rf "$OUT" stumbled
		cp -a old "$OUT"
		run stumbling "$at" "$1"
		echo "$at: $(cat stumbled 2> /dev/null): $status $output"
		[ -e stumbled ] || break
		found
	done
	[ "$at" -gt 20 ]
	[ "$at" -lt 200 ]
	is 0
	settle
	diff -r new "$OUT"
}

stumbling()
{
	ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$PWD/stumble.so \
		STUMBLE_AT=$1 STUMBLE_HOW=$2 STUMBLE_LOG=$PWD/stumbled emit
}

# whole: the include file is the old one or the new one, and so is all it
# names.
whole()
{
	local from=old file
	cmp -s "$CONF" "old/${CONF##*/}" || from=new
	cmp "$CONF" "$from/${CONF##*/}"
	while read -r file; do
		cmp "$file" "$from/${file##*/}"
	done < <(lists)
}

@test "killed at any point, it leaves the old files or the new, and the next run tidies up" {
	found()
	{
		is 137
		whole
		settle
		diff -r new "$OUT"
		[ -z "$(hidden)" ]
	}
	stumble kill
}

@test "told to end at any point, it first finishes what it began" {
	found()
	{
		whole
		# the first call takes the lock: nothing is begun yet
		[ "$at" -eq 1 ] || emit --check
		[ -z "$(hidden)" ]
	}
	stumble term
}

@test "refused any call, it leaves old or new, and nothing temporary" {
	found()
	{
		whole
		[ "$(cat stumbled)" = unlinkat ] || is 2
		[ "$(cat stumbled)" = unlinkat ] || [ -z "$(hidden)" ]
		# what failed before the include file was there left nothing at all
		cmp -s "$CONF" new/goto-bypass.conf || [ "$status" -ne 2 ] ||
			diff -r -x '.*' old "$OUT"
		settle
		diff -r new "$OUT"
		[ -z "$(hidden)" ]
	}
	stumble fail
}

@test "many writers at a time leave files that fit" {
	long one
	mkdir one
	cp policy.yaml names.txt nets.txt one/
	long two
	mkdir two
	cp policy.yaml names.txt nets.txt two/
	chmod 755 one two
	local i pid pids=()
	for i in 1 2 3 4 5 6; do
		for which in one two; do
			(POLICY=$PWD/$which/policy.yaml && emit > "log.$which.$i" 2>&1) &
			pids+=($!)
		done
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ -z "$(hidden)" ]
	[ "$(lists | wc -l)" -ge 2 ]
	run emit --check
	is 1
	which=one
	grep -q 'one/policy' "$CONF" || which=two
	POLICY=$PWD/$which/policy.yaml
	# all it names is there, as it should be
	run emit --check
	lacks differs
	lacks missing
	settle
	diff <(lists) <(ls "$OUT"/*.acl)
}

@test "--check tells what is not as it would be emitted" {
	long old
	run emit --check
	is 1
	has "missing   $CONF"
	[ -z "$(ls -A "$OUT")" ]
	emit > /dev/null
	run emit --check
	is 0
	[ -z "$output" ]
	long new
	before
	run emit --check
	is 1
	has "differs   $CONF"
	has "missing   $OUT/gtb_"
	has "leftover  $OUT/gtb_"
	lacks unchanged
	find "$OUT" -printf '%P %y %s %i %T@ %l\n' | grep -v '^ ' | sort |
		diff before -
	emit > /dev/null
	# a list that was changed by hand
	list=$(lists | head -1)
	sed -i '$d' "$list"
	run emit --check
	is 1
	[ "$output" = "differs   $list" ]
	run emit
	is 0
	has "written   $list"
	run emit --check
	is 0
	cp "$list" "$OUT/gtb_names_1.00000000.acl"
	run emit --check
	is 1
	[ "$output" = "leftover  $OUT/gtb_names_1.00000000.acl" ]
	run emit
	is 0
	has "removed   $OUT/gtb_names_1.00000000.acl"
	run emit --check
	is 0
	chmod 000 "$CONF"
	as_nobody
	run "${NOBODY[@]}" emit --check
	chmod 644 "$CONF"
	is 2
	has "$CONF: cannot open: Permission denied"
}

@test "--check tells when only the command line differs" {
	emit > /dev/null
	run emit --ttl 60 --check
	is 1
	[ "$output" = "differs in its command line alone: $CONF" ]
	run emit --ttl 59 --check
	is 1
	[ "$output" = "differs   $CONF" ]
	echo "# one line more" >> "$CONF"
	run emit --ttl 60 --check
	is 1
	[ "$output" = "differs   $CONF" ]
	emit > /dev/null
	sed -i '/^# Command:/d' "$CONF"
	run emit --check
	is 1
	[ "$output" = "differs   $CONF" ]
	printf '\0' >> "$CONF"
	run emit --check
	is 1
	[ "$output" = "differs   $CONF" ]
}

@test "a slash behind the folder is none" {
	local option
	emit > /dev/null
	for option in "--output $OUT/" "--output=$OUT//" "--outp $OUT/"; do
		# shellcheck disable=SC2086
		run gtb emit squid --mode explicit --via external --helper "$GTB_HELPER" \
			$option
		is 0
		[[ $output == *" $CONF" ]]
	done
	gtb emit squid --mode explicit --via external --helper "$GTB_HELPER" \
		--output "$OUT" > /dev/null
	run gtb emit squid --mode explicit --via external --helper "$GTB_HELPER" \
		--output "$OUT/" --check
	is 0
	[ -z "$output" ]
}

@test "an include file of another hand is not replaced" {
	printf 'http_port 3128\nhttp_access deny all\n' > "$CONF"
	before
	run emit
	refused "$CONF: is not of goto-bypass; move it away"
	run emit --check
	refused "$CONF: is not of goto-bypass; move it away"
	run emit --diff
	refused "$CONF: is not of goto-bypass; move it away"
	# an empty one holds nothing
	: > "$CONF"
	run emit
	is 0
	[ "$output" = "written   $CONF" ]
	# another version's
	sed -i -e '1s/.*/# Other words./' -e 's/^# Made by:.*/# Made by:  goto-bypass 9.9/' "$CONF"
	run emit
	is 0
	[ "$output" = "written   $CONF" ]
}

@test "--diff shows what would change, as diff does" {
	command -v diff > /dev/null || skip "diff is not installed"
	long old
	run emit --diff
	is 1
	has "--- /dev/null"
	has "+++ $CONF"
	[ -z "$(ls -A "$OUT")" ]
	emit > /dev/null
	run emit --diff
	is 0
	[ -z "$output" ]
	cp -a "$OUT" old
	long new
	run emit --diff
	is 1
	printf '%s\n' "$output" > patch
	diff -r old "$OUT"
	settle
	for file in goto-bypass.conf $(cd "$OUT" && ls ./*.acl) $(cd old && ls ./*.acl); do
		one="old/$file" two="$OUT/$file"
		label="$OUT/${file#./}"
		cmp -s "$one" "$two" && continue
		[ -e "$one" ] && from=$label || { from=/dev/null one=/dev/null; }
		[ -e "$two" ] && to=$label || { to=/dev/null two=/dev/null; }
		diff -u --label "$from" --label "$to" "$one" "$two" || true
	done > wanted
	diff <(sort wanted) <(sort patch)
}

@test "--diff and --check together" {
	emit > /dev/null
	run emit --diff --check
	is 0
	[ -z "$output" ]
	sed -i 3d "$CONF"
	run emit --check --diff
	is 1
	[ "${lines[0]}" = "differs   $CONF" ]
	[ "${lines[1]}" = "--- $CONF" ]
	has "+# Made by:"
	[ "$(grep -c '^[-+][^-+]' <<< "$output")" -eq 1 ]
}

@test "without diff there is an error that mends, and no traces of one" {
	emit > /dev/null
	echo >> "$CONF"
	mkdir empty
	PATH_BEFORE=$PATH
	run env PATH="$PWD/empty" "$GTB" emit squid --mode explicit --via external \
		-c "$POLICY" -C "$CATALOG" --output "$OUT" --diff
	PATH=$PATH_BEFORE
	is 2
	has "--diff: cannot run diff: No such file or directory; install diffutils"
	printf '#!/bin/sh\nexit 3\n' > empty/diff
	chmod 755 empty/diff
	run env PATH="$PWD/empty:$PATH" "$GTB" emit squid --mode explicit \
		--via external -c "$POLICY" -C "$CATALOG" --output "$OUT" --diff
	is 2
	has "diff did not end well"
}

@test "--check and --diff need --output" {
	for option in --check --diff; do
		run gtb emit squid --mode explicit --via native "$option"
		is 2
		has "--diff and --check compare with what is installed: give --output DIR"
	done
}

@test "the command in the text makes the files again" {
	emit > /dev/null
	command=$(sed -n 's/^# Command:  //p' "$CONF")
	[[ $command == *" --output $OUT"* ]]
	rm "$CONF"
	goto-bypass() { "$GTB" "$@"; }
	eval "$command"
	emit --check
	emit --check --diff
	emit --diff
	# where abbreviated too
	emit --dif --chec
}

@test "a full standard output is told, and the files are there" {
	[ -e /dev/full ] || skip "there is no /dev/full"
	run bash -c '"$@" > /dev/full' - "$GTB" emit squid --mode explicit \
		--via external --policy "$POLICY" --catalog "$CATALOG" --output "$OUT"
	is 2
	has "standard output: No space left on device"
	[ -s "$CONF" ]
}

@test "what cannot be emitted touches nothing" {
	emit > /dev/null
	before
	echo 'nonsense: yes' | policy
	for look in "" --check --diff; do
		# shellcheck disable=SC2086
		run emit $look
		refused policy.yaml
	done
}
