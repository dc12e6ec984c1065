# For the differential tests, after rig.bash.

# An origin that answers at once, in the place of world.py.
rig_world()
{
	rm -f "$RIG/world.port"
	python3 "$RIG_LIVE/differential_origin.py" "$RIG" $$ \
		< /dev/null > "$RIG/world.out" 2>&1 3>&- 4>&- &
	echo $! > "$RIG/world.pid"
	rig_wait "$RIG_READY_S" test -s "$RIG/world.port" ||
		{ rig_say "no origin: $(cat "$RIG/world.out")"; return 1; }
}
