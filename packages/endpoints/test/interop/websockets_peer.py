"""WebSockets of Autobahn, on the real Twisted: what `Answer` and `Ask` of peer.py do, a message for a line."""
from autobahn.twisted.websocket import (
    WebSocketClientFactory,
    WebSocketClientProtocol,
    WebSocketServerFactory,
    WebSocketServerProtocol,
)


class Answering(WebSocketServerProtocol):
    def onMessage(self, payload, isBinary):
        host = self.transport.getPeer().host
        self.sendMessage(payload.strip() + b" from Twisted to " + host.encode() + b"\n", isBinary)
        self.sendClose(1000)


class Asking(WebSocketClientProtocol):
    def onOpen(self):
        self.sendMessage(b"hello\n", isBinary=True)

    def onMessage(self, payload, isBinary):
        self.factory.ask.dataReceived(payload)

    def onClose(self, wasClean, code, reason):
        if not wasClean or code != 1000:
            self.factory.ask.heard += f"closed with {code}: {reason}".encode()
        self.factory.ask.done.callback(self.factory.ask.heard.decode().strip())


def answering():
    factory = WebSocketServerFactory()
    factory.protocol = Answering
    return factory


def asking(ask):
    factory = WebSocketClientFactory("ws://localhost/")
    factory.protocol = Asking
    factory.ask = ask
    return factory
