#!/usr/bin/env python3
"""Send the service what no proxy sends; after each, the next must be right.

usage: wrong.py PORT
       wrong.py PORT reused
       wrong.py PORT stalled CONNECTIONS
       wrong.py PORT felled
       wrong.py PORT fell SERVICE

One line a case: "ok NAME: what came" when what came is what should, and a
request on a new connection is answered rightly afterwards; "not ok NAME: ..."
otherwise. What came is a status, "closed", or "silence" for two seconds.

reused: after each wrong request the same connection is asked about a host
that is listed and one that is not. It may be closed, or refuse; what it says
of either must be right.

stalled: so many connections stop in the middle of a request, each at another
place; requests on others are answered meanwhile.

felled: what c-icap does not survive, whatever the service; it must come back.
fell: the same, addressed to another service, and no look at what becomes of it.
"""
import socket
import sys
import time

from talk import Icap, Request, exchange, parse, values

GOTO = "CONNECT www.goto.com:443 HTTP/1.1"
OTHER = "CONNECT www.example.com:443 HTTP/1.1"
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


def heads(count):
    return b"".join(b"req-hdr=%d, " % (i * N) for i in range(count)) + \
        b"null-body=%d" % (count * N)


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
    ("an offset of 2^31-1", icap(HTTP, b"req-hdr=0, null-body=2147483647")),
    ("an offset of 2^32", icap(HTTP, b"req-hdr=0, null-body=4294967296")),
    ("two heads", icap(HTTP * 2, b"req-hdr=0, req-hdr=%d, null-body=%d"
                       % (N, 2 * N))),
    ("a reply's head, too", icap(HTTP * 2, b"req-hdr=0, res-hdr=%d, null-body=%d"
                                 % (N, 2 * N))),
    ("five heads", icap(HTTP * 5, heads(5))),
    ("a body before the head", icap(HTTP, b"null-body=0, req-hdr=0")),
    ("two bodies", icap(HTTP, b"req-hdr=0, null-body=%d, null-body=%d" % (N, N))),
    ("a reply's body", icap(HTTP, b"req-hdr=0, res-body=%d" % N)),
    ("a body of OPTIONS", icap(HTTP, b"req-hdr=0, opt-body=%d" % N)),
    ("a head of 100 MB", icap(HTTP, b"req-hdr=99999999")),
    ("a chunk of 2^64-1", icap(HTTP, b"req-hdr=0, req-body=%d" % N) +
     b"f" * 16 + b"\r\nabc\r\n"),
    ("a chunk below nothing", icap(HTTP, b"req-hdr=0, req-body=%d" % N) +
     b"-5\r\nabc\r\n0\r\n\r\n"),
    ("no ICAP version", whole(HTTP).replace(b" ICAP/1.0", b"")),
    ("a long method", whole(HTTP).replace(b"REQMOD", b"R" * 500)),
    ("a long service", whole(HTTP).replace(b"goto_bypass", b"a" * 5000)),
    ("no end of the ICAP head", whole(HTTP)[:60] + b"x" * 100000),
    ("line ends without CR", whole(HTTP).replace(b"\r\n", b"\n")),
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
    ("many ICAP headers", whole(HTTP, [b"X: y"] * 10000)),
    ("long arguments", whole(HTTP).replace(b"goto_bypass",
                                           b"goto_bypass?" + b"a" * 5000)),
    ("a Preview below nothing", whole(HTTP).replace(b"Preview: 0",
                                                    b"Preview: -1")),
    ("a Preview of 2^31", whole(HTTP).replace(b"Preview: 0",
                                              b"Preview: 2147483648")),
    ("ICAP headers that are none", whole(HTTP, [b":", b"X-GoTo-SNI", b"X: \0y"])),
]

# Where c-icap 0.5.10 writes outside its own memory, before any service is
# asked: lengths below nothing, and more heads than it has room for.
FELLING = [
    ("an offset of 2^31", icap(HTTP, b"req-hdr=0, null-body=2147483648")),
    ("an offset below nothing", icap(HTTP, b"req-hdr=0, null-body=-1")),
    ("headers that start below", icap(HTTP, b"req-hdr=-5, null-body=%d" % N)),
    ("a body below nothing", icap(HTTP, b"req-hdr=0, req-body=-%d" % N)),
    ("an offset of 10^20", icap(HTTP, b"req-hdr=0, null-body=1%s" % (b"0" * 20))),
    ("offsets that fall", icap(HTTP, b"req-hdr=%d, null-body=0" % N)),
    ("six heads", icap(HTTP * 6, heads(6))),
    ("a hundred heads", icap(HTTP, b"req-hdr=0, " * 100 + b"null-body=%d" % N)),
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
    except (OSError, IndexError):
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


def answer_of(connection, data):
    """Status and verdict of the next answer: "closed", "" at its end."""
    try:
        connection.send(data)
        status = connection.head()[0].split()[1]
        http = connection.head() if status == "200" else []
        return status, "".join(values(http, "X-GoTo-Bypass"))
    except socket.timeout:
        return "silence", ""
    except (OSError, EOFError, ValueError, IndexError):
        return "closed", ""


def reused(port, data):
    """What a connection says of two right requests after a wrong one."""
    connection = Icap(port)
    connection.socket.settimeout(0.3)
    came = [answer_of(connection, data)[0]]
    for line, right in ((GOTO, ("200", "auth")), (OTHER, ("204", ""))):
        answer = answer_of(connection, of_line(line.encode()))
        if answer != right and (answer[0] in ("200", "204") or answer[1]):
            return "%s of %s after %s" % (answer, line, came[0])
        came.append(answer[0])
    connection.socket.close()
    return " ".join(came)


def run_reused(port):
    right = True
    for name, data, _ in CASES:
        came = reused(port, data)
        right = report(port, name, came, came if " of " not in came else
                       "rightly") and right
    return right


def run_stalled(port, count):
    data = whole(HTTP)
    connections = []
    for i in range(count):
        connections.append(Icap(port))
        connections[-1].send(data[:1 + i * (len(data) - 2) // count])
    return all([report(port, "%d connections have stopped" % count,
                       "another", "another") for _ in range(20)])


def recovers(port):
    """Right answers again, and none that is wrong meanwhile."""
    stop = time.monotonic() + 10
    while time.monotonic() < stop:
        connection = Icap(port)
        listed = answer_of(connection, of_line(GOTO.encode()))
        other = answer_of(connection, of_line(OTHER.encode()))
        if other[1] or listed[1] not in ("", "auth"):
            return False
        if (listed, other) == (("200", "auth"), ("204", "")):
            return True
        time.sleep(0.05)
    return False


def run_felled(port):
    right = True
    for name, data in FELLING:
        came = outcome(port, data)
        if not recovers(port):
            right, came = False, came + ", then not right again"
        print("%s %s: %s" % ("ok" if right else "not ok", name, came))
    return right


def report(port, name, came, expected):
    try:
        right = is_right(port) and expected in (None, came)
    except (OSError, EOFError, ValueError) as error:
        right, came = False, "%s, then %s" % (came, error)
    print("%s %s: %s" % ("ok" if right else "not ok", name, came))
    return right


def run_fell(port, service):
    for _, data in FELLING:
        outcome(port, data.replace(b"goto_bypass", service.encode()))
    return True


def run_each(port):
    right = all([report(port, name, outcome(port, data), expected)
                 for name, data, expected in CASES])
    return report(port, "a slow sender", slowly(port), "200") and right


def main():
    port = int(sys.argv[1])
    what = sys.argv[2] if len(sys.argv) > 2 else "each"
    if what == "reused":
        right = run_reused(port)
    elif what == "stalled":
        right = run_stalled(port, int(sys.argv[3]))
    elif what == "fell":
        right = run_fell(port, sys.argv[3])
    elif what == "felled":
        right = run_felled(port)
    else:
        right = run_each(port)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
