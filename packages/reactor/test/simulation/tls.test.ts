/** Modelled TLS: the same failures as the real thing, told by the same classes, and from a seed. */
import { ConnectionDone, ConnectionLost } from '../../src/error';
import type { ClientContextSource, IOpenSSLContextFactory } from '../../src/interfaces';
import { HOSTILE, type SimulatedHost, Simulation, type SimulationOptions } from '../../src/simulation';
import {
  type Certificate,
  CertificateOptions,
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
import { Authority } from '../ssl/authority';
import { echo, Peer, PeerFactory } from '../ssl/securedPeers';

let authority: Authority;
let stranger: Authority;
let own: PrivateCertificate;
let visitor: PrivateCertificate;

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority('Stranger');
  own = authority.sign('Server', { names: 'DNS:server,DNS:*.wild.example,IP:10.0.0.1' });
  visitor = authority.sign('Visitor');
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});

const serving = (more: ConstructorParameters<typeof CertificateOptions>[0] = {}, certificate = own) =>
  new CertificateOptions({ privateKey: certificate.privateKey, certificate, ...more });
const trusting = (name = 'server', more: Parameters<typeof optionsForClientTLS>[1] = {}) =>
  optionsForClientTLS(name, { trustRoot: authority.certificate, ...more });

interface Met {
  readonly sim: Simulation;
  readonly client: Peer;
  readonly server: Peer;
  readonly serverHost: SimulatedHost;
  readonly clientHost: SimulatedHost;
  /** Another connection of the same two. */
  again(): Promise<Peer>;
}

/** A client says hello to an echo server, and time passes. */
async function meet(
  context: IOpenSSLContextFactory,
  source: ClientContextSource | null,
  options: SimulationOptions = {},
): Promise<Met> {
  const sim = new Simulation(options);
  const servers = new PeerFactory(echo);
  const serverHost = sim.host('server', (reactor) => reactor.listenSSL(443, servers, context));
  const clientHost = sim.host('client');
  const { reactor } = clientHost;
  const connect = async (): Promise<Peer> => {
    const client = new Peer((event, peer) => {
      if (event === 'made') peer.transport.write('hello');
    });
    const factory = new PeerFactory(() => client);
    if (source === null) reactor.connectTCP('server', 443, factory);
    else reactor.connectSSL('server', 443, factory, source);
    await sim.advance(25);
    return client;
  };
  const client = await connect();
  return { sim, client, server: servers.peers[0] as Peer, serverHost, clientHost, again: connect };
}

describe('Simulation with TLS', () => {
  it.each([
    [TLSVersion.TLSv1_3, 'TLS_AES_256_GCM_SHA384'],
    [TLSVersion.TLSv1_2, 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ])('speaks %s, and knows the peer', async (version, cipher) => {
    const { client, server } = await meet(serving({ lowerMaximumSecurityTo: version }), trusting());
    expect(client.events).toEqual(['made', 'handshake', 'data']);
    expect(client.transport.tlsInfo).toMatchObject({ version, cipher, sessionReused: false });
    expect((client.transport.getPeerCertificate() as Certificate).equals(own)).toBe(true);
    expect(server.transport.getPeerCertificate()).toBeNull();
  });

  it.each([
    [TLSVersion.TLSv1_3, 4],
    [TLSVersion.TLSv1_2, 6],
  ])('%s takes its round trips: an answer comes after %s journeys', async (version, journeys) => {
    const sim = new Simulation({ link: { latency: 1 }, lookUpLatency: 0 });
    sim.host('server', (reactor) =>
      reactor.listenSSL(443, new PeerFactory(echo), serving({ lowerMaximumSecurityTo: version })),
    );
    let [made, answered] = [0, 0];
    const client = new Peer((event, peer) => {
      if (event === 'made') {
        made = sim.seconds();
        peer.transport.write('hello');
      } else if (event === 'data') answered = sim.seconds();
    });
    sim.host('client').reactor.connectSSL('server', 443, new PeerFactory(() => client), trusting());
    await sim.advance(20);
    expect(Math.round(answered - made)).toBe(journeys);
  });

  it('gives protocols that borrow what was said, and not what travelled', async () => {
    const borrowing = (peer: Peer): Peer => Object.assign(peer, { borrowsData: true });
    const sim = new Simulation();
    sim.host('server', (reactor) => reactor.listenSSL(443, new PeerFactory(() => borrowing(echo())), serving()));
    const client = borrowing(
      new Peer((event, peer) => {
        if (event === 'handshake') peer.transport.write('hello');
      }),
    );
    sim.host('client').reactor.connectSSL('server', 443, new PeerFactory(() => client), trusting());
    await sim.advance(20);
    client.transport.write(', again');
    await sim.advance(20);
    expect(client.received).toBe('hello, again');
  });

  it('ends properly with a farewell, and with ConnectionLost without one', async () => {
    const polite = await meet(serving(), trusting());
    polite.client.transport.loseConnection();
    await polite.sim.advance(1);
    expect([polite.client.reason?.value, polite.server.reason?.value]).toEqual([
      expect.any(ConnectionDone),
      expect.any(ConnectionDone),
    ]);
    const rude = await meet(serving(), trusting());
    rude.clientHost.kill();
    await rude.sim.advance(1);
    expect(rude.server.reason?.value).toBeInstanceOf(ConnectionLost);
    expect(rude.server.reason?.value.message).toContain('close_notify');
  });

  it('agrees on an application protocol, or says that there is none', async () => {
    const context = serving({ acceptableProtocols: ['h2', 'http/1.1'] });
    const { client } = await meet(context, trusting('server', { acceptableProtocols: ['http/1.1', 'h2'] }));
    expect(client.transport.negotiatedProtocol).toBe('h2');
    const other = await meet(context, trusting('server', { acceptableProtocols: ['gopher'] }));
    expect(other.client.reason?.value).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
    expect(other.server.reason?.value).toMatchObject({ code: 'ERR_SSL_NO_APPLICATION_PROTOCOL' });
  });

  it('shows the certificate of the name that is asked for', async () => {
    const other = authority.sign('Other', { names: 'DNS:other.example' });
    const context = serving({ chooseContext: (name) => (name === 'other.example' ? other.options() : null) });
    const { client } = await meet(context, trusting('other.example'));
    expect((client.transport.getPeerCertificate() as Certificate).equals(other)).toBe(true);
    expect((await meet(context, trusting('x.wild.example'))).client.received).toBe('hello');
    expect((await meet(context, trusting('10.0.0.1'))).client.received).toBe('hello');
  });

  it.each([
    [
      'for somebody else, and cuts the connection',
      () => [own, trusting('somebody.else')] as const,
      VerificationError,
      ConnectionLost,
    ],
    [
      'of a stranger, and tells the server by an alert',
      () => [stranger.sign('S', { names: 'DNS:server' }), trusting()] as const,
      UntrustedCertificateError,
      TLSError,
    ],
  ])('fails for a certificate %s', async (_, make, error, seenByServer) => {
    const [certificate, source] = make();
    const { client, server } = await meet(serving({}, certificate), source);
    expect(client.reason?.value).toBeInstanceOf(error);
    expect(server.reason?.value).toBeInstanceOf(seenByServer);
    expect([client.received, server.received]).toEqual(['', '']);
  });

  it('trusts nobody by platformTrust() unless the simulation says so', async () => {
    const source = optionsForClientTLS('server');
    expect((await meet(serving(), source)).client.reason?.value).toBeInstanceOf(UntrustedCertificateError);
    const tls = { platformTrust: [authority.certificate] };
    expect((await meet(serving(), source, { tls })).client.received).toBe('hello');
  });

  it('holds certificates against the date of the simulation, if it has one', async () => {
    const now = Date.now();
    const day = 24 * 3600;
    for (const [days, error] of [
      [1, null],
      [-400, ExpiredCertificateError],
      [400, ExpiredCertificateError],
    ] as const) {
      const { client } = await meet(serving(), trusting(), { tls: { date: new Date(now + days * day * 1000) } });
      expect(client.reason?.value.constructor ?? null).toBe(error);
    }
    const met = await meet(serving(), trusting(), { tls: { date: new Date(now + day * 1000) } });
    await met.sim.advance(60 * day);
    expect((await met.again()).reason?.value).toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  it.each([TLSVersion.TLSv1_3, TLSVersion.TLSv1_2])('asks clients for certificates (%s)', async (version) => {
    const context = serving({ trustRoot: authority.certificate, lowerMaximumSecurityTo: version });
    const shown = await meet(context, trusting('server', { clientCertificate: visitor }));
    expect((shown.server.transport.getPeerCertificate() as Certificate).equals(visitor)).toBe(true);
    const hidden = await meet(context, trusting());
    expect(hidden.server.reason?.value).toMatchObject({ code: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' });
    expect(hidden.client.reason?.value).toBeInstanceOf(TLSError);
    const false_ = await meet(context, trusting('server', { clientCertificate: stranger.sign('Stranger') }));
    expect(false_.server.reason?.value).toBeInstanceOf(UntrustedCertificateError);
    expect(false_.client.reason?.value).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
  });

  it.each([TLSVersion.TLSv1_3, TLSVersion.TLSv1_2])(
    'resumes sessions, but not those of a process before (%s)',
    async (version) => {
      const context = serving({ enableSessions: true, lowerMaximumSecurityTo: version });
      const source = trusting('server', { extraCertificateOptions: { enableSessions: true } });
      const { serverHost, again } = await meet(context, source);
      const second = await again();
      expect(second.transport.tlsInfo).toMatchObject({ sessionReused: true });
      expect((second.transport.getPeerCertificate() as Certificate).equals(own)).toBe(true);
      serverHost.restart();
      expect((await again()).transport.tlsInfo).toMatchObject({ sessionReused: false });
    },
  );

  it('shares no cipher and no version with a peer that has others', async () => {
    const older = { lowerMaximumSecurityTo: TLSVersion.TLSv1_2 };
    const versions = await meet(
      serving({ raiseMinimumTo: TLSVersion.TLSv1_3 }),
      trusting('server', { extraCertificateOptions: older }),
    );
    expect(versions.client.reason?.value).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    expect(versions.server.reason?.value).toMatchObject({ code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' });
    const { client } = await meet(new CertificateOptions(), trusting());
    expect(client.reason?.value).toMatchObject({ code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' });
  });

  it('fails with a peer that speaks no TLS, or says nothing', async () => {
    const { server } = await meet(serving(), null);
    expect(server.reason?.value).toBeInstanceOf(PlaintextPeerError);
    const sim = new Simulation();
    const silent = new PeerFactory();
    sim.host('server', (reactor) => reactor.listenSSL(443, silent, serving()));
    sim.host('client').reactor.connectTCP('server', 443, new PeerFactory());
    await sim.advance(61);
    expect(silent.peers[0]?.reason?.value).toBeInstanceOf(HandshakeTimeoutError);
  });

  it('is a function of the seed, on the worst of links', async () => {
    const run = async (seed: number): Promise<readonly unknown[]> => {
      const { sim, client } = await meet(serving(), trusting(), { seed, ...HOSTILE });
      await sim.advance(60);
      return [sim.trace.hash, client.received];
    };
    const first = await run(7);
    expect(first[1]).toBe('hello');
    expect(await run(7)).toEqual(first);
    expect((await run(8))[0]).not.toBe(first[0]);
  });
});
