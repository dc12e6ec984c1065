# The manual page says what the service does.
load "${GTB_SRCDIR:-../..}/tests/icap/server.bash"
load "${GTB_SRCDIR:-../..}/tests/lib/page.bash"

PAGE="$GTB_SRCDIR/src/icap/srv_goto_bypass.8"

@test "mandoc finds nothing wrong" {
	page_is_clean
}

@test "every directive is in the page, and no other" {
	diff <(sed -n '/^static struct ci_conf_entry/,/^};/s/^\t{"\([A-Za-z]*\)".*/\1/p' \
		"$GTB_SRCDIR/src/icap/service.c") \
		<(between directives | sed -n 's/^\.It Li goto_bypass\.\([A-Za-z]*\) .*/\1/p')
	[ "$(between directives | grep -c '^\.It')" -eq 3 ]
}

@test "every statistic is in the page, and no other" {
	diff <(sed -n '/define GTB_COUNTS/,/^$/s/.*, *"\(.*\)").*/\1/p' \
		"$GTB_SRCDIR/src/icap/counts.h") \
		<(between statistics | sed -n 's/^\.It Cm //p')
	[ "$(between statistics | grep -c '^\.It')" -ge 9 ]
}

@test "what the page has Squid do, the emitted files do" {
	local words
	for words in on-overload=force 'icap_service_failure_limit -1'; do
		grep -qE "^\.Li $words( :)?$" "$PAGE"
		for file in "$GTB_SRCDIR"/squid-conf/samples/*-icap*.conf; do
			grep -qE "(^| )$words\$" "$file"
		done
	done
	for words in 'adaptation_send_client_ip on' \
		'acl gtb_forged req_header X-GoTo-Bypass ^' \
		'http_access deny gtb_forged'; do
		grep -qxF "$words" "$PAGE"
		grep -qxF "$words" "$GTB_SRCDIR/squid-conf/samples/explicit-icap.conf"
	done
}

@test "the transcript in the page is what the service says" {
	need_server
	command -v c-icap-client > /dev/null || skip "no c-icap-client"
	FOLDER=$(mktemp -d)
	chmod 755 "$FOLDER"
	stage "$FOLDER/conf"
	server_start
	between transcript | grep -v '^\.' > "$FOLDER/page"
	command=$(grep -v '^        ' "$FOLDER/page" | tr -d '\n' |
		sed 's/\\e//g; s/^\$ c-icap-client //')
	eval "c-icap-client -i 127.0.0.1 -p $PORT $command" > "$FOLDER/said" 2>&1
	server_stop
	sed -n 's/^        //p' "$FOLDER/page" > "$FOLDER/expected"
	cat "$FOLDER/said"
	[ "$(wc -l < "$FOLDER/expected")" -eq 5 ]
	while IFS= read -r line; do
		grep -qxF "$(printf '\t')$line" "$FOLDER/said"
	done < "$FOLDER/expected"
	rm -rf "$FOLDER"
}
