#!/usr/bin/env python3
"""Send the service what no proxy sends; after each, the next must be right.

usage: wrong.py PORT

One line a case: "ok NAME: what came" when what came is what should, and a
request on a new connection is answered rightly afterwards; "not ok NAME: ..."
otherwise. What came is a status, "closed", or "silence" for two seconds.
"""
import socket
import sys
import time

from talk import Icap, Request, exchange, parse, values

GOTO = "CONNECT www.goto.com:443 HTTP/1.1"
HTTP = (GOTO + "\r\nHost: www.goto.com\r\n\r\n").encode()


def icap(http, encapsulated, more=(), line=b"REQMOD icap://x/goto_bypass ICAP/1.0"):
    head = [line, b"Host: x", b"Allow: 204", b"Preview: 0",
            b"X-Client-IP: 192.0.2.7"] + list(more)
    if encapsulated is not None:
        head.append(b"Encapsulated: " + encapsulated)
    return b"\r\n".join(head) + b"\r\n\r\n" + http


def whole(http, more=()):
    return icap(http, b"req-hdr=0, null-body=%d" % len(http), more)


def of_line(line):
    return whole(line + b"\r\nHost: www.goto.com\r\n\r\n")


N = len(HTTP)
# What c-icap answers by itself, in whatever way.
PROTOCOL = [
    ("nothing", b""),
    ("garbage", b"\x00\xff\x16\x03\x01 garbage\r\n\r\n"),
    ("an HTTP request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("half a request", whole(HTTP)[:-30]),
    ("no Encapsulated", icap(HTTP, None)),
    ("an empty Encapsulated", icap(HTTP, b"")),
    ("an Encapsulated of words", icap(HTTP, b"some, words")),
    ("no headers", icap(b"", b"null-body=0")),
    ("headers without an end", icap(HTTP, b"req-hdr=0")),
    ("a reply's headers", icap(HTTP, b"res-hdr=0, null-body=%d" % N)),
    ("an offset too short", icap(HTTP, b"req-hdr=0, null-body=%d" % (N - 9))),
    ("an offset too long", icap(HTTP, b"req-hdr=0, null-body=%d" % (N + 9))),
    ("an offset of one", icap(HTTP, b"req-hdr=0, null-body=1")),
    ("an offset of nothing", icap(HTTP, b"req-hdr=0, null-body=0")),
    ("headers that start late", icap(HTTP, b"req-hdr=9, null-body=%d" % N)),
    ("a wrong chunk", icap(HTTP, b"req-hdr=0, req-body=%d" % N) + b"xyz\r\n"),
    ("another service", whole(HTTP).replace(b"goto_bypass", b"absent")),
    ("RESPMOD", whole(HTTP).replace(b"REQMOD", b"RESPMOD")),
]

# What reaches the service and is not understood: 204.
REFUSED = [
    ("a body without headers", icap(b"0\r\n\r\n", b"req-body=0")),
    ("no request line", whole(b"\r\n\r\n")),
    ("a header alone", whole(b"X-GoTo-Bypass: auth\r\n\r\n")),
    ("a short request line", of_line(b"CONNECT")),
    ("no version", of_line(b"CONNECT www.goto.com:443")),
    ("no port", of_line(b"CONNECT www.goto.com HTTP/1.1")),
    ("an odd port", of_line(b"CONNECT www.goto.com:0443 HTTP/1.1")),
    ("a port too high", of_line(b"CONNECT www.goto.com:65536 HTTP/1.1")),
    ("user information", of_line(b"CONNECT www.goto.com@x.example:443 HTTP/1.1")),
    ("two blanks", of_line(b"CONNECT  www.goto.com:443 HTTP/1.1")),
    ("a NUL", of_line(b"CONNECT www.goto.com\x00.x.example:443 HTTP/1.1")),
    ("a byte that is not ASCII", of_line(b"CONNECT www.g\xc3\xb6to.com:443 HTTP/1.1")),
    ("a percent sign", of_line(b"CONNECT www.goto%2ecom:443 HTTP/1.1")),
    ("a long host", of_line(b"CONNECT " + b"a." * 30000 + b"goto.com:443 HTTP/1.1")),
    ("a folded request line", whole(b"CONNECT www.goto.com:443 HTTP/1.1\r\n"
                                    b" X-GoTo-Bypass: auth\r\n\r\n")),
    ("a client that is no address", whole(HTTP, [b"X-Client-IP: x"])),
]

# What is large and right: 200.
LARGE = [
    ("huge HTTP headers", whole(HTTP[:-2] + b"X: " + b"y" * 500000 + b"\r\n\r\n")),
    ("many HTTP headers", whole(HTTP[:-2] + b"X: y\r\n" * 5000 + b"\r\n")),
    ("many copies of ours", whole(HTTP[:-2] + b"x-goto-bypass\t: auth\r\n" * 500
                                  + b"\r\n")),
    ("huge ICAP headers", whole(HTTP, [b"X: " + b"y" * 200000])),
]

CASES = ([(name, data, None) for name, data in PROTOCOL] +
         [(name, data, "204") for name, data in REFUSED] +
         [(name, data, "200") for name, data in LARGE])


def outcome(port, data):
    connection = socket.create_connection(("127.0.0.1", port), 10)
    try:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2)
        line = connection.makefile("rb").readline()
        return line.split()[1].decode() if line else "closed"
    except socket.timeout:
        return "silence"
    except (ConnectionError, IndexError):
        return "closed"
    finally:
        connection.close()


def slowly(port):
    """One byte at a time; the answer is the right one."""
    connection = Icap(port)
    for byte in whole(HTTP):
        connection.send(bytes([byte]))
        time.sleep(0.001)
    return connection.head()[0].split()[1]


def is_right(port):
    answer, http, status = exchange(Icap(port), Request(GOTO, parse(["1"])))
    return status == "200" and values(http, "X-GoTo-Bypass") == ["auth"]


def report(port, name, came, expected):
    try:
        right = is_right(port) and expected in (None, came)
    except (OSError, EOFError, ValueError) as error:
        right, came = False, "%s, then %s" % (came, error)
    print("%s %s: %s" % ("ok" if right else "not ok", name, came))
    return right


def main():
    port = int(sys.argv[1])
    right = all([report(port, name, outcome(port, data), expected)
                 for name, data, expected in CASES])
    right = report(port, "a slow sender", slowly(port), "200") and right
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
