import net from 'node:net';
import tls from 'node:tls';

import { ConnectionAborted, ConnectionDone, ConnectionLost, RuntimeError, VerifyError } from '../../src/error';
import { INegotiated, ISSLTransport, ITLSTransport } from '../../src/interfaces';
import { globalLogPublisher, type LogEvent } from '../../src/logger';
import {
  AcceptableCiphers,
  Certificate,
  CertificateOptions,
  ClientContextFactory,
  ExpiredCertificateError,
  HandshakeTimeoutError,
  optionsForClientTLS,
  PlaintextPeerError,
  type PrivateCertificate,
  TLSError,
  TLSVersion,
  UntrustedCertificateError,
  VerificationError,
} from '../../src/ssl';

import { Authority } from './authority';
import { echo, Peer, PeerFactory, Stage } from './securedPeers';

const LOCAL = 'DNS:localhost,DNS:*.wild.example,DNS:xn--bcher-kva.example,IP:127.0.0.1,IP:::1';

let authority: Authority;
let stranger: Authority;
let own: PrivateCertificate;
let stage: Stage;

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority('Stranger');
  own = authority.sign('Server', { names: LOCAL });
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});
beforeEach(() => {
  stage = new Stage();
});
afterEach(async () => {
  await stage.clear();
});

/** A client that trusts the test's authority. */
function trusting(name = 'localhost', more: Parameters<typeof optionsForClientTLS>[1] = {}) {
  return optionsForClientTLS(name, { trustRoot: authority.certificate, ...more });
}

/** Options of a server with the test's certificate, and more. */
function serverOptions(more: ConstructorParameters<typeof CertificateOptions>[0] = {}, certificate = own) {
  return new CertificateOptions({ privateKey: certificate.privateKey, certificate, ...more });
}

/** A client that says something as soon as it is connected. */
function saying(text: string): Peer {
  return new Peer((event, peer) => {
    if (event === 'made') peer.transport.write(text);
  });
}

describe('IReactorSSL', () => {
  it.each([
    ['TLSv1.3', null],
    ['TLSv1.2', TLSVersion.TLSv1_2],
  ])('listenSSL and connectSSL speak %s', async (version, lowerMaximumSecurityTo) => {
    const port = stage.listen(new PeerFactory(echo), serverOptions({ lowerMaximumSecurityTo }));
    const client = stage.connect(port, trusting(), saying('hello'));
    await client.receives('hello');
    expect(client.transport.tlsInfo).toMatchObject({ version, sessionReused: false });
    client.transport.loseConnection();
    expect(await client.lost()).toBeInstanceOf(ConnectionDone);
  });

  it('connectionMade comes before the handshake, and handshakeCompleted after it and before the data', async () => {
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions());
    const before: unknown[] = [];
    const client = stage.connect(
      port,
      trusting(),
      new Peer((event, peer) => {
        before.push([
          event,
          (peer.transport.getPeerCertificate() as Certificate | null)?.toString() ?? null,
          peer.transport.negotiatedProtocol,
        ]);
        if (event === 'made') peer.transport.write('early');
      }),
    );
    await client.receives('early');
    expect(before).toEqual([
      ['made', null, null],
      ['handshake', '<Certificate Subject=Server Issuer=Test Authority>', null],
      ['data', '<Certificate Subject=Server Issuer=Test Authority>', null],
    ]);
    expect(Certificate.peerFromTransport(client.transport).equals(own)).toBe(true);
    expect((await server.peer()).transport.getPeerCertificate()).toBeNull();
  });

  it('carries megabytes in both directions at once', async () => {
    const factory = new PeerFactory(echo);
    const port = stage.listen(factory, serverOptions());
    const megabytes = 'x'.repeat(1024 * 1024);
    const client = stage.connect(port, trusting(), saying(megabytes.repeat(4)));
    await client.until(() => client.received.length === 4 * megabytes.length);
    expect(client.received).toBe(megabytes.repeat(4));
  });

  it('loses nothing of what comes with the end of the handshake to a side that has ended its own direction', async () => {
    const server = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event === 'made') peer.transport.loseWriteConnection();
        }),
    );
    const text = Array.from({ length: 10_000 }, (_, i) => `line ${String(i)}\n`).join('');
    stage.connect(stage.listen(server, serverOptions()), trusting(), saying(text));
    const peer = await server.peer();
    await peer.until(() => peer.received.length >= text.length - 16_384);
    await peer.has('lost');
    expect(peer.received === text).toBe(true);
  });

  it('throws at once for a context that cannot be used', () => {
    const factory = new PeerFactory();
    const nothing = serverOptions({ acceptableCiphers: AcceptableCiphers.fromOpenSSLCipherString('NO-SUCH-CIPHER') });
    expect(() => stage.reactor.listenSSL(0, factory, nothing)).toThrow(TLSError);
    expect(() => stage.reactor.connectSSL('127.0.0.1', 1, factory, nothing)).toThrow(
      /Cannot use a TLS context: no cipher match/,
    );
    expect(() => stage.reactor.listenSSL(0, factory, {} as never)).toThrow(TypeError);
    expect(() => serverOptions({ privateKey: authority.sign('other').privateKey })).toThrow(VerifyError);
  });
});

describe('optionsForClientTLS', () => {
  it.each(['localhost', 'LOCALHOST.', 'a.wild.example', 'bücher.example', '127.0.0.1', '::1'])(
    'accepts a server whose certificate is for %s',
    async (name) => {
      const port = stage.listen(new PeerFactory(echo), serverOptions());
      const client = stage.connect(port, trusting(name), saying('x'));
      await client.receives('x');
      expect(client.events).toEqual(['made', 'handshake', 'data']);
    },
  );

  it.each(['other.example', 'a.b.wild.example', 'wild.example', 'server', '127.0.0.2', '::2'])(
    'rejects a server whose certificate is not for %s',
    async (name) => {
      const server = new PeerFactory();
      const port = stage.listen(server, serverOptions());
      const client = stage.connect(port, trusting(name), saying('secret'));
      const error = await client.lost();
      expect(error).toBeInstanceOf(VerificationError);
      expect(error.message).toContain(`wanted '${name}'`);
      const peer = await server.peer();
      expect(await peer.lost()).toBeInstanceOf(ConnectionLost);
      expect([client.events, peer.received]).toEqual([['made', 'lost'], '']);
    },
  );

  it('rejects a server whose certificate is from a stranger', async () => {
    const port = stage.listen(new PeerFactory(), serverOptions({}, stranger.sign('x', { names: LOCAL })));
    const error = await stage.connect(port, trusting()).lost();
    expect(error).toBeInstanceOf(UntrustedCertificateError);
    expect(error).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    // The platform does not know the test's authority either.
    const known = stage.listen(new PeerFactory(), serverOptions());
    expect(await stage.connect(known, optionsForClientTLS('localhost')).lost()).toBeInstanceOf(
      UntrustedCertificateError,
    );
  });

  it('rejects a certificate whose time is over', async () => {
    const port = stage.listen(new PeerFactory(), serverOptions({}, authority.sign('x', { names: LOCAL, days: -1 })));
    const error = await stage.connect(port, trusting()).lost();
    expect(error).toBeInstanceOf(ExpiredCertificateError);
    expect(error).toMatchObject({
      code: 'CERT_HAS_EXPIRED',
      message: `certificate has expired, at 127.0.0.1:${String(port)}`,
    });
  });

  it('tells a client factory how the connection beneath ended', async () => {
    const port = stage.listen(new PeerFactory(), serverOptions());
    const factory = new PeerFactory();
    stage.reactor.connectSSL('127.0.0.1', port, factory, trusting('other.example'));
    await (await factory.peer()).lost();
    expect(factory.lostReasons.map(({ value }) => value)).toEqual([expect.any(ConnectionAborted)]);
  });
});

describe('CertificateOptions on a server', () => {
  it('trustRoot lets clients in that show a certificate', async () => {
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions({ trustRoot: authority.certificate }));
    const clientCertificate = authority.sign('Client');
    const client = stage.connect(port, trusting('localhost', { clientCertificate }), saying('x'));
    await client.receives('x');
    const shown = Certificate.peerFromTransport((await server.peer()).transport);
    expect(shown.getSubject().CN).toBe('Client');
  });

  it.each([null, TLSVersion.TLSv1_2])(
    'trustRoot keeps clients out that show none (newest version: %s)',
    async (version) => {
      const server = new PeerFactory(echo);
      const port = stage.listen(
        server,
        serverOptions({ trustRoot: authority.certificate, lowerMaximumSecurityTo: version }),
      );
      const client = stage.connect(port, trusting(), saying('x'));
      const peer = await server.peer();
      const error = await peer.lost();
      expect(error.name).toBe('TLSError');
      expect(error.message).toMatch(/^peer did not return a certificate, at 127\.0\.0\.1:\d+$/);
      expect(await client.lost()).toBeInstanceOf(TLSError);
      expect(peer.events).toEqual(['made', 'lost']);
    },
  );

  it('trustRoot keeps clients out whose certificate is from a stranger', async () => {
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions({ trustRoot: authority.certificate }));
    const client = stage.connect(
      port,
      trusting('localhost', { clientCertificate: stranger.sign('Client') }),
      saying('x'),
    );
    const peer = await server.peer();
    expect(await peer.lost()).toBeInstanceOf(UntrustedCertificateError);
    await client.lost();
    expect([peer.events, client.received]).toEqual([['made', 'lost'], '']);
  });

  it('requireCertificate: false lets clients in without one, and not with a wrong one', async () => {
    const caCerts = [authority.certificate];
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions({ verify: true, caCerts, requireCertificate: false }));
    const client = stage.connect(port, trusting(), saying('x'));
    await client.receives('x');
    expect((await server.peer()).transport.getPeerCertificate()).toBeNull();
    stage.connect(port, trusting('localhost', { clientCertificate: stranger.sign('Client') }));
    expect(await (await server.peer(1)).lost()).toBeInstanceOf(UntrustedCertificateError);
  });

  it('acceptableProtocols chooses what both sides speak, as the server likes it best', async () => {
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions({ acceptableProtocols: ['h2', 'http/1.1'] }));
    const client = stage.connect(port, trusting('localhost', { acceptableProtocols: ['http/1.1', 'h2'] }), saying('x'));
    await client.receives('x');
    expect(client.transport.negotiatedProtocol).toBe('h2');
    expect((await server.peer()).transport.negotiatedProtocol).toBe('h2');
    expect(INegotiated.providedBy(client.transport)).toBe(true);
  });

  it('acceptableProtocols that have nothing in common fail the handshake', async () => {
    const port = stage.listen(new PeerFactory(), serverOptions({ acceptableProtocols: ['a'] }));
    const client = stage.connect(port, trusting('localhost', { acceptableProtocols: ['b'] }));
    expect(await client.lost()).toBeInstanceOf(TLSError);
  });

  it('IProtocolNegotiationFactory replaces the protocols of the context', async () => {
    const server = Object.assign(new PeerFactory(echo), { acceptableProtocols: () => ['mine'] });
    const port = stage.listen(server, serverOptions({ acceptableProtocols: ['theirs'] }));
    const client = stage.connect(port, trusting('localhost', { acceptableProtocols: ['theirs', 'mine'] }), saying('x'));
    await client.receives('x');
    expect(client.transport.negotiatedProtocol).toBe('mine');
  });

  it('chooseContext serves each name with its own certificate', async () => {
    const others = authority.sign('Other', { names: 'DNS:other.example' });
    const chooseContext = (name: string) => (name === 'other.example' ? others.options() : null);
    const port = stage.listen(new PeerFactory(echo), serverOptions({ chooseContext }));
    for (const [name, subject] of [
      ['other.example', 'Other'],
      ['localhost', 'Server'],
      ['127.0.0.1', 'Server'],
    ] as const) {
      const client = stage.connect(port, trusting(name), saying('x'));
      await client.receives('x');
      expect(Certificate.peerFromTransport(client.transport).getSubject().CN).toBe(subject);
    }
  });

  it('chooseContext that throws is logged, and the client gets what everybody gets', async () => {
    const logged: unknown[] = [];
    const observer = ({ log_failure: failure }: LogEvent): void => {
      if (failure !== undefined) logged.push(failure.value);
    };
    globalLogPublisher.addObserver(observer);
    const fault = new Error('no such name');
    const chooseContext = (): null => {
      throw fault;
    };
    const port = stage.listen(new PeerFactory(echo), serverOptions({ chooseContext }));
    const client = stage.connect(port, trusting(), saying('x'));
    await client.receives('x');
    globalLogPublisher.removeObserver(observer);
    expect(logged).toEqual([fault]);
  });

  it.each([null, TLSVersion.TLSv1_2])('enableSessions resumes sessions (newest version: %s)', async (version) => {
    const port = stage.listen(
      new PeerFactory(echo),
      serverOptions({ enableSessions: true, lowerMaximumSecurityTo: version }),
    );
    const options = trusting('localhost', { extraCertificateOptions: { enableSessions: true } });
    const reused: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const client = stage.connect(port, options, saying('x'));
      await client.receives('x');
      reused.push(client.transport.tlsInfo?.sessionReused);
      client.transport.loseConnection();
      await client.lost();
    }
    expect(reused).toEqual([false, true, true]);
  });

  it('enableSessions is off by default', async () => {
    const port = stage.listen(new PeerFactory(echo), serverOptions());
    const options = trusting('localhost', { extraCertificateOptions: { enableSessions: true } });
    for (let i = 0; i < 2; i++) {
      const client = stage.connect(port, options, saying('x'));
      await client.receives('x');
      expect(client.transport.tlsInfo?.sessionReused).toBe(false);
      client.transport.loseConnection();
      await client.lost();
    }
  });

  it.each([
    ['the server', { raiseMinimumTo: TLSVersion.TLSv1_3 }, { lowerMaximumSecurityTo: TLSVersion.TLSv1_2 }],
    ['the client', { lowerMaximumSecurityTo: TLSVersion.TLSv1_2 }, { raiseMinimumTo: TLSVersion.TLSv1_3 }],
  ])('refuses versions that are too old for %s', async (_, servers, extraCertificateOptions) => {
    const port = stage.listen(new PeerFactory(), serverOptions(servers));
    const error = await stage.connect(port, trusting('localhost', { extraCertificateOptions })).lost();
    expect(error).toBeInstanceOf(TLSError);
    expect(error.message).toMatch(/protocol/);
  });
});

describe('ClientContextFactory', () => {
  it('talks to anybody', async () => {
    const port = stage.listen(new PeerFactory(echo), serverOptions({}, stranger.sign('x', { days: -1 })));
    const client = stage.connect(port, new ClientContextFactory(), saying('x'));
    await client.receives('x');
    expect(Certificate.peerFromTransport(client.transport).getSubject().CN).toBe('x');
  });
});

describe('a peer that does not play by the rules', () => {
  it.each(['GET / HTTP/1.1\r\n\r\n', 'hello, is anybody there?\n', '\0\0\0\0\0\0\0\0'])(
    'PlaintextPeerError is what a peer is lost with that says %j',
    async (text) => {
      const server = new PeerFactory(echo);
      const port = stage.listen(server, serverOptions());
      const plain = stage.connectPlain(port, saying(text));
      expect(await (await server.peer()).lost()).toBeInstanceOf(PlaintextPeerError);
      await plain.lost();
      // The rest of the server is unaffected.
      await stage.connect(port, trusting(), saying('x')).receives('x');
    },
  );

  it('PlaintextPeerError is what a client is lost with whose server speaks no TLS', async () => {
    const port = stage.listenPlain(new PeerFactory(() => saying('220 mail.example ready\r\n')));
    expect(await stage.connect(port, trusting()).lost()).toBeInstanceOf(PlaintextPeerError);
  });

  it('HandshakeTimeoutError is what a silent peer is lost with', async () => {
    const server = new PeerFactory();
    const port = stage.listen(server, serverOptions(), { handshakeTimeout: 0.05 });
    const silent = stage.connectPlain(port);
    const error = await (await server.peer()).lost();
    expect(error).toBeInstanceOf(HandshakeTimeoutError);
    expect(error.message).toMatch(/^the TLS handshake was not done within 0\.05 seconds, at 127\.0\.0\.1:\d+$/);
    await silent.lost();
  });

  it('handshakeTimeout does not touch a connection that is secured', async () => {
    const server = new PeerFactory(echo);
    const port = stage.listen(server, serverOptions(), { handshakeTimeout: 0.2 });
    const client = stage.connect(port, trusting(), saying('x'));
    await client.receives('x');
    await new Promise((resolve) => stage.reactor.callLater(0.3, resolve, null));
    expect((await server.peer()).events).toEqual(['made', 'handshake', 'data']);
  });

  it.each([
    ['ends without a farewell', 'end', ConnectionLost],
    ['ends with one', 'farewell', ConnectionDone],
    ['resets the connection', 'reset', ConnectionLost],
  ] as const)('connectionLost tells a peer that %s', async (_, how, expected) => {
    const server = new PeerFactory();
    const port = stage.listen(server, serverOptions());
    const raw = net.connect(port, '127.0.0.1');
    const socket = tls.connect({ socket: raw, rejectUnauthorized: false });
    socket.on('error', () => undefined);
    socket.write('all I have to say');
    const peer = await server.peer();
    await peer.receives('all I have to say');
    if (how === 'end') raw.end();
    else if (how === 'farewell') socket.end();
    else raw.resetAndDestroy();
    const error = await peer.lost();
    raw.destroy();
    expect(error).toBeInstanceOf(expected);
    expect(error.constructor).toBe(expected);
  });

  it('connectionLost says TLSError when records are tampered with', async () => {
    const server = new PeerFactory();
    const port = stage.listen(server, serverOptions());
    // A man in the middle, who changes one byte of what the client says after the handshake.
    let isTampering = false;
    const between = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      far.pipe(near);
      near.on('data', (data) => {
        if (isTampering) data.writeUInt8(data.readUInt8(data.length - 1) ^ 1, data.length - 1);
        far.write(data);
      });
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const client = stage.connect((between.address() as net.AddressInfo).port, trusting());
    await client.has('handshake');
    const peer = await server.peer();
    await peer.has('handshake');
    isTampering = true;
    client.transport.write('tampered with');
    const error = await peer.lost();
    between.close();
    expect(error).toBeInstanceOf(TLSError);
    expect(error.message).toMatch(/bad record mac/);
    expect(peer.received).toBe('');
  });
});

describe('ITLSTransport.startTLS', () => {
  /** A server that is asked for TLS by a line. */
  function upgrading(then: (peer: Peer) => void = () => undefined): Peer {
    return new Peer((event, peer) => {
      if (event !== 'data' || !peer.received.startsWith('STARTTLS\n')) return;
      peer.react = echo().react;
      peer.received = '';
      peer.transport.write('go\n');
      peer.transport.startTLS(serverOptions());
      then(peer);
    });
  }

  /** A client that asks, and secures its end with `context`. */
  function asking(context = trusting()): Peer {
    return new Peer((event, peer) => {
      if (event === 'made') peer.transport.write('STARTTLS\n');
      if (event !== 'data' || peer.received !== 'go\n') return;
      peer.received = '';
      peer.transport.startTLS(context);
      peer.transport.write('hidden');
    });
  }

  it('secures a live connection at both ends, and the transport stays the same', async () => {
    const server = new PeerFactory(upgrading);
    const client = stage.connectPlain(stage.listenPlain(server), asking());
    const { transport } = await server.peer().then(async (peer) => (await peer.has('made'), peer));
    expect([ITLSTransport.providedBy(transport), ISSLTransport.providedBy(transport)]).toEqual([true, false]);
    await client.receives('hidden');
    expect(client.events).toEqual(['made', 'data', 'handshake', 'data']);
    expect((await server.peer()).transport).toBe(transport);
    expect([ISSLTransport.providedBy(transport), client.transport.tlsInfo?.version]).toEqual([true, 'TLSv1.3']);
  });

  it('verifies', async () => {
    const client = stage.connectPlain(stage.listenPlain(new PeerFactory(upgrading)), asking(trusting('other.example')));
    expect(await client.lost()).toBeInstanceOf(VerificationError);
  });

  it('never hands on what was read in plain before it', async () => {
    const server = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event !== 'data' || !peer.received.endsWith('STARTTLS\n')) return;
          // What somebody on the way puts behind the command arrives while this server looks something up.
          peer.transport.pauseProducing();
          stage.reactor.callLater(0.05, () => {
            peer.note('starting');
            peer.transport.write('go\n');
            peer.transport.startTLS(serverOptions());
            peer.transport.resumeProducing();
          });
        }),
    );
    const port = stage.listenPlain(server);
    const raw = net.connect(port, '127.0.0.1');
    raw.write('STARTTLS\n');
    const peer = await server.peer();
    await peer.receives('STARTTLS\n');
    raw.write('injected\n');
    await new Promise((resolve) => raw.once('data', resolve));
    const socket = tls.connect({ socket: raw, rejectUnauthorized: false });
    socket.write('secure\n');
    socket.on('error', () => undefined);
    await peer.until(() => peer.events.includes('lost') || peer.received.includes('secure'));
    raw.destroy();
    expect(peer.received).not.toContain('injected');
    // Thrown away, or taken for a record that it is not: handed on it is never.
    expect(peer.received === 'STARTTLS\nsecure\n' || peer.reason?.value instanceof TLSError).toBe(true);
  });

  it('sends what was written before it in plain, however much that is, and what comes after encrypted', async () => {
    const long = 'p'.repeat(3_000_000);
    const server = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event !== 'made') return;
          peer.transport.write(long);
          peer.transport.startTLS(serverOptions());
          peer.transport.write('encrypted');
        }),
    );
    const client = new Peer((event, peer) => {
      if (event !== 'data' || peer.received.length !== long.length) return;
      peer.transport.startTLS(trusting());
    });
    stage.connectPlain(stage.listenPlain(server), client);
    await client.receives('encrypted');
    expect(client.received).toBe(`${long}encrypted`);
    expect(client.events).toEqual(['made', 'data', 'handshake', 'data']);
  });

  it('normal: false turns the roles round', async () => {
    const server = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event === 'made') peer.transport.startTLS(trusting(), { normal: false });
          if (event === 'handshake') peer.transport.write('I am the client');
        }),
    );
    const client = new Peer((event, peer) => {
      if (event === 'made') peer.transport.startTLS(serverOptions(), { normal: false });
    });
    stage.connectPlain(stage.listenPlain(server), client);
    await client.receives('I am the client');
    expect((await server.peer()).transport.getPeerCertificate()).not.toBeNull();
  });

  it('throws RuntimeError when the connection is secured already, or half of it is gone', async () => {
    const server = new PeerFactory(upgrading);
    const port = stage.listenPlain(server);
    const client = stage.connectPlain(port, asking());
    await client.receives('hidden');
    expect(() => client.transport.startTLS(trusting())).toThrow(RuntimeError);
    const half = stage.connectPlain(port);
    await half.has('made');
    half.transport.loseWriteConnection();
    await new Promise((resolve) => stage.reactor.callLater(0.02, resolve, null));
    expect(half.reason !== null || thrown(() => half.transport.startTLS(trusting())) instanceof RuntimeError).toBe(
      true,
    );
  });

  it('does nothing on a connection that is lost', async () => {
    const client = stage.connectPlain(stage.listenPlain(new PeerFactory()));
    await client.has('made');
    client.transport.abortConnection();
    await client.lost();
    expect(thrown(() => client.transport.startTLS(trusting()))).toBeNull();
  });
});

function thrown(act: () => void): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}
