# Part start: microseconds from exec to the first answer, of the same helpers
# as in part helper. Ours reads catalog and policy and confines itself first.
START_TIMES=5		# in each round

start_bench()
{
	local round name value

	helper_make
	for ((round = 0; round < ROUNDS * START_TIMES; round++)); do
		for name in $(turns "$round" goto-bypass floor perl python); do
			helper_is "$name" || continue
			value=$(helper_drive -s)
			row start "$name" "first answer" us "$round" "$value"
		done
	done
}
