#!/usr/bin/env python3
"""service.py FOLDER: an ICAP service on loopback that does as it is told.

It answers 204 to every REQMOD. With "say VALUE" in FOLDER/service.mode it
answers 200, with X-GoTo-Bypass: VALUE added to the request, and with "hang"
not at all; as the service "broken" it closes the connection. FOLDER/service.port
holds its port, and FOLDER/service.log the heads it was sent, as they came. It
ends when nobody has come for a while.
"""
import os
import socket
import sys
import threading

IDLE_S = 30
OPTIONS = (b"ICAP/1.0 200 OK\r\nMethods: REQMOD\r\nISTag: \"1\"\r\n"
           b"Allow: 204\r\nEncapsulated: null-body=0\r\n\r\n")
NOTHING = b"ICAP/1.0 204 No Content\r\nISTag: \"1\"\r\n\r\n"
CHANGED = (b"ICAP/1.0 200 OK\r\nISTag: \"1\"\r\n"
           b"Encapsulated: req-hdr=0, null-body=%d\r\n\r\n")


def read_head(conn, data):
    """One head and what came behind it; b"" at the end."""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return b"", b""
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n", rest


def read_mode(folder):
    try:
        with open(os.path.join(folder, "service.mode"), "rb") as file:
            return file.read().strip().partition(b" ")
    except FileNotFoundError:
        return b"", b"", b""


def answer(conn, inner, mode):
    """mode: what to do, a blank, the header's value."""
    if mode[0] == b"say":
        head = inner[:-2] + b"X-GoTo-Bypass: " + mode[2] + b"\r\n\r\n"
        conn.sendall(CHANGED % len(head) + head)
    elif mode[0] != b"hang":
        conn.sendall(NOTHING)


def serve(conn, log, folder):
    """The requests of the tests have no body: a head, and a head within."""
    data = b""
    with conn:
        conn.settimeout(IDLE_S)
        while True:
            head, data = read_head(conn, data)
            if head.startswith(b"OPTIONS "):
                conn.sendall(OPTIONS)
            elif head.startswith(b"REQMOD "):
                inner, data = read_head(conn, data)
                log.write(head + inner)
                if b"/broken " in head:
                    return
                answer(conn, inner, read_mode(folder))
            else:
                return


def main():
    folder = sys.argv[1]
    log = open(os.path.join(folder, "service.log"), "ab", buffering=0)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(IDLE_S)
    port = os.path.join(folder, "service.port")
    with open(port + ".new", "w") as file:
        file.write("%d\n" % listener.getsockname()[1])
    os.rename(port + ".new", port)
    while True:
        try:
            conn, _ = listener.accept()
        except TimeoutError:
            return
        threading.Thread(target=serve, args=(conn, log, folder),
                         daemon=True).start()


if __name__ == "__main__":
    main()
