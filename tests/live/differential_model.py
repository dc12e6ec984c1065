"""The decision once more, by the words of goto-bypass-policy(5), for well
formed requests to an explicit proxy. It reads the policy as it was made up,
not its file; of the catalog it is given the entries."""
import ipaddress

BOTH = {"auth", "tls"}


class Entry:
    def __init__(self, text, bypass=(), ports=(), excludes=False):
        self.net = None
        self.name = text
        self.bypass = set(bypass)
        self.ports = set(ports)
        self.excludes = excludes
        if ":" in text or text[-1].isdigit():
            self.net = ipaddress.ip_network(text)

    def covers_address(self, address):
        return (self.net is not None and
                self.net.version == address.version and address in self.net)

    def covers_name(self, name):
        """How specific: the longer the more, and exact the most; 0 not."""
        if self.net is not None:
            return 0
        if name == self.name:
            return 1000
        bare = self.name.removeprefix("*.")
        if bare != self.name and (name == bare or name.endswith("." + bare)):
            return len(bare)
        return 0


class Model:
    def __init__(self):
        self.tiers = {}         # name: (enabled, bypass)
        self.products = {}      # name: enabled
        self.ports = []
        self.shared = []
        self.identities = []    # (networks, bypass)
        self.entries = []       # own ones, lists and exclusions
        self.catalog = []

    def add_catalog(self, listed):
        """listed: of "list --json --all", under a policy that has it all on;
        what such a policy still has to name is shared."""
        for entry in listed:
            enabled, bypass = self.tiers[entry["tier"]]
            text = entry["name"] or entry["network"]
            if (enabled and any(self.products[p] for p in entry["products"])
                    and (entry["state"] == "on" or text in self.shared)):
                self.catalog.append(Entry(text, bypass, set(entry["ports"]) &
                                          set(self.ports)))

    def is_client(self, client, verdict):
        return not self.identities or any(
            verdict in bypass and
            any(ipaddress.ip_address(client) in net for net in nets)
            for nets, bypass in self.identities)

    def address_says(self, address, port):
        found = [e for e in self.entries + self.catalog
                 if e.covers_address(address)]
        if any(e.excludes for e in found):
            return set()
        return set().union(*(e.bypass for e in found if port in e.ports))

    def name_says(self, name, port):
        name = name.lower()
        found = [e for e in self.entries + self.catalog
                 if e.covers_name(name)]
        if not found or any(e.excludes for e in found):
            return set()
        best = max(e.covers_name(name) for e in found)
        return set().union(*(e.bypass for e in found
                             if e.covers_name(name) == best and
                             port in e.ports))

    def decide(self, client, host, port, sni):
        """The verdicts that are a bypass; sni None: there is none."""
        try:
            says = self.address_says(ipaddress.ip_address(host), port)
            proven = True
        except ValueError:
            says = self.name_says(host, port)
            proven = sni is not None
        if sni is not None:
            says &= self.name_says(sni, port)
        if not proven:
            says -= {"tls"}
        return {v for v in says if self.is_client(client, v)}
