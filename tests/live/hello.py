#!/usr/bin/env python3
"""A TLS client that says what it likes in its ClientHello, after a CONNECT.

    hello.py --proxy HOST:PORT --world LOG TARGET [options]

Prints two words: the outcome, and the local port. Outcomes:

    spliced   the ClientHello itself arrived at the world behind the proxy
    bumped    the proxy answered with a certificate of its own
    407, 403  and so on: what the proxy said to the CONNECT
    denied    clear-text HTTP came where TLS was due
    alert     a TLS alert came, from the proxy
    closed    the connection ended without an answer
    silent    nothing came in time

TLS 1.2 alone, so that the certificate comes in clear.
"""
import argparse
import base64
import os
import socket
import struct
import sys
import time

ORIGIN = b"gtb-test-origin"             # the issuer in each certificate
PROXY = b"gtb-test-proxy-ca"
CIPHERS = (0xc02f, 0xc030, 0xc02b, 0xc02c, 0xc013, 0xc014, 0x009c, 0x002f)
SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)


class Result:
    def __init__(self, random):
        self.random = random    # of our ClientHello
        self.status = 0         # of the CONNECT; 0: none came
        self.certificate = b""  # the server's own, DER
        self.end = ""           # how it ended: see parse(); or closed, silent
        self.local_port = 0


# --- what is sent -----------------------------------------------------------

def uint16s(numbers):
    return b"".join(struct.pack("!H", n) for n in numbers)


def extension(kind, body):
    return struct.pack("!HH", kind, len(body)) + body


def sni_extension(names):
    body = b"".join(struct.pack("!BH", 0, len(n)) + n for n in names)
    return extension(0, struct.pack("!H", len(body)) + body)


def client_hello(names, random):
    """The records of a ClientHello; names: the entries of its SNI."""
    exts = sni_extension(names) if names else b""
    exts += extension(10, struct.pack("!HHHH", 6, 29, 23, 24))
    exts += extension(11, b"\x01\x00")
    exts += extension(13, struct.pack("!H", 2 * len(SIGNATURES)) +
                      uint16s(SIGNATURES))
    ciphers = uint16s(CIPHERS)
    body = b"\x03\x03" + random + b"\x00"
    body += struct.pack("!H", len(ciphers)) + ciphers + b"\x01\x00"
    body += struct.pack("!H", len(exts)) + exts
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    parts = (message[i:i + 16384] for i in range(0, len(message), 16384))
    return b"".join(b"\x16\x03\x01" + struct.pack("!H", len(p)) + p
                    for p in parts)


def connect(sock, target, user):
    """Send the CONNECT; returns its status, 0 when none came."""
    lines = [b"CONNECT " + target + b" HTTP/1.1", b"Host: " + target]
    if user:
        lines.append(b"Proxy-Authorization: Basic " +
                     base64.b64encode(user.encode()))
    sock.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
    head = b""
    while b"\r\n\r\n" not in head:
        byte = sock.recv(1)
        if not byte:
            break
        head += byte
    words = head.split(b" ", 2)
    return int(words[1]) if len(words) == 3 and words[1].isdigit() else 0


# --- what comes back --------------------------------------------------------

def records(reply):
    """(kind, payload) of each whole record."""
    at = 0
    while at + 5 <= len(reply):
        size = struct.unpack("!H", reply[at + 3:at + 5])[0]
        if at + 5 + size > len(reply):
            return
        yield reply[at], reply[at + 5:at + 5 + size]
        at += 5 + size


def first_certificate(handshake):
    """The server's certificate, once its message is whole."""
    at = 0
    while at + 4 <= len(handshake):
        size = int.from_bytes(handshake[at + 1:at + 4], "big")
        body = handshake[at + 4:at + 4 + size]
        if len(body) < size:
            break
        if handshake[at] == 11:
            length = int.from_bytes(body[3:6], "big")
            return body[6:6 + length]
        at += 4 + size
    return b""


def parse(reply, result):
    """What has come so far: "" when it is not enough yet."""
    if reply[:5] == b"HTTP/":
        return "denied"
    handshake = b""
    for kind, payload in records(reply):
        if kind == 21:
            return "alert"
        if kind == 22:
            handshake += payload
    result.certificate = first_certificate(handshake)
    return "certificate" if result.certificate else ""


def talk(sock, names, timeout, result):
    sock.sendall(client_hello(names, result.random))
    stop = time.monotonic() + timeout
    reply = b""
    while time.monotonic() < stop:
        more = sock.recv(65536)
        if not more:
            return "closed"
        reply += more
        end = parse(reply, result)
        if end:
            return end
    return "silent"


def hello(proxy, target, names, user=None, source=None, timeout=8):
    result = Result(os.urandom(32))
    try:
        sock = socket.create_connection(
            proxy, timeout, source_address=source and (source, 0))
    except OSError:
        result.end = "closed"
        return result
    with sock:
        result.local_port = sock.getsockname()[1]
        try:
            result.status = connect(sock, target, user)
            if result.status == 200:
                result.end = talk(sock, names, timeout, result)
        except TimeoutError:
            result.end = "silent"
        except OSError:
            result.end = "closed"
    return result


def outcome(result, arrived):
    """arrived: has the world seen our ClientHello?"""
    if result.status != 200:
        return str(result.status) if result.status else result.end
    mine = PROXY in result.certificate      # it copies the origin's subject
    if arrived:
        return "spliced-but-bumped" if mine else "spliced"
    if mine:
        return "bumped"
    if ORIGIN in result.certificate:
        return "origin-without-our-hello"
    return result.end


def has_arrived(world, random):
    with open(world) as file:
        return random.hex() in file.read()


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def unescape(text):
    """Backslash escapes: a NUL cannot stand on a command line."""
    return os.fsencode(text).decode("unicode_escape").encode("latin-1")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy", type=address, required=True)
    parser.add_argument("--world", required=True)
    parser.add_argument("--sni", type=unescape, action="append", default=[],
                        help="may hold \\n, \\0 ...; twice: two entries")
    parser.add_argument("--user")
    parser.add_argument("--from", dest="source")
    parser.add_argument("--timeout", type=float, default=8)
    parser.add_argument("target", type=unescape)
    args = parser.parse_args()
    result = hello(args.proxy, args.target, args.sni, args.user, args.source,
                   args.timeout)
    print(outcome(result, has_arrived(args.world, result.random)),
          result.local_port)


if __name__ == "__main__":
    sys.exit(main())
