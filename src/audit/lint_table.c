/* What people read about the rules of order, and which function checks each. */
#include "config.h"

#include "lint_order.h"

#define ERROR	GTB_LINT_ERROR
#define WARNING GTB_LINT_WARNING
#define NOTE	GTB_LINT_NOTE

static const struct lint_row rows[] = {
	{{"L01", ERROR, false, "the bypass is never reached",
	  "a line asks for a user, or takes every request, before the line "
	  "that lets GoTo through",
	  "move the line for GoTo above that line",
	  "Squid takes the first http_access line that matches. A line with an "
	  "acl that needs a user sends 407 as soon as it is tried without "
	  "credentials, whether it allows or denies, so whatever stands below "
	  "it is for users alone. GoTo's programs that cannot answer a 407 "
	  "never get there. The same goes for adapted_http_access, which is "
	  "asked after http_access: a user demanded there undoes the bypass. "
	  "A line that refuses what a helper does not confirm, a session for "
	  "one, makes GoTo depend on that helper: this is a warning.",
	  "Squid wiki, ConfigExamples/Authenticate/Bypass; "
	  "opnsense/plugins#1195; Squid src/auth/Acl.cc:AuthenticateAcl"},
	 lint_l01},
	{{"L02", ERROR, false, "GoTo is open to strangers",
	  "the line for GoTo stands before those that refuse unsafe ports or "
	  "keep strangers out",
	  "move it below \"deny !Safe_ports\", \"deny CONNECT !SSL_ports\" and "
	  "\"deny !localnet\"",
	  "A line that allows without a user is an open door for whoever "
	  "reaches the port. Above the line for ports it allows tunnels to "
	  "every port of these hosts, mail among them; above the line for "
	  "networks it makes the proxy an open one towards them. pfSense puts "
	  "its whitelist there.",
	  "pfSense squid.inc; Squid wiki, SquidFaq/SecurityPitfalls"},
	 lint_l02},
	{{"L03", ERROR, false, "SSL_ports or Safe_ports lacks a port",
	  "tunnels to a port that GoTo uses are refused before the line that "
	  "lets them through",
	  "add the port to the acl of \"deny CONNECT !SSL_ports\" or \"deny "
	  "!Safe_ports\"",
	  "The squid.conf that Squid comes with refuses CONNECT to any port "
	  "but 443. GoTo's documents name TCP 8200 and 80 beside 443: the "
	  "programs try them too. Where the policy has these ports on, the "
	  "emitted file says in its head which ones SSL_ports needs. Without "
	  "443 nothing of GoTo works. For other ports it is a warning where "
	  "the line is your own, and a note where it names no ports.",
	  "Squid src/cf.data.pre, http_access; GoTo's firewall documents"},
	 lint_l03},
	{{"L04", ERROR, false, "peek at step 2 splices everything",
	  "after a peek at step 2 Squid can only splice or close, so what "
	  "should be inspected is not",
	  "limit the line to step 1 with an at_step acl, or stare at step 2 in "
	  "its place, below every line that splices",
	  "Peeking at step 2 sends the client's own hello to the server, and "
	  "that cannot be taken back: bump is no longer possible, its line is "
	  "passed over, and without another Squid splices. With TLS 1.3 the "
	  "server's certificate is encrypted, and Squid splices without "
	  "looking at any further line, terminate included. \"ssl_bump peek "
	  "all\" is such a line. stare at step 2 leaves bump possible and "
	  "splice not: above the lines that splice it makes them void, see "
	  "L30.",
	  "Squid src/ssl/PeekingPeerConnector.cc:"
	  "checkForPeekAndSpliceMatched, noteNegotiationError; "
	  "aws-proxy-pattern#1"},
	 lint_l04},
	{{"L05", ERROR, false, "the server name is never read",
	  "a line asks about the TLS server name, but no line peeks at step 1, "
	  "so there is none",
	  "put \"ssl_bump peek step1\" with \"acl step1 at_step SslBump1\" "
	  "above the lines that bump",
	  "The server name (SNI) stands in the client's TLS hello, which Squid "
	  "reads only after peek or stare at step 1. Before, a helper gets "
	  "\"-\", and ssl::server_name looks at the host of the CONNECT; on an "
	  "intercepted port there is no such host, and it matches nothing.",
	  "Squid src/client_side.cc:parseTlsHandshake; "
	  "src/acl/ServerName.cc:match"},
	 lint_l05},
	{{"L11", ERROR, false, "a helper alone decides what is spliced",
	  "an external ACL is asked in ssl_bump with no quick acl before it on "
	  "the line: when the helper fails, Squid splices everything",
	  "put an acl such as ssl::server_name, dstdomain -n or dst -n before "
	  "it on the same line",
	  "When a helper dies, answers BH or has no room for the question, the "
	  "list ends without an answer. In http_access that refuses; in "
	  "ssl_bump it splices. A quick acl before the helper on the same line "
	  "limits this to the connections it matches. It must be one line: an "
	  "acl on another line keeps nothing from this one.",
	  "Squid src/external_acl.cc:externalAclHandleReply, "
	  "src/client_side.cc:httpsSslBumpStep2AccessCheckDone"},
	 lint_l11},
	{{"L12", WARNING, false, "the end of ssl_bump is left to Squid",
	  "no ssl_bump line matches the rest of the connections, and Squid "
	  "splices them",
	  "end with a line for all: \"ssl_bump bump all\", \"ssl_bump "
	  "terminate all\" or \"ssl_bump splice all\"",
	  "Where no line matches, Squid splices: at step 1, at step 2, and at "
	  "step 3 after a peek. After a stare at step 2 it bumps. A line for "
	  "all says what is meant. At step 3 ssl::server_name looks at the "
	  "names in the server's certificate: a list that peeked at step 2 "
	  "need not match again, and then the connection is spliced for want "
	  "of a line.",
	  "Squid src/client_side_request.cc:sslBumpAccessCheckDone; "
	  "src/ssl/PeekingPeerConnector.cc:checkForPeekAndSpliceGuess"},
	 lint_l12},
	{{"L13", ERROR, false, "half a bypass",
	  "GoTo is let through without a user but inspected, or spared the "
	  "inspection but asked for a user",
	  "let the requests inside through as well, or splice GoTo; "
	  "goto-bypass emits both halves from one list",
	  "The two halves belong together. Where a tunnel is let through "
	  "without a user and then inspected, the requests inside it meet "
	  "http_access again, without a user, and get 403: Squid cannot ask "
	  "for one inside a tunnel. Where a tunnel is spliced but asked for a "
	  "user, programs that cannot answer a 407 try for ever. Each name and "
	  "network that is let through is held against the lines that splice; "
	  "what the policy itself wants inspected is left alone, and where "
	  "nothing of GoTo's is spliced at all it is a warning.",
	  "Squid src/auth/Acl.cc:AuthenticateAcl (sslBumped); "
	  "opnsense/plugins#560"},
	 lint_l13},
	{{"L14", ERROR, false, "a user is asked for on an intercepted port",
	  "nobody can log in on an intercepted port: \"allow\" never matches "
	  "there and \"deny !\" always does",
	  "decide for the port above that line, by an acl of type myportname "
	  "and the clients' addresses",
	  "A client that does not know of the proxy cannot be asked for proxy "
	  "credentials. Squid logs \"Authentication not applicable on "
	  "intercepted requests\" and takes the acl for one that does not "
	  "match. Identify such clients by their networks, as GoTo's note for "
	  "Cisco's appliances does.",
	  "Squid src/auth/Acl.cc:AuthenticateAcl; src/external_acl.cc:"
	  "ACLExternal::match"},
	 lint_l14},
	{{"L15", WARNING, false, "bare addresses are not let through",
	  "only names are let through, and a CONNECT to an address is asked "
	  "for a user",
	  "add GoTo's networks, by an acl of type dst -n, and splice them in "
	  "ssl_bump too where names are spliced",
	  "GoTo's programs also connect to media servers by address. No "
	  "dstdomain acl matches these, or only by what the reverse DNS says, "
	  "which is for the owner of the address to choose. Networks that are "
	  "let through without a user and are not spliced are half a bypass, "
	  "see L13.",
	  "Squid src/acl/DestinationDomain.cc; GoTo's firewall documents"},
	 lint_l15},
	{{"L20", NOTE, false, "what is not TLS is closed",
	  "Squid expects TLS on a port with ssl-bump and closes what is none",
	  "where clients send something else, add \"on_unsupported_protocol "
	  "tunnel\" with a quick acl such as dst -n, and \"respond all\" "
	  "behind "
	  "it",
	  "GoTo's documents do not promise TLS for everything that goes to 443 "
	  "and 8200. What does not begin with a TLS hello ends with an error "
	  "unless on_unsupported_protocol says otherwise, or ssl_bump splices "
	  "it at step 1.",
	  "Squid src/cf.data.pre, on_unsupported_protocol; Squid wiki, "
	  "ConfigExamples/Chat/Telegram"},
	 lint_l20},
	{{"L23", ERROR, false,
	  "the emitted file is included at the wrong place",
	  "the emitted file stands before lines that keep strangers out, or "
	  "after one that asks for a user",
	  "include it after \"deny !Safe_ports\", \"deny CONNECT !SSL_ports\" "
	  "and \"deny !localnet\", and before the first line that needs a user",
	  "The emitted file allows GoTo without a user and leaves everything "
	  "else to the lines below it. It relies on the lines above it to keep "
	  "out those who may not use this Squid at all: its own lists look at "
	  "clients only where the policy has identities. It also refuses, "
	  "after a splice, what the helper does not confirm; a line above it "
	  "that "
	  "lets GoTo through already keeps these refusals from being reached. "
	  "With --via icap the judgement is in adapted_http_access, where a "
	  "line above that allows something undoes it.",
	  "the head of every emitted file; Squid src/acl/Tree.cc (the first "
	  "match wins)"},
	 lint_l23},
	{{"L24", ERROR, false,
	  "a line lets more through than the emitted file would",
	  "a line splices or allows GoTo by less proof than the emitted file "
	  "asks for, or takes the connections before it",
	  "remove the line, put what it needs into the policy, and include the "
	  "emitted file",
	  "Squid connects to the host of the CONNECT, whatever the TLS server "
	  "name says. A line that splices by server name alone lets anybody "
	  "tunnel anywhere without inspection, by naming GoTo in the hello; "
	  "tools that do so are public. A hand-written line for GoTo beside "
	  "the emitted file makes the policy's exclusions and identities "
	  "void. And a line for all connections above the include leaves "
	  "nothing for the file to splice. Nor are a login and an inspection "
	  "of any use below a line that takes whoever \"deny !localnet\" "
	  "left.",
	  "Squid src/client_side.cc:ConnStateData::splice; Squid wiki, "
	  "Features/SslPeekAndSplice; getlantern/fronted"},
	 lint_l24},
	{{"L27", ERROR, false, "the emitted file was made for other ports",
	  "the intercepted ports of Squid and those the emitted file was made "
	  "for are not the same",
	  "emit the file again with --port-name NAME=MODE, or give the port "
	  "that name with name=",
	  "On an intercepted port the address is known first and the server "
	  "name later, so the emitted lines differ from those for clients that "
	  "know of the proxy, and are told apart by the port's name. Lines for "
	  "a name that no port has do nothing; an intercepted port without "
	  "lines of its own gets next to nothing let through.",
	  "Squid src/acl/MyPortName.cc; src/client_side.cc:httpsAccept"},
	 lint_l27},
	{{"L28", ERROR, false,
	  "the emitted file is included twice, or cuts lines off",
	  "a second emitted file clashes with the first, or lines stand below "
	  "the emitted file's last ssl_bump line",
	  "include one file, once; goto-bypass emits one file for ports of "
	  "several kinds",
	  "Names of ACLs are Squid's own and exist once. Squid ends with an "
	  "error where an external ACL is defined twice, and adds up the "
	  "values of others, so that two emitted files open each other. "
	  "With --tail bump or terminate the emitted file ends ssl_bump, and "
	  "no line below it is ever tried.",
	  "Squid src/external_acl.cc:ACLExternal::parse; src/acl/Acl.cc:"
	  "ACL::ParseAclLine"},
	 lint_l28},
	{{"L30", ERROR, false, "a splice line that is never reached",
	  "a line above takes every connection, so the line that splices GoTo "
	  "never does",
	  "move the splice line above that one",
	  "Squid takes the first ssl_bump line that matches and asks again at "
	  "the next step after peek and stare alone. After a stare at step 2 "
	  "it can no longer splice; bump and terminate end the matter. "
	  "\"ssl_bump stare all\" above the lines that splice makes all of "
	  "GoTo inspected. stare belongs below them.",
	  "Squid src/ssl/PeekingPeerConnector.cc:"
	  "checkForPeekAndSpliceGuess; Squid wiki, "
	  "Features/SslPeekAndSplice"},
	 lint_l30},
};

const struct lint_row *lint_rows_order(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
