#!/usr/bin/env python3
"""Tables, ratios and targets from what the parts of `bench` measured.

    report.py --machine FILE --rows FILE --kept FILE --new FILE PART...

A row is PART, CONTESTANT, SITUATION, MEASURE, ROUND, VALUE, with tabs between.
The value of a contestant is the median of its rounds; a ratio is the median of
the ratios within each round, so that a slow moment hits both its sides.

The targets of the parts stand below, once. What is printed also becomes the
file --new, which can be kept; ratios that are worse by more than WORSE than
those in the file --kept are told. Exit status: 0 every target is met, 1 one is
missed or was not measured.
"""
import argparse
import collections
import re
import statistics
import sys

WORSE = 0.10
WIDE = 5        # columns

Row = collections.namedtuple("Row", "part contestant situation measure")
# The value of `ours`, as a ratio to that of `other` where there is one. With
# a bound of None it is told and not judged; sense says which way is better.
Target = collections.namedtuple("Target", "ours other sense bound")
LEAST, MOST = "at least", "at most"


# --- the targets ------------------------------------------------------------

def beside(part, situation, measure, ours, others, sense, bound):
    for other in others:
        yield Target(Row(part, ours, situation, measure),
                     Row(part, other, situation, measure), sense, bound)


def helper_targets():
    floors = {1: 0.95, 10: None, 100: 0.7, 500: 0.45}
    for depth, bound in floors.items():
        yield from beside("helper", "depth %d" % depth, "lines/s",
                          "goto-bypass", ["floor"], LEAST, bound)
    for depth in floors:
        alone = ["squidGuard", "userip"] if depth == 1 else []
        yield from beside("helper", "depth %d" % depth, "lines/s",
                          "goto-bypass", ["perl", "python"] + alone, LEAST, 1)
    for depth in floors:
        yield Target(Row("helper", "goto-bypass", "depth %d" % depth,
                         "instructions"), None, MOST, 1200)
    yield Target(Row("helper", "goto-bypass", "decision", "instructions"),
                 None, MOST, 400)
    for depth in floors:
        yield from beside("helper", "depth %d" % depth, "cpu ns",
                          "goto-bypass", ["floor"], MOST, None)


def growth_targets():
    for kind in ("names", "nets"):
        yield Target(Row("growth", "goto-bypass", "1000000 " + kind,
                         "instructions"),
                     Row("growth", "goto-bypass", "50 " + kind,
                         "instructions"), MOST, 2)
    for size in ("100000", "1000000"):
        for measure in ("load ms", "load ms, added", "memory MiB",
                        "memory MiB, added"):
            yield from beside("growth", size + " names", measure,
                              "goto-bypass", ["squid"], MOST, 1)
        yield from beside("growth", size + " names", "peak MiB",
                          "goto-bypass", ["squid"], MOST, None)


def squid_targets():
    for situation in ("407", "inspected"):
        for via in ("native", "external", "icap"):
            yield from beside("squid", situation, "connections/s", via,
                              ["none"], LEAST, 0.98)
    for situation, bound in (("spliced", 0.95), ("new names", None)):
        yield from beside("squid", situation, "connections/s", "external",
                          ["native"], LEAST, bound)
        yield from beside("squid", situation, "connections/s", "icap",
                          ["native"], LEAST, None)
    for situation in ("407", "inspected"):
        for via in ("native", "external", "icap"):
            yield from beside("squid", situation, "cpu us", via, ["none"],
                              MOST, None)
    for via in ("external", "icap"):
        yield from beside("squid", "spliced", "cpu us", via, ["native"], MOST,
                          None)


def icap_targets():
    for connections in ("8", "40"):
        for other, bound in (("echo", 0.97), ("url_check", 1)):
            yield from beside("icap", "mixed, " + connections, "requests/s",
                              "goto_bypass", [other], LEAST, bound)
    for kind in ("listed, 8", "unlisted, 8"):
        yield from beside("icap", kind, "requests/s", "goto_bypass",
                          ["echo", "url_check"], LEAST, None)
    for kind in ("mixed, 8", "listed, 8", "unlisted, 8"):
        yield from beside("icap", kind, "cpu us", "goto_bypass",
                          ["echo", "url_check"], MOST, None)
    for kind in ("listed", "unlisted"):
        yield from beside("icap", kind, "instructions", "goto_bypass",
                          ["echo", "url_check"], MOST, None)


def start_targets():
    yield from beside("start", "first answer", "us", "goto-bypass",
                      ["floor", "perl", "python"], MOST, None)


TARGETS = {"helper": helper_targets, "growth": growth_targets,
           "squid": squid_targets, "icap": icap_targets,
           "start": start_targets}


# --- what was measured ------------------------------------------------------

def read_rows(path):
    """Row -> {round: value}, and (part, contestant, why) of those left out."""
    values, left_out = collections.defaultdict(dict), []
    with open(path) as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if fields[3].startswith("left out: "):
                left_out.append((fields[0], fields[1], fields[3]))
            else:
                values[Row(*fields[:4])][fields[4]] = float(fields[5])
    add_added(values)
    return values, left_out


def add_added(values):
    """What a size takes beyond what the least of its kind takes."""
    for row in [r for r in values if r.part == "growth"]:
        size, kind = row.situation.split()
        least = values.get(row._replace(situation="50 " + kind))
        if row.measure != "instructions" and size != "50" and least:
            values[row._replace(measure=row.measure + ", added")] = {
                n: v - statistics.median(least.values())
                for n, v in values[row].items()}


def median_of(values, row):
    return statistics.median(values[row].values()) if row in values else None


def result_of(values, target):
    """The value or ratio; None: not measured."""
    if target.other is None:
        return median_of(values, target.ours)
    ours, other = values.get(target.ours, {}), values.get(target.other, {})
    both = [ours[n] / other[n] for n in ours if other.get(n)]
    return statistics.median(both) if both else None


# --- in words ---------------------------------------------------------------

def number(value):
    if value is None:
        return "-"
    if value < 10:
        return "%.2f" % value
    return format(round(value, 1 if value < 100 else 0), ",.10g")


def name_of(target):
    ours, other = target.ours, target.other
    words = "%s, %s, %s: %s" % (ours.part, ours.situation, ours.measure,
                                ours.contestant)
    if other is None:
        return words
    return words + " to " + (other.contestant
                             if other.situation == ours.situation
                             else other.situation)


def is_met(target, result):
    if target.bound is None:
        return True
    return result is not None and (result >= target.bound
                                   if target.sense == LEAST
                                   else result <= target.bound)


def state_of(target, result):
    if result is None:
        return "unmeasured"
    if target.bound is None:
        return "told"
    return "met" if is_met(target, result) else "MISSED"


def bound_of(target):
    if target.bound is None:
        return "no target"
    return "%s %s" % (target.sense, format(target.bound, ",.10g"))


def target_lines(values, targets):
    for target in targets:
        result = result_of(values, target)
        yield "%-10s  %8s  %-15s  %s" % (
            state_of(target, result), number(result), bound_of(target),
            name_of(target))


def unique(items):
    return list(dict.fromkeys(items))


def table(values, part, measure):
    """A table in Markdown, as README has them; what is wide is turned."""
    rows = [r for r in values if r.part == part and r.measure == measure]
    situations = unique(r.situation for r in rows)
    cells = [[measure] + situations]
    for contestant in unique(r.contestant for r in rows):
        cells.append([contestant] + [
            number(median_of(values, Row(part, contestant, s, measure)))
            for s in situations])
    if len(situations) > WIDE:
        cells = [list(column) for column in zip(*cells)]
    cells.insert(1, ["---"] + ["---:"] * (len(cells[0]) - 1))
    widths = [max(len(line[i]) for line in cells)
              for i in range(len(cells[0]))]
    for line in cells:
        first = line[0].ljust(widths[0])
        rest = [c.rjust(w) for c, w in zip(line[1:], widths[1:])]
        yield "| %s |" % " | ".join([first] + rest)


def tables(values, part):
    for measure in unique(r.measure for r in values if r.part == part):
        yield ""
        yield "%s, %s" % (part, measure)
        yield ""
        yield from table(values, part, measure)


# --- what was kept ----------------------------------------------------------

KEPT = re.compile(r"(?:met|MISSED|told) +([0-9.,]+)  "
                  r"(?:at (?:least|most) [0-9.,]+|no target) +(.+)")


def read_kept(path):
    kept = {}
    try:
        with open(path) as file:
            for line in file:
                match = KEPT.match(line)
                if match:
                    kept[match[2]] = float(match[1].replace(",", ""))
    except FileNotFoundError:
        pass
    return kept


def worse_lines(values, targets, kept):
    for target in targets:
        result, before = result_of(values, target), kept.get(name_of(target))
        if result is None or not before:
            continue
        change = result / before - 1
        if (change if target.sense == MOST else -change) > WORSE:
            yield "WORSE       %8s  was %-11s  %s" % (
                number(result), number(before), name_of(target))


# --- the whole ---------------------------------------------------------------

def machine_lines(path):
    with open(path) as file:
        for line in file:
            word, _, rest = line.rstrip("\n").partition(" ")
            yield "%-12s %s" % (word, rest)


def report(args, values, left_out, targets):
    yield "goto-bypass beside others: `make bench`, by parts: %s" % " ".join(
        args.part)
    yield ""
    yield from machine_lines(args.machine)
    for part in args.part:
        yield from tables(values, part)
    if left_out:
        yield ""
    for part, contestant, why in left_out:
        yield "%s, %s: %s" % (part, contestant, why)
    yield ""
    yield "Targets"
    yield ""
    yield from target_lines(values, targets)


def last_line(values, targets):
    states = collections.Counter(state_of(t, result_of(values, t))
                                 for t in targets if t.bound is not None)
    return "%d of %d targets met, %d missed, %d not measured" % (
        states["met"], sum(states.values()), states["MISSED"],
        states["unmeasured"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machine", required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--kept", required=True)
    parser.add_argument("--new", required=True)
    parser.add_argument("part", nargs="+", choices=sorted(TARGETS))
    args = parser.parse_args()
    values, left_out = read_rows(args.rows)
    targets = [t for part in args.part for t in TARGETS[part]()]
    kept = read_kept(args.kept)
    text = "\n".join(report(args, values, left_out, targets)) + "\n"
    worse = list(worse_lines(values, targets, kept))
    with open(args.new, "w") as file:
        file.write(text)
    print(text)
    if kept:
        print("Beside what was kept: %d of these are worse by more than "
              "%d %%" % (len(worse), round(WORSE * 100)))
        print("\n".join(worse) + "\n" if worse else "")
    print(last_line(values, targets))
    met = all(is_met(t, result_of(values, t)) for t in targets)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
