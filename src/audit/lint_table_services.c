/* What people read about the rules of services. */
#include "config.h"

#include "lint_services.h"

#define ERROR	GTB_LINT_ERROR
#define WARNING GTB_LINT_WARNING
#define NOTE	GTB_LINT_NOTE

static const struct lint_row rows[] = {
	{{"L34", ERROR, false, "the service is never asked",
	  "ICAP is off, or no adaptation_access line has the service asked",
	  "write \"icap_enable on\", and an adaptation_access line that allows "
	  "the service",
	  "icap_enable is off unless a line turns it on, and the last such "
	  "line counts: one below an included file undoes it. A service that "
	  "no adaptation_access line allows, by itself or in a set, is read "
	  "and forgotten. Squid accepts both without a word; nobody is then "
	  "let through, because the header that says so never comes.",
	  "Squid src/adaptation/icap/Config.cc; "
	  "src/adaptation/AccessCheck.cc:check"},
	 lint_l34},
	{{"L35", WARNING, false, "all traffic waits for the service",
	  "the service that decides about GoTo is asked about everything else "
	  "too",
	  "put an acl of GoTo's names or networks on the line, dstdomain -n "
	  "and dst -n, and \"deny all\" behind it",
	  "The service has nothing to say about other hosts, but each of "
	  "their requests waits for its answer; and when it hangs, all of "
	  "them wait for icap_io_timeout. Behind quick acls with GoTo's names "
	  "and networks it can harm GoTo alone.",
	  "Squid src/client_side_request.cc:ClientHttpRequest::doCallouts; "
	  "src/adaptation/AccessCheck.cc"},
	 lint_l35},
	{{"L36", ERROR, false, "another service is asked instead",
	  "an adaptation_access line above takes GoTo's requests for another "
	  "service, and Squid asks one service per request",
	  "put the adaptation_access lines, or the include, above it; or put "
	  "both services into an adaptation_service_chain in its place",
	  "Squid takes the services in the order of their first "
	  "adaptation_access line and asks the first one that is allowed. "
	  "A virus scanner with \"allow all\" above leaves nothing for the "
	  "service that decides about GoTo. One that comes later is not shown "
	  "what that service is asked about, which is only noted. A chain "
	  "asks both.",
	  "Squid src/adaptation/AccessCheck.cc:checkCandidates"},
	 lint_l36},
	{{"L37", WARNING, false, "a service that hangs holds GoTo up",
	  "Squid waits for minutes for a service that does not answer",
	  "write \"icap_io_timeout 2 seconds\" and \"icap_connect_timeout 1 "
	  "second\"",
	  "icap_io_timeout is read_timeout unless it is set, 15 minutes, and "
	  "icap_connect_timeout 30 seconds for a service with bypass=on. With "
	  "bypass=on too, requests wait so long before they go on without the "
	  "service. An answer takes it less than a millisecond. The settings "
	  "hold for every ICAP service of this Squid, so a virus scanner may "
	  "need more than two seconds.",
	  "Squid src/adaptation/icap/Config.cc:io_timeout, connect_timeout"},
	 lint_l37},
	{{"L38", WARNING, false, "GoTo ends when the service does",
	  "without bypass=on whatever the service is asked about gets an error "
	  "500 while it is down",
	  "write bypass=on, so that the ordinary rules hold meanwhile",
	  "bypass=off is what Squid takes where nothing is said. The verdict "
	  "in a header can only let something pass, so that without the "
	  "service the ordinary rules hold: log in, be inspected. Clients "
	  "that bring the header must be refused, see L17 and L25.",
	  "Squid src/adaptation/icap/ServiceRep.cc; "
	  "src/adaptation/Iterator.cc:handleAdaptationError"},
	 lint_l38},
	{{"L39", ERROR, false, "the login comes before the service",
	  "http_access asks for a user before the service can spare anybody "
	  "the login",
	  "let GoTo's requests without credentials through above this line, "
	  "and ask for the user in adapted_http_access where the service did "
	  "not confirm them",
	  "Squid holds http_access against the request as it came, then asks "
	  "the service, then holds adapted_http_access against what came back. "
	  "A 407 of http_access is sent before anybody is asked. goto-bypass "
	  "emit squid --via icap writes both halves.",
	  "Squid src/client_side_request.cc:ClientHttpRequest::doCallouts"},
	 lint_l39},
	{{"L40", WARNING, false, "the login is asked for again and again",
	  "adapted_http_access asks for a user, and the credentials of a "
	  "request that the service changed are gone",
	  "above the line that lets the request through, write \"http_access "
	  "deny has_credentials !users\" with \"acl has_credentials req_header "
	  "Proxy-Authorization .\"",
	  "Squid does not show Proxy-Authorization to a service and does not "
	  "put it back into what the service returns as changed (200); where "
	  "the service left the request alone (204) it is still there. Where "
	  "http_access has not looked at the credentials, a changed request "
	  "gets 407 whatever they are, and the client asks its user for ever. "
	  "Credentials that were looked at before count.",
	  "Squid src/adaptation/icap/ModXact.cc:encapsulateHead; "
	  "src/HttpRequest.cc:inheritProperties; src/auth/Acl.cc"},
	 lint_l40},
	{{"L41", ERROR, true, "the service is not told who asks",
	  "the policy has identities, and the service does not learn the "
	  "client's address",
	  "write \"adaptation_send_client_ip on\"",
	  "An identity is a list of clients' networks. Without "
	  "adaptation_send_client_ip, which is off unless a line turns it on, "
	  "no X-Client-IP goes to the service, and an unknown client is in no "
	  "identity.",
	  "Squid src/adaptation/icap/ModXact.cc:makeRequestHeaders; "
	  "srv_goto_bypass(8)"},
	 lint_l41},
	{{"L42", NOTE, false, "the verdict goes out with the request",
	  "the header in which the service says its verdict is sent on",
	  "write \"request_header_access\" with its name and \"deny all\"",
	  "The header stays on the request: servers of plain HTTP see it, and "
	  "so does a parent proxy. One that refuses the header from its "
	  "clients, as it should, refuses these requests; one that does not "
	  "may believe it.",
	  "Squid src/http.cc:httpBuildRequestHeader"},
	 lint_l42},
	{{"L43", NOTE, false, "on intercepted ports by address alone",
	  "on an intercepted port the service is asked before the TLS server "
	  "name is known",
	  "emit the file with --via icap,external, which asks the helper about "
	  "server names",
	  "Squid asks the service about the CONNECT that it makes for an "
	  "intercepted connection, when only the address is known, and "
	  "decides at the server name before it asks again. GoTo's own "
	  "networks are let through; its names in shared clouds are "
	  "inspected.",
	  "Squid src/client_side.cc:startPeekAndSplice"},
	 lint_l43},
	{{"L44", WARNING, false, "localhost may be ::1",
	  "the service is asked for at \"localhost\", which can be an address "
	  "that it does not listen on",
	  "write the address, as in icap://127.0.0.1:1344/goto_bypass",
	  "Squid reads the hosts file itself and keeps the last line for a "
	  "name, which for localhost often is ::1. Debian's c-icap knows IPv4 "
	  "alone. Squid tries no second address, so the service is never "
	  "reached.",
	  "Squid src/ipcache.cc:ipcacheAddEntryFromHosts"},
	 lint_l44},
	{{"L45", ERROR, false, "a promise about the server name is not kept",
	  "the service is told that the server name will be looked at, and a "
	  "splice line does not look at it",
	  "put an acl of type ssl::server_name --client-requested with GoTo's "
	  "names on the line, or take the adaptation_meta line away",
	  "The service hears of a CONNECT before the TLS server name is known "
	  "and confirms no splice for a name. \"adaptation_meta X-GoTo-Await "
	  "sni\" has it confirm all the same, as the one who asks promises to "
	  "look at the server name before the splice and to ask again after "
	  "it. Without that look a client that was let through to a listed "
	  "host has any server name pass uninspected.",
	  "srv_goto_bypass(8)"},
	 lint_l45},
	{{"L46", WARNING, false, "a set that asks no second service",
	  "in an adaptation_service_set a service with bypass=on that fails is "
	  "passed over together with the others",
	  "write adaptation_service_chain in its place, with bypass=on for "
	  "each of them",
	  "A set is for services of which one will do. But Squid bypasses a "
	  "failed transaction inside the service that has bypass=on, before "
	  "the set could give it to the next one; only when the service has "
	  "failed often enough to be suspended is the next one asked. Until "
	  "then people are asked to log in that need not be. With bypass=off "
	  "the next one is asked at once, and when none is left there is an "
	  "error 500. A chain asks each in turn and passes over what is down. "
	  "Squid itself warns where the services of a set differ.",
	  "Squid src/adaptation/icap/ModXact.cc:bypassFailure; "
	  "src/adaptation/Iterator.cc:handleAdaptationError"},
	 lint_l46},
	{{"L47", ERROR, false, "the emitted file was changed by hand",
	  "lines of the emitted file that belong together do not go together "
	  "any more",
	  "emit the file again, by the command in its head, and put what you "
	  "want otherwise into the policy or below the include",
	  "The emitted lines let through first what looks like GoTo and "
	  "refuse later what is not confirmed; without the later line "
	  "everybody gets what the first one gives. With bypass=off the "
	  "service becomes something that GoTo cannot do without. This rule "
	  "knows the pairs that matter, in files with the head and the end "
	  "that goto-bypass writes. Every other difference, added lines "
	  "among them, is shown by the command in the head with --output and "
	  "--diff.",
	  "the head of every emitted file; goto-bypass(1), --diff"},
	 lint_l47},
	{{"L48", WARNING, false, "Squid can abort with the service",
	  "a service with bypass=on that fails often is suspended, and Squid "
	  "can abort when it is",
	  "write \"icap_service_failure_limit -1\"",
	  "After icap_service_failure_limit failures, ten unless it is set, "
	  "Squid suspends the service. A request that was given to it just "
	  "before finds nobody to ask and goes on as it came, which an "
	  "assertion in Squid 5 to 7 takes for impossible "
	  "(client_side_request.cc, request != newRequest). The limit holds "
	  "for every ICAP service of this Squid, and the last line counts. "
	  "Without a limit each request tries the service and goes on without "
	  "it.",
	  "Squid src/adaptation/Iterator.cc:step; src/client_side_request.cc:"
	  "ClientHttpRequest::resetRequest"},
	 lint_l48},
	{{"L49", ERROR, false, "no TLS is inspected",
	  "ssl_bump lines and the ports with ssl-bump do not go together, so "
	  "that nothing is inspected",
	  "add \"ssl-bump tls-cert=...\" to the port, or end in an ssl_bump "
	  "line for all",
	  "Squid asks ssl_bump about ports with ssl-bump alone, and splices "
	  "everything there when there is no ssl_bump line. It says neither. "
	  "The server name is then never read, so that a tunnel that was let "
	  "through to a listed host carries any, and who expects inspection "
	  "has none. An error where the emitted file is included and no port "
	  "has ssl-bump, else a warning.",
	  "Squid src/client_side_request.cc:"
	  "ClientRequestContext::sslBumpAccessCheck"},
	 lint_l49},
	{{"L50", ERROR, false, "clients choose their own address",
	  "whoever connects is believed when it names the address of another "
	  "client",
	  "allow the addresses of your own proxies alone, by an acl of type "
	  "src, or remove the line",
	  "With follow_x_forwarded_for Squid takes the client's address from "
	  "X-Forwarded-For, and on a port with require-proxy-header from the "
	  "PROXY header, of those that the directive allows. An identity of "
	  "the policy is a list of addresses, so whoever may name one is in "
	  "it, and GoTo is let through for it without a user. The same goes "
	  "for \"deny !localnet\", which is a note where the policy has no "
	  "identities. Where networks of clients are allowed, not proxies "
	  "alone, it is a warning. With \"acl_uses_indirect_client off\" "
	  "X-Forwarded-For does not count.",
	  "Squid src/client_side_request.cc:clientFollowXForwardedForCheck; "
	  "src/client_side.cc:ConnStateData::proxyProtocolValidateClient"},
	 lint_l50},
	{{"L51", WARNING, false, "nothing is done for GoTo",
	  "no emitted file is included and no line is about GoTo, so it is "
	  "asked for a user or inspected like everything else",
	  "include the file that goto-bypass emit makes, see goto-bypass(1)",
	  "A squid.conf without a line about GoTo has no mistake in one. "
	  "Where the include line was forgotten, or stands in another file, "
	  "this is the only sign of it. Where nobody is asked for a user and "
	  "nothing is inspected GoTo passes as it is, and this is a note; so "
	  "it is where an if leaves lines out.",
	  "goto-bypass(1)"},
	 lint_l51},
	{{"L52", ERROR, false, "--auth-acl names an acl that asks nobody",
	  "the emitted file asks for a user by an acl that needs none, so "
	  "nobody is asked",
	  "emit the file again, and give --auth-acl an acl of type proxy_auth "
	  "or of a helper that needs a user",
	  "The emitted file ends its http_access lines in \"http_access deny "
	  "!NAME\", which is the login for everything that is not let "
	  "through as GoTo's. An acl of type src, dstdomain or port asks "
	  "nobody: whoever matches it goes on to the lines below without a "
	  "user. With --via icap what the service does not confirm is then "
	  "refused with 403, and no program gets to log in.",
	  "goto-bypass(1), --auth-acl; Squid src/auth/Acl.cc"},
	 lint_l52},
	{{"L53", WARNING, false, "X-Forwarded-For is forgotten after a CONNECT",
	  "who is let through by the address in X-Forwarded-For is somebody "
	  "else as soon as TLS begins",
	  "have the proxies send a PROXY header in its place, to a port with "
	  "require-proxy-header",
	  "On a port with ssl-bump Squid looks at http_access again when it "
	  "has read the client's TLS hello, and again for each request that "
	  "it inspects. The header was on the CONNECT; these have none, and "
	  "the client is then the one that connected. An identity that holds "
	  "the CONNECT's client does not hold that one: what was to be "
	  "spliced is closed, and what is inspected gets 403. The address in "
	  "a PROXY header is the connection's and stays.",
	  "Squid src/client_side_request.cc:clientFollowXForwardedForCheck; "
	  "src/client_side.cc:ConnStateData::buildFakeRequest"},
	 lint_l53},
	{{"L54", ERROR, false, "a line above refuses GoTo",
	  "a deny line that asks for no user takes GoTo's tunnels before the "
	  "line that lets them through",
	  "take GoTo out of what this line refuses, or let GoTo through above "
	  "it",
	  "Squid takes the first http_access line that matches. Names and "
	  "networks that the policy has on are held against each deny line "
	  "above the one that lets them through: lists of names and networks, "
	  "also those in files, methods, ports, and regular expressions, which "
	  "are tried. \"deny CONNECT\" without \"!SSL_ports\", an old list "
	  "of sites with GoTo's names in it, and an expression that refuses "
	  "bare addresses, as GoTo's media servers are asked for, are such "
	  "lines. An exclusion in the policy is left alone. Where only some "
	  "of GoTo is refused it is a warning; a line that asks for clients, "
	  "users or times as well is not judged.",
	  "Squid src/acl/Tree.cc (the first match wins); "
	  "src/acl/DestinationDomain.cc"},
	 lint_l54},
	{{"L55", ERROR, false, "a line that Squid does without",
	  "a line of an access list has no \"allow\" or \"deny\", or no acl "
	  "behind it, and Squid goes on without it",
	  "write allow or deny, and behind it an acl, such as \"all\"",
	  "Squid says in its log that it expected \"allow\" or \"deny\", "
	  "leaves the line out and starts. It compares with case. What a "
	  "misspelt deny was to keep out then comes in, and nothing on the "
	  "line counts for the other rules here. Of http_access and the lists "
	  "that are written like it.",
	  "Squid src/acl/Gadgets.cc:aclParseAccessLine"},
	 lint_l55},
};

const struct lint_row *lint_rows_services(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
