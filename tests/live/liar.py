#!/usr/bin/env python3
"""A helper that misbehaves, to stand in for the real one.

What it does with a request is read from the file "lie" beside it each time:

    bh          BH: it does not know
    bh-splice   BH to the question splice, OK to auth
    silent      no answer
    garbage     a word that is no verdict
    wrong-id    OK, on a channel nobody has opened
    yes         OK, to everything
    exit        it ends instead of answering

Each answer has its channel number or Squid itself would abort: that is the
one lie no squid.conf can guard against.
"""
import os
import sys

LIE = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "lie")


def answer(lie, channel, question):
    if lie == "exit":
        sys.exit(1)
    if lie == "bh-splice":
        return channel + (" BH\n" if question == "splice" else " OK\n")
    return {
        "bh": channel + " BH message=no\n",
        "garbage": channel + " PERHAPS = %00 OK\n",
        "wrong-id": "4000000 OK\n",
        "yes": channel + " OK gtb_auth_=bypass gtb_tls_=splice\n",
    }.get(lie, "")


def main():
    data = b""
    while True:
        more = os.read(0, 65536)
        if not more:
            return
        data += more
        while b"\n" in data:
            line, data = data.split(b"\n", 1)
            words = line.decode("latin-1").split()
            with open(LIE) as file:
                lie = file.read().strip()
            os.write(1, answer(lie, words[0], words[-1]).encode())


if __name__ == "__main__":
    main()
