"""The files that the runs are made on: small, with one of everything."""
import os

DOCUMENTS = {
    "one.yaml": """document: one
title: t
version: "1"
checked: 2026-11-20
source: s
status: current
products: [meeting]
notes: [x, y]
internal-networks: [10.0.0.0/8]
networks:
  - {row: n, network: 68.64.0.0/19, tier: required, tcp: [443], udp: [1853]}
names:
  - {row: r, name: "*.goto.com", tier: required, hosting: [goto], tcp: [443]}
  - {row: o, name: flags.example, tier: optional, tcp: [443, 80], use: u}
""",
    "two.yaml": """document: two
title: t
version: "1"
checked: 2026-11-20
source: s
status: legacy
products: [meeting]
names:
  - {row: r, name: old.example, tier: legacy, tcp: [443]}
modes:
  - {row: m, title: t, clients: c, rules: [{action: drop, protocol: tcp,
     ports: [443], to: any, via: proxy}]}
""",
}

LISTS = {
    "names.txt": ".list.example\nhost.example.net\n" + "".join(
        ".n%d.example\n" % i for i in range(210)),
    "nets.txt": "68.66.0.0/24\n68.67.0.1-68.67.0.9\n",
    "never.txt": "never.goto.com\n",
}

# What both policies have; what is listed comes from the catalog and a list.
COMMON = """ports: [443, 80]
tiers: {optional: {enabled: yes, bypass: [auth]}}
products: {training: no}
identities: [{name: all, clients: [192.0.2.0/24, "2001:db8::/32"]}]
exclude: {names: [x.goto.com], networks: [68.64.31.0/24]}
lists:
  - {file: names.txt, form: dstdomain, ports: [443]}
  - {file: nets.txt, form: dst, bypass: [tls]}
  - {file: never.txt, form: dstdomain, exclude: yes}
"""
FIRST = COMMON + """own:
  - name: revoked.example
  - {network: 192.0.2.1, special: yes}
"""
OTHER = COMMON + "own: [{name: another.example}]\n"
SECOND = COMMON + "own: [{name: added.example, use: u}]\n"
FEW = "own: [{name: few.example}, {network: 68.66.0.0/24}]\n"
BROKEN = FIRST + "nonsense: 1\nname-only: perhaps\n"


def write(path, text):
    """A whole file at once; a reader finds the old one or this one."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path + ".new", 0o644)
    os.rename(path + ".new", path)


def ship(folder):
    """The files that are installed."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../../squid-conf")
    os.makedirs(os.path.join(folder, "catalog"), mode=0o755)
    for name in ["policy.yaml"] + [
            os.path.join("catalog", name) for name in
            os.listdir(os.path.join(source, "catalog"))]:
        with open(os.path.join(source, name), encoding="utf-8") as file:
            write(os.path.join(folder, name), file.read())


def make(folder):
    """The files, in a new folder."""
    os.makedirs(os.path.join(folder, "catalog"), mode=0o755)
    os.chmod(folder, 0o755)
    for name, text in DOCUMENTS.items():
        write(os.path.join(folder, "catalog", name), text)
    for name, text in LISTS.items():
        write(os.path.join(folder, name), text)
    write(os.path.join(folder, "policy.yaml"), FIRST)
    write(os.path.join(folder, "second.yaml"), SECOND)
    write(os.path.join(folder, "broken.yaml"), BROKEN)
    write(os.path.join(folder, "few.yaml"), FEW)
