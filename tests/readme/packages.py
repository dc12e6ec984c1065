#!/usr/bin/env python3
"""Headers that were compiled in and ./bootstrap does not ask for.

usage: packages.py FOLDER BOOTSTRAP LIST...

Prints each package that holds a header which the objects in FOLDER were made
with, and is neither in those lists of BOOTSTRAP (build, tests) nor needed by
one that is, with the header; the last line counts the headers looked at.
Exit status: 1 when it printed a package, 77 when FOLDER records no header.
"""
import pathlib
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, check=False).stdout


def installed():
    """What each package needs, and whose a name is: its own or lent ones."""
    needs, whose = {}, {}
    shown = output("dpkg-query", "-W", "-f",
                   "${Package}|${Provides}|${Pre-Depends}, ${Depends}\n")
    for line in shown.splitlines():
        package, provided, depends = line.split("|", 2)
        needs[package] = names(depends)
        for name in [package] + names(provided):
            whose.setdefault(name, set()).add(package)
    return needs, whose


def names(relation):
    """The packages of a Depends line, alternatives and all."""
    parts = re.split(r"[,|]", re.sub(r"\([^)]*\)|:\w+", "", relation))
    return [part.strip() for part in parts if part.strip()]


def reached(packages):
    needs, whose = installed()
    seen, left = set(), list(packages)
    while left:
        for package in whose.get(left.pop(), set()) - seen:
            seen.add(package)
            left += needs[package]
    return seen


def asked_for(bootstrap, lists):
    script = pathlib.Path(bootstrap).read_text()
    for name in lists:
        yield from re.search(rf"^{name}='([^']+)'", script, re.M)[1].split()


def headers(folder):
    found = set()
    for rule in pathlib.Path(folder).glob("**/.deps/*.Po"):
        found.update(re.findall(r"/usr/include/[^\s:\\]+", rule.read_text()))
    return sorted(found)


def owners(paths):
    for line in output("dpkg-query", "-S", *paths).splitlines():
        packages, _, path = line.rpartition(": ")
        yield {name.split(":")[0] for name in packages.split(", ")}, path


def main():
    paths = headers(sys.argv[1])
    if not paths:
        print("no header is recorded in", sys.argv[1])
        sys.exit(77)
    asked = reached(asked_for(sys.argv[2], sys.argv[3:]))
    lacking = {}
    for packages, path in owners(paths):
        if not packages & asked:
            lacking.setdefault(" or ".join(sorted(packages)), path)
    for packages, path in sorted(lacking.items()):
        print(f"{packages}: {path}")
    print(len(paths), "headers")
    sys.exit(bool(lacking))


if __name__ == "__main__":
    main()
