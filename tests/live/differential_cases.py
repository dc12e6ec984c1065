"""What the differential test asks about: names and addresses made of the
policy's own entries, and foreign vectors where there are any."""
import ipaddress
import itertools
import json
import os
import re

from differential_ask import Question

LISTED = b"www.goto.com"        # auth and tls, by every policy here
UNLISTED = b"www.example.net"
PORTS = (80, 8200, 22, 8080, 444)


# --- names ------------------------------------------------------------------

def long_name(name, size):
    """Labels of a letter before the name, size bytes in all."""
    pad = size - len(name) - 1
    return "b" * (1 + (pad + 1) % 2) + ".b" * ((pad - 1) // 2) + "." + name


def same_or_below(name):
    """Spellings of the name, and names below it."""
    yield from (name, "www." + name, "a.b.c." + name, "1." + name,
                "xn--bcher-kva." + name, "a--b." + name, name.upper(),
                "wWw." + name.title(), name + ".", "www." + name + ".",
                name + "..", "x" * 63 + "." + name,
                long_name(name, 252), long_name(name, 253))


def odd(name):
    """What is no name, though it ends in a listed one, or begins with it."""
    yield from ("." + name, ".." + name, "www.." + name, "*." + name,
                "*" + name, "_." + name, "a_b." + name, "_dmarc." + name,
                "-." + name, "-a." + name, "a-." + name, "a.-b." + name,
                name + "-", "-" + name, "y" * 64 + "." + name,
                long_name(name, 254), long_name(name, 255),
                long_name(name, 256), long_name(name, 300),
                "user@" + name, name + "@" + "evil.example",
                "evil.example%00." + name, "www%2e" + name,
                name.replace(".", "%2e", 1), "%77ww." + name,
                "evil.example#." + name, "evil.example/." + name,
                "evil.example?." + name, "evil.example\\." + name,
                "evil.example;." + name, "evil.example," + name,
                "evil.example:443." + name, "[" + name + "]",
                "[evil]." + name, name + "%", "~." + name, "a'b." + name,
                "a\u00adb." + name, "\u0430." + name, "\uff57." + name,
                name.replace(".", "\u3002", 1), name + "\u200b")


def look_alikes(name):
    """Names of others."""
    first, _, rest = name.partition(".")
    yield from ("evil" + name, "evil-" + name, "www-" + name, name + "evil",
                name + ".evil.example", "www." + name + ".evil.example",
                name + "-evil.example", name + "." + name + ".example",
                first, rest, first + "-" + rest, first + "." + first,
                first + rest, first + "x." + rest, first[:-1] + "." + rest,
                "x" + name[1:], name.replace("o", "0", 1),
                name.replace("l", "1", 1), name.replace("m", "rn", 1),
                "xn--" + first + "-x0a." + rest, name + ".0", name + ".1.",
                name[:-1], name + "x", name.replace(".", "_"),
                name.replace(".", "-"), name.replace(".", ""))
    yield name.replace("o", "\u043e", 1)        # Cyrillic, as it is
    yield (name.replace("o", "\u043e", 1).encode("idna").decode()
           if "o" in name else "xn--0-wtb." + name)


def spellings(name):
    return itertools.chain(same_or_below(name), odd(name), look_alikes(name))


# Not of a name, but of what Squid or a pattern may take for one.
NO_NAMES = ("*", "*.com", "*.*", "*.*.com", ".", "..", "-", "_", "%", "com",
            ".com", "localhost", "none", "0", "[]", "[", "]", "::", "a:b",
            "com.", "*.goto.co*", "?.goto.com", "gtb-test", "$(id).goto.com",
            "\"www.goto.com\"", "'www.goto.com'", "www.goto.com\u0131")

# Possible in a server name alone.
ONLY_SNI = (b"www.goto.com\n", b"www.goto.com\r\n7 OK", b"\nwww.goto.com",
            b"evil.example\n2 x.goto.com", b"evil.example .goto.com",
            b" www.goto.com", b"www.goto.com ", b"\twww.goto.com",
            b"evil.example\0.goto.com", b"www.goto.com\0",
            b"www.goto.com\0.evil.example", b"\0www.goto.com",
            b"\xff\xfe.goto.com", b"\x7f.goto.com", b"", b"\0", b" ", b"\n",
            b"www.goto.com:443", b"https://www.goto.com", b"a" * 4000 +
            b".goto.com", b"b." * 3000 + b"goto.com")


# --- addresses --------------------------------------------------------------

def around(net):
    """First, last and middle of a network, and just outside both sides."""
    size = net.num_addresses
    first = int(net.network_address)
    for number in {first, first + 1, first + size // 2, first + size - 1,
                   max(first - 1, 0), first + size}:
        yield type(net.network_address)(number)


def v4_spellings(address):
    a, b, c, d = address.packed
    number = int(address)
    yield from (str(address), str(address) + ".", str(number), hex(number),
                "0%o" % number, "%d.%d.%d" % (a, b, c << 8 | d),
                "%d.%d" % (a, number & 0xffffff),
                "0%o.0%o.0%o.0%o" % (a, b, c, d),
                "0x%x.0x%x.0x%x.0x%x" % (a, b, c, d),
                "%03d.%03d.%03d.%03d" % (a, b, c, d),
                "%d.%d.%d.%d" % (a, b, c, d + 256),
                "%d.%d.%d.%d.%d" % (0, a, b, c, d), str(number + (1 << 32)),
                "[::ffff:%s]" % address, "[::ffff:%x:%x]" % (number >> 16,
                                                            number & 0xffff),
                "[::%s]" % address, "::ffff:%s" % address, "[%s]" % address,
                "[64:ff9b::%s]" % address, "[2002:%x:%x::]" % (
                    number >> 16, number & 0xffff), "%s%%00" % address,
                "%d.%d.%d.%d " % (a, b, c, d), "+%s" % address,
                "%s.goto.com" % address, "%s.evil.example" % address,
                "-%s" % address, "%s/32" % address, ".%s" % address,
                "%s%%2e%d.%d.%d" % (a, b, c, d),
                "\uff11%s" % str(address)[1:])


def v6_spellings(address):
    text = str(address)
    full = address.exploded
    yield from ("[%s]" % text, text, "[%s]" % full, "[%s]" % text.upper(),
                "%%5B%s%%5D" % text, "[%s" % text, "%s]" % text,
                "[[%s]]" % text, "[%s]." % text, "[%s%%25eth0]" % text,
                "[%s%%eth0]" % text, "[%s].goto.com" % text,
                "[%s]goto.com" % text, "[%s/128]" % text, "[0%s]" % text,
                "[%s::]" % text)


def address_spellings(address):
    return (v4_spellings if address.version == 4 else v6_spellings)(address)


def plain(address):
    return ("[%s]" if address.version == 6 else "%s") % address


# --- foreign vectors --------------------------------------------------------

def c_text(text):
    return text.encode("utf-8").decode("unicode_escape", "replace")


def first_columns(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#") and line.strip():
                yield c_text(line.rstrip("\n").split("\t")[0])


def words(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith(("//", "#")):
                yield from (w for w in line.split() if w != "null")


def quoted(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.search(r'"((?:[^"\\]|\\.)*)"', line)
            if found and not line.startswith("#"):
                yield c_text(found[1])


def json_inputs(path):
    with open(path, encoding="utf-8") as file:
        for line in map(json.loads, file):
            yield line["input"]
            if line.get("hostname"):
                yield line["hostname"]


def authority(url):
    return re.sub(r"^[a-z]+:/*", "", url).split("/")[0]


READERS = {"crlf.txt": words, "glibc_inet_aton.tsv": first_columns,
           "glibc_inet_pton.tsv": first_columns,
           "libcidr_fromstr.tsv": first_columns, "psl_tests.txt": words,
           "ssrf_urls.txt": words, "url.dict": quoted,
           "wpt_http_hosts.jsonl": json_inputs}


def vectors(folder):
    """All texts of the corpora, and the authorities of those with a scheme."""
    found = {}
    for name, reader in READERS.items():
        for text in reader(os.path.join(folder, name)):
            found[text] = True
            found[authority(text)] = True
    return [text for text in found if text]


# --- questions --------------------------------------------------------------

def to_bytes(text):
    return text.encode("utf-8", "surrogatepass")


def fits_a_line(target):
    """Nothing that would end the request's line or its target."""
    return target and not re.search(rb"[\0-\x20\x7f]", target)


def about_name(name):
    """name: bytes; as host, as SNI, and as both."""
    if fits_a_line(name):
        yield Question("auth", name)
        yield Question("tls", name, name)
        yield Question("tls", name, LISTED)
    yield Question("tls", LISTED, name)


def about_address(target, address):
    yield Question("auth", target)
    for sni in (None, LISTED, UNLISTED, target):
        yield Question("tls", target, sni)
    if address:
        yield Question("get", b"http://%s:443/" % target)


def about_entries(names, nets):
    for name in names:
        for text in spellings(name):
            yield from about_name(to_bytes(text))
        for port in PORTS:
            yield Question("auth", to_bytes(name), None, port)
            yield Question("tls", to_bytes(name), to_bytes(name), port)
        yield Question("tls", to_bytes(name), None)
        yield Question("get", b"http://www.%s:443/x" % to_bytes(name))
        yield Question("get", b"http://%s/x" % to_bytes(name))
    for text in NO_NAMES:
        yield from about_name(to_bytes(text))
    for sni in itertools.chain(ONLY_SNI, map(to_bytes, NO_NAMES)):
        yield Question("tls", LISTED, sni)
        yield Question("tls", to_bytes(plain(some_address(nets, 4))), sni)
    for net in nets:
        for address in around(net):
            yield from about_address(to_bytes(plain(address)), address)
        for port in PORTS:
            yield Question("tls", to_bytes(plain(net[0])), None, port)


def some_address(nets, version):
    """One that is listed, and without a 0 at its end."""
    return next(net[9] for net in nets if net.version == version and
                net.num_addresses > 9)


def about_spelt_addresses(nets):
    for version in (4, 6):
        for text in address_spellings(some_address(nets, version)):
            if fits_a_line(to_bytes(text)):
                yield from about_address(to_bytes(text), None)


def about_vectors(folder, address):
    for vector in map(to_bytes, vectors(folder)):
        below = vector + b".goto.com"
        for host in (vector, below, b"goto.com." + vector,
                     b"www.goto.com" + vector):
            if fits_a_line(host):
                yield Question("auth", host)
        if fits_a_line(below):
            yield Question("tls", below, below)
        for sni in (vector, below, b"goto.com." + vector):
            yield Question("tls", LISTED, sni)
        yield Question("tls", address, vector)
        if b"://" in vector and fits_a_line(vector):
            yield Question("get", vector)


def distinct(questions):
    """Without those too long for what hello.py can say in one record."""
    return list({q.key(): q for q in questions if q.sni is None or
                 len(q.sni) < 1 << 13}.values())


def own_questions(names, nets):
    """names: of all entries, without "*."; nets: of all entries."""
    nets = list(map(ipaddress.ip_network, nets))
    return distinct(itertools.chain(about_entries(names, nets),
                                    about_spelt_addresses(nets)))


def foreign_questions(folder, nets):
    address = some_address(list(map(ipaddress.ip_network, nets)), 4)
    return distinct(about_vectors(folder, to_bytes(plain(address))))
