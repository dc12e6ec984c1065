#!/usr/bin/env python3
"""Hostile hosts and server names, and every listed one, through the real
helper and the service's handlers: each answer must be the slow matcher's.

usage: corpora.py [--every N]

  --every N   of the made requests every Nth, and one policy of each kind

The vectors come from the folder $GTB_CORPORA, by default ../shared/corpora
beside the source; where there is none the exit status is 77. The programs are
found in $GTB_BUILDDIR. Exit status 0: every answer was right.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import urllib.parse

import slow

SRCDIR = os.environ["GTB_SRCDIR"]
BUILDDIR = os.environ["GTB_BUILDDIR"]
CORPORA = os.environ.get("GTB_CORPORA") or os.path.join(
    SRCDIR, "..", "shared", "corpora")
HELPER = os.path.join(BUILDDIR, "ext_goto_bypass_acl")
COMMAND = os.path.join(BUILDDIR, "goto-bypass")
HARNESS = os.path.join(BUILDDIR, "tests", "icap", "harness")
MODULE = os.path.join(BUILDDIR, "srv_goto_bypass.so")

CLIENT = b"192.0.2.7"
LISTED = b"www.goto.com"
BATCH = 20000           # lines a process
SHOWN = 20              # wrong answers told before giving up

POLICIES = {
    # What is shipped.
    "default": slow.Policy(),
    "wide": slow.Policy(
        tiers={"required": ("auth", "tls"), "optional": ("auth",),
               "third-party": ("tls",), "legacy": ("auth", "tls")},
        ports=[443, 80, 8200],
        shared=["*.youtube.com", "*.firebase.app"],
        identities=[("rooms", ["192.0.2.0/24", "2001:db8:20::/48"],
                     ("auth", "tls")),
                    ("phones", ["198.51.100.0/25"], ("auth",))],
        exclude=["*.bad.goto.com", "www.getgo.com", "68.64.8.0/24",
                 "2001:db8:2:8000::/49"],
        own=[("*.own.example", ("auth", "tls"), [443], ["goto"]),
             ("tls.own.example", ("tls",), [443], []),
             ("127.0.0.0/8", ("auth", "tls"), [443], []),
             ("2001:db8:2::/47", ("auth", "tls"), [443], []),
             ("2001:db8:2:1::/64", ("auth",), [443], []),
             ("fe80::1/128", ("auth", "tls"), [443], [])]),
    "strict": slow.Policy(
        tiers={"required": ("auth", "tls"), "legacy": ("auth",)},
        products={"webinar"}, name_only="refuse", mismatch="bypass"),
}


class Wrong(Exception):
    pass


class Count:
    """What was asked, how often the answer was yes, and what was wrong."""

    def __init__(self):
        self.asked = 0
        self.yes = 0
        self.wrong = 0

    def note(self, where, asked, expected, got):
        self.asked += 1
        self.yes += any(expected.values())
        if expected == got:
            return
        self.wrong += 1
        print("WRONG: %s\n  asked    %r\n  expected %r\n  got      %r" %
              (where, asked, expected, got))
        if self.wrong >= SHOWN:
            raise Wrong


# --- vectors ---------------------------------------------------------------

def lines_of(name):
    with open(os.path.join(CORPORA, name), "rb") as file:
        return [line for line in file.read().split(b"\n") if line]


def unescape(text):
    """A text of C: \\n, \\t, \\377."""
    return (text.decode("latin-1").encode().decode("unicode_escape")
            .encode("latin-1", "replace"))


def first_fields(name):
    for line in lines_of(name):
        if not line.startswith(b"#"):
            field = line.split(b"\t")[0]
            yield field
            if b"\\" in field:
                yield unescape(field)


def hosts_of_url(url):
    """What a reader of URLs may take for the host, in several ways."""
    rest = url.split(b"://", 1)[-1]
    authority = re.split(rb"[/?#\\]", rest, maxsplit=1)[0]
    yield authority
    yield authority.rsplit(b"@", 1)[-1]
    yield re.sub(rb":[0-9]*$", b"", authority.rsplit(b"@", 1)[-1])
    yield urllib.parse.unquote_to_bytes(authority)


def vectors():
    found = dict.fromkeys(lines_of("crlf.txt"))
    for name in ("glibc_inet_aton.tsv", "glibc_inet_pton.tsv",
                 "libcidr_fromstr.tsv"):
        found.update(dict.fromkeys(first_fields(name)))
    for line in lines_of("psl_tests.txt"):
        found.update(dict.fromkeys(line.removeprefix(b"//").split()))
    for line in lines_of("url.dict"):
        quoted = re.fullmatch(rb'(?:\w+=)?"(.*)"', line)
        if quoted:
            found[quoted.group(1)] = None
            found[unescape(quoted.group(1))] = None
    for line in lines_of("ssrf_urls.txt"):
        found[line] = None
        found.update(dict.fromkeys(hosts_of_url(line)))
    for line in lines_of("wpt_http_hosts.jsonl"):
        case = json.loads(line)
        for text in (case["input"], case["hostname"] or ""):
            text = text.encode("utf-8", "surrogatepass")
            found[text] = None
            found.update(dict.fromkeys(hosts_of_url(text)))
    for text in list(found):
        decoded = urllib.parse.unquote_to_bytes(text)
        found[decoded] = None
    return list(found)


def glued(vector):
    return (vector, vector + b".goto.com.evil.example", b"goto.com" + vector,
            vector + b"goto.com")


# --- what is listed --------------------------------------------------------

def spellings(name):
    """A listed name and its like; most of these are yes, some must not be."""
    mixed = bytes(byte ^ 0x20 if i % 2 and chr(byte).isalpha() else byte
                  for i, byte in enumerate(name))
    labels = name.split(b".")
    yield from (name, name.upper(), mixed, name + b".", name + b"..",
                b"www." + name, b"WWW." + mixed + b".", b"a.b.c.d." + name,
                b"x" * 63 + b"." + name, b"x" * 64 + b"." + name,
                b"x" + name, b"-" + name, b"." + name, b"*." + name,
                b"_." + name, name + b"x", name + b".x", name + b".evil.example",
                b"evil-" + name, name.replace(b".", b"-", 1),
                name.replace(b".", b"..", 1), name + b":443", name + b"%2e",
                b"[" + name + b"]", b"xn--" + name, b"0." + name,
                b".".join(labels[1:]) or b"x", labels[-1])
    longest = (b"a." * 126 + name)[-253:]
    yield longest[1:] if longest[:1] == b"." else longest
    yield b"a" + longest


def addresses(net):
    """First, middle and last address, and those just outside."""
    first, last = int(net.network_address), int(net.broadcast_address)
    top = (1 << net.max_prefixlen) - 1
    make = type(net.network_address)
    for number in (first - 1, first, first + 1, (first + last) // 2, last - 1,
                   last, last + 1):
        if 0 <= number <= top:
            yield make(number)


def forms(address):
    """The ways to write it; brackets are for IPv6 alone."""
    text = str(address).encode()
    yield from (text, b"[" + text + b"]", b"%5B" + text + b"%5D",
                b"%5b" + text + b"%5d", text + b".", b"[" + text)
    if address.version == 4:
        number = int(address)
        yield from (b"::ffff:" + text, b"[::FFFF:" + text + b"]", b"::" + text,
                    b"[::ffff:%x:%x]" % (number >> 16, number & 0xffff),
                    b"[2002:%x:%x::1]" % (number >> 16, number & 0xffff),
                    b"64:ff9b::" + text, b"%d" % number, b"0x%08x" % number,
                    b"0" + text, text + b"/32")
    else:
        yield from (text.upper(), address.exploded.encode(),
                    b"[" + address.exploded.encode() + b"]", text + b"%25lo")


# --- the helper ------------------------------------------------------------

UNSAFE = frozenset(b"<>\"#%{}|\\^~[]`' ")


def escape(text):
    """As Squid's %# writes a value: rfc1738_escape()."""
    return b"".join(b"%%%02X" % byte if byte in UNSAFE or byte < 0x20 or
                    byte >= 0x7f else bytes((byte,)) for byte in text)


def reply_grammar(sources):
    """The closed grammar, with the words that may stand in it."""
    with open(os.path.join(SRCDIR, "include/gtb/reason.h"),
              encoding="ascii") as file:
        words = re.findall(r'^\tX\(\w+, +"([a-z-]+)"', file.read(), re.M)
    if len(words) < 10:
        raise Wrong("reason.h is not read")
    rule = "|".join(re.escape(source) for source in sorted(sources) + ["-"])
    return re.compile((
        "([0-9]{1,20}) (OK|ERR) gtb_auth_=(bypass|require) "
        "gtb_tls_=(splice|inspect) gtb_reason_=(%s) gtb_rule_=(%s) "
        "gtb_identity_=(?:rooms|phones|-)" % ("|".join(words), rule)).encode())


class Helper:
    """Lines, and what is to come back for each; asked in batches."""

    def __init__(self, matcher, files, count):
        self.matcher = matcher
        self.command = [HELPER, "-c", files[0], "-C", files[1]]
        self.count = count
        self.grammar = reply_grammar(
            {entry.source for entry in matcher.entries})
        self.lines = []
        self.number = 0

    def ask(self, client, host, sni, dst=None, port=b"443"):
        self.number += 1
        fields = [b"%d" % self.number, client, b"CONNECT", host, port,
                  b"-" if sni is None else sni]
        if dst is not None:
            fields.append(dst)
        fields.append((b"auth", b"splice")[self.number % 2])
        self.lines.append(b" ".join(fields))
        if len(self.lines) >= BATCH:
            self.flush()

    def flush(self):
        lines, self.lines = self.lines, []
        # What a raw line break made two of are two lines, to both.
        sent = b"0 192.0.2.7 CONNECT x 443 - auth\n" + b"\n".join(lines) + b"\n"
        done = subprocess.run(self.command, input=sent, check=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        replies = done.stdout.split(b"\n")
        if replies.pop() != b"":
            raise Wrong("the last reply has no end")
        at = 0
        for line in sent[:-1].split(b"\n"):
            request = slow.read_line(line)
            if request is None:
                continue
            if at == len(replies):
                raise Wrong("no reply to %r" % line)
            self.compare(line, request, replies[at])
            at += 1
        if at != len(replies):
            raise Wrong("a reply nobody asked for: %r" % replies[at])

    def compare(self, line, request, reply):
        digits, question, query = request
        match = self.grammar.fullmatch(reply)
        if not match or len(reply) > 255 or match.group(1) != digits:
            raise Wrong("%r\n  is no reply to %r" % (reply, line))
        answer = query and self.matcher.decide(query)
        expected = answer or {"auth": False, "tls": False}
        got = {"auth": match.group(3) == b"bypass",
               "tls": match.group(4) == b"splice"}
        self.count.note("helper", line, expected, got)
        asked = "auth" if question in (b"auth", None) else "tls"
        if (match.group(2) == b"OK") != got[asked]:
            raise Wrong("%r\n  says two things to %r" % (reply, line))
        if (match.group(5) == b"malformed") != (answer is None):
            raise Wrong("%r\n  is malformed to one reader: %r" % (line, reply))


# --- the service -----------------------------------------------------------

def is_header(value):
    """Can it stand in one header line?"""
    return not re.search(rb"[\0\r\n]", value)


class Service:
    """The handlers in the harness: pairs of an ICAP header and a request."""

    def __init__(self, matcher, files, count):
        self.matcher = matcher
        self.command = [HARNESS, MODULE, files[0], files[1], "ask"]
        self.count = count
        self.requests = []
        self.unread = 0

    def ask(self, host, sni, line=b"CONNECT %s:443 HTTP/1.1"):
        if sni is not None and not is_header(sni):
            return
        self.requests.append((line.replace(b"%s", host), sni))
        if len(self.requests) >= BATCH:
            self.flush()

    def flush(self):
        requests, self.requests = self.requests, []
        sent = b""
        for line, sni in requests:
            head = [b"X-Client-IP: " + CLIENT]
            if sni is not None:
                head.append(b"X-GoTo-SNI: " + sni)
            icap = b"\n".join(head) + b"\n"
            http = line + b"\r\nHost: x\r\n\r\n"
            sent += struct.pack("=II", len(icap), len(http)) + icap + http
        done = subprocess.run(self.command, input=sent, check=True,
                              stdout=subprocess.PIPE)
        answers = done.stdout.decode("ascii").splitlines()
        if len(answers) != len(requests):
            raise Wrong("%d requests, %d answers of the service" %
                        (len(requests), len(answers)))
        for (line, sni), answer in zip(requests, answers):
            self.compare(line, sni, answer)

    def compare(self, line, sni, answer):
        if answer == "unread":          # c-icap itself refused it
            self.unread += 1
            return
        first = re.split(rb"\r\n|\n", line, maxsplit=1)[0]
        if sni is not None:
            sni = sni.strip(b" \t\v\f")
        query = slow.read_request(first, CLIENT, None if sni == b"-" else sni)
        expected = (query and self.matcher.decide(query)) or {
            "auth": False, "tls": False}
        if answer not in ("none", "auth", "splice", "auth, splice"):
            raise Wrong("an answer of no known form: %r" % answer)
        got = {"auth": "auth" in answer, "tls": "splice" in answer}
        self.count.note("service", (line, sni), expected, got)


# --- all of it -------------------------------------------------------------

def sampled(items, every):
    return [item for i, item in enumerate(items) if i % every == 0]


def hostile(every):
    """(host, sni) of every vector, glued in every way, in every place."""
    found = [text for vector in vectors() for text in glued(vector)]
    return sampled(list(dict.fromkeys(found)), every)


def ask_hostile(texts, helper, service):
    for text in texts:
        for written in {escape(text), text}:
            helper.ask(CLIENT, written, None)
            helper.ask(CLIENT, LISTED, written)
            helper.ask(CLIENT, written, written)
            helper.ask(CLIENT, LISTED, LISTED, written)
            helper.ask(written, LISTED, LISTED)
            if service is None:
                continue
            service.ask(written, None)
            service.ask(LISTED, written)
            service.ask(written, written)
    for text in texts[::4] if service is not None else ():
        service.ask(text, None, b"GET http://%s/ HTTP/1.1")
        service.ask(text, None, b"GET http://%s HTTP/1.1")


def ask_names(matcher, helper, service):
    names = dict.fromkeys(entry.text.removeprefix("*.").encode()
                          for entry in matcher.names)
    for name in names:
        for text in spellings(name):
            for host, sni in ((text, None), (LISTED, text), (text, text),
                              (text, LISTED), (b"evil.example", text)):
                helper.ask(CLIENT, host, sni)
                if service is not None:
                    service.ask(host, sni)
            for port in (b"80", b"8200", b"444", b"0443"):
                helper.ask(CLIENT, text, text, None, port)
            for dst in (b"68.64.0.1", b"203.0.113.9"):
                helper.ask(CLIENT, text, text, dst)
                helper.ask(CLIENT, dst, text, dst)


def ask_networks(matcher, helper, service):
    for entry in matcher.nets:
        for address in addresses(entry.net):
            for text in forms(address):
                for sni in (None, LISTED, b"evil.example"):
                    helper.ask(CLIENT, text, sni)
                    if service is not None:
                        service.ask(text, sni)
                helper.ask(CLIENT, text, None, text)
                helper.ask(CLIENT, text, LISTED, text)
                helper.ask(CLIENT, LISTED, LISTED, text)
                helper.ask(CLIENT, text, None, b"68.64.0.1")
                helper.ask(text, LISTED, LISTED)


def ask_clients(helper):
    for client in (b"192.0.2.0", b"192.0.1.255", b"198.51.100.127",
                   b"198.51.100.128", b"2001:db8:20::", b"2001:db8:21::",
                   b"::ffff:192.0.2.255", b"-", b"[2001:db8:20::1]"):
        for host in (LISTED, b"68.64.0.1", b"apis.google.com"):
            helper.ask(client, host, None)
            helper.ask(client, host, LISTED)


def check_listing(name, matcher, files):
    """What the slow matcher reads is what the programs read."""
    done = subprocess.run([COMMAND, "list", "--json", "-c", files[0], "-C",
                           files[1]], check=True, stdout=subprocess.PIPE)
    theirs = sorted((entry["source"], entry["name"] or entry["network"])
                    for entry in json.loads(done.stdout)["entries"])
    ours = sorted((entry.source, entry.text) for entry in matcher.entries
                  if entry.on)
    if ours != theirs or not ours:
        raise Wrong("%s: not one list of entries:\n  %r\n  %r" %
                    (name, ours, theirs))


def stage(folder, policy):
    """Files of their own, which the readers trust whatever the umask."""
    catalog = os.path.join(folder, "catalog")
    os.makedirs(catalog, 0o755, exist_ok=True)
    source = os.path.join(SRCDIR, "squid-conf", "catalog")
    texts = {os.path.join(folder, "policy.yaml"): policy.yaml().encode()}
    for name in sorted(os.listdir(source)):
        if name.endswith(".yaml"):
            with open(os.path.join(source, name), "rb") as file:
                texts[os.path.join(catalog, name)] = file.read()
    for path, text in texts.items():
        with open(path, "wb") as file:
            file.write(text)
        os.chmod(path, 0o644)
    return os.path.join(folder, "policy.yaml"), catalog


def run(name, policy, every, folder, texts):
    files = stage(folder, policy)
    matcher = slow.Slow(policy, [slow.read_document(os.path.join(files[1], n))
                                 for n in sorted(os.listdir(files[1]))])
    check_listing(name, matcher, files)
    counts = [Count(), Count()]
    helper = Helper(matcher, files, counts[0])
    service = None
    if os.access(HARNESS, os.X_OK):
        service = Service(matcher, files, counts[1])
    ask_hostile(texts, helper, service)
    if every == 1 or name == "wide":
        ask_names(matcher, helper, service)
        ask_networks(matcher, helper, service)
        ask_clients(helper)
    helper.flush()
    if service is not None:
        service.flush()
        print("%-8s service: %d requests, %d with a yes, %d wrong; %d not "
              "read by c-icap" % (name, counts[1].asked, counts[1].yes,
                                  counts[1].wrong, service.unread))
    else:
        print("%-8s service: not built" % name)
    print("%-8s helper: %d lines, %d with a yes, %d wrong" %
          (name, counts[0].asked, counts[0].yes, counts[0].wrong))
    return counts


def main():
    every = int(sys.argv[2]) if sys.argv[1:2] == ["--every"] else 1
    if not os.path.isdir(CORPORA):
        print("no corpora in %s; name their folder in GTB_CORPORA" % CORPORA)
        return 77
    texts = hostile(every)
    print("%d vectors, glued: %d texts asked about" % (len(vectors()),
                                                       len(texts)))
    total = []
    try:
        for name, policy in POLICIES.items():
            if every > 1 and name == "strict":
                continue
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                total += run(name, policy, every, folder, texts)
    except Wrong as error:
        print("FAILED:", error)
        return 1
    asked, yes, wrong = (sum(getattr(count, key) for count in total)
                         for key in ("asked", "yes", "wrong"))
    print("corpora: %d answers compared, %d yes, %d wrong" %
          (asked, yes, wrong))
    return 0 if wrong == 0 and yes > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
