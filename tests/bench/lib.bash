# Shared by `make bench` and growth.bats.
HOSTS="www.goto.com evil.example host7.list.example 68.64.0.10 203.0.113.9"

# names_list LINES FILE: a dstdomain file; host7.list.example is always in it.
names_list()
{
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		if (i % 2) printf "host%d.list.example\n", i;
		else printf ".h%d.d%d.example\n", i, i % 1000 }' > "$2"
	chmod 644 "$2"
}

# nets_list LINES FILE: a dst file of networks that do not touch.
nets_list()
{
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "%d.%d.%d.%d/31\n", 60 + int(i / 4194304),
			int(i / 16384) % 256, int(i / 64) % 256, (i % 64) * 4
		}' > "$2"
	chmod 644 "$2"
}

# with_list LINES KIND: a policy beside the staged one that reads such a list;
# prints its path.
with_list()
{
	local dir
	dir=$(dirname "$POLICY")
	"$2s_list" "$1" "$dir/$2-$1.txt"
	if [ "$2" = name ]; then form=dstdomain; else form=dst; fi
	printf 'lists:\n  - file: %s\n    form: %s\n' "$2-$1.txt" "$form" \
		> "$dir/$2-$1.yaml"
	chmod 644 "$dir/$2-$1.yaml"
	echo "$dir/$2-$1.yaml"
}

# instructions POLICY ROUNDS HOST...: instructions a decision, by callgrind.
instructions()
{
	local policy=$1 rounds=$2 out
	shift 2
	out=$(mktemp)
	valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file="$out" \
		"$GTB_BUILDDIR/tests/bench/decide" "$policy" "$CATALOG" \
		"$rounds" "$@" > /dev/null 2> "$out.err" || { cat "$out.err" >&2; return 1; }
	awk -v n=$((rounds * $#)) '/^totals:/ { print int($2 / n); exit }' "$out"
	rm -f "$out" "$out.err"
}

# figure NAME: a figure of the decide program's output on standard input.
figure()
{
	awk -v name="$1" '$1 == name { print $2 }'
}
