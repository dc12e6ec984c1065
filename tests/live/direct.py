#!/usr/bin/env python3
"""A client of an intercepted port: a ClientHello, or bytes, without a CONNECT.

    direct.py --world LOG [--sni NAME]... [option...] ADDRESS PORT
    direct.py --world LOG --hello NAME... ADDRESS PORT
    direct.py --world LOG --bytes TEXT... ADDRESS PORT
    direct.py --world LOG --inside TEXT... [--sni NAME] ADDRESS PORT
    direct.py --serve FOLDER [OWNER]

Prints two words: the outcome, and the local port. Outcomes are those of
hello.py, where an HTTP answer in clear is its status, and

    echoed    the bytes came back as they were sent

--sni twice is one ClientHello with two names; --hello is for a name alone.
--inside sends bytes over TLS. Each --hello, --bytes and --inside is a
connection; their outcomes are then one word, with commas between.

--serve saves the time to start: questions are lines in the pipe FOLDER/ask, a
word and then the arguments as above, each ended by the byte 31; the answer to
each is a line in FOLDER/answer, the same word before the two. It ends when
process OWNER does.
"""
import argparse
import io
import os
import socket
import sys
import threading

import hello
import world


def status_of(reply):
    words = reply.split(b" ", 2)
    if reply[:5] == b"HTTP/" and len(words) > 1:
        return words[1].decode("latin-1")
    return ""


class Heard:
    """The socket, as hello.talk() wants it; remembers how a reply began."""

    def __init__(self, sock):
        self.sock = sock
        self.start = b""

    def sendall(self, data):
        self.sock.sendall(data)

    def recv(self, size):
        data = self.sock.recv(size)
        self.start = (self.start + data)[:64]
        return data


def say_hello(sock, args, names):
    result = hello.Result(os.urandom(32))
    heard = Heard(sock)
    result.status = 200             # there is no CONNECT to fail
    try:
        result.end = hello.talk(heard, names, args.timeout, result)
    except TimeoutError:
        result.end = "silent"
    except OSError:
        result.end = "closed"
    if result.end == "denied":
        return status_of(heard.start)
    arrived = hello.has_arrived(args.world, result.random)
    return hello.outcome(result, arrived)


def say_bytes(sock, _, data):
    reply = b""
    try:
        sock.sendall(data)
        while len(reply) < len(data) and not status_of(reply):
            more = sock.recv(65536)
            if not more:
                break
            reply += more
    except TimeoutError:
        return "silent"
    except OSError:
        pass                    # what came until then counts
    if reply == data:
        return "echoed"
    return status_of(reply) or ("alert" if reply[:1] == b"\x15" else "closed")


def say_inside(sock, args, data):
    import ssl                  # slow to load, and seldom needed
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    name = args.sni[0].decode("ascii") if args.sni else None
    try:
        inner = context.wrap_socket(sock, server_hostname=name)
    except OSError:
        return "no-tls"
    return say_bytes(inner, args, data)


def connect(args, say, data):
    """One connection: its outcome, and the local port."""
    source = (args.source, args.from_port)
    if args.from_port:
        args.from_port += 1
    try:
        sock = socket.create_connection((args.address, args.port),
                                        args.timeout, source)
    except OSError:
        return "closed", 0
    with sock:
        port = sock.getsockname()[1]
        return say(sock, args, data), port


def read_arguments(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--world", required=True)
    parser.add_argument("--sni", type=hello.unescape, action="append",
                        default=[], help="as in hello.py")
    parser.add_argument("--hello", type=hello.unescape, action="append",
                        default=[])
    parser.add_argument("--bytes", type=hello.unescape, action="append",
                        default=[])
    parser.add_argument("--inside", type=hello.unescape, action="append",
                        default=[])
    parser.add_argument("--from", dest="source", default="")
    parser.add_argument("--from-port", type=int, default=0,
                        help="the next connection comes from the next port")
    parser.add_argument("--timeout", type=float, default=8)
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    return parser.parse_args(words)


def ask(words):
    args = read_arguments(words)
    results = [connect(args, say_hello, [name]) for name in args.hello]
    results += [connect(args, say_bytes, data) for data in args.bytes]
    results += [connect(args, say_inside, data) for data in args.inside]
    if not results:
        results = [connect(args, say_hello, args.sni)]
    return "%s %d" % (",".join(r[0] for r in results), results[-1][1])


def serve(folder, owner=None):
    if owner:
        threading.Thread(target=world.watch, args=(int(owner), folder),
                         daemon=True).start()
    # Opened for both ways a pipe never ends.
    questions = open(os.path.join(folder, "ask"), "r+b", buffering=0)
    answers = open(os.path.join(folder, "answer"), "r+b", buffering=0)
    for line in io.BufferedReader(questions):
        words = os.fsdecode(line).split("\x1f")[:-1]
        try:
            answer = ask(words[1:])
        except (SystemExit, OSError, ValueError) as error:
            answer = "error:%r 0" % type(error).__name__
        answers.write(os.fsencode("%s %s\n" % (words[0], answer)))


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
    else:
        print(ask(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
