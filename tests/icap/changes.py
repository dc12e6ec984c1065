#!/usr/bin/env python3
"""Change the policy under the service's feet.

usage: changes.py reach PORT CONNECTIONS POLICY
       changes.py storm PORT CONNECTIONS POLICY CHANGES [CTL]

reach: that many connections, each kept by a process of its own, are asked
until all have noticed an exclusion, then until all have noticed that it is
gone; prints the longest that took, in milliseconds.

storm: that many connections ask without a pause while the exclusion comes and
goes; prints how many answers there were, how many of either kind, and how
long the slowest took. Ends with 1 when an answer was neither the one nor the
other. With CTL, c-icap's pipe, each change is ordered at once, and seen before
the next.
"""
import os
import sys
import threading
import time

from talk import Icap, Request, exchange, parse, values

LINE = "CONNECT www.goto.com:443 HTTP/1.1"
LISTED = ("200", "auth, splice", "auth=listed-name, tls=listed-name")
EXCLUDED = ("204", "", "auth=excluded, tls=excluded")
LIMIT_S = 10


def ask(icap):
    request = Request(LINE, parse(["1", "--sni", "www.goto.com",
                                   "--client", "127.0.0.1"]))
    answer, http, status = exchange(icap, request)
    return (status, "".join(values(http, "X-GoTo-Bypass")),
            "".join(values(answer, "X-GoTo-Reason")))


class Policy:
    def __init__(self, path):
        self.path = path
        with open(path) as file:
            self.text = file.read()

    def put(self, excluded):
        more = 'exclude:\n  names:\n    - "*.goto.com"\n' if excluded else ""
        new = self.path + ".new"
        with open(new, "w") as file:
            file.write(self.text + more)
        os.chmod(new, 0o644)
        os.rename(new, self.path)


def until_all(connections, expected):
    start = time.monotonic()
    for icap in connections:
        while ask(icap) != expected:
            if time.monotonic() - start > LIMIT_S:
                sys.exit("not every process answers %s" % (expected,))
            time.sleep(0.01)
    return int((time.monotonic() - start) * 1000)


def reach(port, count, policy):
    connections = [Icap(port) for _ in range(count)]
    until_all(connections, LISTED)
    policy.put(True)
    first = until_all(connections, EXCLUDED)
    policy.put(False)
    print(max(first, until_all(connections, LISTED)))


class Asker(threading.Thread):
    def __init__(self, port):
        super().__init__()
        self.icap = Icap(port)
        self.end = False
        self.seen = {}
        self.slowest = 0
        self.failure = None

    def run(self):
        try:
            while not self.end:
                start = time.monotonic()
                answer = ask(self.icap)
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.seen[answer] = self.seen.get(answer, 0) + 1
        except Exception as error:      # whatever it is, it is told of
            self.failure = error


def order(ctl):
    with open(ctl, "w") as file:
        file.write("goto_bypass_reload")


def change(policy, excluded, ctl, icap):
    policy.put(excluded)
    if ctl:
        order(ctl)
        until_all([icap], EXCLUDED if excluded else LISTED)
    else:
        time.sleep(0.4)


def storm(port, count, policy, changes, ctl=None):
    icap = Icap(port)
    askers = [Asker(port) for _ in range(count)]
    for asker in askers:
        asker.start()
    for i in range(changes):
        change(policy, i % 2 == 0, ctl, icap)
    for asker in askers:
        asker.end = True
        asker.join()
    total = {}
    for asker in askers:
        for answer, number in asker.seen.items():
            total[answer] = total.get(answer, 0) + number
    print("%d answers, %d listed, %d excluded, slowest %d ms" % (
        sum(total.values()), total.get(LISTED, 0), total.get(EXCLUDED, 0),
        max(asker.slowest for asker in askers) * 1000))
    wrong = [a for a in total if a not in (LISTED, EXCLUDED)]
    wrong += [asker.failure for asker in askers if asker.failure]
    if wrong or LISTED not in total or EXCLUDED not in total:
        sys.exit("wrong: %s" % (wrong,))


def main():
    what, port, count, path = sys.argv[1:5]
    if what == "reach":
        reach(int(port), int(count), Policy(path))
    else:
        storm(int(port), int(count), Policy(path), int(sys.argv[5]),
              *sys.argv[6:])


if __name__ == "__main__":
    main()
