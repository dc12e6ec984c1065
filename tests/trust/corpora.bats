# Hostile and listed names and addresses: the helper and the service say what
# a slow matcher says. The whole is `make check-corpora`.
load "${GTB_SRCDIR:-../..}/tests/lib/common.bash"

export PYTHONDONTWRITEBYTECODE=1

setup()
{
	CORPORA=${GTB_CORPORA:-$GTB_SRCDIR/../shared/corpora}
	[ -d "$CORPORA" ] || skip "no corpora in $CORPORA (GTB_CORPORA)"
	FOLDER=$(mktemp -d)
}

teardown()
{
	rm -rf "${FOLDER:-/nonexistent}"
}

@test "every 40th hostile text and every listed name and network" {
	run python3 "$GTB_SRCDIR/tests/trust/corpora.py" --every 40
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == "corpora: "*" 0 wrong" ]]
}

@test "a helper with one wrong yes is found out" {
	local name
	for name in goto-bypass srv_goto_bypass.so; do
		ln -s "$GTB_BUILDDIR/$name" "$FOLDER/$name"
	done
	printf '#!/bin/sh\n"%s" "$@" | sed "%s"\n' "$GTB_HELPER" \
		'900,950s/ERR gtb_auth_=require/OK gtb_auth_=bypass/' \
		> "$FOLDER/ext_goto_bypass_acl"
	chmod 755 "$FOLDER/ext_goto_bypass_acl"
	GTB_BUILDDIR=$FOLDER run python3 "$GTB_SRCDIR/tests/trust/corpora.py" \
		--every 400
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"FAILED: "* || $output == *"WRONG: helper"* ]]
}
