#!/usr/bin/env python3
"""Speak ICAP to the service and say what came back, one line a request.

usage: talk.py PORT [option...] REQUEST-LINE...

All requests go over one connection. A line of output is
    STATUS [VERDICT] REASON
where VERDICT is the value of X-GoTo-Bypass in the returned request, "-" where
there is none; several values are joined by " + ".

  --client A --sni N --dst A   X-Client-IP, X-GoTo-SNI, X-GoTo-Dst ("" leaves
                               it out; the client is 192.0.2.7 by default)
  --await W                    X-GoTo-Await
  --icap 'Name: value'         another ICAP header
  --http 'Name: value'         another HTTP header, as it is
  --body N                     a body of N bytes, checked on its way back
  --no-preview --no-204        leave out Preview: 0, Allow: 204
  --preview N                  Preview: N, with the beginning of the body
  --options                    an OPTIONS request; prints its headers
  --statistics                 what c-icap's info service says
  --service NAME               instead of goto_bypass
  --from A                     ask from this address of the machine
  --show                       print the returned heads instead
"""
import socket
import sys

TIMEOUT_S = 10


class Icap:
    def __init__(self, port, source="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S,
                                               (source, 0))
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def head(self):
        """The lines up to an empty one; the first is the status line."""
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError("closed after %r" % lines)
            if not line.endswith(b"\r\n"):
                raise ValueError("no CRLF in %r" % line)
            line = line[:-2].decode("latin-1")
            if not line:
                return lines
            lines.append(line)

    def body(self):
        data = b""
        while True:
            size = int(self.file.readline().split(b";")[0], 16)
            data += self.file.read(size)
            self.file.readline()
            if size == 0:
                return data


def values(lines, name):
    found = []
    for line in lines[1:]:
        head, _, value = line.partition(":")
        if head.strip().lower() == name.lower():
            found.append(value.strip())
    return found


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data) if data else b""


class Request:
    def __init__(self, line, options):
        self.options = options
        http = [line, "Host: example.test"] + options.http
        self.http = "\r\n".join(http).encode("latin-1") + b"\r\n\r\n"
        self.data = bytes(i * 7 % 251 for i in range(options.body))

    def bytes(self):
        o = self.options
        what = "req-body" if self.data else "null-body"
        head = ["REQMOD icap://127.0.0.1/%s ICAP/1.0" % o.service,
                "Host: 127.0.0.1", "Date: now"]
        if o.no_204 is False:
            head.append("Allow: 204")
        for name, value in (("X-Client-IP", o.client), ("X-GoTo-SNI", o.sni),
                            ("X-GoTo-Dst", o.dst), ("X-GoTo-Await", o.wait)):
            if value:
                head.append("%s: %s" % (name, value))
        head += o.icap
        if not o.no_preview:
            head.append("Preview: %d" % o.preview)
        head.append("Encapsulated: req-hdr=0, %s=%d" % (what, len(self.http)))
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + self.http

    def send(self, icap):
        o = self.options
        icap.send(self.bytes())
        if not self.data:
            return icap.head()
        if o.no_preview:
            icap.send(chunk(self.data) + b"0\r\n\r\n")
            return icap.head()
        ends = b"0; ieof\r\n\r\n" if o.preview >= len(self.data) else b"0\r\n\r\n"
        icap.send(chunk(self.data[:o.preview]) + ends)
        answer = icap.head()
        if " 100 " in answer[0]:
            rest = self.data[o.preview:]
            for i in range(0, len(rest), 5000):
                icap.send(chunk(rest[i:i + 5000]))
            icap.send(b"0\r\n\r\n")
            answer = icap.head()
        return answer


def exchange(icap, request):
    answer = request.send(icap)
    status = answer[0].split()[1]
    http = []
    if status == "200":
        http = icap.head()
        if request.data and icap.body() != request.data:
            return answer, http, "BODY CHANGED"
        if not request.data and "req-body" in values(answer, "Encapsulated")[0]:
            return answer, http, "A BODY OUT OF NOTHING"
    return answer, http, status


def options_answer(icap, service):
    icap.send(b"OPTIONS icap://127.0.0.1/%s ICAP/1.0\r\n"
              b"Host: 127.0.0.1\r\n\r\n" % service.encode())
    print("\n".join(icap.head()))


def statistics(icap, options):
    options.service = "info?view=text&table=Service+goto_bypass"
    icap.send(Request("GET http://x/ HTTP/1.1", options).bytes())
    icap.head()
    icap.head()
    print(icap.body().decode())


def parse(arguments):
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("lines", nargs="*")
    parser.add_argument("--client", default="192.0.2.7")
    parser.add_argument("--sni", default="")
    parser.add_argument("--dst", default="")
    parser.add_argument("--await", dest="wait", default="")
    parser.add_argument("--icap", action="append", default=[])
    parser.add_argument("--http", action="append", default=[])
    parser.add_argument("--body", type=int, default=0)
    parser.add_argument("--preview", type=int, default=0)
    parser.add_argument("--no-preview", action="store_true")
    parser.add_argument("--no-204", action="store_true")
    parser.add_argument("--options", action="store_true")
    parser.add_argument("--statistics", action="store_true")
    parser.add_argument("--service", default="goto_bypass")
    parser.add_argument("--from", dest="source", default="127.0.0.1")
    parser.add_argument("--show", action="store_true")
    return parser.parse_intermixed_args(arguments)


def main():
    options = parse(sys.argv[1:])
    icap = Icap(options.port, options.source)
    for line in options.lines:
        answer, http, status = exchange(icap, Request(line, options))
        if options.show:
            print("\n".join(answer + [""] + http + [""]))
            continue
        verdict = " + ".join(values(http, "X-GoTo-Bypass")) or "-"
        reason = " + ".join(values(answer, "X-GoTo-Reason")) or "-"
        print("%s [%s] %s" % (status, verdict, reason))
    if options.statistics:
        statistics(icap, options)
    if options.options:
        options_answer(icap, options.service)


if __name__ == "__main__":
    main()
