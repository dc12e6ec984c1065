#!/usr/bin/env python3
"""A helper as it is found in the field, for the linter's live tests.

It says OK when each host name it is shown ends in ".goto.com", else ERR; words
that are no name say nothing. What it is asked, it appends to the file "asked"
in its folder, a line each. The file "mode" there makes it another one:

    judge   as above
    echo    the same, and it repeats the first word even if it is no number
    yes     OK to everything
    no      ERR to everything
    bh      BH to everything: it does not know
    exit    it ends at once, before it has answered anything
"""
import os
import re
import sys

FOLDER = os.path.dirname(os.path.abspath(sys.argv[0]))
NAME = re.compile(r"^(?:[\w-]+\.)+[a-z]+$")
ANSWERS = {"yes": "OK", "no": "ERR", "bh": "BH"}


def mode():
    with open(os.path.join(FOLDER, "mode")) as file:
        return file.read().strip()


def judge(words):
    names = [w for w in words if NAME.match(w)]
    good = names and all(n.endswith(".goto.com") for n in names)
    return "OK log=asked clt_conn_tag=asked" if good else "ERR"


def answer(line):
    words = line.split()
    if mode() != "echo" and not words[0].isdigit():
        return ""               # an answer without a number ends Squid
    return "%s %s\n" % (words[0], ANSWERS.get(mode()) or judge(words[1:]))


def main():
    """All that has come is answered at once."""
    if mode() == "exit":
        sys.exit(1)
    asked = open(os.path.join(FOLDER, "asked"), "a", buffering=1)
    data = b""
    while True:
        more = os.read(0, 65536)
        if not more:
            return
        *lines, data = (data + more).split(b"\n")
        lines = [line.decode("latin-1") for line in lines]
        asked.write("".join(line + "\n" for line in lines))
        os.write(1, "".join(map(answer, lines)).encode("latin-1"))


if __name__ == "__main__":
    main()
