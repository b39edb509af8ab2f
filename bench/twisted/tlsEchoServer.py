"""Twisted's TLS echo server for bench/tls.ts: prints its port, and serves."""
import pathlib

from twisted.internet import reactor, ssl
from twisted.internet.protocol import Factory, Protocol

PEM = pathlib.Path(__file__).parent.parent.parent / "conformance" / "fixtures" / "server.pem"


class Echo(Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)


options = ssl.PrivateCertificate.loadPEM(PEM.read_bytes()).options()
print(reactor.listenSSL(0, Factory.forProtocol(Echo), options, interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
