"""What each of four says to a question, and where they do not agree:

plain       Squid's ACLs over the policy's lists, as an admin would write them
native      the emitted file, --via native, on a running Squid
external    the same with the helper, --via external, or the service
decision    the helper, given by hand the very values that Squid logged

Letters: y yes, n no, "." not asked; Squid's own refusals, such as 400, are
counted and go no further.
"""
import collections
import ipaddress
import json
import os
import re
import subprocess

OPINIONS = ("plain", "native", "external", "decision")
LEAST = 100             # answers of each kind, yes and no
TOLD = 100              # disagreements, at most
WHY_EVERY = 40          # questions of which one is put to "why" as well


# --- what Squid did ---------------------------------------------------------

def bumps(record):
    return {line["bump"] for line in record["lines"]}


def tunnel(record):
    if record["answer"].startswith("spliced"):
        return True
    if "terminate" in bumps(record) or (
            "splice" in bumps(record) and record["answer"] in ("ended", "403")):
        return False
    return None


def access(record):
    """To what it will not let pass otherwise Squid says 200 too, and tells
    inside the connection, which it inspects ("bump")."""
    if record["answer"] == "407":
        return False
    if record["answer"] == "200" and "bump" not in bumps(record):
        return True
    return None


def done(record):
    return (tunnel if record["kind"] == "tls" else access)(record)


# --- what the plain ACLs said -----------------------------------------------

def plain(record, port):
    """They are made for one port."""
    marks = set()
    for line in record["lines"]:
        marks.update(re.split(r"%2C|%20|,", line["plain"]))
    if record["facts"]["port"] != port:
        return None
    if marks & {"not_host", "not_net"}:
        return False
    if record["kind"] != "tls":
        return bool(marks & {"auth_host", "auth_net"})
    if not marks & {"tls_host", "tls_net"}:
        return False
    return record["facts"]["sni"] == "-" or ("tls_sni" in marks and
                                             "not_sni" not in marks)


# --- what is decided --------------------------------------------------------

FACTS = ("client", "method", "host", "port", "sni", "dst")


def helper_line(number, record):
    """dst: of intercepted ports alone."""
    facts = record["facts"]
    return "%d %s splice\n" % (number, " ".join(
        facts[key] for key in FACTS if key in facts))


def words(reply):
    return dict(word.split("=", 1) for word in reply if "=" in word)


def decide(records, folder):
    """To each record the helper's own words."""
    lines = "".join(helper_line(*x) for x in enumerate(records, 1))
    out = subprocess.run(
        [os.environ["GTB_HELPER"], "-c", folder + "/policy.yaml", "-C",
         folder + "/catalog"], input=lines, check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for line in out.splitlines():
        reply = line.split(" ")
        records[int(reply[0]) - 1]["words"] = words(reply)


def decision(record):
    if record["kind"] == "tls":
        return record["words"]["gtb_tls_"] == "splice"
    return record["words"]["gtb_auth_"] == "bypass"


# --- the table --------------------------------------------------------------

class Row:
    """name, question (tls, or auth for GET too), opinions, host, SNI: regular
    expressions; and a sentence."""

    def __init__(self, line):
        self.name, *self.patterns, self.sentence = re.split(r"\t+", line)
        self.met = 0

    def meets(self, record):
        facts = record["facts"]
        texts = (record["kind"], record["opinions"], facts["host"],
                 facts["sni"])
        return (re.fullmatch(self.patterns[0], texts[0]) and
                re.fullmatch(self.patterns[1], texts[1]) and
                all(re.search(*x) for x in zip(self.patterns[2:], texts[2:])))


def read_table(path):
    with open(path, encoding="ascii") as file:
        return [Row(line.rstrip("\n")) for line in file
                if line.strip() and not line.startswith("#")]


def find_row(rows, record):
    for row in rows:
        if row.meets(record):
            row.met += 1
            return row
    return None


# --- what arrived behind the proxy ------------------------------------------

def covers(entry, host):
    """Not as the program does it: by the text."""
    if entry["network"]:
        try:
            return ipaddress.ip_address(host.strip("[]")) in \
                ipaddress.ip_network(entry["network"])
        except ValueError:
            return False
    return host == entry["name"] or (
        entry["name"].startswith("*.") and
        (host == entry["name"][2:] or host.endswith(entry["name"][1:])))


def is_listed(listed, verdict, host):
    found = [e for e in listed if covers(e, host)]
    return (re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]", host) and
            any(e["state"] == "on" and e[verdict] for e in found) and
            not any(e["state"] == "exclude" for e in found))


def strangers(folder, listed):
    """Targets that were let through to the world, and are in no list."""
    with open(folder + "/world.log", encoding="latin-1") as file:
        for line in file:
            word, _, target = line.rstrip("\n").partition(" ")
            found = re.fullmatch(r"(?:http://)?([^/@]*?)(?::\d+)?(?:/.*)?",
                                 target)
            verdict = "auth" if word == "request" else "tls"
            if not found or not is_listed(listed, verdict, found[1]):
                yield "%s: %s" % (os.path.basename(folder), line.rstrip())


# --- other doors ------------------------------------------------------------

def unescape(text):
    raw = re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]),
                 text.encode("latin-1"))
    return os.fsdecode(raw)


def why_says(record, program):
    facts = record["facts"]
    host, sni = unescape(facts["host"]), unescape(facts["sni"])
    command = program + ["--json", "--method", facts["method"],
                         "--client", facts["client"]]
    command += ["--no-sni"] if sni == "-" else ["--sni=" + sni]
    command += ["--", host + ":" + facts["port"]]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode == 2:    # no request at all, says the command line
        return "require", "inspect"
    out = json.loads(done.stdout)
    return out["auth"]["verdict"], out["tls"]["verdict"]


def is_for_why(record):
    """Not what a command line cannot say, or says otherwise."""
    return not re.search("%00|://", record["facts"]["host"] +
                         record["facts"]["sni"])


def why_differs(records, program):
    chosen = [r for r in records if is_for_why(r)][::WHY_EVERY]
    for record in chosen:
        mine = (record["words"]["gtb_auth_"], record["words"]["gtb_tls_"])
        said = why_says(record, program)
        if said != mine:
            yield "why says %s, the helper %s: %s" % (
                said, mine, record["question"])
    print("asked why:", len(chosen))


def notes_differ(records, others):
    """What the helper told Squid at a splice, and what it says now."""
    count = 0
    for record, other in zip(records, others):
        for line in other["lines"]:
            if line["bump"] != "splice" or line["auth"] == "-":
                continue
            count += 1
            if (line["auth"], line["tls"]) != (
                    record["words"]["gtb_auth_"], record["words"]["gtb_tls_"]):
                yield "noted %s, %s, decided %s: %s" % (
                    line["auth"], line["tls"], record["words"],
                    record["question"])
    print("notes of the helper:", count)
    if count < LEAST:
        yield "the helper was hardly asked"


# --- all of it --------------------------------------------------------------

Files = collections.namedtuple("Files", "name table native external")


def complete(records):
    """With what Squid logged and did."""
    for record in records:
        if not record["lines"]:
            raise SystemExit("not in access.log: %(question)s" % record)
        # Behind a denied splice stands a line without a request.
        record["facts"] = ([line for line in record["lines"]
                            if line["method"] != "-"] or record["lines"])[-1]
        record["done"] = done(record)
    return records


def load(folder, name):
    with open("%s/%s.json" % (folder, name)) as file:
        return complete(json.load(file))


def letter(opinion):
    return "." if opinion is None else "ny"[opinion]


def tell(record):
    return "%s %s (host %s, SNI %s): %s" % (
        record["opinions"], record["question"], record["facts"]["host"],
        record["facts"]["sni"], record["words"]["gtb_reason_"])


def compare(records, others, port, rows):
    """Every disagreement that no row explains; counts are printed."""
    counts = collections.Counter()
    for record, other in zip(records, others):
        if record["done"] is None or other["done"] is None:
            counts[record["kind"], "refused by Squid"] += 1
            if record["done"] != other["done"]:
                yield "%s: native %s, external %s" % (
                    record["question"], record["answer"], other["answer"])
            continue
        record["opinions"] = "".join(map(letter, (
            plain(record, port), record["done"], other["done"],
            decision(record))))
        counts[record["kind"], letter(record["done"])] += 1
        if len(set(record["opinions"]) - {"."}) > 1 and \
                not find_row(rows, record):
            yield tell(record)
    for what, count in sorted(counts.items()):
        print(*what, count)
    for kind in ("auth", "tls"):
        for opinion in "ny":
            if counts[kind, opinion] < LEAST:
                yield "too few answers: %s %s" % (kind, opinion)


def is_of_service(folder):
    """Its Squid asks c-icap, which leaves no notes."""
    return os.path.exists(folder + "/icap1")


def judge(files, listed, port, program):
    """listed: all entries; port: of the plain ACLs; program: "why"."""
    rows = read_table(files.table)
    others = load(files.external, files.name)
    asked = {other["question"] for other in others}
    records = [record for record in load(files.native, files.name)
               if record["question"] in asked]
    if [r["question"] for r in records] != [r["question"] for r in others]:
        raise SystemExit("not the same questions")
    decide(records, files.native)
    wrong = list(compare(records, others, port, rows))
    wrong += why_differs(records, program)
    if not is_of_service(files.external):
        wrong += notes_differ(records, others)
    for folder in (files.native, files.external):
        wrong += strangers(folder, listed)
    for row in rows:
        print("row", row.name, row.met)
        if files.name == "own" and not row.met and \
                not is_of_service(files.external):
            wrong.append("row never met: " + row.name)
    print(*wrong[:TOLD], sep="\n")
    return 1 if wrong else 0
