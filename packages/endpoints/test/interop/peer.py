"""
The real Twisted, as the peer of twisted.test.ts. Both take descriptions in JSON, by name: {"tcp": "tcp:0"}.

`peer.py serve DESCRIPTIONS` listens at each, prints their ports (JSON, by name; null for a path), and answers a line with
that line and "from Twisted". `peer.py connect DESCRIPTIONS` connects to each, says "hello" (after "PROXY …" for names
that begin with "haproxy"), and prints what was answered (JSON, by name).
"""
import json
import sys

from twisted.internet import defer, endpoints, protocol, reactor
from twisted.protocols import basic

mode, descriptions = sys.argv[1], json.loads(sys.argv[2])


class Answer(basic.LineReceiver):
    delimiter = b"\n"

    def lineReceived(self, line):
        peer = getattr(self.transport.getPeer(), "host", "nobody")
        self.sendLine(line + b" from Twisted to " + str(peer).encode())
        self.transport.loseConnection()


class Ask(protocol.Protocol):
    def __init__(self, first):
        self.first, self.heard, self.done = first, b"", defer.Deferred()

    def connectionMade(self):
        self.transport.write(self.first + b"hello\n")

    def dataReceived(self, data):
        self.heard += data

    def connectionLost(self, reason):
        self.done.callback(self.heard.decode().strip() or str(reason.value))


async def serve():
    ports = {}
    factory = protocol.Factory.forProtocol(Answer)
    factory.noisy = False
    for name, description in descriptions.items():
        port = await endpoints.serverFromString(reactor, description).listen(factory)
        ports[name] = getattr(port.getHost(), "port", None)
    print(json.dumps(ports), flush=True)


async def connect():
    answers = {}
    for name, description in descriptions.items():
        header = b"PROXY TCP4 192.0.2.1 198.51.100.7 54321 80\r\n" if name.startswith("haproxy") else b""
        ask = Ask(header)
        try:
            await endpoints.connectProtocol(endpoints.clientFromString(reactor, description), ask)
            answers[name] = await ask.done
        except Exception as error:
            answers[name] = repr(error)
    print(json.dumps(answers), flush=True)
    reactor.stop()


def complain(failure):
    failure.printTraceback()
    reactor.stop()


work = {"serve": serve, "connect": connect}[mode]
reactor.callWhenRunning(lambda: defer.ensureDeferred(work()).addErrback(complain))
reactor.run()
