#!/usr/bin/env python3
"""icap_burst.py HOST:PORT COUNT: so many CONNECTs to listed hosts at once.

Prints "STATUS COUNT" a line: what the proxy said to how many of them; 0 is no
answer within TIMEOUT_S.
"""
import collections
import socket
import sys
import threading

import hello

TIMEOUT_S = 15


def ask(proxy, number, start, statuses):
    status = 0
    try:
        with socket.create_connection(proxy, TIMEOUT_S) as sock:
            start.wait()
            status = hello.connect(sock, b"burst%d.goto.com:443" % number,
                                   None)
    except OSError:
        pass                    # counted as no answer
    statuses[number] = status


def main():
    proxy, count = hello.address(sys.argv[1]), int(sys.argv[2])
    start = threading.Barrier(count)
    statuses = {}
    threads = [threading.Thread(target=ask,
                                args=(proxy, i, start, statuses))
               for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for status, number in sorted(collections.Counter(
            statuses.values()).items()):
        print(status, number)


if __name__ == "__main__":
    main()
