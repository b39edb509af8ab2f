"""Twisted's end of a connection for streams.test.ts.

serve ADDRESS            listens, keeps what it receives until the peer has ended its direction, and then sends it back
connect ADDRESS LENGTH   connects, sends so many bytes, ends its direction, and counts what comes back until the end
ADDRESS is tcp:PORT or unix:PATH (an @ for each NUL of an abstract name). Both say what happens, a line each.
"""
import sys

from twisted.internet import interfaces, protocol, reactor
from zope.interface import implementer

say = lambda *words: print(*words, flush=True)


@implementer(interfaces.IHalfCloseableProtocol)
class Peer(protocol.Protocol):
    def connectionMade(self):
        self.received = b""

    def dataReceived(self, data):
        self.received += data

    def readConnectionLost(self):
        say("read lost", len(self.received))

    def writeConnectionLost(self):
        say("write lost")

    def connectionLost(self, reason):
        say("lost", reason.type.__name__)
        reactor.stop()


class Server(Peer):
    def readConnectionLost(self):
        Peer.readConnectionLost(self)
        self.transport.write(self.received)
        self.transport.loseConnection()


class Client(Peer):
    def connectionMade(self):
        Peer.connectionMade(self)
        self.sent = bytes(i * 7 & 255 for i in range(int(sys.argv[3])))
        self.transport.write(self.sent)
        self.transport.loseWriteConnection()

    def readConnectionLost(self):
        Peer.readConnectionLost(self)
        say("same" if self.received == self.sent else "another")
        self.transport.loseConnection()


mode, address = sys.argv[1:3]
kind, where = address.split(":", 1)
where = where.replace("@", "\0")
if mode == "serve":
    factory = protocol.Factory.forProtocol(Server)
    if kind == "tcp":
        say(reactor.listenTCP(int(where), factory, interface="127.0.0.1").getHost().port)
    else:
        reactor.listenUNIX(where, factory)
        say(0)
else:
    factory = protocol.ClientFactory()
    factory.protocol = Client
    reactor.connectTCP("127.0.0.1", int(where), factory) if kind == "tcp" else reactor.connectUNIX(where, factory)
reactor.run()
