"""
The real Twisted, as the peer of twisted.test.ts: `peer.py serve CLASS`, or `peer.py connect CLASS PORT`.

A server prints its port, and sends every string back. A client sends the strings that standard input names (JSON, in
hexadecimal), and prints what came back likewise when it has as many.
"""
import json
import sys

from twisted.internet import protocol, reactor
from twisted.protocols import basic

mode, name = sys.argv[1:3]
base = getattr(basic, name)
is_line = hasattr(base, "sendLine")


class Peer(base):
    MAX_LENGTH = 200000

    def send(self, string):
        self.sendLine(string) if is_line else self.sendString(string)

    def received(self, string):
        self.factory.received(self, string)

    stringReceived = lineReceived = received


class Echo(protocol.Factory):
    noisy = False
    protocol = Peer

    def received(self, peer, string):
        peer.send(string)


class Ask(protocol.ClientFactory):
    noisy = False

    def __init__(self, strings):
        self.strings = strings
        self.answers = []

    def buildProtocol(self, addr):
        peer = Peer()
        peer.factory = self
        peer.connectionMade = lambda: [peer.send(string) for string in self.strings]
        return peer

    def received(self, peer, string):
        self.answers.append(string)
        if len(self.answers) == len(self.strings):
            peer.transport.loseConnection()

    def clientConnectionLost(self, connector, reason):
        print(json.dumps([answer.hex() for answer in self.answers]), flush=True)
        reactor.stop()

    clientConnectionFailed = clientConnectionLost


if mode == "serve":
    print(reactor.listenTCP(0, Echo(), interface="127.0.0.1").getHost().port, flush=True)
else:
    strings = [bytes.fromhex(string) for string in json.load(sys.stdin)]
    reactor.connectTCP("127.0.0.1", int(sys.argv[3]), Ask(strings))
reactor.run()
