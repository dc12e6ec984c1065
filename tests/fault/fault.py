#!/usr/bin/env python3
"""Every allocation and every call fails, once and from then on.

usage: fault.py LIBRARY HELPER COMMAND [--most N] [--seed N]
                [--only SCENARIO] [--kind memory|calls] [--call NAME,...]
                [--first N] [--last N]

LIBRARY is the library to preload; HELPER and COMMAND are the programs. In each
scenario the program runs once without a fault, which counts its allocations
and calls; then each of these fails, in each way it can, in a run of its own:
that one alone, and that one and all after it. Options choose among the faults
of a scenario: N at most, spread over all of them; those of one kind, or of
some calls; those at its first or last N allocations and calls. Exit status 1:
a run went wrong, or none was made; 77: a build that cannot be looked at.
"""
import argparse
import functools
import itertools
import os
import shutil
import signal
import sys
import tempfile
import time

import commands
import helper
import names
import runs

# What a sanitizer says that needs memory itself, and has none.
STOPPED = b"Sanitizer: CHECK failed"
TOLD = 10               # failures of a scenario that are printed


class Tally:
    """What was done, over all scenarios."""
    def __init__(self):
        self.points = [0, 0]    # in a run of each scenario without a fault
        self.runs = 0
        self.missed = 0
        self.failures = 0
        self.names = set()      # of calls that were made

    def add(self, program, table, clean):
        for kind, count in enumerate(clean.points):
            self.points[kind] += count
            self.names.update(table[code & ~runs.CHANNEL][0]
                              for code in program.names(kind, count))


def tell(name, fault, wrong, log):
    print("FAILED: %s: %s: %s" % (name, fault, wrong))
    for line in log.decode(errors="replace").splitlines()[-20:]:
        print("    " + line)


# A helper scenario: its options, and its environment.
HELPERS = {
    "helper": ((), {}),
    "helper -d": (("-d",), {}),
    "helper, not confined": ((), {"GTB_SANDBOX": "off"}),
}
SHORTER = ("helper -d", "helper, not confined")   # memory is as in the first


def first_helper(program):
    result, answers = program.go()
    if answers != [helper.FIRST, helper.FIRST, helper.SECOND,
                   helper.SECOND] or result.status != 0:
        sys.exit("fault: without a fault: status %d, %r\n%s" % (
            result.status, answers, program.read(program.error).decode()))
    return result


def run_helper(program, fault, clean):
    result, answers = program.go(fault)
    return result, helper.judge(fault, result, answers, clean)


def helper_scenarios(options):
    """(name, make, first, run, modes, ways left out) of each."""
    for name, (extra, environment) in HELPERS.items():
        yield (name, functools.partial(
            helper.Helper, options.library, program=options.helper,
            options=extra, environment=environment),
            first_helper, run_helper,
            (runs.ONCE, runs.FROM, runs.FROM_BUT_CHANNEL), ())


def run_command(program, fault, clean):
    del clean
    result = program.go(fault)
    return result, program.judge(fault, result)


def command_scenarios(options):
    for name, arguments, status in commands.COMMANDS:
        yield (name, functools.partial(
            commands.Command, options.library, program=options.command,
            arguments=arguments, status=status),
            commands.Command.first, run_command, (runs.ONCE, runs.FROM),
            commands.without(arguments))


def wanted(options, name, faults, points):
    """Those of a scenario's faults that were asked for."""
    def keep(fault):
        total = points[fault.kind]
        return (not options.kind or runs.KINDS[fault.kind] == options.kind) \
            and (not options.call or fault.name in options.call.split(",")) \
            and (not options.first or fault.at <= options.first) \
            and (not options.last or fault.at > total - options.last) \
            and (name not in SHORTER or fault.kind == runs.CALL)

    return runs.sample([fault for fault in faults if keep(fault)],
                       options.most or commands.MOST.get(name), options.seed)


def work(options, table, scenario, folder, tally):
    name, make, first, run, modes, without = scenario
    program = make(folder=os.path.join(folder, "run"))
    begin = time.monotonic()
    failures = missed = 0
    try:
        clean = first(program)
        if not clean.points[runs.MEMORY]:
            print("%s allocates past the library: a build that cannot be "
                  "looked at" % program.argv[0])
            sys.exit(77)
        program.blocks = clean.blocks
        tally.add(program, table, clean)
        faults = runs.plan(program, table, clean, modes, without)
        chosen = wanted(options, name, faults, clean.points)
        for fault in chosen:
            result, wrong = run(program, fault, clean)
            if wrong and STOPPED in program.read(program.error):
                wrong, result.fired = None, 0
            missed += result.fired == 0
            failures += wrong is not None
            if wrong and failures <= TOLD:
                tell(name, fault, wrong, program.read(program.error))
    finally:
        program.close()
    tally.runs += len(chosen)
    tally.missed += missed
    tally.failures += failures
    print("%-22s %6d allocations %4d calls: %6d of %6d faults tried, "
          "%d missed, %d wrong, %d s" % (
              name, *clean.points, len(chosen), len(faults), missed, failures,
              time.monotonic() - begin), flush=True)


def never_met(options, table, tally):
    """Calls of the table that no run makes, and that nothing excuses."""
    with open(options.helper, "rb") as file:
        if b"__asan_init" in file.read():
            return []       # such a helper does not confine itself
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "calls.txt")
    excused = [name for reason, known in names.listed(path).items()
               if "no run comes by" in reason for name in known]
    if os.geteuid() != 0:
        excused.append("fchown")    # only root gives a file its owner back
    return sorted({name for name, _, _ in table} - tally.names - set(excused))


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("library", type=os.path.abspath)
    parser.add_argument("helper", type=os.path.abspath)
    parser.add_argument("command", type=os.path.abspath)
    parser.add_argument("--most", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--kind", choices=runs.KINDS.values())
    parser.add_argument("--call")
    parser.add_argument("--first", type=int)
    parser.add_argument("--last", type=int)
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = read_options()
    table = runs.read_table(options.library)
    tally = Tally()
    scenarios = list(itertools.chain(command_scenarios(options),
                                     helper_scenarios(options)))
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    try:
        for scenario in scenarios:
            if options.only in (None, scenario[0]):
                work(options, table, scenario, folder, tally)
    finally:
        shutil.rmtree(folder)
    never = [] if options.only else never_met(options, table, tally)
    if never:
        print("no run makes these calls: %s" % " ".join(never))
    print("points: %d allocations and %d calls; runs: %d; wrong: %d" % (
        *tally.points, tally.runs, tally.failures))
    return 0 if tally.runs and not tally.failures and not never else 1


if __name__ == "__main__":
    sys.exit(main())
