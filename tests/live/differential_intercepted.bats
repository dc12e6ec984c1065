# Random policies on a Squid that intercepts: what it splices is what is
# decided. See differential_intercepted.py. GTB_RANDOM_POLICIES sets how many policies,
# GTB_RANDOM_SEED which ones.
load "cases.bash"

missing()
{
	rig_missing
	[ "$(id -u)" = 0 ] || { echo "namespaces with nft need root"; return; }
	unshare --net sh -c 'nft add table ip t &&
		nft add chain ip t c "{ type nat hook output priority -100; }" &&
		nft add rule ip t c tcp dport 1 redirect to :2 &&
		ip link set lo up && ip route add local 0.0.0.0/0 dev lo' 2>&1 |
		head -n 1
}

setup()
{
	local missing
	missing=$(missing)

	[ -z "$missing" ] || skip "$missing"
}

try_policies()
{
	unshare --net bash "$GTB_SRCDIR/tests/live/differential_intercepted.bash" \
		"$1" "${GTB_RANDOM_POLICIES:-40}" "${GTB_RANDOM_SEED:-1}"
}

@test "random policies, intercepted: Squid splices what is decided (native)" {
	try_policies native
}

@test "random policies, intercepted: Squid splices what is decided (external)" {
	try_policies external
}
