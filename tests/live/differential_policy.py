"""Policies made up at random, what they mean (differential_model.py), and
what there is to ask about them."""
import ipaddress

from differential_ask import Question
from differential_model import Entry, Model

PORTS = (443, 80, 8200, 8443)

# Few labels and networks, so that entries often touch each other.
ROOTS = ("goto.com", "getgo.com", "youtube.com", "x.example", "z.y.example")
LABELS = ("a", "b", "www")
NETS = ("198.18.0.0/15", "68.64.0.0/19", "23.239.224.0/19", "10.0.0.0/8",
        "64.74.80.0/24", "2001:db8::/32", "fd00::/8", "::/0", "0.0.0.0/0")
CLIENTS = "127.64.0.0/10"


# --- a policy ---------------------------------------------------------------

class Policy:
    def __init__(self, rng, excluded_nets=2):
        """excluded_nets: at most."""
        self.rng = rng
        self.excluded_nets = excluded_nets
        self.names = []         # all that it speaks of, with "*." or without
        self.nets = []
        self.clients = []
        self.lists = {}         # file: lines
        self.model = Model()
        self.text = "".join((
            self.tiers(), self.products(), self.ports(), self.shared(),
            self.identities(), self.exclude(), self.own(), self.files()))

    def some(self, most, make):
        return [make() for _ in range(self.rng.randint(0, most))]

    def bypass(self):
        return self.rng.choice((["auth", "tls"], ["auth", "tls"], ["auth"],
                                ["tls"]))

    def yes(self):
        return self.rng.choice((True, True, False))

    def add(self, text, bypass=(), ports=(), excludes=False):
        self.model.entries.append(Entry(str(text), bypass, ports, excludes))

    def name(self, wild=True):
        labels = self.some(3, lambda: self.rng.choice(LABELS))
        name = ".".join(labels + [self.rng.choice(ROOTS)])
        if wild and self.rng.random() < 0.5:
            name = "*." + name
        self.names.append(name)
        return name

    def net(self, inside=NETS, kept=None):
        base = ipaddress.ip_network(self.rng.choice(inside))
        bits = self.rng.choice((base.prefixlen, base.prefixlen + 1,
                                base.prefixlen + self.rng.randint(0, 8),
                                base.max_prefixlen))
        bits = min(bits, base.max_prefixlen)
        number = int(base.network_address) | self.rng.getrandbits(
            base.max_prefixlen - base.prefixlen or 1)
        net = ipaddress.ip_network(
            (type(base.network_address)(number), bits), strict=False)
        (self.nets if kept is None else kept).append(net)
        return net

    # --- its parts ---

    def tiers(self):
        for tier in ("required", "optional", "third-party", "legacy"):
            self.model.tiers[tier] = (self.yes(), self.bypass())
        return "tiers:\n" + "".join(
            "  %s: {enabled: %s, bypass: %s}\n" % (
                tier, word(enabled), flow(bypass))
            for tier, (enabled, bypass) in self.model.tiers.items())

    def products(self):
        for product in ("meeting", "webinar", "training", "connect"):
            self.model.products[product] = self.yes()
        return "products: {%s}\n" % ", ".join(
            "%s: %s" % (product, word(enabled))
            for product, enabled in self.model.products.items())

    def ports(self):
        self.model.ports = self.rng.sample(PORTS[:3], self.rng.randint(1, 3))
        return "ports: %s\n" % self.model.ports

    def shared(self):
        if self.yes():
            self.model.shared = ["*.youtube.com"]
        return "shared: %s\n" % flow(self.model.shared)

    def identities(self):
        if self.rng.random() < 0.6:
            return ""
        lines = ["identities:\n"]
        for number in range(self.rng.randint(1, 3)):
            nets = list(dict.fromkeys(
                self.net((CLIENTS,), self.clients)
                for _ in range(self.rng.randint(1, 3))))
            bypass = self.bypass()
            self.model.identities.append((nets, bypass))
            lines.append("  - {name: id%d, clients: %s, bypass: %s}\n" % (
                number, flow(nets), flow(bypass)))
        return "".join(lines)

    def exclude(self):
        names = list(dict.fromkeys(self.some(3, self.name)))
        nets = list(dict.fromkeys(self.some(
            self.excluded_nets, lambda: self.net(NETS[:-2]))))
        for text in names + nets:
            self.add(text, excludes=True)
        if not names and not nets:
            return ""
        return "exclude:\n  names: %s\n  networks: %s\n" % (
            flow(names), flow(nets))

    def own(self):
        rows = []
        for name in dict.fromkeys(self.some(6, self.name)):
            rows.append(self.own_row(name, 'name: "%s"%s' % (
                name, ", shared: yes" * (name[0] == "*"))))
        for net in dict.fromkeys(self.some(4, self.net)):
            rows.append(self.own_row(net, 'network: "%s", wide: yes, '
                                     'special: yes' % net))
        return "own:\n" + "".join(rows) if rows else ""

    def own_row(self, item, text):
        bypass = self.bypass()
        ports = sorted({443, self.rng.choice(PORTS)})
        self.add(item, bypass, ports)
        return "  - {%s, bypass: %s, ports: %s}\n" % (text, flow(bypass),
                                                     ports)

    def files(self):
        """A list of exclusions, with wildcards, or of names."""
        if self.rng.random() < 0.6:
            return ""
        excludes = self.rng.random() < 0.3
        names = [self.name(wild=excludes) for _ in range(3)]
        bypass = self.bypass()
        for name in names:
            self.add(name, bypass, [443], excludes)
        self.lists["names.txt"] = [name.removeprefix("*") for name in names]
        return "lists:\n  - {file: names.txt, form: dstdomain, %s}\n" % (
            "exclude: yes" if excludes else "bypass: %s" % flow(bypass))


def word(enabled):
    return "yes" if enabled else "no"


def flow(items):
    return "[%s]" % ", ".join('"%s"' % item for item in items)


# --- questions --------------------------------------------------------------

def hosts(policy):
    """At, below, above and beside what the policy speaks of."""
    for name in policy.names:
        bare = name.removeprefix("*.")
        yield from (bare, "a." + bare, "q.www." + bare, "q" + bare,
                    bare.partition(".")[2])
    yield from ROOTS


def addresses(policy):
    for net in policy.nets:
        first, last = int(net[0]), int(net[-1])
        for number in {first, last, (first + last) // 2, first - 1, last + 1}:
            if 0 <= number < 1 << net.max_prefixlen:
                yield type(net[0])(number)


def host_text(address):
    return ("[%s]" if address.version == 6 else "%s") % address


def questions(policy, count):
    rng = policy.rng
    names = sorted(set(hosts(policy)))
    targets = names + [host_text(a) for a in sorted(
        set(addresses(policy)), key=lambda a: (a.version, int(a)))]
    for _ in range(count):
        host = rng.choice(targets)
        port = rng.choice(PORTS + 6 * (443,))
        sni = rng.choice((host, host, rng.choice(names), None))
        if sni is not None and (":" in sni or sni[-1].isdigit()):
            sni = rng.choice((None, rng.choice(names)))
        kind = rng.choice(("auth", "tls", "tls"))
        if kind == "auth":
            sni = None
        yield Question(kind, host.encode(), sni and sni.encode(), port)


def client(policy):
    """At the edges of an identity, or anywhere."""
    rng = policy.rng
    net = rng.choice(policy.clients + [ipaddress.ip_network(CLIENTS)])
    address = rng.choice((net[0], net[-1], net[0] - 1, net[-1] + 1,
                          net[rng.randrange(net.num_addresses)]))
    return str(address)
