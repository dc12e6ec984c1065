"""One program under the preloaded library: runs, faults, what became of them.

The layout of fault_shared is that of struct fault_shared in fault.h.
"""
import ctypes
import errno
import mmap
import os
import random
import struct
import subprocess
import sys

MEMORY, CALL = 0, 1
NOT, ONCE, FROM, FROM_BUT_CHANNEL = range(4)
MODES = {ONCE: "once", FROM: "from", FROM_BUT_CHANNEL: "from, channel spared"}
KINDS = {MEMORY: "memory", CALL: "calls"}
SHORT, END = -1, -2
WAYS, POINTS, CHANNEL = 6, 65536, 0x8000
BEFORE = struct.Struct("=6I")
AFTER = struct.Struct("=2I4IQI")
WHILE = struct.Struct("=4I")
AFTER_AT = BEFORE.size
WHILE_AT = AFTER_AT + AFTER.size
NAMES_AT = WHILE_AT + WHILE.size
SIZE = NAMES_AT + 2 * 2 * POINTS + 64

# What makes the program go on, in time or at once: the result is the same.
SOFT = (errno.EINTR, errno.EAGAIN, SHORT)


class Entry(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int),
                ("ways", ctypes.c_int * WAYS)]


def read_table(library):
    """The calls that can fail: [(name, kind, ways)]."""
    function = ctypes.CDLL(library).fault_table
    function.restype = ctypes.POINTER(Entry)
    count = ctypes.c_size_t()
    entries = function(ctypes.byref(count))
    return [(entries[i].name.decode(), entries[i].kind,
             [way for way in entries[i].ways if way])
            for i in range(count.value)]


def way_name(way):
    return {SHORT: "short", END: "end"}.get(way) or errno.errorcode[way]


class Result:
    """What a run left."""
    # pylint: disable=too-few-public-methods
    def __init__(self, shared, status):
        self.status = status
        (memory, calls, self.fired, self.ended, self.blocks,
         self.descriptors, self.caller, self.size) = \
            AFTER.unpack_from(shared, AFTER_AT)
        self.points = (memory, calls)


class Program:
    """A program that runs again and again, in a folder of its own."""

    def __init__(self, library, folder, argv, channel=None, environment=None,
                 directory=None):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.folder = folder
        self.argv = argv
        self.blocks = 0         # that are left without a fault
        path = os.path.join(folder, "shared")
        with open(path, "wb") as file:
            file.truncate(SIZE)
        with open(path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), SIZE)
        self.output = os.path.join(folder, "output")
        self.error = os.path.join(folder, "error")
        environment = {
            **(environment or {}),
            "PATH": os.environ["PATH"],
            "LD_PRELOAD": library,
            "MALLOC_PERTURB_": "165",
            "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0:"
                            "exitcode=98:allocator_may_return_null=1",
            "UBSAN_OPTIONS": "halt_on_error=1:exitcode=98",
            "GTB_FAULT_SHARED": path,
            "GTB_FAULT_OUTPUT": self.output,
            "GTB_FAULT_ERROR": self.error,
        }
        if channel:
            environment["GTB_FAULT_CHANNEL"] = channel
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            argv, env=environment, cwd=directory, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=0)

    def begin(self, kind=MEMORY, mode=NOT, at=0, way=0):
        self.shared[AFTER_AT:NAMES_AT] = bytes(NAMES_AT - AFTER_AT)
        BEFORE.pack_into(self.shared, 0, kind, mode, at, way, self.blocks, 0)
        self.process.stdin.write(b"x")

    def end(self):
        status = self.process.stdout.read(4)
        if len(status) != 4:
            sys.exit("fault: %s serves no more" % self.argv)
        return Result(self.shared, struct.unpack("i", status)[0])

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def names(self, kind, count):
        at = NAMES_AT + 2 * POINTS * kind
        count = min(count, POINTS)
        return struct.unpack_from("=%dH" % count, self.shared, at)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    # --- while it runs

    def counter(self, number):
        return WHILE.unpack_from(self.shared, WHILE_AT)[number]

    def set_counter(self, number, value):
        struct.pack_into("=I", self.shared, WHILE_AT + 4 * number, value)


class Fault:
    """Where and how a run fails."""
    def __init__(self, kind, mode, at, way, name, channel, errno_or_way):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.kind, self.mode, self.at, self.way = kind, mode, at, way
        self.name, self.channel, self.how = name, channel, errno_or_way

    def __str__(self):
        return "%s number %d, %s%s, %s, %s" % (
            KINDS[self.kind], self.at, self.name,
            " (channel)" if self.channel else "",
            way_name(self.how), MODES[self.mode])


def plan(program, table, clean, modes, without=()):
    """Every fault for what a clean run asks for."""
    faults = []
    for kind in (MEMORY, CALL):
        for at, code in enumerate(program.names(kind, clean.points[kind]), 1):
            name, _, ways = table[code & ~CHANNEL]
            channel = bool(code & CHANNEL)
            for way, how in enumerate(ways):
                if how in without:
                    continue
                faults.extend(Fault(kind, mode, at, way, name, channel, how)
                              for mode in modes
                              if mode != FROM_BUT_CHANNEL or kind == CALL)
    return faults


def sample(faults, most, seed):
    """At most so many, spread over all."""
    if not most or len(faults) <= most:
        return faults
    chooser = random.Random(seed)
    step = len(faults) / most
    return [faults[min(len(faults) - 1, int((i + chooser.random()) * step))]
            for i in range(most)]


def crashed(result):
    """What is wrong with the way a run ended; None: nothing."""
    if os.WIFSIGNALED(result.status):
        number = os.WTERMSIG(result.status)
        return "hung" if number == 14 else "killed by signal %d" % number
    if os.WEXITSTATUS(result.status) in (98, 99):
        return "stopped by the sanitizer or the library"
    return None


def leaked(result, clean):
    if not result.ended:
        return None
    if result.blocks > clean.blocks:
        return "%d blocks not freed, one of %d bytes from %#x" % (
            result.blocks - clean.blocks, result.size, result.caller)
    if result.descriptors != clean.descriptors and \
            result.descriptors - clean.descriptors < 1 << 31:
        return "%d descriptors not closed" % (
            result.descriptors - clean.descriptors)
    return None
