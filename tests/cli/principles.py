#!/usr/bin/env python3
"""principles.py [options] TEXT...: do emitted texts hold the design?

Knows squid.conf and the design, nothing of the emitter. Prints a line for
each breach, "TEXT:LINE: PRINCIPLE: what", and exits 1 when there is one.

    --via external|native|icap|icap,external
                               how the text decides
    --tail bump|terminate|none what ends its ssl_bump lines
    --intercepted NAME,...     names of its intercepted ports
    --named NAME,...           names of all ports it is for, if all have one
    --auth-acl NAME            the admin's ACL that the text may use
    --identities               its policy limits the clients
"""
import argparse
import re
import sys

LONGEST = 8000          # bytes of a line; Squid reads 8192
REPLY = 256             # bytes of a reply, at most
READ = 32768            # bytes Squid reads of replies at once
TTL = 60

# ACLs Squid brings along.
# What a note of ours is set to, where that is not "yes".
SETS = {"gtb_yes": '"%#>rd"'}
BUILT_IN = {"all", "manager", "localhost", "to_localhost"}

DIRECTIVES = {"acl", "external_acl_type", "http_access", "ssl_bump"}

# Those of an ICAP service, and which of their words name ACLs.
RULES = {"http_access": 2, "ssl_bump": 2, "adapted_http_access": 2}
TOLD = {"adaptation_access": 3, "adaptation_meta": 3,
        "request_header_access": 3}
SERVICE = {"icap_enable", "icap_service", "adaptation_service_chain",
           "icap_connect_timeout", "icap_io_timeout",
           "icap_service_failure_limit", "icap_service_revival_delay",
           "adaptation_send_client_ip", "adapted_http_access"} | set(TOLD)

# Types that need a user, or make one of what the client says.
USER_TYPES = {"proxy_auth", "proxy_auth_regex", "ident", "ident_regex",
              "ext_user", "ext_user_regex", "user_cert"}

# Types with which only GoTo's own names and networks match.
HOST_TYPES = {"dstdomain", "dst"}
SNI_TYPES = {"ssl::server_name"}

# Where an intercepted client went; on other ports it is Squid's own address.
PLACE_TYPES = {"localip"}

# Without the flag Squid asks the DNS, or takes the certificate's word.
FLAGS = {"dstdomain": "-n", "dst": "-n", "dstdom_regex": "-n",
         "ssl::server_name": "--client-requested",
         "ssl::server_name_regex": "--client-requested"}

# The header of the service's verdict.
VERDICT = "X-GoTo-Bypass"

# The facts of the decision: the key of Squid's cache must hold them all.
KEY = ["%#>a", "%#>rm", "%#>rd", "%#>rP", "%#ssl::>sni"]
DESTINATION = "%#>la"


class Line:
    def __init__(self, number, raw):
        self.number = number
        self.raw = raw
        self.words = raw.split()


class Acl:
    def __init__(self, line):
        self.line = line
        self.name, self.type = line.words[1:3]
        self.values = line.words[3:]


class Rule:
    """A line of http_access, adapted_http_access or ssl_bump."""

    def __init__(self, line, acls):
        self.line = line
        self.directive, self.action = line.words[:2]
        self.acls = acls
        # (negated, name) in their order
        self.parts = [(word[0] == "!", word.lstrip("!"))
                      for word in line.words[2:]]

    def kind(self, name):
        return self.acls[name].type if name in self.acls else None

    def index_of_external(self):
        for i, (_, name) in enumerate(self.parts):
            if self.kind(name) == "external":
                return i
        return None

    def has(self, kind, values=None, negated=False):
        """Is there an ACL of a type, with none but these values?"""
        return any(self.kind(name) == kind and no == negated and
                   (values is None or set(self.acls[name].values) <= values)
                   for no, name in self.parts)

    def values(self, kind, negated=False):
        """All values of the ACLs of a type."""
        return {value for no, name in self.parts
                if self.kind(name) == kind and no == negated
                for value in self.acls[name].values}

    def proves(self, types, end=None):
        """Is there an ACL, before part end, that only such a type matches?"""
        return any(not no and self.only(name, types)
                   for no, name in self.parts[:end])

    def never(self):
        """Only marks what it could match, at its end."""
        return self.parts[-1:] == [(True, "all")]

    def notes_sni(self):
        """Is the server name noted before it is asked for?"""
        return any(self.kind(name) == "annotate_transaction" and
                   self.acls[name].values[0].startswith("gtb_sni_=")
                   for no, name in self.parts if not no)

    def notes(self, kind, note):
        """The index of the part with a note of ours, or None."""
        for i, (no, name) in enumerate(self.parts):
            values = self.acls[name].values if name in self.acls else []
            if not no and self.kind(name) == kind and \
                    values[:1] == ([note + "_=" + SETS.get(note, "yes")]
                                   if kind != "note" else [note + "_"]):
                return i
        return None

    def only(self, name, types):
        acl = self.acls.get(name)
        if acl is None:
            return False
        if acl.type == "any-of":
            return all(value[0] != "!" and self.only(value, types)
                       for value in acl.values)
        if acl.type == "all-of":
            return any(value[0] != "!" and self.only(value, types)
                       for value in acl.values)
        return acl.type in types


class Text:
    def __init__(self, text, options):
        self.options = options
        self.raw = text
        self.intercepted = set(filter(None, options.intercepted.split(",")))
        self.every = [Line(i, raw) for i, raw in
                      enumerate(text.split("\n"), 1)]
        self.lines = [line for line in self.every
                      if line.words and line.words[0][0] != "#"]
        self.acls = {}
        for line in self.lines:
            if line.words[0] == "acl" and len(line.words) >= 3:
                self.acls.setdefault(line.words[1], Acl(line))
                known = self.acls[line.words[1]]
                if known.line is not line:
                    known.values = known.values + line.words[3:]
        self.types = {line.words[1]: line for line in self.lines
                      if line.words[0] == "external_acl_type"}
        self.access = self.rules("http_access")
        self.adapted = self.rules("adapted_http_access")
        self.bump = self.rules("ssl_bump")
        self.ours = self.access + self.adapted + self.bump
        self.helper = options.via.split(",")[-1] == "external"
        self.service = options.via.split(",")[0] == "icap"

    def rules(self, directive):
        return [Rule(line, self.acls) for line in self.lines
                if line.words[0] == directive]

    def acl_lines(self):
        return [Acl(line) for line in self.lines if line.words[0] == "acl"]

    def holds(self, name, kind):
        """Is the ACL of a type, or one that it is made of?"""
        acl = self.acls.get(name)
        if acl is not None and acl.type in ("any-of", "all-of"):
            return any(self.holds(value, kind) for value in acl.values
                       if value[0] != "!")
        return acl is not None and acl.type == kind

    def proofs(self, rule):
        """The types that prove GoTo where the rule can match."""
        known = HOST_TYPES | SNI_TYPES
        return known if self.on_explicit(rule) else known | PLACE_TYPES

    def groups(self):
        """Is there anything to let through?"""
        return any(acl.type == "port" for acl in self.acls.values())

    # Where a rule can match.

    def on_intercepted(self, rule):
        if not self.intercepted:
            return False
        for no, name in rule.parts:
            if rule.kind(name) != "myportname":
                continue
            values = set(self.acls[name].values)
            if no and values >= self.intercepted:
                return False
            if not no and not values & self.intercepted:
                return False
        return True

    def on_explicit(self, rule):
        return not rule.has("myportname", self.intercepted)

    def meet(self, a, b):
        """Can two rules match at the same port and step?"""
        steps = [{self.acls[name].values[0] for no, name in rule.parts
                  if not no and rule.kind(name) == "at_step"}
                 for rule in (a, b)]
        if all(steps) and not steps[0] & steps[1]:
            return False
        return ((self.on_intercepted(a) and self.on_intercepted(b)) or
                (self.on_explicit(a) and self.on_explicit(b)))

    def is_closed(self):
        """Does ssl_bump end in a line of ours for all?"""
        return bool(self.bump) and \
            self.bump[-1].action in ("bump", "terminate") and \
            self.bump[-1].parts == [(False, "all")]

    def is_first_pass(self, rule):
        """Goes on to read the server name; ssl_bump decides."""
        return (self.is_closed() and self.options.via != "icap" and
                not self.on_explicit(rule) and rule.action == "allow" and
                rule.has("method", {"CONNECT"}) and
                rule.has("at_step", {"SslBump1"}))

    def is_login(self, rule):
        name = self.options.auth_acl
        return (rule.directive == "http_access" and rule.action == "deny" and
                name and (True, name) in rule.parts)

    # Where the service is asked.

    def is_verdict(self, name, word=""):
        """Is the ACL, or one inside, the verdict's header?"""
        acl = self.acls.get(name)
        if acl is None:
            return False
        if acl.type in ("any-of", "all-of"):
            return any(self.is_verdict(value.lstrip("!"), word)
                       for value in acl.values)
        return (acl.type == "req_header" and acl.values[:1] == [VERDICT] and
                word in acl.values[1])

    def is_forged(self, rule):
        return (rule.directive == "http_access" and rule.action == "deny" and
                len(rule.parts) == 1 and rule.parts[0][1] in self.acls and
                self.acls[rule.parts[0][1]].type == "req_header" and
                self.acls[rule.parts[0][1]].values == [VERDICT, "^"])

    def is_opening(self, rule):
        return (rule.action == "allow" and
                rule.notes("annotate_transaction", "gtb_open") is not None)

    def is_unconfirmed(self, rule):
        """A denial of what was opened and not confirmed."""
        return (rule.directive == "adapted_http_access" and
                rule.action == "deny" and
                rule.notes("note", "gtb_open") is not None and
                any(no and self.is_verdict(name, "auth")
                    for no, name in rule.parts))

    def is_confirmed_before(self, rule):
        """Inside a connection whose CONNECT was confirmed."""
        return (rule.directive == "http_access" and
                rule.notes("note", "gtb_yes") is not None)

    def is_about_all(self, rule):
        """Neither the login nor what the header is refused by names GoTo."""
        return (self.is_login(rule) or self.is_forged(rule) or
                self.is_unconfirmed(rule) or
                rule.notes("annotate_client", "gtb_yes") is not None)


# --- the principles: each yields (line number, what) --------------------------

CHECKS = {}


def principle(function):
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


@principle
def origin(text):
    """The head says what the text was made by and from."""
    for pattern in (r"# Made by:  \S", r"# Command:  goto-bypass emit squid ",
                    r"# Policy:   /", r"# Catalog:  /",
                    r"#   \S+ version .*, checked \d{4}-\d\d-\d\d: \S",
                    r"# Ruleset:  [0-9a-f]{64}$"):
        if not re.search("^" + pattern, text.raw, re.M):
            yield 1, "no line like " + pattern


@principle
def directives(text):
    """Only ACLs, helpers, http_access, ssl_bump and the service are set."""
    for line in text.lines:
        if line.words[0] not in DIRECTIVES and \
                not (text.service and line.words[0] in SERVICE):
            yield line.number, line.words[0]


@principle
def bytes_of_lines(text):
    """No line is longer than Squid reads; no control characters."""
    for line in text.every:
        if len(line.raw.encode()) > LONGEST:
            yield line.number, "%d bytes" % len(line.raw.encode())
        if re.search(r"[\x00-\x1f\x7f-\x9f]", line.raw):
            yield line.number, "a control character"


def format_of(line):
    """The option words and the FORMAT tokens of an external_acl_type."""
    rest = line.words[2:]
    options = {}
    while rest and re.match(r"[a-z_-]+=", rest[0]):
        name, value = rest.pop(0).split("=", 1)
        options[name] = value
    tokens = []
    while rest and rest[0][0] == "%":
        tokens.append(rest.pop(0))
    return options, tokens, rest


@principle
def tokens_escaped(text):
    """
    Every FORMAT token is %#... or %DATA, and every code in a note too; a note
    of ours is told as it was set.
    """
    for line in text.types.values():
        for token in format_of(line)[1]:
            if token != "%DATA" and not token.startswith("%#"):
                yield line.number, token
    for acl in text.acl_lines():
        if acl.type.startswith("annotate_"):
            for value in acl.values:
                if re.search(r"%(?!#)", value):
                    yield acl.line.number, value
    for line in text.lines:
        if line.words[0] == "adaptation_meta" and \
                re.search(r"%(?!#|note\{gtb_)", line.words[2]):
            yield line.number, line.words[2]


@principle
def key_complete(text):
    """The FORMAT, which is the cache key, holds every fact."""
    for line in text.types.values():
        tokens = format_of(line)[1]
        for token in KEY + ["%DATA"]:
            if token not in tokens:
                yield line.number, "no " + token
    for rule in text.access + text.bump:
        if not text.on_intercepted(rule):
            continue
        for _, name in rule.parts:
            if rule.kind(name) != "external":
                continue
            line = text.types.get(text.acls[name].values[0])
            if line and DESTINATION not in format_of(line)[1]:
                yield rule.line.number, name + " is not told the destination"


@principle
def helper_bounds(text):
    """Answers expire, nothing starts with Squid, replies fit one read."""
    for line in text.types.values():
        options, _, command = format_of(line)

        def number(name):
            value = options.get(name, "")
            return int(value) if value.isdigit() else -1

        for name in ("ttl", "negative_ttl"):
            if not 0 <= number(name) <= TTL:
                yield line.number, "%s=%s" % (name, options.get(name))
        for name in ("grace", "children-startup"):
            if number(name) != 0:
                yield line.number, "%s=%s" % (name, options.get(name))
        for name in ("concurrency", "children-max", "queue-size", "cache"):
            if number(name) < 1:
                yield line.number, "%s=%s" % (name, options.get(name))
        if number("concurrency") * REPLY >= READ:
            yield line.number, "replies of %s" % options["concurrency"]
        if not command or command[0][0] != "/":
            yield line.number, "no absolute path of a helper"


@principle
def no_user(text):
    """Nothing needs or tells a user."""
    for acl in text.acl_lines():
        if acl.type in USER_TYPES:
            yield acl.line.number, acl.type
    codes = r"%[#'/]?(ul|un|ue|ui|LOGIN|IDENT|EXT_USER|credentials)\b"
    for line in text.lines:
        if re.search(codes, line.raw):
            yield line.number, "a code of a user"


@principle
def own_notes(text):
    """Annotations are gtb_..._ alone, set and read."""
    for acl in text.acl_lines():
        names = []
        if acl.type.startswith("annotate_"):
            names = [re.split(r"\+?=", value)[0] for value in acl.values]
        elif acl.type == "note":
            names = acl.values[:1]
        for name in names:
            if not re.fullmatch(r"gtb_[a-z_]+_", name):
                yield acl.line.number, name


@principle
def no_lookups(text):
    """No ACL asks the DNS or believes a certificate."""
    for acl in text.acl_lines():
        flag = FLAGS.get(acl.type)
        if flag and acl.values[:1] != [flag]:
            yield acl.line.number, "%s without %s" % (acl.type, flag)


def used_names(line):
    if line.words[0] in RULES:
        return line.words[RULES[line.words[0]]:]
    if line.words[0] in TOLD:
        return line.words[TOLD[line.words[0]]:]
    if line.words[0] == "acl" and line.words[2] in ("any-of", "all-of"):
        return line.words[3:]
    return []


@principle
def names_defined(text):
    """What is used is defined before, by us, and named as ours."""
    defined = set(BUILT_IN) | {text.options.auth_acl}
    types = set()
    for line in text.lines:
        for word in used_names(line):
            if word.lstrip("!") not in defined:
                yield line.number, word
        if line.words[0] == "external_acl_type":
            types.add(line.words[1])
        if line.words[0] in ("external_acl_type", "acl"):
            if not re.fullmatch(r"gtb_[a-z0-9_]+", line.words[1]):
                yield line.number, "the name " + line.words[1]
            if len(line.words[1]) > 63:
                yield line.number, "a name longer than Squid takes"
        if line.words[0] != "acl":
            continue
        defined.add(line.words[1])
        if line.words[2] == "external" and line.words[3] not in types:
            yield line.number, line.words[3]


@principle
def names_used(text):
    """What is defined is used."""
    used = {word.lstrip("!") for line in text.lines
            for word in used_names(line)}
    for name, acl in text.acls.items():
        if name not in used:
            yield acl.line.number, name
    asked = {acl.values[0] for acl in text.acls.values()
             if acl.type == "external" and acl.values}
    for name, line in text.types.items():
        if name not in asked:
            yield line.number, name


@principle
def one_type_each(text):
    """An ACL has one type; an external one stands once."""
    for acl in text.acl_lines():
        first = text.acls[acl.name]
        if acl.type != first.type:
            yield acl.line.number, acl.name
        if acl.type == "external" and acl.line is not first.line:
            yield acl.line.number, acl.name


@principle
def exceptions_inline(text):
    """
    A file that is not there is an empty list to Squid: what lets nothing
    through any more may be one, what holds something back may not.
    """
    for rule in text.access + text.bump:
        if rule.action not in ("allow", "splice") or text.is_first_pass(rule):
            continue
        for no, name in rule.parts:
            acl = text.acls.get(name)
            if no and acl and any(value[0] == '"' for value in acl.values):
                yield rule.line.number, name


@principle
def fast_first(text):
    """Before the helper is asked, a fast ACL has found GoTo."""
    for rule in text.access + text.bump:
        at = rule.index_of_external()
        if at is not None and not rule.proves(text.proofs(rule), at):
            yield rule.line.number, rule.parts[at][1]


@principle
def external_as_told(text):
    """
    With --via external whoever is let in was asked for. With --via icap who
    is let in goes on to the service, or the CONNECT around did, or with
    icap,external, on intercepted ports, was asked for. Else nobody is asked.
    """
    asks = [rule for rule in text.access + text.bump
            if rule.index_of_external() is not None]
    if not text.helper:
        for line in text.types.values():
            yield line.number, "a helper"
        for rule in asks:
            yield rule.line.number, "a question"
    if text.options.via == "native":
        return
    for rule in text.access:
        if text.service and rule in asks and text.on_explicit(rule):
            yield rule.line.number, "a question on explicit ports"
        if rule.action == "allow" and rule not in asks and \
                not text.is_first_pass(rule) and \
                not (text.service and (text.is_opening(rule) or
                                       text.is_confirmed_before(rule))):
            yield rule.line.number, "nobody is asked"


@principle
def goto_alone(text):
    """Allow and splice name GoTo, and deny too unless it asks for a user."""
    for rule in text.ours:
        if rule.action not in ("allow", "splice", "deny"):
            continue
        if text.is_first_pass(rule) or text.is_about_all(rule):
            continue
        if not rule.proves(text.proofs(rule)):
            yield rule.line.number, "nothing of GoTo's"


@principle
def host_on_explicit(text):
    """Squid goes to the host of the CONNECT: the SNI alone splices nothing."""
    for rule in text.bump + text.access:
        if rule.action in ("splice", "allow") and text.on_explicit(rule) and \
                not rule.proves(HOST_TYPES):
            yield rule.line.number, "no requested host"


@principle
def names_of_choice(text):
    """
    On a port that is not named as intercepted and is so all the same, a name
    proves nothing: Squid goes where the client went. There dst -n knows a
    destination, and elsewhere none of a name.
    """
    for rule in text.access + text.bump:
        if rule.action not in ("allow", "splice") or \
                not text.on_explicit(rule):
            continue
        for no, name in rule.parts:
            if not no and any(bare_names(text, name)):
                yield rule.line.number, name


def bare_names(text, name):
    """The dstdomain ACLs that no all-of limits to unknown destinations."""
    acl = text.acls.get(name)
    if acl is None:
        return
    if acl.type == "dstdomain":
        yield name
    if acl.type == "all-of":
        for value in acl.values:
            other = text.acls.get(value.lstrip("!"))
            if value[0] == "!" and other and other.type == "dst" and \
                    list(other.values) in (["all"], ["-n", "all"]):
                return
    if acl.type in ("any-of", "all-of"):
        for value in acl.values:
            if value[0] != "!":
                yield from bare_names(text, value)


@principle
def place_not_claim(text):
    """
    With client_dst_passthru off dst is what an intercepted client says, but
    Squid goes where the client went.
    """
    for rule in text.ours:
        if rule.action not in ("allow", "deny", "splice") or \
                text.on_explicit(rule) or rule.directive == "ssl_bump" and \
                rule.has("at_step", {"SslBump1"}):
            continue
        for _, name in rule.parts:
            if text.holds(name, "dst"):
                yield rule.line.number, name


@principle
def kinds_apart(text):
    """
    A rule is for explicit ports or for intercepted ones, and where all ports
    have names, for ports of these names.
    """
    named = set(filter(None, text.options.named.split(",")))
    for rule in text.ours:
        if rule.action not in ("allow", "splice", "deny"):
            continue
        if text.is_about_all(rule) and not text.is_login(rule):
            continue
        if text.on_intercepted(rule) and text.on_explicit(rule):
            yield rule.line.number, "for both kinds of ports"
        if named and not text.is_login(rule) and \
                not rule.has("myportname", named):
            yield rule.line.number, "for ports of other names"


@principle
def odd_names(text):
    """
    Squid takes "*.com" and "..goto.com" for names under goto.com, and without
    a server name the requested host for it: all that is asked for first.
    """
    for rule in text.access + text.bump:
        if rule.action not in ("allow", "splice"):
            continue
        kinds = {rule.kind(name) for no, name in rule.parts if not no}
        if any(text.holds(name, "dstdomain") for no, name in rule.parts
               if not no) and not rule.has("dstdom_regex", negated=True):
            yield rule.line.number, "any host"
        if "ssl::server_name" not in kinds:
            continue
        if not rule.has("ssl::server_name_regex", negated=True):
            yield rule.line.number, "any server name"
        if rule.has("note", {"gtb_sni_", "-"}, negated=True) and \
                rule.notes_sni():
            continue
        # Inside an inspected connection the requested host, which is
        # listed, may stand for it.
        if not text.is_confirmed_before(rule) or \
                not any(text.holds(name, "dstdomain")
                        for no, name in rule.parts if not no):
            yield rule.line.number, "no server name"


@principle
def http_and_tunnels(text):
    """Only HTTP and tunnels pass, and no tunnel inside an inspected one."""
    for rule in text.access:
        if rule.action != "allow":
            continue
        if not rule.proves({"proto", "method"}):
            yield rule.line.number, "any protocol"
        if not text.on_explicit(rule) or \
                rule.has("method", {"CONNECT"}, negated=True):
            continue
        # Another step than the first, or not the first request let through.
        kept_out = [kinds for no, name in rule.parts if no
                    for kinds in inner_kinds(text, rule, name)]
        if not any("at_step" in kinds for kinds in kept_out) or \
                not any("note" in kinds for kinds in kept_out):
            yield rule.line.number, "a CONNECT inside an inspected connection"
        if not rule.has("annotate_client"):
            yield rule.line.number, "no mark of what was let through"


def inner_kinds(text, rule, name):
    """The kinds of each all-of, behind an any-of, that keeps a CONNECT out."""
    acl = text.acls.get(name)
    if acl and acl.type == "any-of":
        for value in acl.values:
            yield from inner_kinds(text, rule, value.lstrip("!"))
    elif acl and acl.type == "all-of":
        kinds = {rule.kind(value.lstrip("!")) for value in acl.values}
        if {"method", "connections_encrypted"} <= kinds:
            yield kinds


@principle
def ports_limited(text):
    """Allow, splice, deny name ports; on 80 nothing but HTTP passes."""
    for rule in text.ours:
        if rule.action not in ("allow", "splice", "deny"):
            continue
        if text.is_about_all(rule):
            continue
        if not rule.has("port"):
            yield rule.line.number, "no port"
    for rule in text.access:
        if rule.action != "allow" or not text.on_intercepted(rule) or \
                not rule.has("method", {"CONNECT"}):
            continue
        ports = rule.values("localport") - rule.values("localport", True)
        if not ports or "80" in ports:
            yield rule.line.number, "a tunnel at %s" % (sorted(ports) or "any")


@principle
def clients_limited(text):
    """Where the policy limits the clients, allow and splice do."""
    if not text.options.identities:
        return
    for rule in text.access + text.bump:
        if rule.action in ("allow", "splice") and not rule.has("src"):
            yield rule.line.number, "any client"


@principle
def no_purge(text):
    """
    Squid carries out PURGE itself, where an ACL of type method names it:
    never let through, and not named.
    """
    for acl in text.acls.values():
        if acl.type == "method" and "PURGE" in acl.values:
            yield acl.line.number, "PURGE is allowed by " + acl.name
    purge = [text.acls[name].values if name in text.acls else []
             for name in ("gtb_purge", "gtb_method_purge", "gtb_method_note")]
    for rule in text.access:
        if rule.action != "allow" or rule.has("method", {"CONNECT"}):
            continue
        if (True, "gtb_purge") not in rule.parts or purge != [
                ["!gtb_connect", "gtb_method_note", "gtb_method_purge"],
                ["gtb_method_", "PURGE"], ['gtb_method_="%#>rm"']]:
            yield rule.line.number, "neither !gtb_purge nor CONNECT"


@principle
def no_manager(text):
    """Squid's cache manager answers for any host: never let through."""
    for rule in text.access:
        if rule.action == "allow" and (True, "manager") not in rule.parts and \
                not rule.has("method", {"CONNECT"}):
            yield rule.line.number, "neither !manager nor CONNECT"


@principle
def steps_of_bump(text):
    """Peek at step 1 alone (later, TLS 1.3 is spliced); splice has a step."""
    for rule in text.bump:
        if rule.action in ("peek", "stare") and \
                not rule.has("at_step", {"SslBump1"}):
            yield rule.line.number, rule.action
        if rule.action == "splice" and not rule.has("at_step"):
            yield rule.line.number, rule.action
        if rule.action not in ("peek", "splice", "bump", "terminate"):
            yield rule.line.number, rule.action


@principle
def explicit_tail(text):
    """The last ssl_bump line is for all, unless the admin's follow."""
    want = text.options.tail
    if not text.bump:
        return
    for rule in text.bump[:-1]:
        if not rule.parts or (False, "all") in rule.parts:
            yield rule.line.number, "what follows is never reached"
    last = text.bump[-1]
    if want == "none" and text.is_closed():
        yield last.line.number, "ends the admin's own lines"
    if want != "none" and (not text.is_closed() or last.action != want):
        yield last.line.number, "is not %s all" % want
    if want == "none" and last.action not in ("peek", "splice"):
        yield last.line.number, last.action


@principle
def splice_confirmed(text):
    """
    ssl_bump splices on anything but a clear no, so what a line splices is
    denied by http_access, at the same step, unless the helper says yes, or
    has just said so, which a mark tells; or by adapted_http_access, unless the
    service does.
    """
    if text.options.via == "native":
        return
    for splice in text.bump:
        if splice.action == "splice" and \
                not any(covers(text, deny, splice)
                        for deny in text.access + text.adapted):
            yield splice.line.number, "no denial where the helper says no"


def covers(text, deny, splice):
    """Does the denial match all that is spliced and not confirmed?"""
    asked = [part for part in deny.parts if confirms(text, deny, part[1])]
    others = {meant(deny, part) for part in deny.parts
              if part not in asked and
              not tells_confirmed(deny, part, splice) and
              deny.kind(part[1]) != "method"}
    return (deny.action == "deny" and deny.has("method", {"CONNECT"}) and
            deny.has("at_step") and len(asked) == 1 and asked[0][0] and
            others <= {meant(splice, part) for part in splice.parts})


def confirms(text, rule, name):
    """The helper's question, or the service's answer once it is there."""
    return (rule.kind(name) == "external" or
            (rule.directive == "adapted_http_access" and
             text.is_verdict(name, "splice")))


def tells_confirmed(deny, part, splice):
    """The splice line has set this mark, and not before the helper's yes."""
    no, name = part
    if not no or deny.kind(name) != "note":
        return False
    key, value = deny.acls[name].values
    for i, (_, mark) in enumerate(splice.parts):
        if splice.kind(mark) == "annotate_client" and \
                splice.acls[mark].values == ["%s=%s" % (key, value)]:
            return any(not before[0] and splice.kind(before[1]) == "external"
                       for before in splice.parts[:i])
    return False


def meant(rule, part):
    """Networks by what is in them, and all else by its name."""
    no, name = part
    if rule.kind(name) not in ("dst", "localip"):
        return part
    return no, tuple(sorted(re.sub(r'.*\.([0-9a-f]{8}\.acl")$', r"\1", value)
                            for value in rule.acls[name].values
                            if value != "-n"))


@principle
def denials_first(text):
    """A denial stands before every allow that could match the same."""
    for i, rule in enumerate(text.access):
        if rule.action != "deny" or text.is_login(rule) or rule.never():
            continue
        for before in text.access[:i]:
            if before.action == "allow" and text.meet(rule, before):
                yield rule.line.number, "after line %d" % before.line.number


@principle
def login_last(text):
    """The line that needs a user is the last, and on no intercepted port."""
    name = text.options.auth_acl
    if not name:
        return
    lines = [rule for rule in text.access if text.is_login(rule)]
    if not lines:
        yield 1, "no line with !" + name
    for rule in lines:
        if rule is not text.access[-1]:
            yield rule.line.number, "lines follow"
        if text.on_intercepted(rule):
            yield rule.line.number, "nobody can log in on an intercepted port"
    for rule in text.ours:
        if text.is_unconfirmed(rule) and text.on_intercepted(rule) and \
                name in [part[1] for part in rule.parts]:
            yield rule.line.number, "nobody can log in on an intercepted port"
        if rule not in lines and not text.is_unconfirmed(rule) and \
                name in [part[1] for part in rule.parts]:
            yield rule.line.number, "uses " + name


# --- the ICAP service ---------------------------------------------------------

def limit(text, directive):
    """The number of a line that is there once."""
    lines = [line for line in text.lines if line.words[0] == directive]
    if len(lines) == 1 and lines[0].words[1].isdigit():
        return int(lines[0].words[1])
    return -1


def lines_of(text, directive):
    return [line.words[1:] for line in text.lines
            if line.words[0] == directive]


@principle
def service_bounds(text):
    """
    It may be down: nothing fails for it, and nothing waits for it long. It is
    not suspended for its failures, because Squid can abort then, and when it
    is full it is asked all the same: what Squid bypasses is counted as a
    failure, and what waits can be forgotten.
    """
    if not text.service or not text.groups():
        return
    for line in text.lines:
        if line.words[0] != "icap_service":
            continue
        if line.words[2] != "reqmod_precache" or \
                not re.match(r"icaps?://[^/]+/.", line.words[3]) or \
                line.words[4:] != ["bypass=on", "on-overload=force"]:
            yield line.number, " ".join(line.words[2:])
    for directive, low, high in (("icap_connect_timeout", 1, 5),
                                 ("icap_io_timeout", 1, 5),
                                 ("icap_service_revival_delay", 30, 60)):
        if not low <= limit(text, directive) <= high:
            yield 1, "%s %d" % (directive, limit(text, directive))
    for words in (["icap_enable", "on"], ["adaptation_send_client_ip", "on"],
                  ["icap_service_failure_limit", "-1"]):
        if words[1:] not in lines_of(text, words[0]):
            yield 1, "no " + " ".join(words)
    names = [words[0] for words in lines_of(text, "icap_service")]
    chain = [["gtb_icap"] + names] if len(names) > 1 else []
    if not names or lines_of(text, "adaptation_service_chain") != chain or \
            (len(names) == 1 and names != ["gtb_icap"]):
        yield 1, "services %s, chain %s" % (
            names, lines_of(text, "adaptation_service_chain"))


@principle
def forged_first(text):
    """Who sends the verdict's header is refused before anything else."""
    if text.service and text.groups() and \
            not (text.access and text.is_forged(text.access[0])):
        yield 1, "the first http_access line is another"


@principle
def verdict_clean(text):
    """
    The header counts only with the note that the service was asked about this
    request, which http_access sets behind the refusal of the header, and
    after the service was asked.
    """
    for acl in text.acls.values():
        if acl.type == "any-of" and any(text.is_verdict(value.lstrip("!"))
                                        for value in acl.values):
            yield acl.line.number, acl.name
        if acl.type == "req_header" and acl.values[:1] == [VERDICT] and \
                acl.values[1] != "^" and \
                not re.fullmatch(r"\^.*\$", acl.values[1]):
            yield acl.line.number, "a part of the header"
    for rule in text.ours:
        for no, name in rule.parts:
            acl = text.acls.get(name)
            if not text.is_verdict(name) or text.is_forged(rule):
                continue
            if rule.directive == "http_access":
                yield rule.line.number, "not asked yet"
            if acl.type != "all-of" or \
                    not any(notes_asked(text, value) for value in acl.values):
                yield rule.line.number, name + " without the note"


def notes_asked(text, name):
    acl = text.acls.get(name)
    return acl is not None and acl.type == "note" and \
        acl.values == ["gtb_asked_", "yes"]


@principle
def asking_limited(text):
    """The service is asked about what fast ACLs took for GoTo alone."""
    if not text.service or not text.groups():
        return
    for rule in text.ours:
        at = rule.notes("annotate_transaction", "gtb_asked")
        if at is None:
            continue
        if rule.directive != "http_access":
            yield rule.line.number, "marked too late"
        if not rule.proves(text.proofs(rule), at):
            yield rule.line.number, "nothing of GoTo's"
        if rule.action == "deny" and not rule.never():
            yield rule.line.number, "a mark that denies"
    lines = lines_of(text, "adaptation_access")
    asked = [words[2:] for words in lines if words[1] == "allow"]
    if not lines or lines[-1] != ["gtb_icap", "deny", "all"] or \
            len(asked) != 1 or len(asked[0]) != 1 or \
            not notes_asked(text, asked[0][0]):
        yield 1, "adaptation_access lets through something else"
    for words in lines_of(text, "adaptation_meta"):
        if not any(notes_asked(text, name) for name in words[2:]):
            yield 1, "adaptation_meta tells other services too"


@principle
def service_told(text):
    """
    It is told the server name and, where there is one, the destination; of a
    request inside an inspected connection also the host of its CONNECT.
    """
    if not text.service or not text.groups():
        return
    told = {words[0]: words[1:] for words in lines_of(text, "adaptation_meta")}
    if told.get("X-GoTo-SNI", [])[:1] != ['"%#ssl::>sni"'] or \
            len(told["X-GoTo-SNI"]) != 2:
        yield 1, "no X-GoTo-SNI"
    if text.intercepted and told.get("X-GoTo-Dst", [])[:2] != \
            ['"%#>la"', "gtb_intercepted"]:
        yield 1, "no X-GoTo-Dst"
    inner = any(text.is_confirmed_before(rule) for rule in text.access)
    if inner and told.get("X-GoTo-Within") != \
            ['"%note{gtb_yes_}"', "gtb_asked", "!gtb_connect"]:
        yield 1, "no X-GoTo-Within"
    if not text.intercepted and "X-GoTo-Dst" in told:
        yield 1, "the proxy's own address as X-GoTo-Dst"


@principle
def promise_kept(text):
    """
    Where the service is promised that the server name is looked at, on the
    first pass alone, each splice there looks at it, or asks that there be none.
    """
    promises = [words for words in lines_of(text, "adaptation_meta")
                if words[0] == "X-GoTo-Await"]
    for words in promises:
        names = {name.lstrip("!"): name[0] == "!" for name in words[2:]}
        step = [no for name, no in names.items()
                if name in text.acls and text.acls[name].type == "at_step" and
                text.acls[name].values == ["SslBump2"]]
        if words[1] != "sni" or step != [True] or "gtb_connect" not in names:
            yield 1, "promised for more than the first pass"
        if text.intercepted and not names.get("gtb_intercepted") and \
                "gtb_explicit" not in names:
            yield 1, "promised on intercepted ports"
        if text.options.named and "gtb_explicit" not in names:
            yield 1, "promised on ports of other names"
    for rule in text.bump if promises else []:
        if rule.action == "splice" and text.on_explicit(rule) and \
                not rule.has("ssl::server_name") and \
                not rule.has("note", {"gtb_sni_", "-"}):
            yield rule.line.number, "the server name is not looked at"


@principle
def header_off_wire(text):
    """Nobody behind the proxy sees the verdict."""
    if text.service and text.groups() and \
            [VERDICT, "deny", "all"] not in \
            lines_of(text, "request_header_access"):
        yield 1, "no request_header_access %s deny all" % VERDICT


@principle
def opened_judged(text):
    """
    What is let through to be asked about is marked, and whatever has the mark
    and no verdict is denied; no line of ours lets it through after that.
    """
    for rule in text.adapted:
        if rule.action != "deny":
            yield rule.line.number, rule.action
    opening = [rule for rule in text.access if text.is_opening(rule)]
    for rule in opening:
        if rule.notes("annotate_transaction", "gtb_asked") is None:
            yield rule.line.number, "the service is not asked"
    if opening and not any(text.is_unconfirmed(rule) and len(rule.parts) == 2
                           for rule in text.adapted):
        yield opening[0].line.number, "no denial for all that was opened"
    name = text.options.auth_acl
    asked = {no for rule in text.adapted if text.is_unconfirmed(rule)
             for no, part in rule.parts if part == name}
    for rule in opening if name else []:
        if text.on_explicit(rule) and asked != {True, False}:
            yield rule.line.number, "no login where there is no verdict"


@principle
def opened_bare(text):
    """
    A request with credentials is not opened, because an answer with a verdict
    loses them, nor a plain one with a body. Inside an inspected connection
    credentials count for nothing.
    """
    for rule in text.access:
        if not text.is_opening(rule) or text.is_confirmed_before(rule):
            continue
        kept_out = {text.acls[name].values[0] for no, name in rule.parts
                    if no and rule.kind(name) == "req_header"}
        wanted = set()
        if text.on_explicit(rule):
            wanted |= {"Proxy-Authorization"}
        if not rule.has("method", {"CONNECT"}):
            wanted |= {"Content-Length", "Transfer-Encoding"}
        for header in sorted(wanted - kept_out):
            yield rule.line.number, header


@principle
def inner_marked(text):
    """
    Requests that pass with a body are inside an inspected connection, whose
    CONNECT was opened and confirmed, and the service is asked about each.
    """
    for rule in text.access:
        if text.is_opening(rule) and rule.has("proto", {"HTTPS"}) and \
                not text.is_confirmed_before(rule):
            yield rule.line.number, "the CONNECT need not be confirmed"
        if rule.action != "allow" or not text.is_confirmed_before(rule):
            continue
        if not rule.has("connections_encrypted") or \
                not rule.has("proto", {"HTTPS"}) or \
                not rule.has("method", {"CONNECT"}, negated=True):
            yield rule.line.number, "not inside an inspected connection"
        if not text.is_opening(rule):
            yield rule.line.number, "goes on without being asked about"
    for rule in text.ours:
        if rule.notes("annotate_client", "gtb_yes") is None:
            continue
        if rule.directive != "adapted_http_access" or not rule.never() or \
                not rule.has("method", {"CONNECT"}) or \
                rule.notes("note", "gtb_open") is None or \
                not any(not no and text.is_verdict(name, "auth")
                        for no, name in rule.parts):
            yield rule.line.number, "marked without a verdict"
    for acl in text.acl_lines() if text.service else []:
        if acl.values[:1] == ["gtb_yes_=" + SETS["gtb_yes"]] and \
                not any(acl.name in [name for _, name in rule.parts]
                        for rule in text.adapted):
            yield acl.line.number, "set elsewhere"


# A request, and a CONNECT, inside a connection that no line here let through.
INSIDE = {("method", "CONNECT"): False, ("connections_encrypted",): True,
          ("note", "gtb_yes_"): False}
CONNECT_INSIDE = {("method", "CONNECT"): True,
                  ("connections_encrypted",): True}


def may(text, name, wanted, facts):
    """Can the ACL, with these facts, match (wanted), or not match?"""
    acl = text.acls.get(name)
    if name == "all":
        return wanted
    if acl is None:
        return True
    if acl.type in ("any-of", "all-of"):
        can = [may(text, value.lstrip("!"), wanted != (value[0] == "!"), facts)
               for value in acl.values]
        return any(can) if wanted == (acl.type == "any-of") else all(can)
    return facts.get((acl.type, *acl.values), wanted) == wanted


def reaches(text, words, mark, facts):
    """Can the mark be come to, before one of the words fails?"""
    for word in words:
        name = word.lstrip("!")
        acl = text.acls.get(name)
        if name == mark:
            return True
        if acl and acl.type == "all-of" and \
                reaches(text, acl.values, mark, facts):
            return True
        if acl and acl.type == "any-of" and \
                any(reaches(text, [value], mark, facts)
                    for value in acl.values):
            return True
        if not may(text, name, word[0] != "!", facts):
            return False
    return False


@principle
def inside_by_connect(text):
    """
    Squid takes requests inside an inspected connection to the host of the
    CONNECT: on explicit ports they pass only where it was let through here,
    and it is marked once the helper has said yes. One inside marks nothing.
    """
    marks = [acl.name for acl in text.acl_lines()
             if acl.type == "annotate_client" and
             acl.values == ["gtb_yes_=" + SETS["gtb_yes"]]]
    for rule in text.access:
        words = rule.line.words[2:]
        if rule.action != "allow" or not text.on_explicit(rule) or \
                rule.has("method", {"CONNECT"}):
            continue
        if all(may(text, word.lstrip("!"), word[0] != "!", INSIDE)
               for word in words):
            yield rule.line.number, "whatever the CONNECT was"
        if text.service:
            continue
        asked = rule.index_of_external()
        outside = {("method", "CONNECT"): True,
                   ("connections_encrypted",): False}
        if not any(reaches(text, words, mark, outside) for mark in marks):
            yield rule.line.number, "no mark of the CONNECT"
        for mark in marks:
            if any(reaches(text, words, mark, facts) for facts in
                   (CONNECT_INSIDE, INSIDE, {("method", "CONNECT"): False})):
                yield rule.line.number, "more than a CONNECT is marked"
            if asked is not None and \
                    reaches(text, words[:asked], mark, outside):
                yield rule.line.number, "marked before the helper's yes"


def breaches(raw, options):
    """(line number, principle, what) for all that is wrong."""
    text = Text(raw, options)
    return [(number, name, what) for name, check in CHECKS.items()
            for number, what in check(text)]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--via", default="external")
    parser.add_argument("--tail", default="bump")
    parser.add_argument("--intercepted", default="")
    parser.add_argument("--named", default="")
    parser.add_argument("--auth-acl", default="")
    parser.add_argument("--identities", action="store_true")
    parser.add_argument("texts", nargs="+")
    options = parser.parse_args()
    status = 0
    for name in options.texts:
        with open(name, encoding="utf-8") as file:
            for breach in breaches(file.read(), options):
                print("%s:%d: %s: %s" % ((name,) + breach))
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
