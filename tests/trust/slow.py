"""The decision once more, slowly: lists of labels, Python's ipaddress, one
loop over all entries. It shares nothing with the C code but the words of
goto-bypass-policy(5), so that where both say yes, two readers agree.

Everything that comes from a request is bytes, as received."""
import functools
import ipaddress
import re

LDH = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-")
VERDICTS = ("auth", "tls")


# --- what a request says ---------------------------------------------------

def read_labels(text):
    """The labels of a name, folded; None: it is no name."""
    if text.endswith(b"."):
        text = text[:-1]
    if not 1 <= len(text) <= 253 or not text.isascii():
        return None
    labels = text.lower().split(b".")
    for label in labels:
        if (not 1 <= len(label) <= 63 or not LDH.issuperset(label)
                or label[:1] == b"-" or label[-1:] == b"-"):
            return None
    return None if labels[-1].isdigit() else tuple(labels)


def read_address(text):
    """An address; None: it is none. Mapped IPv4 is IPv4."""
    if not re.fullmatch(rb"[0-9a-fA-F:.]{2,45}", text):
        return None
    try:
        address = ipaddress.ip_address(text.decode("ascii"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def read_host(text):
    """("name", labels), ("address", address) or None."""
    labels = read_labels(text)
    if labels is not None:
        return "name", labels
    for left, right in ((rb"\[", rb"\]"), (rb"%5[Bb]", rb"%5[Dd]")):
        inside = re.fullmatch(left + rb"(.*:.*)" + right, text, re.DOTALL)
        if inside:
            text = inside.group(1)
            break
    address = read_address(text)
    return None if address is None else ("address", address)


def read_port(text):
    if not re.fullmatch(rb"[1-9][0-9]{0,4}", text) or int(text) > 65535:
        return None
    return int(text)


class Query:
    """Facts as received: bytes, or None where not known."""

    def __init__(self, client, method, host, port, sni, dst=None):
        self.client = client
        self.method = method
        self.host = host
        self.port = port
        self.sni = sni
        self.dst = dst


# --- what is listed --------------------------------------------------------

class Entry:
    def __init__(self, text, source, bypass=(), ports=(), hosting=(),
                 on=True, excludes=False):
        self.text = text
        self.source = source
        self.bypass = frozenset(bypass)
        self.ports = frozenset(ports)
        self.hosting = frozenset(hosting)
        self.on = on
        self.excludes = excludes
        self.net = None
        self.labels = None
        self.wildcard = text.startswith("*.")
        if "/" in text:
            self.net = ipaddress.ip_network(text)
        else:
            bare = text[2:] if self.wildcard else text
            self.labels = tuple(bare.encode().split(b"."))

    def rank(self, labels):
        """How near a name is covered: the greater the nearer; 0 not."""
        if self.labels is None:
            return 0
        if labels == self.labels and not self.wildcard:
            return 1000
        mine = len(self.labels)
        return mine if self.wildcard and labels[-mine:] == self.labels else 0

    def holds(self, address):
        return (self.net is not None and address.version == self.net.version
                and address in self.net)


def flow(text):
    return [item.strip() for item in text.strip().strip("[]").split(",")]


def read_document(path):
    """The entries of a catalog file, as dicts of texts. Of YAML it knows what
    the shipped files use: a key a line, lists in brackets."""
    head, entries, section = {}, [], None
    with open(path, encoding="ascii") as file:
        for line in file:
            if re.match(r"[a-z]+:", line):
                section = line.partition(":")[0]
            match = re.fullmatch(r"(  - |    |)([a-z]+): +(\S.*)\n", line)
            if not match:
                continue
            indent, key, value = match.groups()
            if not indent:
                head[key] = value.strip('"')
            elif section in ("names", "networks"):
                if indent == "  - ":
                    entries.append({})
                entries[-1][key] = value.strip('"')
    return head, entries


class Policy:
    """The policy as a dict; yaml() is what the programs are given."""

    def __init__(self, **keys):
        self.tiers = {"required": ("auth", "tls")}
        self.products = {"meeting", "webinar", "training", "connect"}
        self.ports = [443]
        self.shared = []
        self.identities = []          # (name, clients, bypass)
        self.exclude = []
        self.own = []		# (text, bypass, ports, hosting)
        self.name_only = "bypass"
        self.mismatch = "refuse"
        for key, value in keys.items():
            setattr(self, key, value)

    def yaml(self):
        out = ["tiers:"]
        for tier in ("required", "optional", "third-party", "legacy"):
            out.append("  %s: {enabled: %s, bypass: [%s]}" % (
                tier, "yes" if tier in self.tiers else "no",
                ", ".join(self.tiers.get(tier, ("auth",)))))
        out.append("products: {%s}" % ", ".join(
            "%s: %s" % (product, "yes" if product in self.products else "no")
            for product in ("meeting", "webinar", "training", "connect")))
        out.append("ports: %r" % self.ports)
        if self.shared:
            out.append("shared: [%s]" % ", ".join('"%s"' % name
                                                  for name in self.shared))
        if self.identities:
            out.append("identities:")
        for name, clients, bypass in self.identities:
            out.append("  - {name: %s, clients: [%s], bypass: [%s]}" % (
                name, ", ".join('"%s"' % client for client in clients),
                ", ".join(bypass)))
        if self.exclude:
            out.append("exclude:")
        for kind in ("names", "networks"):
            texts = ['"%s"' % text for text in self.exclude
                     if ("/" in text) == (kind == "networks")]
            if texts:
                out.append("  %s: [%s]" % (kind, ", ".join(texts)))
        if self.own:
            out.append("own:")
        for text, bypass, ports, hosting in self.own:
            more = (", special: yes, wide: yes" if "/" in text else
                    ", hosting: [%s]" % ", ".join(hosting) if hosting else "")
            out.append('  - {%s: "%s", bypass: [%s], ports: %r%s}' % (
                "network" if "/" in text else "name", text,
                ", ".join(bypass), ports, more))
        out.append("name-only: %s" % self.name_only)
        out.append("destination-mismatch: %s" % self.mismatch)
        return "\n".join(out) + "\n"


# --- the decision ----------------------------------------------------------

class Slow:
    def __init__(self, policy, documents):
        self.policy = policy
        self.entries = []
        for head, entries in documents:
            for entry in entries:
                self.add_entry(head, entry)
        for number, (text, bypass, ports, hosting) in enumerate(policy.own):
            self.entries.append(Entry(text, "policy:own-%d" % (number + 1),
                                      bypass, ports, hosting))
        counts = {"names": 0, "networks": 0}
        for text in policy.exclude:
            kind = "networks" if "/" in text else "names"
            counts[kind] += 1
            self.entries.append(Entry(text, "policy:exclude-%s-%d" % (
                kind, counts[kind]), excludes=True))
        self.nets = [e for e in self.entries if e.net is not None]
        self.names = [e for e in self.entries if e.net is None]
        self.clients = [([ipaddress.ip_network(client) for client in clients],
                         bypass) for _, clients, bypass in policy.identities]
        # The same names and addresses come again and again.
        self.of_name = functools.lru_cache(1 << 16)(self.find_name)
        self.of_address = functools.lru_cache(1 << 16)(self.find_address)

    def add_entry(self, head, entry):
        policy = self.policy
        text = entry.get("name") or entry["network"]
        products = flow(entry.get("products") or head["products"])
        tcp = set()
        for port in flow(entry.get("tcp", "")):
            first, _, last = port.partition("-")
            if first:
                tcp.update(range(int(first), int(last or first) + 1))
        if tcp and "probes" in head:
            tcp.update(int(port) for port in flow(head["probes"]))
        on = (entry["tier"] in policy.tiers
              and not policy.products.isdisjoint(products)
              and ("shared" not in entry or text in policy.shared))
        self.entries.append(Entry(
            text, head["document"] + ":" + entry["row"],
            policy.tiers[entry["tier"]] if on else (),
            tcp.intersection(policy.ports),
            flow(entry.get("hosting", "")), on))

    def find_name(self, labels):
        """The entries that are on and nearest; None: excluded."""
        found = [(e.rank(labels), e) for e in self.names if e.rank(labels)]
        if any(e.excludes for _, e in found):
            return None
        best = max((rank for rank, e in found if e.on), default=0)
        return [e for rank, e in found if rank == best and e.on]

    def find_address(self, address):
        found = [e for e in self.nets if e.holds(address)]
        if any(e.excludes for e in found):
            return None
        return [e for e in found if e.on]

    def is_client(self, client, verdict):
        if not self.clients:
            return True
        return client is not None and any(
            verdict in bypass and any(client.version == net.version and
                                      client in net for net in nets)
            for nets, bypass in self.clients)

    def located(self, entry, facts):
        """Is a name of this entry good enough for where it goes?"""
        if not facts["dst"] or facts["near"]:
            return True
        if self.policy.name_only == "refuse":
            return False
        if entry.hosting == {"goto"} and self.policy.mismatch == "refuse":
            return False
        return facts["tunnel"] or facts["sni"] is not None

    def name_yes(self, labels, facts, verdict):
        return any(facts["port"] in e.ports and verdict in e.bypass
                   and self.located(e, facts) for e in self.of_name(labels))

    def address_yes(self, address, facts, verdict):
        return any(facts["port"] in e.ports and verdict in e.bypass
                   for e in self.of_address(address))

    def read(self, query):
        """All facts, read; None: one of them is malformed."""
        facts = {"tunnel": True, "sni": None, "dst": None, "client": None,
                 "near": False}
        if query.host is None or query.port is None:
            return None
        facts["port"] = read_port(query.port)
        facts["host"] = read_host(query.host)
        if query.method is not None:
            facts["tunnel"] = query.method in (b"CONNECT", b"NONE")
            if not re.fullmatch(rb"[A-Za-z0-9_.-]{1,32}", query.method):
                return None
        wanted = ["port", "host"]
        for fact, reader in (("sni", read_labels), ("dst", read_address),
                             ("client", read_address)):
            if getattr(query, fact) is not None:
                facts[fact] = reader(getattr(query, fact))
                wanted.append(fact)
        if any(facts[fact] is None for fact in wanted):
            return None
        return facts

    def names_and_addresses(self, facts):
        kind, host = facts["host"]
        names = [facts["sni"]] if facts["sni"] is not None else []
        addresses = [facts["dst"]] if facts["dst"] is not None else []
        (names if kind == "name" else addresses).append(host)
        return names, addresses

    def yes(self, facts, verdict):
        kind, host = facts["host"]
        if kind == "address" and host == facts["dst"]:
            # The first host of an intercepted port is no fact of its own.
            if facts["sni"] is not None:
                return self.name_yes(facts["sni"], facts, verdict)
            return self.address_yes(host, facts, verdict)
        if kind == "address" and facts["dst"] is not None \
                and not facts["near"]:
            return False
        says = self.name_yes if kind == "name" else self.address_yes
        return says(host, facts, verdict) and (
            facts["sni"] is None
            or self.name_yes(facts["sni"], facts, verdict))

    def decide(self, query):
        """{"auth": bool, "tls": bool}; None: malformed."""
        facts = self.read(query)
        if facts is None:
            return None
        names, addresses = self.names_and_addresses(facts)
        if (any(self.of_name(name) is None for name in names)
                or any(self.of_address(addr) is None for addr in addresses)):
            return dict.fromkeys(VERDICTS, False)
        facts["near"] = facts["dst"] is not None and bool(
            self.of_address(facts["dst"]))
        answer = {verdict: self.yes(facts, verdict)
                  and self.is_client(facts["client"], verdict)
                  for verdict in VERDICTS}
        proven = facts["sni"] is not None or any(
            self.of_address(address) for address in addresses)
        answer["tls"] = answer["tls"] and facts["tunnel"] and proven
        return answer


# --- lines and requests ----------------------------------------------------

def read_line(line):
    """A helper's line in a stream with ids: None where no reply is due, else
    (id, question, query), the last two None where it is malformed."""
    if line.endswith(b"\r"):
        line = line[:-1]
    match = re.match(rb"([0-9]{1,20})(?: |\Z)", line)
    if not match or int(match.group(1)) >= 2 ** 64:
        return None
    digits, rest = match.group(1), line[match.end():]
    fields = rest.removesuffix(b" ").split(b" ")
    if (len(line) > 4096 or not 6 <= len(fields) <= 7
            or not all(re.fullmatch(rb"[!-~]+", field) for field in fields)
            or fields[-1] not in (b"auth", b"splice")):
        return digits, None, None
    facts = [None if field == b"-" else field for field in fields[:-1]]
    return digits, fields[-1], Query(*facts)


HOST = rb"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
CONNECT = re.compile(rb"CONNECT " + HOST + rb":([1-9][0-9]{0,4}) HTTP/1\.[01]")
PLAIN = re.compile(rb"([A-Za-z-]{1,32}) http://" + HOST +
                   rb"(?::([1-9][0-9]{0,4}))?(?:/[!-~]*)? HTTP/1\.[01]")


def read_request(line, client, sni):
    """A request line of HTTP; None: malformed."""
    match = CONNECT.fullmatch(line)
    if match:
        return Query(client, b"CONNECT", match.group(1), match.group(2), sni)
    match = PLAIN.fullmatch(line)
    if match is None or match.group(1) == b"CONNECT":
        return None
    return Query(client, match.group(1), match.group(2),
                 match.group(3) or b"80", sni)
