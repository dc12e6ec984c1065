#!/usr/bin/env python3
"""matrix.py FOLDER: every combination of options of goto-bypass emit squid.

Emits each of them, holds the texts against principles.py, breaks some of
them (mutants.py) to see that it notices, and puts every different text to
squid -k parse, in a squid.conf as an admin has it. FOLDER holds policies
(*.policy.yaml), a catalog and ca.pem, and takes the rest. GTB and SQUID are
in the environment. Prints counts and what was wrong; exits 1 if anything was.
"""
import concurrent.futures
import hashlib
import itertools
import os
import re
import subprocess
import sys

import mutants
import principles

FOLDER = os.path.abspath(sys.argv[1])
GTB = os.environ["GTB"]
SQUID = os.environ["SQUID"]
JOBS = 2
BATCH = 8               # texts in one squid.conf

# Options, the names of the intercepted ports, and of all if all have one.
PORTS = [
    ("--mode explicit", "", ""),
    ("--mode intercept", "gtb_intercept", "gtb_intercept"),
    ("--mode tproxy", "gtb_tproxy", "gtb_tproxy"),
    ("--mode explicit,intercept", "gtb_intercept", ""),
    ("--mode explicit,tproxy", "gtb_tproxy", ""),
    ("--mode intercept,tproxy", "gtb_intercept,gtb_tproxy",
     "gtb_intercept,gtb_tproxy"),
    ("--mode explicit,intercept,tproxy", "gtb_intercept,gtb_tproxy", ""),
    ("--port-name web=explicit", "", "web"),
    ("--port-name tls=intercept", "tls", "tls"),
    ("--port-name tls=tproxy", "tls", "tls"),
    ("--mode explicit --port-name tls=intercept", "tls", ""),
    ("--mode explicit --port-name a=intercept --port-name b=tproxy", "a,b", ""),
    ("--mode intercept --port-name web=explicit", "gtb_intercept",
     "gtb_intercept,web"),
    ("--port-name web=explicit --port-name a=intercept --port-name b=intercept",
     "a,b", "a,b,web"),
]
# Policies that limit the clients.
LIMITED = ["identities.policy.yaml", "networks.policy.yaml"]

VIA = ["external", "native"]

# The service asks for a login itself; ports of each kind will do.
ICAP_VIA = ["icap", "icap,external"]
ICAP_PORTS = [PORTS[i] for i in (0, 1, 3, 7, 10, 12)]
ICAP_URIS = ["", "icap://10.0.0.5:1344/goto_bypass",
             "icaps://[fd00::6]:11344/goto_bypass?a=b"]

BYPASS = ["auth", "tls", "auth,tls"]
TAIL = ["bump", "terminate", "none"]
AUTH_ACL = ["", "authed"]

# Numbers and versions change one line each: not with everything else.
TTL = ["1", "2", "60"]
CHILDREN = ["1", "4", "32"]
CONCURRENCY = ["1", "100", "120"]
VERSION = ["", "5", "6", "7"]

# Every combination is made, those of options without effect too.
NO_EFFECT = re.compile(
    r"goto-bypass: warning: (--helper|--auth-acl) has no effect ")


class Combination:
    def __init__(self, policy, ports, via, bypass, tail, auth_acl, more=()):
        self.policy = policy
        self.words = ports[0].split() + ["--via", via, "--bypass", bypass,
                                         "--tail", tail]
        if auth_acl:
            self.words += ["--auth-acl", auth_acl]
        self.words += more
        self.intercepted = ports[1]
        self.named = ports[2]
        self.via = via
        self.tail = tail
        self.auth_acl = auth_acl
        self.identities = policy in LIMITED

    def __str__(self):
        return " ".join(self.words) + " (%s)" % self.policy

    def emit(self):
        run = subprocess.run(
            [GTB, "emit", "squid", *self.words, "--helper", "/bin/true",
             "-c", os.path.join(FOLDER, self.policy),
             "-C", os.path.join(FOLDER, "catalog")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.text = run.stdout.decode()
        said = [line for line in run.stderr.decode().splitlines()
                if not NO_EFFECT.match(line)]
        self.failure = "\n".join(said) or (
            "" if run.returncode == 0 else "no word of what failed")
        return self

    def lines(self):
        """The text without comments: what Squid reads."""
        return "".join(line + "\n" for line in self.text.split("\n")
                       if line and line[0] != "#")

    def wrong(self):
        if self.failure:
            return ["%s: %s" % (self, self.failure)]
        return ["%s: line %d: %s: %s" % ((self,) + breach)
                for breach in principles.breaches(self.text, self)]


def combinations(policies):
    for row in itertools.product(policies, PORTS, VIA, BYPASS, TAIL, AUTH_ACL):
        yield Combination(*row)
    for row in itertools.product(policies, ICAP_PORTS, ICAP_VIA, BYPASS, TAIL):
        yield Combination(*row, "authed")
    for count in range(1, len(ICAP_URIS) + 1):
        more = [word for uri in ICAP_URIS[1:count]
                for word in ("--icap", uri)]
        yield Combination("plain.policy.yaml", PORTS[3], "icap", "auth,tls",
                          "bump", "authed", more)
    # Where there is no login to lift, none need be asked for.
    yield Combination("plain.policy.yaml", PORTS[0], "icap", "tls", "bump", "")
    base = PORTS[0], PORTS[1], PORTS[11]
    for ports in base:
        for ttl, children, concurrency, version in itertools.product(
                TTL, CHILDREN, CONCURRENCY, VERSION):
            more = ["--ttl", ttl, "--children", children,
                    "--concurrency", concurrency]
            if version:
                more += ["--squid", version]
            yield Combination("plain.policy.yaml", ports, "external",
                              "auth,tls", "bump", "authed", more)


# --- Squid --------------------------------------------------------------------

HEAD = """http_port 127.0.0.1:3128 ssl-bump tls-cert={0}/ca.pem
http_port 127.0.0.1:3129 name=web
acl localnet src 10.0.0.0/8 fc00::/7
acl SSL_ports port 443
acl Safe_ports port 80 443 1025-65535
acl CONNECT method CONNECT
auth_param basic program /bin/cat
acl authed proxy_auth REQUIRED
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access deny !localnet
"""
FOOT = "http_access allow authed\nhttp_access deny all\n"


def renamed(text, number):
    """The same lines with names of their own, for one more in a squid.conf."""
    return re.sub(r"\bgtb_", "gtb_%d_" % number, text)


def parse(texts):
    """What squid -k parse says against texts that stand in one file."""
    name = hashlib.sha256("".join(texts).encode()).hexdigest()[:16]
    path = os.path.join(FOLDER, name + ".conf")
    with open(path, "w") as file:
        file.write(HEAD.format(FOLDER))
        for number, text in enumerate(texts):
            file.write(renamed(text, number) if len(texts) > 1 else text)
        file.write(FOOT)
    run = subprocess.run([SQUID, "-k", "parse", "-f", path],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log = run.stdout.decode(errors="replace")
    said = [line for line in log.split("\n")
            if "Processing: " not in line and
            re.search(r"warning|error|fatal|notice|upgrade|bungled|unrecogni",
                      line, re.I)]
    read = log.count("Processing: http_access deny all")
    if run.returncode != 0 or said or read != 1:
        return "%s: status %d, %s" % (path, run.returncode, "\n".join(said))
    os.unlink(path)
    return ""


def parse_all(texts):
    batches = [texts[i:i + BATCH] for i in range(0, len(texts), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [said for said in pool.map(parse, batches) if said]


# --- the whole ----------------------------------------------------------------

def mutate(combos):
    """Mutants that were not seen, or that no text could have."""
    wrong = []
    met = set()
    for combo in combos:
        for i, seen in mutants.seen(combo.text, combo):
            met.add(i)
            if not seen:
                wrong.append("%s: not seen: %s" % (combo,
                                                   mutants.MUTANTS[i]))
    for i, mutant in enumerate(mutants.MUTANTS):
        if i not in met:
            wrong.append("no text can have: %s" % (mutant,))
    missing = set(principles.CHECKS) - {row[0] for row in mutants.MUTANTS}
    wrong += ["no mutant for " + name for name in sorted(missing)]
    return wrong, len(met)


def versions_alike(combos):
    """--squid changes the comments alone."""
    seen = {}
    for combo in combos:
        words = list(combo.words)
        if "--squid" in words:
            del words[words.index("--squid"):words.index("--squid") + 2]
        key = (combo.policy, tuple(words))
        if seen.setdefault(key, combo.lines()) != combo.lines():
            yield "%s: other lines for another version" % combo


def main():
    policies = sorted(name for name in os.listdir(FOLDER)
                      if name.endswith(".policy.yaml"))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        combos = list(pool.map(Combination.emit, combinations(policies)))
    wrong = [line for combo in combos for line in combo.wrong()]
    wrong += versions_alike(combos)
    # Every 13th: 13 divides none of the counts, so all options take part.
    broken, count = mutate(combos[::13] + [combo for combo in combos
                                           if "--icap" in combo.words])
    texts = sorted({combo.lines() for combo in combos})
    said = parse_all(texts)
    print("combinations %d, breaches %d" % (len(combos), len(wrong)))
    print("mutants %d of %d, not seen %d" % (count, len(mutants.MUTANTS),
                                             len(broken)))
    print("texts %d, complaints %d" % (len(texts), len(said)))
    for lines in (wrong, broken, said):
        for line in lines[:2000]:
            print(line)
    return 1 if wrong or broken or said else 0


if __name__ == "__main__":
    sys.exit(main())
