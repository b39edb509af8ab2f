"""Twisted's sink for bench/bulk.ts: prints its port, and takes what it is sent."""
from twisted.internet import reactor
from twisted.internet.protocol import Factory, Protocol


class Sink(Protocol):
    received = 0

    def dataReceived(self, data):
        self.received += len(data)


print(reactor.listenTCP(0, Factory.forProtocol(Sink), interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
