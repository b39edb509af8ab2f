"""
The real Twisted, as the peer of the tests beside this file. Both take descriptions in JSON, by name: {"tcp": "tcp:0"}.

`peer.py serve DESCRIPTIONS` listens at each, prints their ports (JSON, by name; null for a path), and answers a line with
that line and "from Twisted". `peer.py connect DESCRIPTIONS` connects to each, says "hello" (after "PROXY …" for names
that begin with "haproxy"), and prints what was answered (JSON, by name).

Two kinds of description are not Twisted's own: `ws:` and `wss:` (what follows is that of `tcp:` or of `ssl:` and `tls:`)
are WebSockets of Autobahn, a library on Twisted; `fd:3:domain=INET` of servers is Twisted's `AdoptedStreamServerEndpoint`.
"""
import json
import socket
import sys

from twisted.internet import defer, endpoints, protocol, reactor
from twisted.protocols import basic

mode, descriptions = sys.argv[1], json.loads(sys.argv[2])


class Answer(basic.LineReceiver):
    delimiter = b"\n"

    def lineReceived(self, line):
        peer = getattr(self.transport.getPeer(), "host", "nobody")
        self.sendLine(line + b" from Twisted to " + str(peer).encode())
        self.transport.loseConnection()


class Ask(protocol.Protocol):
    def __init__(self, first):
        self.first, self.heard, self.done = first, b"", defer.Deferred()

    def connectionMade(self):
        self.transport.write(self.first + b"hello\n")

    def dataReceived(self, data):
        self.heard += data

    def connectionLost(self, reason):
        self.done.callback(self.heard.decode().strip() or str(reason.value))


def server(description):
    """An endpoint, of any kind, and what is to be listened with: the factory's protocols are `Answer`s."""
    factory = protocol.Factory.forProtocol(Answer)
    factory.noisy = False
    kind, _, rest = description.partition(":")
    if kind == "fd":
        fileno, family = rest.split(":domain=")
        return endpoints.AdoptedStreamServerEndpoint(reactor, int(fileno), getattr(socket, "AF_" + family)), factory
    if kind in ("ws", "wss"):
        import websockets_peer

        secure = "tcp" if kind == "ws" else "ssl"
        return endpoints.serverFromString(reactor, f"{secure}:{rest}"), websockets_peer.answering()
    return endpoints.serverFromString(reactor, description), factory


def client(description, ask):
    """An endpoint, of any kind, and what is to be connected: a factory whose one protocol is, or speaks for, `ask`."""
    kind, _, rest = description.partition(":")
    if kind in ("ws", "wss"):
        import websockets_peer

        secure = "tcp" if kind == "ws" else "tls"
        return endpoints.clientFromString(reactor, f"{secure}:{rest}"), websockets_peer.asking(ask)
    factory = protocol.Factory.forProtocol(lambda: ask)
    factory.noisy = False
    return endpoints.clientFromString(reactor, description), factory


async def serve():
    ports = {}
    for name, description in descriptions.items():
        endpoint, factory = server(description)
        port = await endpoint.listen(factory)
        ports[name] = getattr(port.getHost(), "port", None)
    print(json.dumps(ports), flush=True)


async def connect():
    answers = {}
    for name, description in descriptions.items():
        header = b"PROXY TCP4 192.0.2.1 198.51.100.7 54321 80\r\n" if name.startswith("haproxy") else b""
        ask = Ask(header)
        try:
            endpoint, factory = client(description, ask)
            await endpoint.connect(factory)
            answers[name] = await ask.done
        except Exception as error:
            answers[name] = repr(error)
    print(json.dumps(answers), flush=True)
    reactor.stop()


def complain(failure):
    failure.printTraceback()
    reactor.stop()


work = {"serve": serve, "connect": connect}[mode]
reactor.callWhenRunning(lambda: defer.ensureDeferred(work()).addErrback(complain))
reactor.run()
