"""The helper under faults: what it may answer, and that it goes on answering.

A run: the helper starts on the first policy, then the policy breaks, then it
becomes the second one, which takes one name away and adds another. After each
step it is asked about every kind of host.
"""
import os
import re
import select
import shutil
import socket
import time

import runs
import world

GRAMMAR = re.compile(
    rb"(\d+) (OK|ERR) gtb_auth_=(?:bypass|require) "
    rb"gtb_tls_=(?:splice|inspect) gtb_reason_=([a-z-]+) "
    rb"gtb_rule_=[A-Za-z0-9._:-]+ gtb_identity_=[A-Za-z0-9_-]+")

# Of each host, is it a yes under the first policy, is it under the second?
HOSTS = (
    (b"www.goto.com", True, True),
    (b"revoked.example", True, False),
    (b"added.example", False, True),
    (b"x.list.example", True, True),
    (b"flags.example", True, True),
    (b"evil.example", False, False),
    (b"x.goto.com", False, False),
    (b"never.goto.com", False, False),
)
REQUESTS = b"".join(b"%d 192.0.2.7 CONNECT %s 443 - auth\n" % (number, host[0])
                    for number, host in enumerate(HOSTS))
FIRST = tuple(host[1] for host in HOSTS)
SECOND = tuple(host[2] for host in HOSTS)
NONE = (False,) * len(HOSTS)

LOOK_MS = 300           # longer than the helper rests between two looks
RETRY_MS = 130000       # longer than it ever waits to try again
THREADS, WAITING, LOOKS, CLOCK = range(4)
PATIENCE_S = 70         # the run is ended before that


class Gone(Exception):
    """The helper has closed its channel."""


class Helper(runs.Program):
    """Runs of the helper; judge() tells what is wrong with one."""

    def __init__(self, library, folder, program, options, environment):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.world = os.path.join(folder, "world")
        os.mkdir(folder)
        world.make(self.world)
        path = os.path.join(folder, "channel")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        super().__init__(library, folder, [
            program, "-c", os.path.join(self.world, "policy.yaml"),
            "-C", os.path.join(self.world, "catalog"), *options],
            path, environment)
        self.channel = None

    def close(self):
        super().close()
        self.listener.close()
        shutil.rmtree(self.folder)

    def policy(self, text):
        world.write(os.path.join(self.world, "policy.yaml"), text)

    def ended(self):
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def settle(self, passes):
        """Wait until the second thread, if there is one, rests again."""
        until = time.monotonic() + PATIENCE_S
        while self.counter(WAITING) < passes and not self.ended():
            if time.monotonic() > until:
                raise Gone
            time.sleep(0.00005)

    def look(self, milliseconds):
        """Let time go by, and the helper look at its files."""
        self.set_counter(CLOCK, self.counter(CLOCK) + milliseconds)
        if self.counter(THREADS):
            passes = self.counter(WAITING)
            self.settle(max(passes, 1))
            passes = self.counter(WAITING)
            self.set_counter(LOOKS, 1)
            self.settle(passes + 1)

    def ask(self):
        """The answers to all requests; Gone when some do not come."""
        received = b""
        try:
            self.channel.sendall(REQUESTS)
            while received.count(b"\n") < len(HOSTS):
                data = self.channel.recv(65536)
                if not data:
                    break
                received += data
        except OSError as error:
            raise Gone from error
        answers = []
        for number, line in enumerate(received.split(b"\n")[:-1]):
            match = GRAMMAR.fullmatch(line)
            if not match or int(match.group(1)) != number:
                raise ValueError("not the reply: %r" % line)
            answers.append(match.group(2) == b"OK")
            if answers[-1] and not (FIRST[number] or SECOND[number]):
                raise ValueError("a wrong yes: %r" % line)
        if len(answers) < len(HOSTS):
            raise Gone
        return tuple(answers)

    def converse(self):
        """The answers at each step, as many as there are."""
        answers = []
        try:
            answers.append(self.ask())
            self.policy(world.BROKEN)
            self.look(LOOK_MS)
            answers.append(self.ask())
            self.policy(world.SECOND)
            self.look(LOOK_MS)
            answers.append(self.ask())
            self.look(RETRY_MS)
            answers.append(self.ask())
            if self.counter(THREADS):
                self.look(LOOK_MS)
            self.channel.shutdown(socket.SHUT_WR)
            while self.channel.recv(65536):
                pass
        except (Gone, OSError):
            pass
        return answers

    def go(self, fault=None):
        self.policy(world.FIRST)
        self.begin(*((fault.kind, fault.mode, fault.at, fault.way)
                     if fault else ()))
        self.listener.settimeout(PATIENCE_S)
        self.channel, _ = self.listener.accept()
        self.channel.settimeout(PATIENCE_S)
        try:
            answers = self.converse()
        finally:
            self.channel.close()
            result = self.end()
        return result, answers


def wrong_answers(fault, answers):
    """What is wrong with a whole run's answers; None: nothing."""
    allowed = ({NONE, FIRST}, {NONE, FIRST}, {NONE, FIRST, SECOND},
               {NONE, FIRST, SECOND})
    for step, given in enumerate(answers):
        if given not in allowed[step]:
            return "step %d: answers of no policy in force: %r" % (step, given)
        if step > 0 and given == NONE != answers[step - 1]:
            return "step %d: the last good ruleset is gone" % step
    if len(answers) > 1 and answers[1] != answers[0]:
        return "a broken policy made a difference"
    if fault.mode == runs.ONCE and len(answers) == 4 and answers[3] != SECOND:
        return "the fault is over, and the policy is not in force"
    return None


def may_end(fault):
    """Can the channel be of no use any more?"""
    if fault.mode == runs.FROM:
        return fault.kind == runs.CALL
    return fault.mode == runs.ONCE and fault.channel and \
        fault.how not in runs.SOFT


def judge(fault, result, answers, clean):
    """What is wrong with a run; None: nothing."""
    wrong = runs.crashed(result) or wrong_answers(fault, answers)
    if wrong:
        return wrong
    status = os.WEXITSTATUS(result.status)
    if not may_end(fault) and (status != 0 or len(answers) < 4):
        return "ended with status %d after %d steps" % (status, len(answers))
    if status not in (0, 1):
        return "status %d" % status
    return runs.leaked(result, clean)
