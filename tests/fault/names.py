#!/usr/bin/env python3
"""Hold the lists of calls and the programs together.

usage: names.py LIBRARY LIST PROGRAM...

Every name that a program takes from a library is one that LIBRARY can make
fail, or stands in LIST with a reason why not. Exit status 1: some are not.
"""
import fnmatch
import re
import subprocess
import sys

import runs

# What a fortified build calls instead.
FORTIFIED = re.compile(r"__(.*?)(?:_chk|_2)")


def listed(path):
    """The names of the list, by reason."""
    found, reason = {}, None
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.startswith("["):
                reason = line.strip("[]\n")
                found[reason] = []
            elif reason and not line.startswith("#"):
                found[reason] += line.split()
    return found


def taken(program):
    """The names that a program takes from libraries."""
    lines = subprocess.run(["nm", "-D", "--undefined-only", program],
                           check=True, capture_output=True,
                           text=True).stdout.splitlines()
    names = {line.split()[1].split("@")[0] for line in lines}
    return {match.group(1) if (match := FORTIFIED.fullmatch(name)) and
            name != "__stack_chk_fail" else name for name in names}


def main():
    library, path, programs = sys.argv[1], sys.argv[2], sys.argv[3:]
    table = {name for name, _, _ in runs.read_table(library)}
    excused = [name for names in listed(path).values() for name in names]
    wrong = 0
    for program in programs:
        names = taken(program)
        for name in sorted(names - table):
            if not any(fnmatch.fnmatchcase(name, known) for known in excused):
                print("%s: %s is in neither list" % (program, name))
                wrong += 1
        print("%s: %d names, %d of them can fail" % (
            program, len(names), len(names & table)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
