# Shared by the bats files. Paths come from `make check`; run by hand they
# default to this tree.
GTB_SRCDIR=${GTB_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
GTB_BUILDDIR=${GTB_BUILDDIR:-$GTB_SRCDIR}
GTB=$GTB_BUILDDIR/goto-bypass
GTB_HELPER=$GTB_BUILDDIR/ext_goto_bypass_acl
export GTB_SRCDIR GTB_BUILDDIR GTB GTB_HELPER

# A helper that does what its sandbox does not allow is to be noticed: it ends.
# Squid hands this on to the helpers it starts.
export GTB_SANDBOX=${GTB_SANDBOX-kill}

# stage DIR: copies of the shipped catalog and policy that the readers trust
# whatever the checkout's owner and umask are. Sets POLICY and CATALOG.
stage()
{
	mkdir -p "$1/catalog"
	install -m 644 "$GTB_SRCDIR"/squid-conf/catalog/*.yaml "$1/catalog/"
	install -m 644 "$GTB_SRCDIR/squid-conf/policy.yaml" "$1/policy.yaml"
	POLICY=$1/policy.yaml
	CATALOG=$1/catalog
}

# replace FILE: standard input becomes FILE by an atomic rename.
replace()
{
	local new
	new=$(mktemp "$(dirname "$1")/.new.XXXXXX")
	cat > "$new"
	chmod 644 "$new"
	mv "$new" "$1"
}
