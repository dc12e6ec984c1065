#!/usr/bin/env python3
"""Writes the table of rules into the linter's manual page.

goto-bypass lint --rules --json | lint_rules.py goto-bypass-lint.1
"""
import json
import re
import sys
import textwrap

BEGIN = '.\\" rules\n'
END = '.\\" end of rules\n'


def text_lines(sentence):
    """A sentence as lines of mdoc text, which no macro can begin."""
    text = sentence[:1].upper() + sentence[1:] + "."
    text = text.replace("\\", "\\e")
    lines = textwrap.wrap(text, 79, break_long_words=False,
                          break_on_hyphens=False)
    return [re.sub(r"^(?=[.'])", r"\\&", line) for line in lines]


def table(rules):
    lines = [".Bl -tag -width Ds"]
    for rule in rules:
        lines.append(".It Cm %s Pq %s" % (rule["id"], rule["level"]))
        for part in ("title", "wrong", "mend"):
            lines += text_lines(rule[part])
    return "\n".join(lines + [".El", ""])


def main():
    page = sys.argv[1]
    rules = json.load(sys.stdin)["rules"]
    with open(page, encoding="ascii") as file:
        text = file.read()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    with open(page, "w", encoding="ascii") as file:
        file.write(head + BEGIN + table(rules) + END + tail)


main()
