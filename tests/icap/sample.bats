# squid-conf/c-icap.conf, as it is, in name spaces of its own.
load "${GTB_SRCDIR:-../..}/tests/icap/server.bash"

SAMPLE=$GTB_SRCDIR/squid-conf/c-icap.conf

setup()
{
	need_server
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
}

teardown()
{
	rm -rf "${FOLDER:-/nonexistent}"
}

setting()
{
	sed -n "s/^$1 //p" "$SAMPLE"
}

# trial COMMAND: the line that the sample's remarks give for it
trial()
{
	sed -n "s/^# *\($1 .*\)/\1/p" "$SAMPLE"
}

# in_spaces: c-icap with our module where the sample looks for it; asks, and
# ends it. Runs as root of new mount and network name spaces.
in_spaces()
{
	ip link set lo up
	mount --bind "$FOLDER/modules" "$(setting ServicesDir)"
	mount -t tmpfs tmpfs /run
	mount --bind "$FOLDER/log" /var/log/c-icap
	"$C_ICAP" -N -f "$SAMPLE" && echo "no folder, no server"
	eval "$(trial install)"
	"$C_ICAP" -N -f "$SAMPLE" &
	PID=$!
	PORT=1344
	wait_for 10 "$TALK" "$PORT" --options
	"$TALK" "$PORT" "$OTHER" --options
	"$TALK" "$PORT" --statistics | grep '^goto_bypass requests'
	ps -o user= --ppid "$PID" | sort | uniq -c
	kill "$PID"
	wait "$PID"
}

@test "c-icap -N accepts the sample as it is, once its folder is made as it says" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, for name spaces"
	id c-icap > /dev/null || skip "no user c-icap"
	[ -d "$(setting ServicesDir)" ] || skip "c-icap's modules are elsewhere"
	unshare -mn true || skip "no name spaces here"
	install -d "$FOLDER/modules"
	install -d -o c-icap "$FOLDER/log"
	cp "$(setting ServicesDir)"/*.so "$FOLDER/modules/"
	cp "$MODULE" "$FOLDER/modules/"
	chmod 755 "$FOLDER/modules"
	export FOLDER SAMPLE TALK C_ICAP OTHER
	export -f in_spaces setting trial wait_for
	run unshare -mn bash -c 'set -e; in_spaces' 3>&-
	echo "$output"
	cat "$FOLDER/log/server.log"
	[ "$status" -eq 0 ]
	grep -qx 'no folder, no server' <<< "$output"
	grep -q '^ICAP/1.0 200 OK' <<< "$output"
	grep -q '^204 \[-\]' <<< "$output"
	grep -qx 'goto_bypass requests : 1' <<< "$output"
	grep -qE '^ +2 c-icap$' <<< "$output"
	grep -q 'goto_bypass: ' "$FOLDER/log/server.log"
	grep -q ' REQMOD 204 www.example.com:443 \[none\] ' "$FOLDER/log/access.log"
}

@test "the sample listens on loopback, and offers more threads than Squid takes" {
	[ "$(setting Port)" = 127.0.0.1:1344 ]
	grep -qx 'icap_access deny all' "$SAMPLE"
	[ "$(setting StartServers)" = "$(setting MaxServers)" ]
	[ "$(setting MaxKeepAliveRequests)" = -1 ]
}

# default VARIABLE: a folder of Makefile.am with the sample's prefix
default()
{
	# shellcheck disable=SC2016
	sed -n "s/^$1 = //p" "$GTB_SRCDIR/Makefile.am" |
		sed 's|$(sysconfdir)|/etc|; s|$(datadir)|/usr/share|'
}

@test "the sample's defaults are the service's" {
	grep -qx '# goto_bypass.ReloadInterval 1' "$SAMPLE"
	grep -q 'interval_s = 1;' "$GTB_SRCDIR/src/icap/setting.c"
	# The paths are those of the prefix that the sample names.
	grep -q -- 'a build with --prefix=/usr --sysconfdir=/etc;' "$SAMPLE"
	grep -qx "# goto_bypass.Policy $(default gtbconfdir)/policy.yaml" "$SAMPLE"
	grep -qx "# goto_bypass.Catalog $(default catalogdir)" "$SAMPLE"
}
