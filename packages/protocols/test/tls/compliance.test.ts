/**
 * What the transports of a reactor promise, TLS in memory keeps: the transport suite on `TLSMemoryBIOFactory`, over TCP,
 * over another layer of TLS, and against the reactor's own TLS at either end.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IClientFactory, IListeningPort, IProtocolFactory } from '@skein/reactor/interfaces';
import { optionsForClientTLS, PrivateCertificate } from '@skein/reactor/ssl';
import { TLS_TRAITS, transportSuite, type TransportWorld } from '@skein/reactor/testing/compliance';

import { TLSMemoryBIOFactory } from '../../src/tls';

const PEM = path.join(__dirname, '../../../../conformance/fixtures/server.pem');
const certificate = PrivateCertificate.loadPEM(readFileSync(PEM));
const server = certificate.options();
const client = optionsForClientTLS('localhost', { trustRoot: certificate });

type Wrap<F> = (reactor: Reactor, factory: F) => F;
const serving: Wrap<IProtocolFactory> = (reactor, factory) =>
  new TLSMemoryBIOFactory(server, false, factory, { reactor });
const connecting: Wrap<IClientFactory> = (reactor, factory) =>
  new TLSMemoryBIOFactory(client, true, factory, { reactor });

const portOf = (port: IListeningPort) => (port.getHost() as IPv4Address).port;

/** A world whose ends are wrapped; natively: secured by the reactor besides. */
function world(
  listen: { wrap?: Wrap<IProtocolFactory>; natively?: boolean },
  connect: { wrap?: Wrap<IClientFactory>; natively?: boolean },
): TransportWorld {
  return {
    makeReactor: createNodeReactor,
    drive: (promise) => promise,
    traits: TLS_TRAITS,
    listen(reactor: Reactor, factory) {
      const wrapped = listen.wrap?.(reactor, factory) ?? factory;
      const options = { interface: '127.0.0.1' };
      return listen.natively === true
        ? reactor.listenSSL(0, wrapped, server, options)
        : reactor.listenTCP(0, wrapped, options);
    },
    connect(reactor: Reactor, port, factory) {
      const wrapped = connect.wrap?.(reactor, factory) ?? factory;
      return connect.natively === true
        ? reactor.connectSSL('127.0.0.1', portOf(port), wrapped, client)
        : reactor.connectTCP('127.0.0.1', portOf(port), wrapped);
    },
  };
}

const WORLDS: [string, TransportWorld][] = [
  ['over TCP', world({ wrap: serving }, { wrap: connecting })],
  ["against the reactor's own TLS, as server", world({ wrap: serving }, { natively: true })],
  ["against the reactor's own TLS, as client", world({ natively: true }, { wrap: connecting })],
  ['over TLS', world({ wrap: serving, natively: true }, { wrap: connecting, natively: true })],
];

/** What a wrapper cannot keep, and Twisted's does not either, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'IConnector.disconnect loses the connection':
    'the connector knows the transport beneath, whose end comes without a farewell',
  'IProtocol.dataReceived that throws on the client is told to the factory':
    'the exception ends TLS, and the connection beneath ends properly',
};

describe.each(WORLDS)('TLSMemoryBIOFactory %s', (_, each) => {
  it.each(transportSuite.filter(({ appliesTo, name }) => appliesTo(each) && !(name in EXCEPTIONS)))(
    '$name ($topic)',
    async ({ run }) => {
      await expect(run(each)).resolves.toBeUndefined();
    },
  );
});

test('the excepted cases are there', () => {
  expect(transportSuite.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(EXCEPTIONS)));
});
