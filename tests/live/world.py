#!/usr/bin/env python3
"""world.py FOLDER [OWNER]: everything beyond the proxy, on one loopback port.

Squid's parent proxy here. A CONNECT to any target gets 200, and then this is
the target: a TLS server with FOLDER/origin.pem. A plain request is answered
as its origin would. FOLDER/world.port holds the port; FOLDER/world.log says
what arrived, a line each:

    connect TARGET
    hello RANDOM TARGET             the ClientHello's random, in hex
    request HOW SCHEME TARGET METHOD URI
    header NAME: VALUE              one that begins with X-GoTo-
    body BYTES SHA256               what came with a request, all of it
    upgraded TARGET PROTOCOL        told 101; bytes go back as they come

HOW is "relayed" when a proxy has added its Via, "direct" when the bytes are
the client's own. When process OWNER ends, the Squid of FOLDER/squid.pid is
told to end, its stopped helpers to go on, and this ends: a test that was
interrupted leaves no process behind.
"""
import hashlib
import os
import signal
import socket
import ssl
import sys
import threading
import time

IDLE_S = 30             # a connection that says nothing is closed
OWNER_S = 0.5           # between two looks at the owner


class World:
    def __init__(self, folder):
        self.folder = folder
        self.log_file = open(os.path.join(folder, "world.log"), "a",
                             buffering=1)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(folder, "origin.pem"))

    def log(self, *words):
        self.log_file.write(" ".join(words) + "\n")

    def log_headers(self, head):
        for line in head.decode("latin-1").split("\r\n"):
            if line.lower().startswith("x-goto-"):
                self.log("header", line)

    def serve(self, conn):
        try:
            conn.settimeout(IDLE_S)
            head = read_head(conn)
            if head.startswith(b"CONNECT "):
                self.log_headers(head)
                self.tunnel(conn, head.split(b" ")[1].decode("latin-1"))
            elif head:
                self.answer(conn, head, "http", "-")
        except OSError:
            pass                # the other side went away
        finally:
            conn.close()

    def tunnel(self, conn, target):
        self.log("connect", target)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        # record header 5, message header 4, version 2, random 32
        start = peek(conn, 43)
        self.log("hello", start[11:43].hex() or "-", target)
        if start:
            inner = self.tls.wrap_socket(conn, server_side=True)
            self.answer(inner, read_head(inner), "https", target)

    def answer(self, conn, head, scheme, target):
        while head:
            lines = head.decode("latin-1").split("\r\n")
            words = lines[0].split(" ") + ["", ""]
            relayed = any(x.lower().startswith("via:") for x in lines)
            self.log("request", "relayed" if relayed else "direct", scheme,
                     target, words[0], words[1])
            self.log_headers(head)
            rest = self.take_body(conn, head)
            if rest is None:
                return
            protocol = value(head, "upgrade")
            if protocol:
                self.log("upgraded", target, protocol)
                return echo(conn, protocol)
            body = b"hello from the origin\n"
            conn.sendall(b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\n"
                         b"Content-Type: text/plain\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body)
            head = read_head(conn, rest)

    def take_body(self, conn, head):
        """What came behind the body; None: the body has no end."""
        if value(head, "expect"):
            conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = Body(conn, head)
        if body.read():
            self.log("body", str(body.count), body.digest.hexdigest())
        return None if body.is_cut else body.data


class Body:
    """The body of the request whose head, and perhaps more, was read."""

    def __init__(self, conn, head):
        self.conn = conn
        self.data = head.split(b"\r\n\r\n", 1)[1]
        self.length = int(value(head, "content-length") or 0)
        self.is_chunked = "chunked" in value(head, "transfer-encoding")
        self.count = 0
        self.digest = hashlib.sha256()
        self.is_cut = False

    def more(self):
        data = self.conn.recv(65536)
        self.is_cut = not data
        self.data += data
        return data

    def take(self, size):
        while size > 0 and (self.data or self.more()):
            self.digest.update(self.data[:size])
            taken = len(self.data[:size])
            self.data = self.data[size:]
            self.count += taken
            size -= taken

    def line(self):
        while b"\r\n" not in self.data and self.more():
            pass
        line, _, self.data = self.data.partition(b"\r\n")
        return line

    def take_chunks(self):
        while not self.is_cut:
            size = int(self.line() or b"0", 16)
            self.take(size)
            self.line()
            if size == 0:
                return

    def read(self):
        """True when there was one."""
        if self.is_chunked:
            self.take_chunks()
        else:
            self.take(self.length)
        return self.is_chunked or self.length > 0


def value(head, name):
    """Of a header, in small letters; "" where there is none."""
    lines = head.split(b"\r\n\r\n", 1)[0].decode("latin-1").lower()
    for line in lines.split("\r\n")[1:]:
        if line.startswith(name + ":"):
            return line[len(name) + 1:].strip()
    return ""


def echo(conn, protocol):
    conn.sendall(b"HTTP/1.1 101 Switching Protocols\r\n"
                 b"Connection: upgrade\r\nUpgrade: %s\r\n\r\n" %
                 protocol.encode())
    data = conn.recv(65536)
    while data:
        conn.sendall(data)
        data = conn.recv(65536)


def read_head(conn, data=b""):
    """A request up to its body, and perhaps more, or b"" at the end."""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return b""
        data += more
    return data


def peek(conn, size):
    data = b""
    stop = time.monotonic() + IDLE_S
    while len(data) < size and time.monotonic() < stop:
        more = conn.recv(size, socket.MSG_PEEK)
        if not more:
            break
        if len(more) == len(data):
            time.sleep(0.001)
        data = more
    return data


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def children(pid):
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as file:
                # pid (name) state parent ...
                if file.read().rsplit(")", 1)[1].split()[1] == str(pid):
                    yield int(name)
        except OSError:
            pass                # it has ended meanwhile


def end_squid(folder):
    try:
        with open(os.path.join(folder, "squid.pid")) as file:
            pid = int(file.read())
        with open("/proc/%d/cmdline" % pid) as file:
            if folder not in file.read():
                return
        helpers = list(children(pid))
        os.kill(pid, signal.SIGTERM)
        for helper in helpers:
            os.kill(helper, signal.SIGCONT)
    except (OSError, ValueError):
        pass                    # it has ended


def watch(owner, folder):
    while is_running(owner):
        time.sleep(OWNER_S)
    end_squid(folder)
    os._exit(0)


def main():
    folder = sys.argv[1]
    world = World(folder)
    listener = socket.create_server(("127.0.0.1", 0), backlog=500)
    port = os.path.join(folder, "world.port")
    with open(port + ".new", "w") as file:
        file.write("%d\n" % listener.getsockname()[1])
    os.rename(port + ".new", port)
    if len(sys.argv) > 2:
        threading.Thread(target=watch, args=(int(sys.argv[2]), folder),
                         daemon=True).start()
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=world.serve, args=(conn,),
                         daemon=True).start()


if __name__ == "__main__":
    main()
