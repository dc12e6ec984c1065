"""A copy of the tree, configured and built in a folder of its own: what the
checkout and the build folder hold stays as it is. The copy is kept, and
brought up to date by the next run."""
import os
import shutil
import subprocess
import sys

SRCDIR = os.environ["GTB_SRCDIR"]
BUILDDIR = os.environ["GTB_BUILDDIR"]
PARTS = (".ci", ".clang-format", "Makefile.am", "Makefile.in", "README.md",
         "aclocal.m4", "bootstrap", "build-aux", "config.h.in", "configure",
         "configure.ac", "include", "squid-conf", "src", "tests")


def is_built(path):
    """Something a build leaves, when it is done in the tree itself."""
    if path.endswith((".o", ".a", ".so", ".log", ".trs", ".dirstamp")):
        return True
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def files_of(folder):
    for part in PARTS:
        path = os.path.join(folder, part)
        if os.path.isfile(path):
            yield part
        for top, folders, files in os.walk(path, followlinks=True):
            folders[:] = [name for name in folders
                          if name not in (".deps", "__pycache__")]
            for name in files:
                yield os.path.relpath(os.path.join(top, name), folder)


def same(one, other):
    if not os.path.exists(other):
        return False
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def copy(source):
    """Times are kept, so that nothing generated looks stale; but what is
    compiled, and is not what it was, must look new."""
    wanted = set()
    for part in files_of(SRCDIR):
        path, there = os.path.join(SRCDIR, part), os.path.join(source, part)
        if is_built(path):
            continue
        wanted.add(part)
        if not same(path, there):
            replaced = os.path.exists(there)
            os.makedirs(os.path.dirname(there), exist_ok=True)
            shutil.copy2(path, there)
            if replaced and path.endswith((".c", ".h")):
                os.utime(there)
    for part in list(files_of(source)):
        if part not in wanted:
            os.remove(os.path.join(source, part))


def quietly(command, folder, what):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.stdout.buffer.write(done.stdout[-4000:])
        print("FAILED: " + what)
        sys.exit(1)


class Tree:
    def __init__(self, name, cflags, compiler):
        self.folder = os.path.join(BUILDDIR, name)
        self.source = os.path.join(self.folder, "source")
        self.build = os.path.join(self.folder, "build")
        copy(self.source)
        if not os.path.exists(os.path.join(self.build, "Makefile")):
            os.makedirs(self.build, exist_ok=True)
            quietly([os.path.join(self.source, "configure"),
                     "--disable-icap", "CC=" + compiler, "CFLAGS=" + cflags],
                    self.build, "the copy of the tree cannot be configured")

    def make(self, *targets):
        """(built, what make said)"""
        done = subprocess.run([os.environ.get("MAKE", "make"), "-s", *targets],
                              cwd=self.build, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False,
                              env=dict(os.environ, MAKEFLAGS=""))
        return done.returncode == 0, done.stdout.decode("utf-8", "replace")

    def must_make(self, *targets):
        built, said = self.make(*targets)
        if not built:
            print(said[-4000:])
            print("FAILED: the copy of the tree does not build")
            sys.exit(1)


# The unit tests: a program, and which of its suites (None: all).
DECISION = (("tests/trust/unit", None),) + tuple(
    ("tests/unit/test_core", suite) for suite in
    ("host", "net", "nets", "names", "decide", "ruleset", "line", "stream"))
CORE = DECISION + tuple(
    ("tests/unit/test_core", suite) for suite in
    ("watch", "verdicts", "report", "file", "suffix", "yaml", "cases",
     "catalog", "policy", "list"))
PROGRAMS = ("tests/trust/unit", "tests/unit/test_core")


def first_failure(build, suites, seconds, **more):
    """What the first unit test that fails says; None: all pass."""
    for program, suite in suites:
        environment = dict(os.environ, **more)
        if suite:
            environment["CK_RUN_SUITE"] = suite
        try:
            done = subprocess.run([os.path.join(build, program)],
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False,
                                  timeout=seconds, env=environment)
        except subprocess.TimeoutExpired:
            return "%s hangs" % program
        said = done.stdout.decode("utf-8", "replace").split("\n")
        if done.returncode != 0:
            return next((line.replace(os.path.dirname(build), "")
                         for line in said if line.startswith("not ok")),
                        "%s ends with %d" % (program, done.returncode))
        if not any(line.startswith("ok ") for line in said):
            return "%s has no suite %s" % (program, suite)
    return None
