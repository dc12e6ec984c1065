#!/usr/bin/env python3
"""raw.py PORT REQUEST [TARGET]: send bytes to the proxy, print the status.

REQUEST knows the escapes of Python's strings. With TARGET (host:port) the
bytes go inside TLS, after a CONNECT to it; the server name is its host.
Prints the status of the answer, or "closed".
"""
import socket
import ssl
import sys

TIMEOUT_S = 8


def status(conn):
    head = b""
    while b"\r\n" not in head:
        data = conn.recv(4096)
        if not data:
            return "closed"
        head += data
    words = head.split(b" ", 2)
    return words[1].decode("ascii", "replace") if len(words) > 1 else "closed"


def inside(conn, target):
    conn.sendall(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
    answer = status(conn)
    if answer != "200":
        sys.exit(f"CONNECT: {answer}")
    context = ssl._create_unverified_context()
    return context.wrap_socket(conn,
                               server_hostname=target.rsplit(":", 1)[0])


def main():
    port, request = sys.argv[1:3]
    conn = socket.create_connection(("127.0.0.1", int(port)), TIMEOUT_S)
    if len(sys.argv) > 3:
        conn = inside(conn, sys.argv[3])
    conn.sendall(request.encode().decode("unicode_escape").encode("latin-1"))
    try:
        print(status(conn))
    except OSError:
        print("closed")


main()
