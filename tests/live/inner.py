#!/usr/bin/env python3
"""Requests inside an inspected connection, through a proxy on loopback.

    inner.py [--user NAME:PASSWORD] [--before HOST] PORT TARGET SNI
    inner.py --load SECONDS THREADS PORT TARGET

CONNECT to TARGET (host:port), TLS with the server name SNI ("-": none), and
then for each line of standard input a request in that connection: KIND HOST
[BYTES]. Prints the status of each answer, or "closed". With --before, a plain
request to HOST comes before all this. Kinds:

    get         nothing behind the head
    connect     a CONNECT, with no tunnel after it
    absolute    get, with http://HOST:443/ in its line
    sized       a body of so many bytes, its length told
    chunked     the same in chunks
    expect      the same behind a "100 Continue"
    upgrade     to websocket: what comes back must be what was sent
    cut         the body stops half way, and the connection ends
    broken      the first chunk comes a moment later, and is none

--load does all of this at random to TARGET's host in so many connections at
once, for so long, and prints "KIND STATUS COUNT" a line; with --kind, that one
alone.
"""
import argparse
import base64
import collections
import random
import socket
import ssl
import sys
import threading
import time

TIMEOUT_S = 12
CHUNK = 5000


def credentials(user):
    if not user:
        return ""
    return "Proxy-Authorization: Basic %s\r\n" % \
        base64.b64encode(user.encode()).decode()


class Inner:
    def __init__(self, port, target, sni, user=None, before=None):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.data = b""
        if before:
            self.start("GET", before, base="http://%s:443" % before)
            self.status()
        self.send("CONNECT %s HTTP/1.1\r\n%s\r\n" %
                  (target, credentials(user)))
        self.connected = self.status()
        if self.connected == "200":
            context = ssl._create_unverified_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=sni)

    def send(self, text):
        self.sock.sendall(text.encode("latin-1"))

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError
        self.data += data

    def head(self):
        while b"\r\n\r\n" not in self.data:
            self.more()
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        return head.decode("latin-1").split("\r\n")

    def status(self):
        """Of the next answer, which is read to its end."""
        head = self.head()
        code = head[0].split(" ")[1]
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "content-length":
                while len(self.data) < int(value):
                    self.more()
                self.data = self.data[int(value):]
        return code

    def final(self):
        code = self.status()
        return self.status() if code == "100" else code

    def start(self, method, host, *lines, base=""):
        self.send("\r\n".join(["%s %s/%s HTTP/1.1" % (method, base, host),
                               "Host: " + host, *lines, "", ""]))

    # --- kinds --------------------------------------------------------------

    def get(self, host, _):
        self.start("GET", host)
        return self.final()

    def absolute(self, host, _):
        self.start("GET", host, base="http://%s:443" % host)
        return self.final()

    def connect(self, host, _):
        self.send("CONNECT %s:443 HTTP/1.1\r\nHost: %s\r\n\r\n" %
                  (host, host))
        return self.final()

    def sized(self, host, size):
        self.start("POST", host, "Content-Length: %d" % size)
        self.send("x" * size)
        return self.final()

    def chunked(self, host, size):
        self.start("POST", host, "Transfer-Encoding: chunked")
        for left in range(size, 0, -CHUNK):
            data = "x" * min(left, CHUNK)
            self.send("%x\r\n%s\r\n" % (len(data), data))
        self.send("0\r\n\r\n")
        return self.final()

    def expect(self, host, size):
        self.start("POST", host, "Content-Length: %d" % size,
                   "Expect: 100-continue")
        code = self.status()
        if code == "100":
            self.send("x" * size)
            code = self.final()
        return code

    def upgrade(self, host, _):
        self.start("GET", host, "Connection: upgrade", "Upgrade: websocket")
        code = self.final()
        if code == "101":
            self.send("to and fro")
            while self.data != b"to and fro":
                self.more()
        return code

    def cut(self, host, size):
        self.start("POST", host, "Content-Length: %d" % (2 * size))
        self.send("x" * size)
        self.sock.close()
        return "cut"

    def broken(self, host, _):
        self.start("POST", host, "Transfer-Encoding: chunked")
        time.sleep(random.random() / 50)
        self.send("-1\r\n")
        return self.final()

    LOAD = {"get": get, "sized": sized, "chunked": chunked, "expect": expect,
            "upgrade": upgrade, "cut": cut, "broken": broken}
    KINDS = {"absolute": absolute, "connect": connect, **LOAD}

    def ask(self, kind, host, size=0):
        try:
            return self.KINDS[kind](self, host, int(size))
        except (OSError, IndexError):
            return "closed"


def load_one(args, stop, seed, counts):
    host = args.words[1].rsplit(":", 1)[0]
    choose = random.Random(seed)
    while time.monotonic() < stop:
        try:
            inner = Inner(int(args.words[0]), args.words[1], host)
        except OSError:
            counts["connect", "closed"] += 1
            continue
        status = inner.connected
        if status != "200":
            counts["connect", status] += 1
        while status == "200" and time.monotonic() < stop:
            kind = args.kind or choose.choice(sorted(inner.LOAD))
            status = inner.ask(kind, host, choose.choice([1, 900, 150000]))
            counts[kind, status] += 1
        inner.sock.close()


def load(args):
    seconds, threads = args.load
    stop = time.monotonic() + float(seconds)
    counts = [collections.Counter() for _ in range(int(threads))]
    running = [threading.Thread(target=load_one, args=(args, stop, i, counts[i]))
               for i in range(int(threads))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    for words, count in sorted(sum(counts, collections.Counter()).items()):
        print(*words, count)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--load", nargs=2)
    parser.add_argument("--kind", choices=Inner.LOAD)
    parser.add_argument("--user")
    parser.add_argument("--before")
    parser.add_argument("words", nargs="+")
    args = parser.parse_intermixed_args()
    if args.load:
        load(args)
        return
    port, target, sni = args.words
    inner = Inner(int(port), target, None if sni == "-" else sni,
                  args.user, args.before)
    if inner.connected != "200":
        sys.exit("CONNECT: " + inner.connected)
    for line in sys.stdin:
        print(inner.ask(*line.split()), flush=True)


main()
