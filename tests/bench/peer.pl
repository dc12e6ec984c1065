#!/usr/bin/perl
# An external ACL helper as admins write it in Perl: one regular expression of
# the names, an unbuffered answer to each line. peer.pl FILE: names, one a line,
# with a dot before those that stand for all below.
use strict;
use warnings;

open(my $file, '<', $ARGV[0]) or die "$ARGV[0]: $!";
my @names = map { chomp; s/^\.//; quotemeta } <$file>;
close($file);
my $names = join('|', @names);
my $listed = qr/(?:^|\.)(?:$names)$/i;

$| = 1;
while (<STDIN>) {
	chomp;
	my ($id, $client, $method, $host, $port, $sni) = split / /;
	if ($port eq '443' && $host =~ $listed &&
	    ($sni eq '-' || $sni =~ $listed)) {
		print "$id OK\n";
	} else {
		print "$id ERR\n";
	}
}
