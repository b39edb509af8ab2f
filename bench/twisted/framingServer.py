"""Twisted's server for bench/framing.ts: prints its port, and answers each string with itself."""
import sys

from twisted.internet import reactor
from twisted.internet.protocol import Factory
from twisted.protocols import basic


class Echo(basic.NetstringReceiver if sys.argv[1] == "netstring" else basic.Int16StringReceiver):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def stringReceived(self, string):
        self.sendString(string)


print(reactor.listenTCP(0, Factory.forProtocol(Echo), interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
