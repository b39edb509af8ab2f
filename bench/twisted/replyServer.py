"""Twisted's server for bench/churn.ts: prints its port, answers once, and closes."""
from twisted.internet import reactor
from twisted.internet.protocol import Factory, Protocol


class Reply(Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)
        self.transport.loseConnection()


factory = Factory.forProtocol(Reply)
factory.noisy = False
print(reactor.listenTCP(0, factory, backlog=511).getHost().port, flush=True)
reactor.run()
