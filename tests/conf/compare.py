#!/usr/bin/env python3
"""compare.py lines|values SHOW SQUID FOLDER [SEED [COUNT]]

Random squid.conf files, read by Squid and by SHOW (see show.c); the folder is
for them. Prints each disagreement and a last line of figures; exits 1 when
there was a disagreement or nothing to compare.

lines: directives that Squid does not know, so that squid -k parse names each
       that it executes, with the whole line before it.
values: acls, whose values squid -k parse -X names one by one.
"""
import os
import random
import re
import subprocess
import sys

SHOWN_MAX = 7000        # Squid's log cuts longer lines
TOLD = re.compile(rb"\| (?:ERROR: )?(.*)\((\d+)\): unrecognized: '")
LINE = re.compile(rb"\| Processing: (.*)$", re.S)
ROW = re.compile(rb"\n(?=\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?\| )")


def safe(data):
    out = []
    for byte in data:
        if byte == 0x5c:
            out.append("\\\\")
        elif 0x20 <= byte <= 0x7e:
            out.append(chr(byte))
        else:
            out.append(f"\\x{byte:02x}")
    return "".join(out)


def shown(show, path):
    """What we read: lines, values by acl, errors."""
    text = subprocess.run([show, path], check=True, capture_output=True,
                          timeout=60).stdout.decode()
    lines, values, errors = [], {}, []
    for row in text.splitlines():
        words = row.split("\t")
        if words[0] == "line":
            lines.append((words[1], words[2]))
        elif words[0] == "value":
            values.setdefault(words[1], []).append(words[2])
        elif words[0] == "error":
            errors.append(words[1])
    return lines, values, errors


# --- lines ------------------------------------------------------------------

class Maker:
    """One random file, and those that it includes."""

    def __init__(self, rng, folder):
        self.rng, self.folder = rng, folder
        self.count = self.files = 0

    def word(self):
        rng = self.rng
        if rng.random() < 0.03:
            return b"x" * rng.choice([8170, 8180, 8191, 9000, 17000])
        return rng.choice([
            b"a", b"b c", b"#d", b"e#f", b"\"g h\"", b"'i", b"\\", b"\\\\",
            b"${service_name}", b"${process_name}", b"${process_number}",
            b"${process_${service_name}}", b"\t", b"\xc3\xa4", b"\x01",
            b"if", b"else", b"j=k", b"\v", b"x" * 40, b"${", b"}"])

    def end(self):
        return self.rng.choices(
            [b"\n", b"\r\n", b"\\\n", b"\\\r\n", b"\\ \n", b" \n", b"\rz\n",
             b"\0y\n", b" \\\n  # c\n", b"\\\n\n \n"],
            [60, 6, 9, 2, 2, 6, 1, 1, 3, 2])[0]

    def directive(self):
        self.count += 1
        text = self.rng.choice([b"", b" ", b"\t "]) + b"d%d" % self.count
        for _ in range(self.rng.randrange(5)):
            text += self.rng.choice([b" ", b"  ", b"\t"]) + self.word()
        return text + self.end()

    def condition(self, depth):
        rng = self.rng
        test = rng.choices(
            [b"true", b"false", b"1 = 1", b"1=2", b"0x10 = 16", b"010 = 8",
             b"-1 = -1", b"${process_number} = 0", b"  0 =0", b"TRUE", b"1",
             b"1 = x", b"= 1"],
            [9, 9, 5, 5, 3, 3, 3, 5, 3, .05, .05, .05, .05])[0]
        text = b"if " + test + b"\n" + self.body(depth + 1) + b"d\n"
        while rng.random() < 0.4:
            text += b"else\n" + self.body(depth + 1) + b"d\n"
        return text + rng.choices([b"endif\n", b" endif x\n", b""],
                                  [20, 5, .1])[0]

    def include(self, depth):
        rng = self.rng
        self.files += 1
        name = f"i{self.files}"
        for part in rng.sample("abc", rng.randrange(1, 3)):
            with open(f"{self.folder}/{name}{part}.inc", "wb") as file:
                file.write(self.body(depth + 1))
        base = f"{self.folder}/{name}"
        pattern = rng.choices(
            [f"{base}*.inc", f"\"{base}\"[a-c].inc",
             f"\"{self.folder}\\/{name}\"?.inc",
             f"{self.folder}\\/{name}*.inc", f"{self.folder}/no"],
            [10, 3, 3, 3, .1])[0]
        return b"include " + pattern.encode() + rng.choice([b"\n", b" \n"])

    def body(self, depth=0):
        text = b""
        for _ in range(self.rng.randrange(1, 7)):
            kind = self.rng.random()
            if depth < 4 and kind < 0.15:
                text += self.condition(depth)
            elif depth < 3 and kind < 0.25:
                text += self.include(depth)
            elif kind < 0.35:
                text += self.rng.choice(
                    [b"# c\n", b"# c \\\n", b"\n", b"  \n", b"\\\n",
                     b"#line 7 \"x\"\n", b"#line 9\n", b" # d\r\n"])
            elif kind < 0.353:
                text += self.rng.choice([b"endif\n", b"else\n"])
            else:
                text += self.directive()
        return text


def executed(squid, path):
    """What Squid executed, as (line without its file), and if it gave up."""
    done = subprocess.run([squid, "-k", "parse", "-f", path],
                          capture_output=True, timeout=60)
    lines, last = [], b""
    for row in ROW.split(done.stderr):
        line = LINE.search(row)
        if line:
            last = line.group(1)
        elif TOLD.search(row) or b"unrecognized directive near" in row:
            lines.append(safe(last.rstrip(b"\n")))
    return lines, b"FATAL" in done.stderr


def compare_lines(show, squid, folder, rng, count):
    wrong = total = fatal = 0
    for number in range(count):
        path = f"{folder}/r{number}.conf"
        with open(path, "wb") as file:
            file.write(Maker(rng, folder).body() + b"last\n")
        theirs, gave_up = executed(squid, path)
        ours, _, errors = shown(show, path)
        total += len(theirs)
        fatal += gave_up
        same = len(ours) >= len(theirs) and all(
            mine[1][:SHOWN_MAX] == their[:SHOWN_MAX]
            for mine, their in zip(ours, theirs))
        if not gave_up:
            same = same and len(ours) == len(theirs)
        if same and gave_up == bool(errors):
            continue
        wrong += 1
        print(f"{path}: Squid {'gives up' if gave_up else 'goes on'}")
        for i in range(max(len(ours), len(theirs))):
            mine = ours[i][1] if i < len(ours) else "-"
            their = theirs[i] if i < len(theirs) else "-"
            if mine[:SHOWN_MAX] != their[:SHOWN_MAX]:
                print(f"  ours   {mine[:200]}\n  Squid  {their[:200]}")
                break
        print(f"  errors {errors[:3]}")
    print(f"files {count} lines {total} fatal {fatal} wrong {wrong}")
    return total > 0 and wrong == 0


# --- values -----------------------------------------------------------------

ADDED = re.compile(rb"(?:Adding user |buffering RE ')(.*?)'?$", re.S)

def list_text(rng):
    text = b""
    for _ in range(rng.randrange(8)):
        text += rng.choice(
            [b"v%d" % rng.randrange(99), b" w x\ty ", b"# c", b"", b"z # c",
             b"q#r", b"\"s t\"", b"'u", b"-n", b"\r", b"k" * 2100, b"\\ v",
             b"k " * 1100])
        text += rng.choice([b"\n", b"\n", b"\r\n", b" \n"])
    return text


def acl_text(rng, folder, number, quoted):
    name = f"{folder}/l{number}"
    with open(name, "wb") as file:
        file.write(b"first\n" + (b"a \"b c\" # d\ne\n" if quoted
                                 else list_text(rng)))
    name = name.encode()
    words = [b"v1", b"v2", b"x=y", b"a.b"]
    if quoted:
        words += [b"\"a b\"", b"'c \"d'", b"\"e\\\"f\\n\\\\\"",
                  b"parameters(\"" + name + b"\")", b"\"g\"# h", b"\"i\"#j"]
    else:
        words += [b"a#b", b"# c", b"b\"c", b"\\ d", b"e\\\n f", b"%g", b"(h)",
                  b"\"" + name + b"\"", b"'" + name + b"\"x", b"i\\\\ j",
                  b"\"" + folder.encode() + b"/no\""]
    kind = b"ext_user" if quoted else rng.choice([b"ext_user", b"url_regex"])
    text = b"acl n%d %s first" % (number, kind)
    for word in rng.choices(words, k=rng.randrange(6)):
        text += rng.choice([b" ", b"\t", b"  "]) + word
    return text + b"\n"


def told_values(squid, path):
    """The values of each acl in the order in which Squid takes them."""
    done = subprocess.run([squid, "-k", "parse", "-X", "-f", path],
                          capture_output=True, timeout=60)
    found, name = {}, None
    for row in ROW.split(done.stderr):
        line = LINE.search(row)
        words = line.group(1).split() if line else []
        if words and words[0] == b"acl":
            name = words[1].decode()
        added = ADDED.search(row)
        if added and name is not None:
            found.setdefault(name, []).append(
                safe(added.group(1).rstrip(b"\n")))
    return found, b"FATAL" in done.stderr


def compare_values(show, squid, folder, rng, count):
    path = f"{folder}/values.conf"
    with open(path, "wb") as file:
        for number in range(count):
            if number == count // 2:
                file.write(b"configuration_includes_quoted_values on\n")
            file.write(acl_text(rng, folder, number, number >= count // 2))
    theirs, gave_up = told_values(squid, path)
    _, ours, _ = shown(show, path)
    wrong = total = 0
    for name in sorted(set(ours) | set(theirs)):
        mine, their = ours.get(name, []), theirs.get(name, [])
        total += len(their)
        if mine == their:
            continue
        wrong += 1
        print(f"{name}\n  ours   {str(mine)[:300]}\n  Squid  "
              f"{str(their)[:300]}")
    print(f"acls {len(theirs)} values {total} wrong {wrong}")
    return not gave_up and len(theirs) == count and wrong == 0


def main():
    what, show, squid, folder = sys.argv[1:5]
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    count = int(sys.argv[6]) if len(sys.argv) > 6 else 60
    rng = random.Random(seed)
    compare = {"lines": compare_lines, "values": compare_values}[what]
    os.chdir(folder)
    return 0 if compare(show, squid, folder, rng, count) else 1


if __name__ == "__main__":
    sys.exit(main())
