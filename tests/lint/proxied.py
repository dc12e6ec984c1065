#!/usr/bin/env python3
"""One request to www.goto.com whose PROXY header names the client's address.

    proxied.py PORT ADDRESS

Prints what the proxy says to the CONNECT, and what is said within: "200 200".
"closed" stands for what ended without an answer.
"""
import socket
import ssl
import sys

HOST = "www.goto.com"


def status(stream):
    """The number in the first line of an answer."""
    words = stream.recv(4096).split()
    return words[1].decode("ascii") if len(words) > 1 else "closed"


def connect(port, address):
    stream = socket.create_connection(("127.0.0.1", port), timeout=5)
    stream.sendall(("PROXY TCP4 %s 127.0.0.1 1111 3128\r\n"
                    "CONNECT %s:443 HTTP/1.1\r\n\r\n" % (address, HOST)
                    ).encode("ascii"))
    return stream


def within(stream):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    tls = context.wrap_socket(stream, server_hostname=HOST)
    tls.sendall(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % HOST.encode("ascii"))
    return status(tls)


def main():
    said = []
    try:
        stream = connect(int(sys.argv[1]), sys.argv[2])
        said.append(status(stream))
        if said[0] == "200":
            said.append(within(stream))
    except OSError:
        said.append("closed")
    print(*said)


main()
