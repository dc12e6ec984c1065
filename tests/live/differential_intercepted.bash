#!/bin/bash
# differential_intercepted.bash VIA COUNT SEED, in a network namespace of its
# own: a Squid that intercepts, and random policies put to it. Every address is
# at home there; what root sends to them is redirected to Squid, which sends
# everything to the origin of differential_origin.py. See
# differential_intercepted.py.
export RIG_VIA=$1
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/../lib/common.bash"
. "$here/rig.bash"
. "$here/differential_rig.bash"

network()
{
	ip link set lo up && ip route add local 0.0.0.0/0 dev lo &&
		nft -f - << 'END'
table ip nat {
	chain output {
		type nat hook output priority -100
		ip daddr 127.0.0.0/8 accept
		meta skuid 0 tcp dport { 443, 80, 8200, 8443 } redirect to :3130
	}
}
END
}

squid()
{
	local -a log

	rig_make "$1" && rig_emit --port-name tls=intercept &&
		mapfile -t log < <(python3 "$here/differential.py" log "$RIG") &&
		rig_conf "https_port 3130 $(rig_conf_bump) intercept name=tls" \
			"${log[@]}" 'acl SSL_ports port 80 8200 8443' && rig_run
}

unset RIG
trap rig_stop EXIT
folder=$(rig_folder) && network && squid "$folder" || exit
export RIG_USER
python3 "$here/differential_intercepted.py" "$RIG" "$@" && exit
rig_tell
exit 1
