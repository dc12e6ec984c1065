#!/usr/bin/env python3
"""Random policies, each emitted and put to a running Squid that intercepts:
what it splices must be what is decided.

    differential_intercepted.py FOLDER native|external COUNT SEED

Run by differential_intercepted.bash. All names here have all of ADDRESSES, so
that Squid's own check of a name never fails. Listed networks are spliced by
address, before there is a server name: then the decision without one counts.
"""
import asyncio
import collections
import os
import random
import sys
import time

import differential_ask
import differential_judge
import differential_random
import hello
from differential_policy import PORTS, Policy, client, hosts

# In the networks of differential_policy.py, and one that is in none.
ADDRESSES = ("68.64.5.1", "68.64.30.2", "198.18.3.4", "198.19.9.9",
             "23.239.225.7", "10.1.2.3", "64.74.80.9", "203.0.113.10")
NAMESERVER = ("127.255.255.254", 53)    # as rig.bash has it
OPEN_S = 10
LEAST = 100             # connections spliced, and others
HTTP = 80               # no TLS is ever let through there
EXCLUDED_NETS = 2     # at most, in a policy


class Question:
    kind = "tls"

    def __init__(self, policy, names):
        rng = policy.rng
        self.client = client(policy)
        self.address = rng.choice(ADDRESSES)
        self.port = rng.choice(PORTS + 6 * (443,))
        self.sni = rng.choice([None] + 3 * [rng.choice(names)])

    def facts(self, sni):
        return {"client": self.client, "method": "CONNECT",
                "host": self.address, "port": str(self.port),
                "sni": sni or "-", "dst": self.address}

    def __str__(self):
        return "%s to %s:%d, SNI %s" % (self.client, self.address, self.port,
                                        self.sni)


# --- the network ------------------------------------------------------------

class Nameserver(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        end = data.index(b"\0", 12) + 5
        found = b""
        if data[end - 4:end - 2] == b"\0\1":    # A
            found = b"".join(
                b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" +
                bytes(map(int, address.split("."))) for address in ADDRESSES)
        head = b"\x81\x80\0\1" + bytes((0, len(found) // 16)) + b"\0\0\0\0"
        self.transport.sendto(data[:2] + head + data[12:end] + found, addr)


async def connect(question):
    """Squid says that it is ready a moment before it listens."""
    stop = time.monotonic() + OPEN_S
    while True:
        try:
            return await asyncio.open_connection(
                question.address, question.port,
                local_addr=(question.client, 0))
        except ConnectionRefusedError:
            if time.monotonic() > stop:
                raise
            await asyncio.sleep(0.01)


async def is_spliced(question):
    reader, writer = await connect(question)
    names = [] if question.sni is None else [question.sni.encode()]
    try:
        writer.write(hello.client_hello(names, os.urandom(32)))
        reply = await asyncio.wait_for(reader.read(4096),
                                       differential_ask.TIMEOUT_S)
    except ConnectionError:
        return False
    finally:
        writer.close()
    return reply.startswith(b"origin ")


async def ask_all(questions):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        Nameserver, local_addr=NAMESERVER)
    gate = asyncio.Semaphore(differential_ask.CONNECTIONS)

    async def one(question):
        async with gate:
            return await is_spliced(question)

    try:
        return await asyncio.gather(*map(one, questions))
    finally:
        transport.close()


# --- judging ----------------------------------------------------------------

def decide(questions, folder, with_sni):
    """Of each: is no login asked for, is it spliced?"""
    records = [{"facts": q.facts(q.sni if with_sni else None)}
               for q in questions]
    differential_judge.decide(records, folder)
    return [(r["words"]["gtb_auth_"] == "bypass",
             r["words"]["gtb_tls_"] == "splice") for r in records]


def differences(folder, questions, answers, emitted):
    """An address that may be spliced but not pass without login is spliced
    before there is a name, and then refused whatever the name gives."""
    known = differential_random.NESTED in emitted
    for question, spliced, named, by_address in zip(
            questions, answers, decide(questions, folder, True),
            decide(questions, folder, False)):
        if spliced and not all(named) and not all(by_address):
            yield "spliced, but not decided: %s" % question
        if (all(named) and not spliced and question.port != HTTP and
                by_address != (False, True) and not known):
            yield "decided, but not spliced: %s" % question


def try_policy(folder, via, policy, counts):
    differential_random.install(policy, folder)
    emitted = differential_random.emit(folder, via, "tls")
    if not emitted:
        return ["refused"]
    said = differential_random.reconfigure(folder)
    names = sorted(set(hosts(policy)))
    questions = [Question(policy, names)
                 for _ in range(differential_random.QUESTIONS)]
    answers = asyncio.run(ask_all(questions))
    counts.update(answers)
    return differential_random.warnings(said) + list(
        differences(folder, questions, answers, emitted))


def main():
    folder, via, count, seed = sys.argv[1:]
    counts = collections.Counter()
    bad = 0
    for number in range(int(count)):
        policy = Policy(random.Random("%s %d" % (seed, number)),
                        EXCLUDED_NETS)
        wrong = try_policy(folder, via, policy, counts)
        if wrong:
            bad += 1
            print("--- policy %d" % number, policy.text, policy.lists,
                  *wrong[:10], sep="\n")
    print("spliced", counts[True], "not", counts[False])
    return 0 if not bad and min(counts[True], counts[False]) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
