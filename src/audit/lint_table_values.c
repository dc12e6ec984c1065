/* What people read about the rules of values, and which function checks each. */
#include "config.h"

#include "lint_values.h"

#define ERROR	GTB_LINT_ERROR
#define WARNING GTB_LINT_WARNING
#define NOTE	GTB_LINT_NOTE

static const struct lint_row rows[] = {
	{{"L06", ERROR, false, "a * in a list of names",
	  "Squid's lists of names know no *, so the value matches no name that "
	  "a client asks for",
	  "write \".example.com\" for example.com and every name below it",
	  "PAC files, PAN-OS and many vendors' pages write *.goto.com. In "
	  "dstdomain and ssl::server_name Squid compares the * as it stands, "
	  "says nothing about it when it reads the file, and the line is dead. "
	  "A leading dot is its way to write it, and takes the name itself "
	  "too. Only a server's certificate for *.goto.com, which Squid knows "
	  "at step 3 if at all, equals such a value.",
	  "Squid src/anyp/Uri.cc:matchDomainName; src/acl/ServerName.cc:match"},
	 lint_l06},
	{{"L07", ERROR, false, "a regular expression that strangers match",
	  "a regular expression lets through names that anybody can register",
	  "fix both ends and mind the dots, as in (^|[.])goto[.]com$, or use a "
	  "list of names",
	  "A regular expression matches anywhere in the name: goto[.]com is "
	  "in notgoto.com and in goto.com.evil.example, and a bare dot is any "
	  "letter. In url_regex the client writes most of "
	  "the text itself. Each expression that lets something through is "
	  "tried here with names of that kind, so a finding is something it "
	  "does match. dstdomain and ssl::server_name with a leading dot need "
	  "no such care.",
	  "Squid src/acl/RegexData.cc:match; Squid wiki, "
	  "ConfigExamples/Chat/Telegram"},
	 lint_l07},
	{{"L08", ERROR, false, "the helper is not told the destination",
	  "the helper judges by the TLS server name alone, and its answer is "
	  "kept for any host that is asked for with that name",
	  "put %#>rd and %#>rP into the FORMAT, and on intercepted ports "
	  "%#>la",
	  "On an explicit proxy the client chooses the server name (SNI), and "
	  "Squid connects to the host of the CONNECT whatever that name says. "
	  "A helper that sees the name alone cannot tell CONNECT evil.example "
	  "with the name www.goto.com from the real thing; and even one that "
	  "looks further is not asked again, since the expanded FORMAT is the "
	  "key under which Squid keeps the answer. Port and, where it is "
	  "known, the original address belong there for the same reason.",
	  "Squid src/external_acl.cc:makeExternalAclKey, "
	  "src/client_side.cc:initiateTunneledRequest; github/gh-aw-firewall "
	  "PR 8878"},
	 lint_l08},
	{{"L09", ERROR, false, "the raw server name",
	  "the TLS server name is passed on as the client sent it, and a "
	  "newline in it ends the line",
	  "write %#ssl::>sni, which escapes it",
	  "Squid takes any bytes for a server name (SNI) at this point, and "
	  "unlike what the documentation of external_acl_type says, a code "
	  "without a mark is not escaped. A newline makes a second line for "
	  "the helper. With concurrency the client chooses its number, and so "
	  "the answer to another client's question; a helper that repeats a "
	  "first word that is no number makes Squid abort. Without "
	  "concurrency answers can go to the wrong requests. In "
	  "adaptation_meta and request_header_add the client writes headers, "
	  "in a logformat lines of the log.",
	  "Squid src/external_acl.cc:parse_externalAclHelper, "
	  "src/format/Token.cc:parse, src/helper.cc:helperHandleRead"},
	 lint_l09},
	{{"L10", ERROR, false, "the helper asks for a user",
	  "%LOGIN or %ul in the FORMAT makes Squid ask for a user before it "
	  "asks the helper",
	  "leave the user out of the FORMAT, or write %un, which asks nobody",
	  "An external ACL whose FORMAT has the user name needs one, like "
	  "proxy_auth: without credentials http_access answers 407, the very "
	  "thing the line should avoid, and on an intercepted port the acl "
	  "never matches. ssl_bump cannot send a 407. There the list ends "
	  "without an answer, which splices, and the helper has not been "
	  "asked at all. %un is the user where one is known and - where none "
	  "is.",
	  "Squid src/external_acl.cc:parse_externalAclHelper (require_auth), "
	  "aclMatchExternal; src/client_side_request.cc:sslBumpAccessCheckDone"},
	 lint_l10},
	{{"L16", WARNING, false, "certificates are not looked at",
	  "sslproxy_cert_error allows any certificate for hosts that matter",
	  "remove the line; what is spliced needs no leave, and for a host "
	  "with a bad certificate name that host alone",
	  "A spliced connection is between client and server, and "
	  "sslproxy_cert_error has no say in it. The line counts where the "
	  "same hosts are inspected after all: on another port, for another "
	  "client, or while a rule above does not work. There Squid accepts "
	  "whatever certificate comes, and clients see it signed as not "
	  "trusted, which teaches people to click on. OPNsense writes this "
	  "line for its list of sites that are not inspected.",
	  "Squid src/ssl/support.cc:ssl_verify_cb; OPNsense template of "
	  "www/squid"},
	 lint_l16},
	{{"L17", ERROR, false, "a header is believed, whoever sent it",
	  "a request header decides what passes, and a client can send it "
	  "itself",
	  "refuse requests that bring the header before any http_access line "
	  "allows something",
	  "An ICAP or eCAP service can put its verdict into a request header, "
	  "which req_header acls read in adapted_http_access and ssl_bump. A "
	  "client can send the same header. It stays when the service answers "
	  "that it changed nothing (204), or is down with bypass=on. "
	  "\"http_access deny\" on the header, above every line that allows, "
	  "sees only the client's own, as http_access comes before the "
	  "service. In http_access itself a header, User-Agent for one, is "
	  "never more than the client's word.",
	  "Squid src/client_side_request.cc:ClientHttpRequest::doCallouts; "
	  "diladele qlproxy_external#1121"},
	 lint_l17},
	{{"L18", ERROR, false, "a network that holds more than GoTo",
	  "a network on a line that lets GoTo through is wider than GoTo's",
	  "write the networks as the vendor's document has them; goto-bypass "
	  "list prints them",
	  "Lists that go from hand to hand grow: 68.64.0.0/19 becomes a /16, "
	  "173.199.0.0/18 becomes the /16 that other customers of the same "
	  "carrier are in, and one such list has three /16 of a carrier for "
	  "one vendor. Every address of these passes without a user, or "
	  "uninspected. A network of 16 bits or fewer that has nothing of "
	  "GoTo's in it is a warning, private ones aside.",
	  "GoTo's firewall documents; diladele qlproxy_external#705"},
	 lint_l18},
	{{"L19", WARNING, false, "answers are kept too long",
	  "a helper's answer outlives the change of its list",
	  "set ttl= and negative_ttl= to a minute or so",
	  "Squid keeps an answer for 3600 seconds unless ttl= says otherwise, "
	  "and asks no helper meanwhile. What an administrator takes off the "
	  "list in a hurry then passes for another hour, and only squid -k "
	  "reconfigure ends it. negative_ttl is as long as ttl unless it is "
	  "set, and what is added waits as long.",
	  "Squid src/external_acl.cc:external_acl_entry_expired, "
	  "DEFAULT_EXTERNAL_ACL_TTL"},
	 lint_l19},
	{{"L21", NOTE, false, "the log cannot have what the helper said",
	  "a logformat shows the helper's answer, but the line about the "
	  "spliced tunnel belongs to another request",
	  "ask the helper on an http_access line too, or let it answer "
	  "clt_conn_tag= and log %note{clt_conn_tag}",
	  "After a splice at step 2 Squid makes a new CONNECT and logs the "
	  "tunnel, with its bytes and its time, as that one. log=, tag= and "
	  "notes that came when ssl_bump asked are of the CONNECT before. The "
	  "new one goes through http_access again; a helper that is asked "
	  "there leaves its words on the right line. clt_conn_tag belongs to "
	  "the connection and is on both.",
	  "Squid src/client_side.cc:buildFakeRequest, "
	  "src/client_side_request.cc:initRequest"},
	 lint_l21},
	{{"L22", WARNING, true, "the included file is stale",
	  "policy, lists or catalog changed after the included file was made",
	  "make it again with the command in its head, then squid -k "
	  "reconfigure",
	  "The emitted file holds the names and networks of the day it was "
	  "made, and in its head a digest of the policy, the lists and the "
	  "documents, byte by byte: a changed remark counts too. With --via "
	  "external the helper follows the policy by itself and refuses what "
	  "was taken away, but what was added never reaches it, as the plain "
	  "acls before it do not let it be asked. With --via icap the service "
	  "does so by its own files. With --via native nothing "
	  "follows: what was taken away still passes. A file made by another version of goto-bypass is only "
	  "noted.",
	  "goto-bypass(1), emit"},
	 lint_l22},
	{{"L25", ERROR, false, "bypass=on and a verdict in a header",
	  "while the service is down nobody writes or removes the header that "
	  "decides",
	  "refuse requests that bring the header before any http_access line "
	  "allows something, or write bypass=off",
	  "With bypass=on Squid goes on without a service that is down or "
	  "slow. A header that the service would have removed is then taken "
	  "for its verdict, and one that it would have added to have a "
	  "connection inspected is missing. Where clients that bring the "
	  "header are refused, and the header only lets pass, bypass=on does "
	  "no harm: without the service the ordinary rules hold.",
	  "Squid src/adaptation/ServiceConfig.cc:parse, "
	  "src/adaptation/icap/Launcher.cc:noteXactAbort"},
	 lint_l25},
	{{"L26", WARNING, false, "a helper that can end Squid",
	  "with children-startup of 1 or more, a helper that ends before its "
	  "first answer ends Squid",
	  "write children-startup=0; the helper then starts when it is first "
	  "asked",
	  "When a helper ends within 30 seconds of its start, has answered "
	  "nothing, and fewer are left than children-startup says, Squid stops "
	  "with \"helpers are crashing too rapidly\". A typing error in the "
	  "helper's own file is enough, at the next reconfigure or restart. "
	  "With 0, which is the default, Squid goes on, and only what the "
	  "helper is asked about is refused.",
	  "Squid src/helper.cc:helper::handleKilledServer"},
	 lint_l26},
	{{"L29", ERROR, false, "DNS decides what is GoTo's",
	  "a list of names or networks without -n looks up what the client "
	  "asks for, and strangers write that DNS",
	  "write -n before the values of the acl",
	  "Without -n, dstdomain and dstdom_regex ask the reverse DNS for the "
	  "name of a bare address, and whoever owns the address chooses the "
	  "answer: CONNECT 192.0.2.5 passes as x.goto.com. dst asks for the "
	  "addresses of any name, and whoever owns the name can answer with "
	  "GoTo's. Every such line also waits for the DNS. With -n a name is "
	  "compared with names and an address with networks. Where nobody is "
	  "asked for a user and nothing is inspected it is a warning.",
	  "Squid src/acl/DestinationDomain.cc, src/acl/DestinationIp.cc"},
	 lint_l29},
	{{"L31", ERROR, false, "the emitted file is cut short or empty",
	  "the last line of the emitted file is not there, so others may be "
	  "missing too",
	  "emit the file again; --output writes it whole or not at all",
	  "A shell makes the file empty before goto-bypass runs, so that "
	  "\"goto-bypass emit ... > file\" leaves nothing where the policy "
	  "has a mistake, and a full disk or a copy that broke off leaves "
	  "part of it. Squid reads either without a word. Of the emitted "
	  "lines the first ones let more go on than the last ones take back, "
	  "so half of them are worse than none. An empty included file is a "
	  "warning, and only where http_access asks for a user.",
	  "the last line of every emitted file; Squid "
	  "src/cache_cf.cc:parseOneConfigFile"},
	 lint_l31},
	{{"L32", WARNING, false, "an acl for a port that is not there",
	  "no port has any name of an acl of type myportname, so it never "
	  "matches",
	  "give the port that name with name=, or write the port as its "
	  "http_port or https_port line does",
	  "myportname compares with the name= of the port that a client came "
	  "in by, and where there is none with the address and port exactly "
	  "as they stand on the line: 3128 and 0.0.0.0:3128 are two names. A "
	  "port that got a name is not found by its number any more. Squid "
	  "does not look whether any port is meant.",
	  "Squid src/acl/MyPortName.cc; "
	  "src/cache_cf.cc:parsePortSpecification"},
	 lint_l32},
	{{"L33", ERROR, false, "an acl that is not there",
	  "the line names an acl that no line above it defines, and Squid does "
	  "not start",
	  "mend the name, or put its acl line above",
	  "Squid looks up the acls of a line when it reads the line, and stops "
	  "at one that it does not find: \"Bungled\" is what it says. A "
	  "running Squid ends at squid -k reconfigure. The name that "
	  "--auth-acl was given is looked for here too. The case of letters "
	  "does not count.",
	  "Squid src/acl/InnerNode.cc:lineParse"},
	 lint_l33},
};

const struct lint_row *lint_rows_values(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
