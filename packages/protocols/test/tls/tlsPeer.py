"""TLSMemoryBIOFactory of the real Twisted: an echo server, or a client that says something and prints the answer."""

import sys

from twisted.internet import reactor, ssl
from twisted.internet.protocol import Factory, Protocol, ClientFactory
from twisted.protocols.tls import TLSMemoryBIOFactory

role, pem, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
certificate = ssl.PrivateCertificate.loadPEM(open(pem).read())


def say(*words):
    print(*words, flush=True)


class Echo(Protocol):
    def dataReceived(self, data):
        self.transport.write(data)

    def connectionLost(self, reason):
        say("lost", reason.type.__name__)


class Client(Protocol):
    wanted = 300000
    got = b""

    def connectionMade(self):
        self.transport.write(b"x" * self.wanted)

    def dataReceived(self, data):
        self.got += data
        if len(self.got) == self.wanted:
            self.transport.loseConnection()

    def connectionLost(self, reason):
        say("lost", len(self.got), reason.type.__name__)
        reactor.stop()


if role == "server":
    factory = TLSMemoryBIOFactory(certificate.options(), False, Factory.forProtocol(Echo))
    factory.noisy = False
    listening = reactor.listenTCP(0, factory, interface="127.0.0.1")
    say("port", listening.getHost().port)
else:
    wrapped = ClientFactory.forProtocol(Client)
    wrapped.noisy = False
    options = ssl.optionsForClientTLS("localhost", trustRoot=ssl.Certificate.loadPEM(open(pem).read()))
    reactor.connectTCP("127.0.0.1", port, TLSMemoryBIOFactory(options, True, wrapped))
reactor.run()
