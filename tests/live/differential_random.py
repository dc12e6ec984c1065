#!/usr/bin/env python3
"""Random policies, each emitted and put to a running Squid by a
reconfiguration: what Squid does must be what is decided, and that what the
manual page says (differential_model.py). And Squid must not warn.

    differential_random.py FOLDER native|external COUNT SEED

FOLDER is one of rig.bash, whose Squid is running; GTB and GTB_HELPER name the
programs. The same seed makes the same policies and questions. A policy that
shows a difference is printed whole.
"""
import asyncio
import collections
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time

import differential
import differential_ask
import differential_judge
from differential_policy import Policy, client, questions

READY = re.compile("Reconfiguring Squid Cache.*"
                   "Accepting SSL bumped HTTP Socket", re.DOTALL)
READY_S = 20
QUESTIONS = 120         # about each policy
LEAST = 100             # answers of each kind, yes and no, of all policies
NO_ADDRESSES = ("0.0.0.0", "::")        # in no network, says Squid

# In an emitted file that two lists for a verdict do not tell wholly.
NESTED = " entries are exceptions to exceptions, which these lines cannot tell"


def replace(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.chmod(path + ".new", 0o644)
    os.rename(path + ".new", path)


def install(policy, folder):
    for name, lines in policy.lists.items():
        replace(os.path.join(folder, name), "\n".join(lines) + "\n")
    replace(os.path.join(folder, "policy.yaml"), policy.text)


# --- Squid ------------------------------------------------------------------

def emit(folder, via, name=None):
    """The file; name: of intercepted ports, for which there are lines, too."""
    out = subprocess.run(
        differential.program(
            folder, "emit", "squid", "--mode", "explicit", "--via", via,
            "--tail", "terminate", "--helper",
            folder + "/bin/ext_goto_bypass_acl",
            *(("--port-name", name + "=intercept") if name else ())),
        stdout=subprocess.PIPE, text=True)
    if out.returncode == 0:
        replace(os.path.join(folder, "goto-bypass.conf"), out.stdout)
    return out.stdout


def cache_log(folder):
    with open(folder + "/state/cache.log", errors="replace") as file:
        return file.read()


def proxy_of(folder):
    with open(folder + "/port") as file:
        return "127.0.0.1", int(file.read())


def is_open(proxy):
    try:
        socket.create_connection(proxy, READY_S).close()
    except ConnectionRefusedError:
        return False
    return True


def reconfigure(folder):
    """Returns what Squid said meanwhile. It says so before it listens."""
    before = len(cache_log(folder))
    with open(folder + "/squid.pid") as file:
        os.kill(int(file.read()), signal.SIGHUP)
    stop = time.monotonic() + READY_S
    while (not READY.search(text := cache_log(folder)[before:]) or
           not is_open(proxy_of(folder))):
        if time.monotonic() > stop:
            raise SystemExit("Squid did not come back:\n" + text[-2000:])
        time.sleep(0.01)
    return text


def warnings(said):
    return [line for line in said.splitlines()
            if "WARNING" in line or "ERROR" in line]


# --- the answers ------------------------------------------------------------

# With this every entry is on but the shared ones, on all its ports.
ALL_ON = """tiers:
  optional: {enabled: yes}
  third-party: {enabled: yes}
  legacy: {enabled: yes}
ports: [443, 80, 8200]
"""


class Run:
    """What stays from policy to policy."""

    def __init__(self, folder, via):
        replace(os.path.join(folder, "policy.yaml"), ALL_ON)
        self.catalog = differential.entries(folder)
        self.folder = folder
        self.via = via
        self.used = set()       # sources of connections
        self.counts = collections.Counter()

    def ask(self, policy):
        """Records as differential_judge.py has them."""
        asked = list(questions(policy, QUESTIONS))
        since = os.path.getsize(os.path.join(self.folder, differential.LOG))
        answers = asyncio.run(differential_ask.ask_all(
            asked, [client(policy) for _ in asked], proxy_of(self.folder),
            os.environ["RIG_USER"], self.used))
        return differential_judge.complete(differential.records_of(
            self.folder, asked, answers, since))


def without_sni(records):
    """The CONNECT, as Squid sees it before the hello."""
    return [dict(record, facts=dict(record["facts"], sni="-"))
            for record in records]


def expected(record, before, via):
    """By the helper a splice is asked about again as for a login, now with
    the server name; who had to log in for the CONNECT has done so."""
    if record["kind"] == "auth":
        return differential_judge.decision(record)
    return differential_judge.decision(record) and (
        via == "native" or record["words"]["gtb_auth_"] == "bypass" or
        before["words"]["gtb_auth_"] == "require")


def is_known(record, emitted):
    """Where Squid's lists are the stricter ones."""
    return not record["done"] and (
        record["facts"]["host"] in NO_ADDRESSES or NESTED in emitted)


VERDICTS = (("auth", "gtb_auth_", "bypass"), ("tls", "gtb_tls_", "splice"))


def modelled(model, record):
    facts = record["facts"]
    host = facts["host"].replace("%5B", "").replace("%5D", "")
    sni = None if facts["sni"] == "-" else facts["sni"]
    return model.decide(facts["client"], host, int(facts["port"]), sni)


def unlike_model(run, model, records):
    """Where the decision is not what the manual page says."""
    model.add_catalog(run.catalog)
    for record in records:
        wanted = modelled(model, record)
        said = {verdict for verdict, key, yes in VERDICTS
                if record["words"][key] == yes}
        if said != wanted:
            yield "%s by %s: by the manual %s, decided %s" % (
                record["question"], record["source"], wanted,
                record["words"])


def differences(run, records, emitted):
    befores = without_sni(records)
    differential_judge.decide(records, run.folder)
    differential_judge.decide(befores, run.folder)
    for record, before in zip(records, befores):
        if record["done"] is None:
            raise SystemExit("refused by Squid: %(question)s %(answer)s"
                             % record)
        run.counts[record["kind"], record["done"]] += 1
        if record["done"] == expected(record, before, run.via):
            continue
        if is_known(record, emitted):
            run.counts["known"] += 1
            continue
        yield "%s by %s: Squid %s, decided %s" % (
            record["question"], record["source"], record["done"],
            record["words"])


def try_policy(run, policy):
    """What is wrong with it, one a line."""
    install(policy, run.folder)
    emitted = emit(run.folder, run.via,
                   policy.rng.choice((None, "elsewhere")))
    if not emitted:
        return ["refused"]
    said = reconfigure(run.folder)
    wrong = warnings(said)
    records = run.ask(policy)
    wrong += differences(run, records, emitted)
    wrong += unlike_model(run, policy.model, records)
    return wrong


def enough(counts):
    """Prints what was answered."""
    for kind in ("auth", "tls"):
        for answer in (False, True):
            print(kind, answer, counts[kind, answer])
            if counts[kind, answer] < LEAST:
                return False
    print("known", counts["known"])
    return True


def main():
    folder, via, count, seed = sys.argv[1:]
    run = Run(folder, via)
    bad = 0
    for number in range(int(count)):
        policy = Policy(random.Random("%s %d" % (seed, number)))
        wrong = try_policy(run, policy)
        if wrong:
            bad += 1
            print("--- policy %d" % number, policy.text, policy.lists,
                  *wrong[:10], sep="\n")
    return 0 if enough(run.counts) and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
