# What the tests of a manual page share: $PAGE is the page.

# between WORD: the lines of the page between two comments.
between()
{
	sed -n "/^\.\\\\\" $1 begin/,/^\.\\\\\" $1 end/p" "$PAGE" | sed '1d;$d'
}

# Pages that are not installed yet cannot be found.
page_is_clean()
{
	command -v mandoc || skip "no mandoc"
	run mandoc -T lint "$PAGE"
	echo "$output"
	[ "$(grep -cvE 'referenced manual not found|outdated mandoc.db|^$' \
		<<< "$output")" -eq 0 ]
}
