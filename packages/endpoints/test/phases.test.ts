/**
 * Failures and cancellation at every phase of connecting, the same through TLS and WebSockets: resolving, between attempts,
 * connecting, handshaking. (Whose error it is, as Twisted's; and nothing is left.)
 */
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { ConnectingCancelledError, ConnectionRefusedError, DNSLookupError, TimeoutError } from '@skein/reactor/error';
import type { IReactor } from '@skein/reactor/interfaces';
import { Simulation } from '@skein/reactor/simulation';
import { VerificationError } from '@skein/reactor/ssl';
import type { Factory } from '@skein/protocols';
import { Protocol } from '@skein/protocols';

import {
  clientFromString,
  HostnameEndpoint,
  type IStreamClientEndpoint,
  quoteStringArgument as quoted,
  wrapClientTLS,
} from '../src';
import { WebSocketClientEndpoint } from '../src/websocket';

import { AUTHORITIES, certificate, trusting } from './certificates';
import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingFactory } from './recordingProtocol';
import { QuietFactory } from './talking';
import { Recorder, RecorderFactory } from './websocket/recorder';

const V6 = new IPv6Address('TCP', '2001:db8::1', 443);
const V4 = new IPv4Address('TCP', '192.0.2.1', 443);
const trust = `trustRoots=${quoted(AUTHORITIES)}`;

type Kind = readonly [name: string, make: (reactor: FakeReactor) => IStreamClientEndpoint];
const KINDS: readonly Kind[] = [
  ['HostnameEndpoint', (reactor) => new HostnameEndpoint(reactor, 'example.com', 443)],
  ['tls:', (reactor) => clientFromString<string>(reactor as FakeReactor & IReactor, `tls:example.com:443:${trust}`)],
  ['wss:', (reactor) => clientFromString<string>(reactor as FakeReactor & IReactor, `wss:example.com:443:${trust}`)],
];

describe.each(KINDS)('connect of %s', (name, make) => {
  function connecting() {
    const reactor = new FakeReactor();
    const factory = new RecordingFactory();
    const deferred = make(reactor).connect(factory);
    return { reactor, factory, deferred, outcome: outcomeOf(deferred) };
  }

  test(`connect of ${name}, cancelled while the name is resolved: ends the lookup`, () => {
    const { reactor, factory, deferred, outcome } = connecting();
    deferred.cancel();
    expect(reactor.lookup().cancelled).toBe(true);
    expect(outcome.error).toBeInstanceOf(DNSLookupError);
    reactor.advance(60);
    expect([reactor.connectors, reactor.getDelayedCalls(), factory.log]).toEqual([[], [], []]);
  });

  test(`connect of ${name}, cancelled while IPv4 waits for IPv6: begins no attempt`, () => {
    const { reactor, factory, deferred, outcome } = connecting();
    reactor.lookup().receiver.addressResolved(V4);
    expect(reactor.connectors).toEqual([]);
    deferred.cancel();
    expect(reactor.lookup().cancelled).toBe(true);
    // The lookup goes on until then.
    expect(outcome.error).toBeInstanceOf(DNSLookupError);
    reactor.advance(60);
    expect([reactor.connectors, reactor.getDelayedCalls(), factory.log]).toEqual([[], [], []]);
  });

  test(`connect of ${name}, cancelled between attempts: stops the one under way and begins no other`, () => {
    const { reactor, factory, deferred, outcome } = connecting();
    reactor.lookup().complete(V6, V4);
    reactor.advance(0.1);
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    reactor.advance(60);
    expect(reactor.connectors.map(({ host, calls }) => [host, calls])).toEqual([[V6.host, ['stopConnecting']]]);
    expect(reactor.getDelayedCalls()).toEqual([]);
    expect(factory.log).toEqual(['startFactory', 'stopFactory']);
  });

  test(`connect of ${name}, cancelled while it connects: stops every attempt`, () => {
    const { reactor, factory, deferred, outcome } = connecting();
    reactor.lookup().complete(V6, V4);
    reactor.advance(0.3);
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(reactor.connectors.map(({ calls }) => calls)).toEqual([['stopConnecting'], ['stopConnecting']]);
    expect(reactor.getDelayedCalls()).toEqual([]);
    expect(factory.log).not.toContain('buildProtocol');
  });

  test(`connect of ${name} fails with what went wrong: no such name, or the last attempt's failure`, () => {
    const nameless = connecting();
    nameless.reactor.lookup().complete();
    expect(nameless.outcome.error).toBeInstanceOf(DNSLookupError);
    const refused = connecting();
    refused.reactor.lookup().complete(V6, V4);
    refused.reactor.connector(0).fail(new TimeoutError());
    const last = new ConnectionRefusedError();
    refused.reactor.connector(1).fail(last);
    expect(refused.outcome.error).toBe(last);
    expect(refused.reactor.getDelayedCalls()).toEqual([]);
    // The factory's own methods for such things are not called, as by every endpoint.
    expect(refused.factory.log).not.toContain('clientConnectionFailed');
  });
});

describe('connect of wss, while it shakes hands', () => {
  /** A server that listens as `listen` says, and a client's endpoint to it. */
  function world(listen: (reactor: IReactor, factory: Factory) => unknown, means = 'localhost') {
    const sim = new Simulation();
    sim.host('server', (reactor) => listen(reactor, QuietFactory.forProtocol(Protocol)));
    const { reactor } = sim.host('client');
    const below = wrapClientTLS(trusting(means), new HostnameEndpoint(reactor, 'server', 443), { reactor });
    const endpoint = new WebSocketClientEndpoint(reactor, below, 'wss://localhost/', {
      random: () => reactor.random(),
    });
    const deferred = endpoint.connect(new RecorderFactory(() => new Recorder()));
    return { sim, deferred, outcome: outcomeOf(deferred) };
  }

  const SILENT = [
    ['TLS', (reactor: IReactor, factory: Factory) => reactor.listenTCP(443, factory)],
    ['WebSocket', (reactor: IReactor, factory: Factory) => reactor.listenSSL(443, factory, certificate.options())],
  ] as const;

  test.each(SILENT)('connect of wss, cancelled in the handshake of %s: ends the connection', async (_of, listen) => {
    const { sim, deferred, outcome } = world(listen);
    await sim.advance(1);
    // The connection is there, and waits for the server.
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening', 'open', 'open']);
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    await sim.quiesce();
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening']);
  });

  test.each(SILENT)('connect of wss fails when the handshake of %s takes too long', async (_of, listen) => {
    const { sim, outcome } = world(listen);
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error.message).toContain('no answer to the handshake within');
    await sim.quiesce();
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening']);
  });

  test('connect of wss fails with what TLS finds wrong with the certificate', async () => {
    const { sim, outcome } = world(SILENT[1][1], 'example.com');
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error.message).toContain('the connection ended during the handshake: ');
    expect(outcome.error.message).toContain('example.com');
    expect(outcome.error.cause).toBeInstanceOf(VerificationError);
    await sim.quiesce();
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening']);
  });
});
