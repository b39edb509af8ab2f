"""Nanoseconds that Twisted takes for a frame of 15 bytes, 64 KiB at a time, as JSON, for bench/framing.ts."""
import json
import platform
import time

import twisted
from twisted.internet.testing import StringTransport
from twisted.protocols import basic

PAYLOAD = b"the quick brown"
CHUNK = 64 * 1024


def nanoseconds(base, frame):
    class Receiver(base):
        size = 0

        def received(self, string):
            self.size += len(string)

        lineReceived = stringReceived = received

    receiver = Receiver()
    receiver.makeConnection(StringTransport())
    count = CHUNK // len(frame)
    chunk = frame * count
    times = []
    for _ in range(7):
        start = time.perf_counter_ns()
        for _ in range(5):
            receiver.dataReceived(chunk)
        times.append((time.perf_counter_ns() - start) / (5 * count))
    return sorted(times)[3]


print(
    json.dumps(
        {
            "version": twisted.__version__,
            "python": platform.python_version(),
            "lines": nanoseconds(basic.LineReceiver, PAYLOAD + b"\r\n"),
            "onlyLines": nanoseconds(basic.LineOnlyReceiver, PAYLOAD + b"\r\n"),
            "netstrings": nanoseconds(basic.NetstringReceiver, b"15:" + PAYLOAD + b","),
            "int16": nanoseconds(basic.Int16StringReceiver, b"\0\x0f" + PAYLOAD),
        }
    )
)
