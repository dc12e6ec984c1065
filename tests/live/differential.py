#!/usr/bin/env python3
"""The same questions to Squid's plain ACLs, to the emitted file on a running
Squid, and to the decision.

    differential.py log FOLDER
        prints lines for squid.conf: an access.log of the values that Squid
        hands to helpers
    differential.py plain FOLDER
        prints lines for squid.conf: what an admin's own plain ACLs, made of
        the same lists, say of each request, as notes
    differential.py ask FOLDER own
    differential.py ask FOLDER own "" EVERY
    differential.py ask FOLDER foreign CORPORA
        asks FOLDER's Squid about the policy's own entries and what looks like
        them, or one question of so many, or about foreign vectors;
        FOLDER/own.json is the outcome
    differential.py judge own|foreign TABLE NATIVE EXTERNAL
        compares the answers of two folders to what the second was asked;
        prints what it counted, then every disagreement that is not in the
        table. With "own" a row of the table that was never met is wrong, too,
        unless the second asks the service, which needs fewer.

FOLDER is one of rig.bash. GTB and GTB_HELPER name the programs.
"""
import asyncio
import collections
import ipaddress
import json
import os
import subprocess
import sys
import time

import differential_ask
import differential_cases
import differential_judge

LOG_S = 20              # Squid logs a connection when it ends
CLIENTS = 127 << 24 | 16 << 16  # the first of their addresses
LOG = "state/differential.log"
FIELDS = ("source", "client", "status", "bump", "method", "host", "port",
          "sni", "plain", "auth", "tls", "reason")
FORMAT = ("%>a:%>p %>a %03>Hs %ssl::bump_mode %#>rm %#>rd %#>rP %#ssl::>sni "
          "%#note{plain_} %note{gtb_auth_} %note{gtb_tls_} "
          "%note{gtb_reason_}")


def program(folder, *words):
    return [os.environ["GTB"], *words, "--policy", folder + "/policy.yaml",
            "--catalog", folder + "/catalog"]


def entries(folder):
    out = subprocess.run(program(folder, "list", "--json", "--all"),
                         check=True, capture_output=True, text=True).stdout
    return json.loads(out)["entries"]


# --- plain ACLs -------------------------------------------------------------

PLAIN_PORT = 443        # the one the plain ACLs are made for


def squid_name(name):
    return name[1:] if name.startswith("*.") else name


def without_covered_names(names):
    """Squid warns of a name that another one covers."""
    def covered(name):
        tail = name.lstrip(".")
        while tail:
            if "." + tail in names and "." + tail != name:
                return True
            tail = tail.partition(".")[2]
        return False
    return [name for name in names if not covered(name)]


def without_covered_nets(nets):
    nets = list(map(ipaddress.ip_network, nets))
    return [net for net in nets if not any(
        net != other and net.version == other.version and
        net.subnet_of(other) for other in nets)]


def plain_values(listed, verdict, what):
    """The names or networks an admin would put on an ACL."""
    if verdict == "not":
        chosen = [e for e in listed if e["state"] == "exclude"]
    else:
        chosen = [e for e in listed if e["state"] == "on" and e[verdict] and
                  PLAIN_PORT in e["ports"]]
    values = list(dict.fromkeys(e[what] for e in chosen if e[what]))
    if what == "network":
        return without_covered_nets(values)
    return without_covered_names(list(map(squid_name, values)))


PLAIN_TYPES = (("host", "name", "dstdomain -n", "http_access deny"),
               ("net", "network", "dst -n", "http_access deny"),
               ("sni", "name", "ssl::server_name --client-requested",
                "ssl_bump terminate plain_step2"))


def plain(folder):
    listed = entries(folder)
    print("acl plain_step2 at_step SslBump2")
    for verdict in ("auth", "tls", "not"):
        for where, what, kind, rule in PLAIN_TYPES:
            name = "plain_%s_%s" % (verdict, where)
            values = plain_values(listed, verdict, what)
            if not values:
                continue
            for value in values:
                print("acl", name, kind, value)
            print("acl", name + "_note annotate_transaction plain_+=%s_%s"
                  % (verdict, where))
            print("%s %s %s_note !all" % (rule, name, name))


def log(folder):
    print("logformat differential", FORMAT)
    print("access_log stdio:%s/%s differential" % (folder, LOG))


# --- asking -----------------------------------------------------------------

def read_log(folder, since=0):
    """The lines behind since bytes, by source."""
    found = collections.defaultdict(list)
    with open(os.path.join(folder, LOG), encoding="latin-1") as file:
        file.seek(since)
        for line in file:
            words = line.rstrip("\n").split(" ")
            if line.endswith("\n") and len(words) == len(FIELDS):
                found[words[0]].append(dict(zip(FIELDS, words)))
    return found


def records_of(folder, questions, answers, since=0):
    """What came of each question, with its lines of access.log."""
    stop = time.monotonic() + LOG_S
    found = read_log(folder, since)
    while time.monotonic() < stop and any(source not in found
                                          for _, source in answers):
        time.sleep(0.02)
        found = read_log(folder, since)
    return [{"question": str(question), "source": source,
             "kind": question.kind, "answer": answer,
             "lines": found.get(source, [])}
            for question, (answer, source) in zip(questions, answers)]


def ask(folder, name, corpora=None, every="1"):
    listed = entries(folder)
    names = dict.fromkeys(e["name"].removeprefix("*.") for e in listed
                          if e["name"])
    nets = list(dict.fromkeys(e["network"] for e in listed if e["network"]))
    if corpora:
        questions = differential_cases.foreign_questions(corpora, nets)
    else:
        questions = differential_cases.own_questions(list(names), nets)
    questions = questions[::int(every)]
    with open(os.path.join(folder, "port")) as file:
        proxy = "127.0.0.1", int(file.read())
    clients = [str(ipaddress.ip_address(CLIENTS + number))
               for number in range(len(questions))]
    answers = asyncio.run(differential_ask.ask_all(
        questions, clients, proxy, os.environ["RIG_USER"],
        set(read_log(folder))))
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(records_of(folder, questions, answers), file)


# --- judging ----------------------------------------------------------------

def judge(name, table, native, external):
    return differential_judge.judge(
        differential_judge.Files(name, table, native, external),
        entries(native), str(PLAIN_PORT), program(native, "why"))


def main():
    return {"log": log, "plain": plain, "ask": ask, "judge": judge}[
        sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
