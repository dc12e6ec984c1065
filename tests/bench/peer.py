#!/usr/bin/python3
"""An external ACL helper as admins write it in Python: a set of the names,
looked up label by label, and a flushed answer to each line.

peer.py FILE: names, one a line, with a dot before those that stand for all
below.
"""
import sys


def is_listed(name, names):
    name = name.lower()
    while name:
        if name in names:
            return True
        name = name.partition(".")[2]
    return False


def main():
    with open(sys.argv[1]) as file:
        names = {line.strip().lstrip(".") for line in file}
    for line in sys.stdin:
        number, _, _, host, port, sni, _ = line.split()
        if (port == "443" and is_listed(host, names) and
                (sni == "-" or is_listed(sni, names))):
            print(number, "OK", flush=True)
        else:
            print(number, "ERR", flush=True)


if __name__ == "__main__":
    main()
