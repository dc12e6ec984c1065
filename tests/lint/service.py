#!/usr/bin/env python3
"""service.py FOLDER: an ICAP service that changes nothing, on loopback.

It answers 204 to every REQMOD. FOLDER/service.port holds its port, and
FOLDER/service.log the heads it was sent, as they came. It ends when nobody has
come for a while.
"""
import os
import socket
import sys
import threading

IDLE_S = 30
OPTIONS = (b"ICAP/1.0 200 OK\r\nMethods: REQMOD\r\nISTag: \"1\"\r\n"
           b"Allow: 204\r\nEncapsulated: null-body=0\r\n\r\n")
NOTHING = b"ICAP/1.0 204 No Content\r\nISTag: \"1\"\r\n\r\n"


def read_head(conn, data):
    """One head and what came behind it; b"" at the end."""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return b"", b""
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n", rest


def serve(conn, log):
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
                conn.sendall(NOTHING)
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
        threading.Thread(target=serve, args=(conn, log), daemon=True).start()


if __name__ == "__main__":
    main()
