"""Ways to break an emitted text; each principle must see those of its own."""
import re

import principles

RULE = r"^(?:http_access (?:allow|deny)|ssl_bump splice) "
PROOF = r" gtb_(?:auth_|tls_)?(?:host|names|nets)_\d+"


def helper(pattern):
    """Within the line of a helper, behind what \\1 stands for."""
    return r"^(external_acl_type .*?)" + pattern


def without(pattern):
    """The line that matched, without any of these."""
    return lambda match: re.sub(pattern, "", match[0])


# (principle, pattern, what to write instead): the first match is replaced.
MUTANTS = [
    ("origin", r"^# Ruleset:.*\n", ""),
    ("origin", r"^# Command:.*\n", ""),
    ("origin", r"^#   \S+ version (.|\n#   )*\n", "#\n"),
    ("directives", r"\Z", "adapted_http_access allow gtb_step1\n"),
    ("directives", r"\Z", "sslproxy_cert_error allow all\n"),
    ("bytes-of-lines", r"\Z", "# " + "x" * 8000 + "\n"),
    ("bytes-of-lines", r"\Z", "# \x1b[0m\n"),
    ("tokens-escaped", helper(r" %#>rd "), r"\1 %>rd "),
    ("tokens-escaped", helper(r" %#ssl::>sni "), r"\1 %'ssl::>sni "),
    ("tokens-escaped", r'="%#ssl::>sni"', '="%ssl::>sni"'),
    ("key-complete", helper(r" %#>rP "), r"\1 "),
    ("key-complete", helper(r" %#>a "), r"\1 "),
    ("key-complete", helper(r" %#ssl::>sni "), r"\1 "),
    ("key-complete", helper(r" %#>la "), r"\1 "),
    ("key-complete", helper(r" %DATA "), r"\1 "),
    ("helper-bounds", helper(r" ttl=\d+ "), r"\1 ttl=61 "),
    ("helper-bounds", helper(r" ttl=\d+ "), r"\1 "),
    ("helper-bounds", helper(r" negative_ttl=\d+ "), r"\1 negative_ttl=3600 "),
    ("helper-bounds", helper(r" grace=0 "), r"\1 "),
    ("helper-bounds", helper(r" children-startup=0 "),
     r"\1 children-startup=1 "),
    ("helper-bounds", helper(r" concurrency=\d+ "), r"\1 concurrency=128 "),
    ("helper-bounds", helper(r" queue-size=\d+ "), r"\1 "),
    ("helper-bounds", helper(r" %DATA /"), r"\1 %DATA "),
    ("no-user", r"\Z", "acl gtb_user proxy_auth REQUIRED\n"),
    ("no-user", helper(r" %#>a "), r"\1 %#>a %#ul "),
    ("own-notes", r" gtb_sni_=", " user="),
    ("own-notes", r" gtb_sni_=", " gtb_sni="),
    ("own-notes", r" note gtb_sni_ ", " note clt_conn_tag "),
    ("no-lookups", r" dstdomain -n ", " dstdomain "),
    ("no-lookups", r" dst -n ", " dst "),
    ("no-lookups", r" dstdom_regex -n ", " dstdom_regex "),
    ("no-lookups", r" ssl::server_name --client-requested ",
     " ssl::server_name "),
    ("names-defined", r"^acl gtb_port_1 .*\n", ""),
    ("names-defined", r"^acl gtb_step1 .*\n", ""),
    ("names-defined", r"^external_acl_type .*\n", ""),
    ("names-defined", r"^(acl gtb_host_odd .*\n)((?:.*\n)*)", r"\2\1"),
    ("names-defined", r"\Z", "acl SSL_ports port 8200\n"),
    ("names-used", r"\Z", "acl gtb_idle src 10.0.0.1\n"),
    ("names-used", r"\Z", "external_acl_type gtb_idle %DATA /idle\n"),
    ("one-type-each", r"^(acl gtb_ask\w* external .*\n)", r"\1\1"),
    ("one-type-each", r"^(acl gtb_port_1 port.*\n)",
     r"\1acl gtb_port_1 localport 8443\n"),
    ("exceptions-inline", r"^(acl gtb_\w*not_(?:names|nets)_1 \w+ -n ).*",
     r'\1"/gtb_not_names_1.3f2a9c01.acl"'),
    ("fast-first", "(" + RULE + r")(.*) (!?gtb_ask\w*)", r"\1\3 \2"),
    ("fast-first", r"^(ssl_bump splice )(.*) (gtb_ask\w*)", r"\1\3 \2"),
    ("external-as-told", r"^http_access allow .* gtb_ask.*",
     without(r" gtb_ask\w*")),
    ("goto-alone", r"^(acl gtb_host_1 any-of .*)", r"\1 gtb_host_odd"),
    ("goto-alone", r"^(ssl_bump splice .*?)" + PROOF +
     r"((?:(?! gtb_\w*sni_\d).)*)$", r"\1\2"),
    ("goto-alone", r"\Z", "http_access deny gtb_step1 gtb_port_1\n"),
    ("goto-alone", r"\Z", "http_access allow gtb_step1 gtb_port_1\n"),
    ("host-on-explicit",
     r"^(ssl_bump splice (?!gtb_intercepted).*?)" + PROOF, r"\1"),
    ("host-on-explicit",
     r"^(http_access allow (?!gtb_intercepted).*?)" + PROOF, r"\1"),
    ("kinds-apart", r"^(http_access allow) gtb_intercepted", r"\1"),
    ("kinds-apart", r"^(ssl_bump splice) !?gtb_intercepted", r"\1"),
    ("kinds-apart", r"^(http_access allow .*?)gtb_explicit ", r"\1"),
    ("odd-names", r"^(http_access allow .*) !gtb_host_odd(.* gtb_(?:auth_)?"
     r"(?:far_)?(?:host|names)_\d)", r"\1\2"),
    ("odd-names", r"^(ssl_bump splice .*) !gtb_sni_odd", r"\1"),
    ("odd-names", r"^(ssl_bump splice .*) !gtb_sni_none", r"\1"),
    ("odd-names", r"^(ssl_bump splice .*) gtb_sni_note(.*!gtb_sni_none)",
     r"\1\2"),
    ("http-and-tunnels", r"^(http_access allow .*) !gtb_inner", r"\1"),
    ("names-of-choice",
     r"^(acl gtb_(?:auth_|tls_)?named_\d all-of \S+) !gtb_dst_known", r"\1"),
    ("names-of-choice", r"^(acl gtb_dst_known dst -n) all", r"\1 10.0.0.0/8"),
    ("place-not-claim",
     r"^(acl gtb_(?:auth_|tls_)?local_nets_\d) localip", r"\1 dst -n"),
    ("http-and-tunnels", r"^(acl gtb_inner any-of) gtb_inner_late", r"\1"),
    ("http-and-tunnels", r"^(acl gtb_inner any-of .*) gtb_inner_again",
     r"\1"),
    ("http-and-tunnels",
     r"^(http_access allow .*gtb_plain .*) gtb_first_mark", r"\1"),
    ("http-and-tunnels", r"^(http_access allow .*?)gtb_plain ", r"\1"),
    ("http-and-tunnels", r"^(http_access allow .*?)gtb_http ", r"\1"),
    ("http-and-tunnels", r"^(acl gtb_plain any-of .*)", r"\1 gtb_host_odd"),
    ("ports-limited", r"^(ssl_bump splice .*?) gtb_port_\d+", r"\1"),
    ("ports-limited", r"^(http_access allow .*?) gtb_port_\d+", r"\1"),
    ("ports-limited", r"^(http_access allow .*) !gtb_local_http", r"\1"),
    ("ports-limited",
     r"^(http_access allow .* gtb_connect .*) gtb_local_\d", r"\1"),
    ("ports-limited",
     r"^(acl gtb_local_1 .*\n)"
     r"((?:.*\n)*http_access allow .* gtb_connect .* gtb_local_1 )",
     r"\1acl gtb_local_1 localport 80\n\2"),
    ("clients-limited", r"^http_access allow .*_clients.*",
     without(r" gtb_\w*clients")),
    ("clients-limited", r"^ssl_bump splice .*_clients.*",
     without(r" gtb_\w*clients")),
    ("no-manager", r" !manager", ""),
    ("steps-of-bump", r"^ssl_bump peek gtb_step1", "ssl_bump peek gtb_step2"),
    ("steps-of-bump", r"^ssl_bump peek (.*)gtb_step1", r"ssl_bump stare \1"),
    ("steps-of-bump", r"^(ssl_bump splice .*)gtb_step\d ", r"\1"),
    ("steps-of-bump", r"^ssl_bump splice ", "ssl_bump client-first "),
    ("explicit-tail", r"^ssl_bump (bump|terminate) all\n", ""),
    ("explicit-tail", r"^ssl_bump bump all", "ssl_bump terminate all"),
    ("explicit-tail", r"^(ssl_bump splice (?:.*\n)*?)\Z",
     r"\1ssl_bump bump all\nssl_bump peek gtb_step1\n"),
    ("splice-confirmed", r"^http_access deny .*gtb_ask.*\n", ""),
    ("splice-confirmed", r"^(http_access deny .*)( !gtb_ask\w*)",
     r"\1 gtb_sni_idle\2"),
    ("splice-confirmed", r"^(http_access deny .*) !(gtb_ask\w*)",
     r"\1 \2"),
    ("splice-confirmed", r"^(http_access deny .*gtb_step)\d(.*gtb_ask)",
     r"\g<1>3\2"),
    ("denials-first",
     r"^(http_access deny gtb_connect .*gtb_ask.*\n)"
     r"((?:.*\n)*http_access allow .*\n)", r"\2\1"),
    ("login-last", r"^http_access deny (.*)!authed\n", ""),
    ("login-last", r"^(http_access deny .*!authed\n)",
     r"\1http_access allow gtb_step1\n"),
    ("login-last", r"^http_access deny !gtb_intercepted !authed",
     "http_access deny !authed"),
    ("login-last", r"^(http_access allow .*)((?:.*\n)*.*!authed)",
     r"\1 authed\2"),
]


def seen(raw, options):
    """(mutant's index, was it seen) for every mutant the text can have."""
    for i, (name, pattern, instead) in enumerate(MUTANTS):
        broken = re.sub(pattern, instead, raw, count=1, flags=re.M)
        if broken != raw:
            text = principles.Text(broken, options)
            yield i, any(True for _ in principles.CHECKS[name](text))
