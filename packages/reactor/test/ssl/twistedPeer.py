"""Twisted's end of a connection for interop.test.ts: arguments are a role, a port (clients), and files.

server-tls CERT_AND_KEY CA      listens with TLS, wants a client certificate of CA, echoes
server-starttls CERT_AND_KEY    listens, secures the connection when told STARTTLS, echoes
client-tls PORT CA CERT_AND_KEY connects as localhost, shows a certificate, sends, checks the echo, loses the connection
client-starttls PORT CA         connects, asks for STARTTLS, then the same
Servers print their port. Everybody prints what happens to it, a line each.
"""
import sys
from twisted.internet import protocol, reactor, ssl
from twisted.protocols.basic import LineReceiver

say = lambda *words: print(*words, flush=True)
read = lambda name: open(name, "rb").read()


def lost(reason):
    say("lost", reason.type.__name__)


class Echo(protocol.Protocol):
    def dataReceived(self, data):
        cert = self.transport.getPeerCertificate()
        if not getattr(self, "seen", False):
            self.seen = True
            say("peer", cert.get_subject().commonName if cert else None)
        self.transport.write(data)

    def connectionLost(self, reason):
        lost(reason)


class Upgrading(LineReceiver):
    options = None

    def lineReceived(self, line):
        if line == b"STARTTLS":
            self.sendLine(b"go")
            self.transport.startTLS(self.options, self.factory)
            self.setRawMode()

    def rawDataReceived(self, data):
        self.transport.write(data)

    def connectionLost(self, reason):
        lost(reason)


class Sending(protocol.Protocol):
    PAYLOAD = b"x" * 300000 + b"END"

    def connectionMade(self):
        self.data = b""
        self.transport.write(self.PAYLOAD)

    def dataReceived(self, data):
        self.data += data
        if self.data == self.PAYLOAD:
            say("echoed")
            self.transport.loseConnection()

    def connectionLost(self, reason):
        lost(reason)
        reactor.stop()


class Asking(Sending):
    options = None
    secure = False

    def connectionMade(self):
        self.data = b""
        self.transport.write(b"STARTTLS\r\n")

    def dataReceived(self, data):
        if self.secure:
            return Sending.dataReceived(self, data)
        self.secure = True
        self.transport.startTLS(self.options)
        self.transport.write(self.PAYLOAD)


def main(role, *args):
    if role.startswith("server"):
        cert = ssl.PrivateCertificate.loadPEM(read(args[0]))
        if role == "server-tls":
            options = cert.options(ssl.Certificate.loadPEM(read(args[1])))
            port = reactor.listenSSL(0, protocol.Factory.forProtocol(Echo), options, interface="127.0.0.1")
        else:
            Upgrading.options = cert.options()
            port = reactor.listenTCP(0, protocol.Factory.forProtocol(Upgrading), interface="127.0.0.1")
        say(port.getHost().port)
    else:
        trust = ssl.Certificate.loadPEM(read(args[1]))
        own = ssl.PrivateCertificate.loadPEM(read(args[2])) if len(args) > 2 else None
        options = ssl.optionsForClientTLS("localhost", trust, own)
        factory = protocol.ClientFactory()
        if role == "client-tls":
            factory.protocol = Sending
            reactor.connectSSL("127.0.0.1", int(args[0]), factory, options)
        else:
            Asking.options = options
            factory.protocol = Asking
            reactor.connectTCP("127.0.0.1", int(args[0]), factory)
    reactor.run()


main(*sys.argv[1:])
