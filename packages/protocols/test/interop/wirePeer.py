"""What Twisted's protocols of twisted.protocols.wire send and do, as JSON: for wire.test.ts."""
import json
import time

from twisted.internet.testing import StringTransport
from twisted.protocols import wire

RECEIVED = [b"hello", b"\x00\xff\r\n", b"x" * 1000]
NOW = 1_700_000_000.9

time.time = lambda: NOW

seen = {}
for name in wire.__all__:
    protocol, transport = getattr(wire, name)(), StringTransport()
    said = {}
    try:
        protocol.makeConnection(transport)
        if not transport.disconnecting:
            for data in RECEIVED:
                protocol.dataReceived(data)
            for _ in range(3 if transport.producer is not None else 0):
                transport.producer.resumeProducing()
    except TypeError as error:
        said["raised"] = type(error).__name__
    said["sent"] = transport.value().hex()
    said["producer"] = None if transport.producer is None else "push" if transport.streaming else "pull"
    said["disconnecting"] = transport.disconnecting
    seen[name] = said
seen["Daytime"]["meant"] = (time.asctime(time.gmtime(NOW)).encode() + b"\r\n").hex()
print(json.dumps(seen))
