"""
The real Twisted, as the peer of twisted.test.ts: `twistedPeer.py serve PEM`, or `twistedPeer.py connect PORT PEM`.

A server prints its port. A client makes every kind of call, and prints what came of them as JSON. PEM is the file of the
certificate of whoever is the server, with its key.
"""
import datetime
import decimal
import json
import sys

from twisted.internet import defer, protocol, reactor, ssl
from twisted.logger import globalLogBeginner
from twisted.protocols import amp
from twisted.python import filepath


class KnownError(Exception):
    pass


class FatalError(Exception):
    pass


FIELDS = [
    (b"small", amp.Integer()),
    (b"big", amp.Integer()),
    (b"some-bytes", amp.String()),
    (b"text", amp.Unicode()),
    (b"yes", amp.Boolean()),
    (b"from", amp.Float()),
    (b"tiny", amp.Float()),
    (b"exact", amp.Decimal()),
    (b"path", amp.Path()),
    (b"when", amp.DateTime()),
    (b"numbers", amp.ListOf(amp.Integer())),
    (b"texts", amp.ListOf(amp.Unicode())),
    (b"rows", amp.AmpList([(b"name", amp.Unicode()), (b"age", amp.Integer(optional=True))])),
    (b"absent", amp.Unicode(optional=True)),
]

VALUES = dict(
    small=-42,
    big=2**100,
    some_bytes=bytes(range(256)),
    text="Gr\u00fc\u00dfe \U0001f600",
    yes=True,
    From=0.1,
    tiny=-1e-300,
    exact=decimal.Decimal("-1.50E-9"),
    path=filepath.FilePath("/tmp/x"),
    when=datetime.datetime(2026, 11, 23, 9, 8, 7, 250, tzinfo=amp._FixedOffsetTZInfo.fromSignHoursMinutes("-", 5, 30)),
    numbers=[1, -20, 300],
    texts=["", "a", "\u20ac"],
    rows=[dict(name="Ada", age=36), dict(name="Bob", age=None)],
    absent=None,
)


class Echo(amp.Command):
    arguments = FIELDS
    response = FIELDS + [(b"seen", amp.Unicode())]


class Fail(amp.Command):
    arguments = [(b"how", amp.Unicode())]
    errors = {KnownError: b"KNOWN"}
    fatalErrors = {FatalError: b"FATAL"}


class Missing(amp.Command):
    pass


class Note(amp.Command):
    arguments = [(b"text", amp.Unicode())]
    requiresAnswer = False


class Notes(amp.Command):
    response = [(b"texts", amp.ListOf(amp.Unicode()))]


class Peer(amp.AMP):
    def __init__(self):
        amp.AMP.__init__(self)
        self.notes = []

    @Echo.responder
    def echo(self, **values):
        seen = "; ".join("%s=%s" % (name, shown(value)) for name, value in sorted(values.items()))
        return dict(values, seen=seen)

    @Fail.responder
    def fail(self, how):
        raise {"known": KnownError, "fatal": FatalError}.get(how, RuntimeError)("told to: \u00e9")

    @Note.responder
    def note(self, text):
        self.notes.append(text)
        return {}

    @Notes.responder
    def listNotes(self):
        return dict(texts=self.notes)

    @amp.StartTLS.responder
    def startTLS(self):
        return dict(tls_localCertificate=ssl.PrivateCertificate.loadPEM(open(sys.argv[2]).read()))

    def amp_LOW(self, box):
        return amp.AmpBox({b"k": box[b"k"] * 2})


def shown(value):
    return value.path if isinstance(value, filepath.FilePath) else str(value)


@defer.inlineCallbacks
def ask(peer):
    """Makes every kind of call; what came of each."""
    results = {}

    @defer.inlineCallbacks
    def outcome(name, d):
        try:
            yield d
        except Exception as e:
            results[name] = [type(e).__name__, str(e)]
        else:
            results[name] = None

    answer = yield peer.callRemote(Echo, **VALUES)
    results["seen"] = answer.pop("seen")
    results["echo"] = answer == VALUES
    low = yield peer.callRemoteString(b"LOW", k=b"x")
    results["low"] = low[b"k"].decode()
    peer.callRemote(Note, text="one")
    peer.callRemote(Note, text="two")
    notes = yield peer.callRemote(Notes)
    results["notes"] = notes["texts"]
    yield outcome("known", peer.callRemote(Fail, how="known"))
    yield outcome("missing", peer.callRemote(Missing))
    authority = ssl.Certificate.loadPEM(open(sys.argv[3]).read())
    yield peer.callRemote(amp.StartTLS, tls_verifyAuthorities=[authority])
    answer = yield peer.callRemote(Echo, **VALUES)
    answer.pop("seen")
    results["secured"] = answer == VALUES
    results["subject"] = str(peer.peerCertificate.getSubject().commonName)
    yield outcome("unknown", peer.callRemote(Fail, how="unknown"))
    yield outcome("afterwards", peer.lost)
    return results


class Client(Peer):
    def __init__(self):
        Peer.__init__(self)
        self.lost = defer.Deferred()

    def connectionMade(self):
        def done(results):
            print(json.dumps(results), flush=True)
            reactor.stop()

        def failed(failure):
            failure.printTraceback()
            reactor.stop()

        ask(self).addCallbacks(done, failed)

    def connectionLost(self, reason):
        Peer.connectionLost(self, reason)
        self.lost.errback(reason)


# The errors it is told to make are of no interest.
globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)

if sys.argv[1] == "serve":
    factory = protocol.ServerFactory.forProtocol(Peer)
    factory.noisy = False
    print(reactor.listenTCP(0, factory, interface="127.0.0.1").getHost().port, flush=True)
else:
    protocol.ClientCreator(reactor, Client).connectTCP("127.0.0.1", int(sys.argv[2]))
reactor.run()
