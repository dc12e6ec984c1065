#!/usr/bin/env python3
"""Lines and branches of src/core that the unit tests run through.

usage: coverage.py

Builds a copy of the tree with gcc --coverage, runs the unit tests, prints a
table. The rooms of the decision must be covered whole, in lines and branches;
what cannot be is in impossible.txt, with the reason, and printed. The exit
status is 0 when nothing else is left.
"""
import json
import os
import shutil
import subprocess
import sys

import tree

WHOLE = ("src/core/addr.c", "src/core/decide.c", "src/core/facts.c",
         "src/core/host.c", "src/core/judge.c", "src/core/net.c")
NOMEM = "tests/unit/test_nomem"      # allocations that fail
LIST = os.path.join(tree.SRCDIR, "tests", "trust", "impossible.txt")


class File:
    def __init__(self):
        self.lines = {}         # number: times
        self.branches = {}      # number: [times]

    def add(self, line):
        number = line["line_number"]
        self.lines[number] = self.lines.get(number, 0) + line["count"]
        counts = [branch["count"] for branch in line["branches"]]
        before = self.branches.get(number)
        if before is None or len(before) != len(counts):
            before = [0] * len(counts)
        self.branches[number] = [a + b for a, b in zip(before, counts)]

    def missed(self):
        """{number: what of the line is missing}"""
        found = {}
        for number, times in sorted(self.lines.items()):
            branches = self.branches.get(number, [])
            if times == 0:
                found[number] = "never"
            elif 0 in branches:
                found[number] = "%d of %d branches" % (branches.count(0),
                                                       len(branches))
        return found


def gcov():
    version = subprocess.run(["gcc", "-dumpversion"], check=True,
                             stdout=subprocess.PIPE).stdout.decode().strip()
    return shutil.which("gcov-" + version.split(".")[0]) or "gcov"


def collect(copy):
    """{path: File} of src/core, from what the programs left behind."""
    folder = os.path.join(copy.build, "src", "core")
    data = [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if name.endswith(".gcda")]
    said = subprocess.run([gcov(), "--json-format", "--stdout",
                           "--branch-probabilities", *data], check=True,
                          cwd=copy.build, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    files = {}
    for text in said.decode().splitlines():
        for entry in json.loads(text)["files"]:
            path = os.path.relpath(os.path.join(copy.build, entry["file"]),
                                   copy.source)
            if path.startswith("src/core/"):
                file = files.setdefault(path, File())
                for line in entry["lines"]:
                    file.add(line)
    return files


def clear(copy):
    for top, _, names in os.walk(copy.build):
        for name in names:
            if name.endswith(".gcda"):
                os.remove(os.path.join(top, name))


def percent(part, whole):
    return "-" if whole == 0 else "%.1f %%" % (100.0 * part / whole)


def row(name, file):
    taken = [count for counts in file.branches.values() for count in counts]
    run = [times for times in file.lines.values() if times]
    print("%-32s %6d %8s %9d %8s" % (
        name, len(file.lines), percent(len(run), len(file.lines)), len(taken),
        percent(len(taken) - taken.count(0), len(taken))))


def table(files):
    print("%-32s %6s %8s %9s %8s" % ("", "lines", "run", "branches", "taken"))
    whole = File()
    for path, file in sorted(files.items()):
        row(path, file)
        for number, times in file.lines.items():
            whole.lines[path, number] = times
            whole.branches[path, number] = file.branches[number]
    row("src/core", whole)


def read_list():
    """[(path, text of the line, why)]"""
    entries, why, path = [], "", ""
    if not os.path.exists(LIST):
        return entries
    with open(LIST, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("= "):
                why = line[2:]
            elif line.startswith("- "):
                entries.append((path, line[2:].strip(), why))
            elif line and not line.startswith("#"):
                path = line
    return entries


def judge(copy, files):
    """How many lines are missed that nothing excuses."""
    excuses, used, missing = read_list(), set(), 0
    for path in WHOLE:
        with open(os.path.join(copy.source, path), encoding="utf-8") as file:
            text = [""] + file.read().splitlines()
        for number, what in files[path].missed().items():
            excuse = next((e for e in excuses if e[0] == path and
                           e[1] == text[number].strip()), None)
            if excuse:
                used.add(excuse)
                continue
            missing += 1
            print("%s:%d:1: %s: %s" % (path, number, what,
                                       text[number].strip()))
    for path, line, why in excuses:
        if (path, line, why) not in used:
            missing += 1
            print("tests/trust/impossible.txt:1:1: not needed, take it out: "
                  "%s: %s" % (path, line))
    for path, line, why in sorted(used):
        print("cannot be: %s: %s\n    %s" % (path, line, why))
    return missing, len(used)


def main():
    if not shutil.which("gcc") or not shutil.which(gcov()):
        print("gcc and its gcov are needed: install the package gcc")
        return 1
    copy = tree.Tree("trust-coverage", "-O0 -g --coverage -w", "gcc")
    copy.must_make(*tree.PROGRAMS, NOMEM)
    clear(copy)
    failed = tree.first_failure(copy.build, tree.CORE + ((NOMEM, None),), 300)
    if failed:
        print("FAILED: " + failed)
        return 1
    files = collect(copy)
    table(files)
    missing, excused = judge(copy, files)
    print("coverage: %s: %s, %d lines that cannot be" % (
        ", ".join(os.path.basename(path)[:-2] for path in WHOLE),
        "whole" if missing == 0 else "%d lines missed" % missing, excused))
    return 0 if missing == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
