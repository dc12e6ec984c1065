#!/usr/bin/env python3
"""origin.py FOLDER [OWNER]: everything beyond an intercepting proxy.

Serves every address of its network namespace: TCP 80, 443 and 8200, and the
names in FOLDER/dns over UDP 53. What begins like TLS meets a server with
FOLDER/origin.pem, anything else on port 80 is HTTP, and other bytes are sent
back as they came. FOLDER/world.log is as world.py writes it, and has besides:

    from ADDRESS TARGET             who connected
    raw BYTES TARGET                the first bytes that were not TLS, in hex

FOLDER/dns holds lines of a name and its addresses; ".name" is the name and all
below it. It is read anew for each question. Other names do not exist.
"""
import os
import socket
import struct
import sys
import threading

import world

PORTS = (80, 443, 8200)
TLS = b"\x16"
A, AAAA = 1, 28
NXDOMAIN = 3


class Origin(world.World):
    def serve(self, conn):
        try:
            conn.settimeout(world.IDLE_S)
            target = text_of(conn.getsockname())
            self.log("from", text_of(conn.getpeername()), target)
            self.answer_any(conn, target)
        except OSError:
            pass                # the other side went away
        finally:
            conn.close()

    def answer_any(self, conn, target):
        start = conn.recv(1, socket.MSG_PEEK)
        if start == TLS:
            # record header 5, message header 4, version 2, random 32
            self.log("hello", world.peek(conn, 43)[11:43].hex(), target)
            inner = self.tls.wrap_socket(conn, server_side=True)
            self.answer(inner, world.read_head(inner), "https", target)
        elif target.endswith(":80"):
            self.answer(conn, world.read_head(conn), "http", target)
        else:
            self.echo(conn, target)

    def echo(self, conn, target):
        data = conn.recv(65536)
        self.log("raw", data[:64].hex() or "-", target)
        while data:
            conn.sendall(data)
            data = conn.recv(65536)


def text_of(place):
    """ADDRESS:PORT; IPv6 in brackets."""
    host, port = place[:2]
    if host.startswith("::ffff:"):
        return "%s:%d" % (host[7:], port)
    return "[%s]:%d" % (host, port)


def listen(origin, port):
    listener = socket.create_server(("::", port), family=socket.AF_INET6,
                                    dualstack_ipv6=True, backlog=100)
    threading.Thread(target=accept, args=(origin, listener),
                     daemon=True).start()


def accept(origin, listener):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=origin.serve, args=(conn,),
                         daemon=True).start()


# --- names ------------------------------------------------------------------

def look_up(folder, name):
    """The addresses of a name; None: there is no such name."""
    with open(os.path.join(folder, "dns")) as file:
        for line in file:
            words = line.split()
            if words and (words[0] == name or words[0][0] == "." and
                          ("." + name).endswith(words[0])):
                return words[1:]
    return None


def packed(addresses, kind):
    for text in addresses:
        if (kind == AAAA) == (":" in text) and kind in (A, AAAA):
            family = socket.AF_INET6 if kind == AAAA else socket.AF_INET
            yield socket.inet_pton(family, text)


def reply(folder, query):
    """One question, answered. Answers may be kept for a second."""
    at = 12
    labels = []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    end = at + 5
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    addresses = look_up(folder, ".".join(labels).lower())
    flags = 0x8580 | (NXDOMAIN if addresses is None else 0)
    records = b""
    count = 0
    for data in packed(addresses or [], kind):
        records += struct.pack("!HHHIH", 0xc00c, kind, 1, 1, len(data)) + data
        count += 1
    return query[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + \
        query[12:end] + records


def serve_names(folder):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", 53))
    while True:
        query, client = sock.recvfrom(512)
        try:
            sock.sendto(reply(folder, query), client)
        except (IndexError, struct.error):
            pass                # not a question


def main():
    folder = sys.argv[1]
    origin = Origin(folder)
    for port in PORTS:
        listen(origin, port)
    threading.Thread(target=serve_names, args=(folder,), daemon=True).start()
    with open(os.path.join(folder, "origin.up"), "w") as file:
        file.write("up\n")
    if len(sys.argv) > 2:
        world.watch(int(sys.argv[2]), folder)
    threading.Event().wait()


if __name__ == "__main__":
    main()
