#!/usr/bin/env python3
"""Faults made by hand, one by one: does a unit test notice each?

usage: mutants.py [NAME]...

  NAME   only the faults whose name begins so

mutants.txt holds the faults. Each is put into a copy of the tree, the unit
tests are built and run; one that passes them all is a survivor. The exit
status is 0 when there is none, every text was found, and every fault could be
compiled.
"""
import os
import signal
import sys
import time

import tree

TABLE = os.path.join(tree.SRCDIR, "tests", "trust", "mutants.txt")
LEAST = 50              # faults in the table
SECONDS = 120           # for a program, before it is said to hang


class Mutant:
    def __init__(self, block, line):
        self.line = line
        self.name = block[0].removeprefix("= ")
        self.path = block[1]
        self.old = "".join(text[1:] + "\n" for text in block[2:]
                           if text.startswith("-"))
        self.new = "".join(text[1:] + "\n" for text in block[2:]
                           if text.startswith("+"))

    def wrong(self, source):
        """Why it cannot be put in; None: it can."""
        if not self.old or self.old == self.new:
            return "no change"
        path = os.path.join(source, self.path)
        if not os.path.exists(path):
            return "there is no %s" % self.path
        with open(path, encoding="utf-8") as file:
            count = ("\n" + file.read()).count("\n" + self.old)
        if count != 1:
            return "its old text is %d times in %s" % (count, self.path)
        return None


def read_table():
    mutants, block = [], []
    with open(TABLE, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n") + [""], 1):
            if line.startswith("#"):
                continue
            if line != "":
                block.append(line)
            elif block:
                mutants.append(Mutant(block, number - len(block)))
                block = []
    return mutants


def check_table(mutants):
    bad = 0
    for mutant in mutants:
        why = mutant.wrong(tree.SRCDIR)
        if why:
            bad += 1
            print("tests/trust/mutants.txt:%d:1: %s: %s" %
                  (mutant.line, mutant.name, why))
    names = [mutant.name for mutant in mutants]
    for name in set(names):
        if names.count(name) > 1:
            bad += 1
            print("tests/trust/mutants.txt:1:1: %s: named twice" % name)
    return bad == 0


def run_tests(build, *programs):
    suites = [test for test in tree.DECISION if test[0] in programs]
    # In one process: a crash is a notice, too, and it is much quicker.
    return tree.first_failure(build, suites, SECONDS, CK_FORK="no")


def put(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def try_mutant(copy, mutant):
    """"caught ...", "SURVIVED" or "does not compile"."""
    path = os.path.join(copy.source, mutant.path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    at = ("\n" + text).index("\n" + mutant.old)
    put(path, text[:at] + mutant.new + text[at + len(mutant.old):])
    try:
        for program in tree.PROGRAMS:
            built, said = copy.make(program)
            if not built:
                return "does not compile:\n" + said[-1000:]
            failed = run_tests(copy.build, program)
            if failed:
                return "caught: " + failed
        return "SURVIVED"
    finally:
        put(path, text)


def main():
    # So that a fault is taken out again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    mutants = read_table()
    if not check_table(mutants):
        return 1
    if len(mutants) < LEAST:
        print("FAILED: %d faults, at least %d are wanted" %
              (len(mutants), LEAST))
        return 1
    chosen = [m for m in mutants if not sys.argv[1:] or
              m.name.startswith(tuple(sys.argv[1:]))]
    begin = time.monotonic()
    copy = tree.Tree("trust-mutants", "-O0 -w", os.environ.get("CC", "gcc"))
    copy.must_make(*tree.PROGRAMS)
    failed = run_tests(copy.build, *tree.PROGRAMS)
    if failed:
        print("FAILED: the unit tests fail without any fault: " + failed)
        return 1
    bad = []
    for mutant in chosen:
        outcome = try_mutant(copy, mutant)
        print("%-58s %s" % (mutant.name, outcome.split("\n")[0]
                            if outcome.startswith("caught") else outcome),
              flush=True)
        if not outcome.startswith("caught"):
            bad.append(mutant)
    for mutant in bad:
        print("not caught: %s (tests/trust/mutants.txt:%d)" %
              (mutant.name, mutant.line))
    print("mutants: %d faults, %d caught, %d not, in %.0f s" %
          (len(chosen), len(chosen) - len(bad), len(bad),
           time.monotonic() - begin))
    return 0 if not bad else 1


if __name__ == "__main__":
    sys.exit(main())
