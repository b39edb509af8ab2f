"""Twisted's line server for bench/lines.ts: prints its port, and answers each line with itself."""
from twisted.internet import reactor
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver


class EchoLines(LineReceiver):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def lineReceived(self, line):
        self.sendLine(line)


print(reactor.listenTCP(0, Factory.forProtocol(EchoLines), interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
