#!/usr/bin/env python3
"""Drive the helper as Squid does, and as Squid never would.

usage: drive.py COMMAND HELPER POLICY CATALOG [ARGUMENT]...

  chunks N SIZE   N random lines with ids, in pieces of SIZE bytes (0: random)
  plain N         N random lines without ids, in random pieces
  batches         what one write of the helper holds
  slow            a reader with a small buffer, and a stream that does not wait
  reload SECONDS  requests all the time while files are replaced
  first           milliseconds from start to first answer, best of five
  deaf            nobody reads what the helper logs
  terminal        what a person at a terminal sees

Exit status 0: as it should be.
"""
import os
import random
import re
import selectors
import socket
import subprocess
import sys
import threading
import time

REPLY = re.compile(
    rb"(?:(\d{1,20}) )?(OK|ERR) gtb_auth_=(bypass|require) "
    rb"gtb_tls_=(splice|inspect) gtb_reason_=([a-z-]+) "
    rb"gtb_rule_=([A-Za-z0-9._:-]{1,71}) gtb_identity_=([A-Za-z0-9_-]{1,32})")
GOTO = b"192.0.2.7 CONNECT www.goto.com 443 www.goto.com"
EVIL = b"192.0.2.7 CONNECT evil.example 443 www.goto.com"


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


def command(arguments):
    helper, policy, catalog = arguments[:3]
    return [helper, "-c", policy, "-C", catalog]


def start(arguments, **more):
    """The helper on one socket for both ways, which is what Squid gives it."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(command(arguments), stdin=theirs, stdout=theirs,
                               stderr=subprocess.DEVNULL, **more)
    theirs.close()
    return process, ours


def exchange(arguments, pieces):
    """Send the pieces, close, return all that came back."""
    process, ours = start(arguments)
    received = bytearray()

    def receive():
        while True:
            data = ours.recv(65536)
            if not data:
                return
            received.extend(data)

    reader = threading.Thread(target=receive)
    reader.start()
    for piece in pieces:
        ours.sendall(piece)
    ours.shutdown(socket.SHUT_WR)
    reader.join(60)
    if process.wait(10) != 0:
        fail("exit status %d" % process.returncode)
    return bytes(received)


def cut(data, size):
    at = 0
    while at < len(data):
        step = size or random.choice((1, 2, 7, 60, 300, 5000, 40000))
        yield data[at:at + step]
        at += step


def rubbish(longest):
    return bytes(random.choice(b"\t\r\0 %-az019.\x7f\x80\xff")
                 for _ in range(random.randrange(longest)))


def body():
    """What follows an id, and whether it is a yes, a no or malformed."""
    kind = random.randrange(8)
    if kind < 3:
        return GOTO + random.choice((b" auth", b" splice", b" auth ")), b"OK"
    if kind < 5:
        return EVIL + b" splice", b"ERR"
    if kind == 5:
        return GOTO + b" x" * random.randrange(1, 9), b"malformed"
    if kind == 6:
        return b"a" * random.randrange(4090, 9000), b"malformed"
    return b"\x01" + rubbish(40), b"malformed"


def line_with_id(number):
    """A line, and what to expect: (id, outcome) or None for no reply."""
    if random.randrange(6) == 0:
        start_of = random.choice((b"-1 ", b"+1 ", b"0x1 ", b" ", b"", b"\t",
                                  b"1" * 21 + b" ", b"99999999999999999999 "))
        if start_of == b"":
            return b"", None
        return start_of + body()[0], None
    text, outcome = body()
    digits = b"%d" % random.choice((number, number + 10 ** 18))
    return digits + b" " + text, (digits, outcome)


def check_line(line):
    match = REPLY.fullmatch(line)
    if not match:
        fail("not a reply: %r" % line)
    if len(line) + 1 > 256:
        fail("too long: %r" % line)
    return match


def check_outcome(match, outcome, request):
    reason = match.group(5)
    good = (match.group(2) == b"OK" if outcome == b"OK" else
            match.group(2) == b"ERR" and
            (reason == b"malformed") == (outcome == b"malformed"))
    if not good:
        fail("%r answered %r" % (request[:100], match.group(0)))


def chunks(arguments):
    count, size = int(arguments[3]), int(arguments[4])
    data = bytearray(b"0 " + GOTO + b" auth\n")
    expected = [(b"0", b"OK", b"")]
    for number in range(1, count + 1):
        line, expect = line_with_id(number)
        data += line + random.choice((b"\n", b"\n", b"\r\n"))
        if expect:
            expected.append((expect[0], expect[1], line))
    replies = exchange(arguments, cut(bytes(data), size)).split(b"\n")
    if replies.pop() != b"":
        fail("the last reply has no end")
    if len(replies) != len(expected):
        fail("%d lines with an id, %d replies" % (len(expected), len(replies)))
    for reply, (digits, outcome, request) in zip(replies, expected):
        match = check_line(reply)
        if match.group(1) != digits:
            fail("id %r for %r" % (match.group(1), request[:100]))
        check_outcome(match, outcome, request)
    print("%d lines, %d replies" % (count + 1, len(replies)))


def plain(arguments):
    count = int(arguments[3])
    requests = [(GOTO + b" auth", b"OK")]
    for _ in range(count):
        text, outcome = body()
        requests.append((b"", b"malformed") if random.randrange(20) == 0
                        else (text, outcome))
    data = b"".join(text + b"\n" for text, _ in requests)
    replies = exchange(arguments, cut(data, 0)).split(b"\n")
    if replies.pop() != b"" or len(replies) != len(requests):
        fail("%d lines, %d replies" % (len(requests), len(replies)))
    for reply, (text, outcome) in zip(replies, requests):
        match = check_line(reply)
        if match.group(1):
            fail("an id in plain mode: %r" % reply)
        check_outcome(match, outcome, text)
    print("%d lines, %d replies" % (len(requests), len(replies)))


def batches(arguments):
    """A packet socket keeps the helper's writes apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(command(arguments), stdin=subprocess.PIPE,
                               stdout=theirs, stderr=subprocess.DEVNULL)
    theirs.close()
    count = 2000
    writer = threading.Thread(target=lambda: (
        process.stdin.write(b"".join(b"%d %s auth\n" % (number, GOTO)
                                     for number in range(count))),
        process.stdin.close()))
    writer.start()
    lines, writes = 0, 0
    while True:
        data = ours.recv(1 << 20)
        if not data:
            break
        writes += 1
        if not data.endswith(b"\n"):
            fail("a write ends inside a line")
        if len(data) > 16384:
            fail("a write of %d bytes" % len(data))
        for line in data[:-1].split(b"\n"):
            check_line(line)
            lines += 1
    writer.join()
    if process.wait(10) != 0 or lines != count:
        fail("status %d, %d replies" % (process.returncode, lines))
    if writes > count // 20:
        fail("%d writes for %d replies: not gathered" % (writes, count))
    print("%d replies in %d writes" % (lines, writes))


def slow(arguments):
    """Replies go to a stream that refuses what does not fit at once."""
    ours, theirs = socket.socketpair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    theirs.setblocking(False)
    process = subprocess.Popen(command(arguments), stdin=theirs, stdout=theirs,
                               stderr=subprocess.DEVNULL)
    theirs.close()
    ours.setblocking(False)
    requests = b"".join(b"%d %s auth\n" % (number, GOTO)
                        for number in range(5000))
    received, sent = bytearray(), 0
    selector = selectors.DefaultSelector()
    selector.register(ours, selectors.EVENT_READ | selectors.EVENT_WRITE)
    while received.count(b"\n") < 5000:
        for _, events in selector.select(5):
            if events & selectors.EVENT_WRITE and sent < len(requests):
                sent += ours.send(requests[sent:sent + 9000])
            elif sent == len(requests):
                selector.modify(ours, selectors.EVENT_READ)
            if events & selectors.EVENT_READ:
                received += ours.recv(700)
    ours.close()
    for number, line in enumerate(bytes(received[:-1]).split(b"\n")):
        if int(check_line(line).group(1)) != number:
            fail("reply %d is %r" % (number, line))
    if process.wait(10) != 0:
        fail("exit status %d" % process.returncode)
    print("5000 replies")


def replace(path, text):
    with open(path + ".new", "wb") as file:
        file.write(text)
    os.chmod(path + ".new", 0o644)
    os.rename(path + ".new", path)


def reload(arguments):
    """Every answer is of one catalog or of the other, and none is lost."""
    catalog, seconds = arguments[2], float(arguments[3])
    paths = sorted(os.path.join(catalog, name) for name in os.listdir(catalog))
    texts = {path: open(path, "rb").read() for path in paths}
    process, ours = start(arguments)
    ours.settimeout(10)
    ours.sendall(b"0 " + GOTO + b" auth\n")
    if not ours.recv(4096).startswith(b"0 OK "):
        fail("not listed at the start")
    seen, number, swaps = {b"OK": 0, b"ERR": 0}, 0, 0
    end, turn, buffer = time.monotonic() + seconds, 0.0, b""
    while time.monotonic() < end or not all(seen.values()):
        if time.monotonic() > end + 10:
            fail("only one kind of answer: %r" % seen)
        if time.monotonic() > turn:
            turn, swaps = time.monotonic() + 0.3, swaps + 1
            for path in paths:
                replace(path, (texts[path], b"id: broken\n",
                               texts[path].replace(b"*.goto.com",
                                                   b"*.was-goto.com"))
                        [swaps % 3])
        ours.sendall(b"".join(b"%d %s auth\n" % (number + i, GOTO)
                              for i in range(50)))
        while buffer.count(b"\n") < 50:
            buffer += ours.recv(65536)
        for line in buffer[:-1].split(b"\n"):
            match = check_line(line)
            if int(match.group(1)) != number:
                fail("expected %d, got %r" % (number, line))
            if match.group(5) not in (b"listed-name", b"not-listed"):
                fail("neither of the two catalogs: %r" % line)
            seen[match.group(2)] += 1
            number += 1
        buffer = b""
    ours.close()
    if process.wait(10) != 0:
        fail("exit status %d" % process.returncode)
    for path in paths:
        replace(path, texts[path])
    print("%d replies while files were replaced %d times: %r" %
          (number, swaps, seen))


def first(arguments):
    times = []
    for _ in range(5):
        begin = time.monotonic()
        process, ours = start(arguments)
        ours.sendall(b"1 " + GOTO + b" auth\n")
        reply = ours.recv(4096)
        times.append((time.monotonic() - begin) * 1000)
        ours.close()
        process.wait(10)
        if not reply.startswith(b"1 OK "):
            fail("the first answer is %r" % reply)
    print("%.0f" % min(times))


def deaf(arguments):
    process = subprocess.Popen(command(arguments) + ["-d"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    requests = b"".join(b"%d %s auth\nx\n" % (number, GOTO)
                        for number in range(5000))
    writer = threading.Thread(target=lambda: (process.stdin.write(requests),
                                              process.stdin.close()))
    writer.start()
    for number in range(5000):
        line = process.stdout.readline()
        if int(check_line(line[:-1]).group(1)) != number:
            fail("reply %d is %r" % (number, line))
    writer.join()
    if process.wait(10) != 0:
        fail("exit status %d" % process.returncode)
    logged = process.stderr.read()
    if not logged.endswith(b"\n"):
        fail("the log ends inside a line")
    print("5000 replies, %d bytes of log" % len(logged))


def terminal(arguments):
    ours, theirs = os.openpty()
    process = subprocess.Popen(command(arguments), stdin=theirs, stdout=theirs,
                               stderr=subprocess.PIPE)
    os.close(theirs)
    os.write(ours, b"1 " + GOTO + b" auth\n")
    seen = b""
    while b"OK gtb_auth_" not in seen:
        seen += os.read(ours, 4096)
    os.write(ours, b"\x04")
    if process.wait(10) != 0:
        fail("exit status %d" % process.returncode)
    print(process.stderr.read().decode())


def main():
    commands = {"chunks": chunks, "plain": plain, "batches": batches,
                "slow": slow, "reload": reload, "first": first,
                "deaf": deaf, "terminal": terminal}
    seed = int(os.environ.get("GTB_SEED", "20261120"))
    random.seed(seed)
    commands[sys.argv[1]](sys.argv[2:])


main()
