"""Twisted's numbers for bench/defer.ts: nanoseconds each, as JSON."""
import json
import platform
import time

import twisted
from twisted.internet.defer import Deferred, inlineCallbacks, succeed


def inc(x):
    return x + 1


def ignore(x):
    return None


def one(n):
    for i in range(n):
        d = Deferred()
        d.addCallback(ignore)
        d.callback(i)


def fail(n):
    error = ValueError("boom")
    for i in range(n):
        d = Deferred()
        d.addErrback(ignore)
        d.errback(error)


def chain(n):
    for i in range(n):
        d = Deferred()
        for k in range(10):
            d.addCallback(inc)
        d.addCallback(ignore)
        d.callback(i)


@inlineCallbacks
def tenFired(x):
    for k in range(10):
        x = yield succeed(x + 1)
    return x


def inlineFired(n):
    for i in range(n):
        tenFired(i).addCallback(ignore)


@inlineCallbacks
def tenPending(source):
    x = 0
    for k in range(10):
        source[0] = d = Deferred()
        x += yield d
    return x


def inlinePending(n):
    source = [None]
    for i in range(n):
        d = tenPending(source)
        for k in range(10):
            source[0].callback(k)
        d.addCallback(ignore)


def measure(f, n):
    f(n // 10)
    best = []
    for _ in range(5):
        start = time.perf_counter_ns()
        f(n)
        best.append((time.perf_counter_ns() - start) / n)
    return sorted(best)[2]


print(
    json.dumps(
        {
            "version": twisted.__version__,
            "python": platform.python_version(),
            "one": measure(one, 50000),
            "fail": measure(fail, 20000),
            "chain": measure(chain, 10000),
            "inlineFired": measure(inlineFired, 3000),
            "inlinePending": measure(inlinePending, 3000),
        }
    )
)
