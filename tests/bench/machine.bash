# What the figures were taken on, without a name or a path of it.

version_of()
{
	local what=$1 line
	shift

	if command -v "$1" > /dev/null; then
		line=$("$@" 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+[^ ,:)]*' |
			head -n 1) || :
		echo "$what ${line:-?}"
	else
		echo "$what none"
	fi
}

# A line each: word, blank, the rest.
machine()
{
	local cc

	echo "date $(date -u +%Y-%m-%d)"
	echo "cpu $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
		"$(nproc) cores, $(uname -m)"
	echo "kernel $(uname -sr)"
	version_of goto-bypass "$GTB" --version
	cc=$(sed -n 's/^CC = //p' "$GTB_BUILDDIR/Makefile")
	# shellcheck disable=SC2086
	version_of "compiler $cc$(sed -n 's/^CFLAGS = / /p' \
		"$GTB_BUILDDIR/Makefile")" $cc --version
	version_of squid "${SQUID:-squid}" -v
	version_of c-icap c-icap -V
	version_of perl perl -v
	version_of python "$PYTHON" --version
	version_of squidGuard squidGuard -v
	version_of valgrind valgrind --version
	echo "rounds $ROUNDS of $WINDOW s"
	echo "load $(cut -d' ' -f 1 /proc/loadavg) before it began"
}
