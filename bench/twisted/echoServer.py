"""Twisted's echo server for bench/echo.ts: prints its port, and serves."""
from twisted.internet import reactor
from twisted.internet.protocol import Factory, Protocol


class Echo(Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)


print(reactor.listenTCP(0, Factory.forProtocol(Echo), interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
