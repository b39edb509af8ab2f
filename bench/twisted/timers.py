"""Twisted's numbers for bench/timers.ts: nanoseconds each, as JSON. A reactor's own queue, at a hand-set time."""
import json
import platform
import time

import twisted
from twisted.internet.base import ReactorBase


class Queue(ReactorBase):
    """The queue alone: no wakers, no I/O, time by hand."""

    rightNow = 0.0

    def installWaker(self):
        pass

    def wakeUp(self):
        pass

    def seconds(self):
        return self.rightNow


def ignore():
    pass


def newQueue(pending=0):
    queue = Queue()
    for i in range(pending):
        queue.callLater(3600 + i % 1000, ignore)
    queue.timeout()
    return queue


def turn(queue):
    queue.rightNow += 0.001
    queue.runUntilCurrent()
    queue.timeout()


def cancel(queue, n):
    for i in range(n):
        queue.callLater(30 + (i & 15), ignore).cancel()
        if i % 1000 == 0:
            turn(queue)


def cancelLate(queue, n):
    ring = [queue.callLater(30, ignore) for _ in range(128)]
    for i in range(n):
        ring[i & 127].cancel()
        ring[i & 127] = queue.callLater(30 + (i & 15), ignore)
        if i % 100 == 0:
            turn(queue)
    for call in ring:
        call.cancel()


def reset(queue, n):
    call = queue.callLater(30, ignore)
    for i in range(n):
        call.reset(30)
        if i % 1000 == 0:
            turn(queue)
    call.cancel()


def runThem(n, delayOf):
    queue = newQueue()
    for i in range(n):
        queue.callLater(delayOf(i), ignore)
    queue.rightNow = 1000.0
    queue.runUntilCurrent()


def measure(f, n):
    f(n // 10)
    results = []
    for _ in range(5):
        start = time.perf_counter_ns()
        f(n)
        results.append((time.perf_counter_ns() - start) / n)
    return sorted(results)[2]


small = newQueue()
numbers = {
    "version": twisted.__version__,
    "python": platform.python_version(),
    "cancel": measure(lambda n: cancel(small, n), 30000),
    "cancelLate": measure(lambda n: cancelLate(small, n), 30000),
    "reset": measure(lambda n: reset(small, n), 100000),
    "run": measure(lambda n: runThem(n, lambda i: (i * 7919) % 1000), 100000),
    "runSame": measure(lambda n: runThem(n, lambda i: 1), 100000),
}
full = newQueue(1000000)
numbers["cancelFull"] = measure(lambda n: cancel(full, n), 30000)
numbers["cancelLateFull"] = measure(lambda n: cancelLate(full, n), 30000)
numbers["resetFull"] = measure(lambda n: reset(full, n), 100000)
print(json.dumps(numbers))
