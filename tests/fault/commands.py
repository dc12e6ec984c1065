"""The command line under faults: a run says what it always says, or that it
could not. What it was to write is there as a whole, or as it was.
"""
import os
import shutil
import subprocess
import sys

import runs
import world

CONF = """http_port 3128 ssl-bump
acl user proxy_auth REQUIRED
acl n dstdomain *.goto.com .goto.com "lists.txt"
acl r ssl::server_name_regex goto\\.com
external_acl_type e %ssl::>sni %LOGIN /h
acl e external e
include in*.conf
http_access allow n
http_access deny !user
ssl_bump peek all
ssl_bump splice r
"""
WHY = ["--client", "192.0.2.7"]
EMIT = ["emit", "squid", "--mode", "explicit", "--via", "external"]
FILES = ["-c", "policy.yaml", "-C", "catalog"]
CHECK = ["check", "--today", "2026-11-21"]

# name, arguments behind the program's name, exit status without a fault
COMMANDS = (
    ("check", CHECK + FILES, 0),
    ("check --json", CHECK + ["--json"] + FILES, 0),
    ("check, as shipped", CHECK + ["-c", "shipped/policy.yaml", "-C",
                                   "shipped/catalog"], 0),
    ("check, wrong", CHECK + ["-c", "broken.yaml", "-C", "catalog"], 1),
    ("list --all", ["list", "--all"] + FILES, 0),
    ("list --json", ["list", "--json", "-c", "few.yaml", "-C", "catalog"], 0),
    ("why", ["why", "www.goto.com"] + WHY + FILES, 0),
    ("why, no", ["why", "evil.example"] + WHY + FILES, 1),
    ("why --json", ["why", "www.goto.com", "--json", "--dst", "68.64.0.1"] +
     WHY + FILES, 0),
    ("emit explicit", EMIT + FILES, 0),
    ("emit intercept", ["emit", "squid", "--mode", "intercept", "--via",
                        "native"] + FILES, 0),
    ("emit icap", ["emit", "squid", "--mode", "explicit,intercept", "--via",
                   "icap,external", "--auth-acl", "user"] + FILES, 0),
    ("emit --output", EMIT + ["--output", "out"] + FILES, 0),
    ("emit --check", EMIT + ["--output", "out", "--check"] + FILES, 1),
    ("emit --diff", EMIT + ["--output", "out", "--diff"] + FILES, 1),
    ("lint", ["lint", "squid.conf"] + FILES, 1),
    ("lint --json", ["lint", "--json", "squid.conf"] + FILES, 1),
    ("lint --sarif", ["lint", "--sarif", "squid.conf"] + FILES, 1),
    ("lint --squid", ["lint", "--squid=./squid", "squid.conf"] + FILES, 1),
    ("lint --rules", ["lint", "--rules", "--json"], 0),
)
# Of the faults of the shipped catalog, which differ in nothing from those of
# the small one but in number, so many are tried.
MOST = {"check, as shipped": 2000}
INCLUDE = "goto-bypass.conf"
LOCK = ".goto-bypass.lock"


def without(arguments):
    """What is no failure: a file that ends early is another file. Policy and
    catalog are compared with their size; other files are what they are.
    """
    return (runs.END,) if arguments[0] in ("emit", "lint") else ()


def contents(folder):
    """Name and bytes of each file."""
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def restore(folder, files, times):
    """The folder has these files of these times, and no other."""
    now = contents(folder)
    for name in now.keys() - files.keys():
        os.unlink(os.path.join(folder, name))
    for name, data in files.items():
        if now.get(name) != data:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        os.utime(os.path.join(folder, name), ns=(0, times[name]))


def make(folder):
    """The files that the commands are about."""
    world.make(folder)
    texts = {"squid.conf": CONF, "in.conf": "acl x src 10.0.0.0/8\n",
             "lists.txt": "a.example\n",
             "squid": "#!/bin/sh\necho '2026/11/21 00:00:00| WARNING: w'\n"}
    for name, text in texts.items():
        world.write(os.path.join(folder, name), text)
    os.chmod(os.path.join(folder, "squid"), 0o755)
    os.mkdir(os.path.join(folder, "out"), 0o755)
    world.ship(os.path.join(folder, "shipped"))


class Command(runs.Program):
    """Runs of one command; judge() tells what is wrong with one."""

    def __init__(self, library, folder, program, arguments, status):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        os.mkdir(folder)
        os.chmod(folder, 0o755)
        self.files = os.path.join(folder, "files")
        self.out = os.path.join(self.files, "out")
        self.wanted = status
        self.emits = "--output" in arguments
        self.writes = self.emits and not {"--check", "--diff"} & set(arguments)
        make(self.files)
        super().__init__(library, folder, [program] + arguments,
                         directory=self.files)
        self.old, self.new, self.times = {}, {}, {}
        self.clean, self.said = None, b""
        if self.emits:
            self.prepare()

    def close(self):
        super().close()
        shutil.rmtree(self.folder)

    def emit(self, policy):
        """What it emits for a policy, without the library; in place."""
        world.write(os.path.join(self.files, "policy.yaml"), policy)
        subprocess.run([self.argv[0]] + EMIT + ["--output", "out"] + FILES,
                       cwd=self.files, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return contents(self.out)

    def prepare(self):
        """The folder before a run and after a good one."""
        self.old = self.emit(world.FIRST)
        for name in self.old:
            self.times[name] = os.stat(
                os.path.join(self.out, name)).st_mtime_ns
        self.new = self.emit(world.OTHER)
        if self.old.items() == self.new.items() or len(self.new) < 3:
            sys.exit("fault: the emitted files do not change")

    def go(self, fault=None):
        if self.emits:
            restore(self.out, self.old, self.times)
        self.begin(*((fault.kind, fault.mode, fault.at, fault.way)
                     if fault else ()))
        return self.end()

    def first(self):
        """A run without a fault."""
        self.clean = self.go()
        self.said = self.read(self.output)
        if self.clean.status != self.wanted << 8:
            sys.exit("fault: without a fault: status %d\n%s" % (
                self.clean.status, self.read(self.error).decode()))
        return self.clean

    def judge(self, fault, result):
        """What is wrong with a run; None: nothing."""
        wrong = runs.crashed(result)
        if wrong:
            return wrong
        status = os.WEXITSTATUS(result.status)
        if status == 2:
            if fault.mode == runs.ONCE and fault.name != "write" and \
                    not self.read(self.error):
                return "status 2, and no word why"
        elif result.status != self.clean.status:
            return "status %d" % status
        elif self.read(self.output) != self.said and \
                not self.tells(fault):
            return "status %d, but the output is another" % status
        if self.writes:
            wrong = self.judge_files(fault, status)
        return wrong or runs.leaked(result, self.clean)

    def tells(self, fault):
        """Does it say what failed? A lint that cannot read a list does."""
        return self.argv[1] == "lint" and fault.how > 0 and \
            os.strerror(fault.how).encode() in self.read(self.output)

    def judge_files(self, fault, status):
        """The files fit each other, and nothing is half done."""
        now = contents(self.out)
        if fault.name in ("flock", "unlinkat"):
            now.pop(LOCK, None)     # the next run takes it, and tidies up
        if now.get(INCLUDE) not in (self.old[INCLUDE], self.new[INCLUDE]):
            return "an include file that is neither the old nor the new"
        of = self.new if now[INCLUDE] == self.new[INCLUDE] else self.old
        for name, data in of.items():
            if name.encode() in now[INCLUDE] and now.get(name) != data:
                return "%s is not what the include file wants" % name
        if status == 0 and now != self.new:
            return "status 0, but not all is written"
        removal = fault.mode != runs.ONCE or fault.name == "unlinkat"
        if of is self.old and now != self.old and not removal:
            return "nothing was installed, but files are left: %s" % (
                sorted(now.keys() - self.old.keys()))
        if now.keys() - self.old.keys() - self.new.keys() and not removal:
            return "temporary files are left"
        return self.judge_next() if removal else None

    def judge_next(self):
        """The next run does it all, and tidies up."""
        self.begin()
        result = self.end()
        now = contents(self.out)
        if result.status != 0 or not self.new.items() >= now.items() or \
                now[INCLUDE] != self.new[INCLUDE]:
            return "the next run does not mend it: %s" % sorted(now)
        return None
