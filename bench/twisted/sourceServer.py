"""Twisted's source for bench/bulk.ts: prints its port, and sends as fast as it is taken."""
from twisted.internet import reactor
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Factory, Protocol
from zope.interface import implementer

PIECE = b"x" * 65536


@implementer(IPushProducer)
class Source(Protocol):
    paused = False

    def connectionMade(self):
        self.transport.setTcpNoDelay(True)
        self.transport.registerProducer(self, True)
        self.resumeProducing()

    def pauseProducing(self):
        self.paused = True

    def resumeProducing(self):
        self.paused = False
        while not self.paused:
            self.transport.write(PIECE)

    def stopProducing(self):
        self.paused = True


print(reactor.listenTCP(0, Factory.forProtocol(Source), interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
