#!/usr/bin/env python3
"""Traffic through the proxy until standard input ends; then what came of it.

    load.py --proxy HOST:PORT [--user NAME:PASSWORD] [--patient] [--unlisted]

Prints "KIND OUTCOME COUNT" a line. Outcomes are those of hello.py; a request
inside TLS adds its status: "bumped-200".

While it reconfigures, Squid itself refuses connections and loses requests,
also without a line of ours: its port is closed for a moment, and its
cache_peer is forgotten and made again. With --patient a request without an
answer is made again, as a person would, and counted as "KIND again COUNT";
"KIND lost COUNT" when that was in vain. With --unlisted there is unlisted
traffic only. However slow the machine, there are LEAST requests of each kind.
"""
import argparse
import collections
import itertools
import socket
import ssl
import sys
import threading
import time

import hello

# Squid makes a certificate once for a name. Listed names differ each time, so
# that Squid's cache of the helper's answers does not hide the helper.
UNLISTED = "www.example.net"
LISTED = "n%d.goto.com"

# kind: host of the CONNECT, SNI, with credentials, seconds to wait
KINDS = {
    "unlisted-anonymous": (UNLISTED, UNLISTED, False, 4),
    "unlisted-user": (UNLISTED, UNLISTED, True, 4),
    "unlisted-sni-listed": (UNLISTED, "www.goto.com", True, 4),
    "listed": (LISTED, LISTED, False, 1),
    "listed-sni-unlisted": (LISTED, "www.example.com", False, 1),
}
THREADS = ("unlisted-anonymous", "unlisted-user", "unlisted-sni-listed",
           "listed", "listed", "listed-sni-unlisted")
LEAST = {"listed": 1, "listed-sni-unlisted": 1}
LEAST_UNLISTED = 10
LEAST_S = 60            # unless that takes longer than this
PAUSE_S = 0.03
PATIENCE_S = 15


def connect(proxy, target, user, timeout):
    sock = socket.create_connection(proxy, timeout)
    try:
        return sock, hello.connect(sock, target.encode(), user)
    except OSError:
        sock.close()
        raise


def issuer(certificate):
    if hello.PROXY in certificate:
        return "bumped"
    return "spliced" if hello.ORIGIN in certificate else "unknown"


def ask(sock, host, sni, context):
    """TLS and one request; the outcome."""
    with context.wrap_socket(sock, server_hostname=sni) as tls:
        who = issuer(tls.getpeercert(True))
        tls.sendall(b"GET /load HTTP/1.1\r\nHost: %s\r\n"
                    b"Connection: close\r\n\r\n" % host.encode())
        words = tls.recv(4096).split(b" ", 2)
        return who + "-" + (words[1].decode() if len(words) > 1 else "none")


def once(proxy, user, kind, number, context):
    host, sni, with_user, timeout = KINDS[kind]
    host, sni = (x % number if "%d" in x else x for x in (host, sni))
    sock, status = connect(proxy, host + ":443", user if with_user else None,
                           timeout)
    with sock:
        if status != 200:
            return str(status)
        return ask(sock, host, sni, context)


def outcome(*args):
    try:
        return once(*args)
    except TimeoutError:
        return "silent"
    except OSError:             # of TLS too
        return "closed"


def is_lost(word):
    return (word in ("silent", "closed", "0") or word.endswith("-none") or
            word[-4:-1] == "-50")


def work(args, kind, numbers, counts, stop):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    left = LEAST.get(kind, LEAST_UNLISTED)
    deadline = time.monotonic() + LEAST_S
    while not stop.wait(PAUSE_S) or (left > 0 and
                                     time.monotonic() < deadline):
        left -= 1
        number = next(numbers)
        patience = time.monotonic() + (PATIENCE_S if args.patient else 0)
        word = outcome(args.proxy, args.user, kind, number, context)
        while is_lost(word) and time.monotonic() < patience:
            counts[kind, "again"] += 1
            time.sleep(PAUSE_S)
            word = outcome(args.proxy, args.user, kind, number, context)
        counts[kind, "lost" if args.patient and is_lost(word) else word] += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy", type=hello.address, required=True)
    parser.add_argument("--user")
    parser.add_argument("--patient", action="store_true")
    parser.add_argument("--unlisted", action="store_true")
    args = parser.parse_args()
    counts = collections.Counter()
    stop = threading.Event()
    numbers = itertools.count()
    threads = [threading.Thread(target=work, args=(args, kind, numbers,
                                                   counts, stop))
               for kind in THREADS
               if kind.startswith("unlisted") or not args.unlisted]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    for (kind, word), count in sorted(counts.items()):
        print(kind, word, count)


if __name__ == "__main__":
    main()
