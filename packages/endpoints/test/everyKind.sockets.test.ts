/** Every kind of description that can be served within one process, talked to over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { IPv6Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { AcceptableCiphers, CertificateOptions, TLSVersion } from '@skein/reactor/ssl';

import {
  clientFromString,
  connectProtocol,
  quoteStringArgument as quoted,
  serverFromString,
  SSL4ClientEndpoint,
} from '../src';
import '../src/websocket';

import { AUTHORITIES, SERVER_PEM } from './certificates';
import { portOf, running } from './running';
import { Asking, Echo, QuietFactory } from './talking';

const PARAMETERS = path.join(__dirname, '../../reactor/test/ssl/ffdhe2048.pem');
const identity = `privateKey=${quoted(SERVER_PEM)}`;
const trust = `trustRoots=${quoted(AUTHORITIES)}`;
const oldTrust = `hostname=localhost:caCertsDir=${quoted(AUTHORITIES)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'skein-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tcp = 'tcp:0:interface=127.0.0.1';
const socket = () => quoted(path.join(folder, 'socket'));
type Client = (port: IListeningPort) => string;
const to =
  (make: (port: number) => string): Client =>
  (port) =>
    make(portOf(port));

const KINDS: readonly (readonly [of: string, by: string, server: () => string, client: Client])[] = [
  ['tcp', 'tcp', () => tcp, to((port) => `tcp:127.0.0.1:${port}`)],
  ['tcp6', 'tcp', () => 'tcp6:0:interface=\\:\\:1', to((port) => `tcp:\\:\\:1:${port}:timeout=5`)],
  ['unix', 'unix', () => `unix:${socket()}`, () => `unix:${socket()}:lockfile=1`],
  ['ssl', 'ssl', () => `ssl:0:${identity}:interface=127.0.0.1`, to((port) => `ssl:127.0.0.1:${port}:${oldTrust}`)],
  ['ssl', 'tls', () => `ssl:0:${identity}:interface=127.0.0.1`, to((port) => `tls:127.0.0.1:${port}:${trust}`)],
  [
    'tls over tcp',
    'tls',
    () => `tls:endpoint=${quoted(tcp)}:${identity}`,
    to((port) => `tls:127.0.0.1:${port}:${trust}`),
  ],
  [
    'tls over unix',
    'tls over unix',
    () => `tls:endpoint=${quoted(`unix:${socket()}`)}:${identity}`,
    () => `tls:localhost:0:${trust}:endpoint=${quoted(`unix:${socket()}`)}`,
  ],
  ['wss', 'wss', () => `wss:0:${identity}:interface=127.0.0.1`, to((port) => `wss:127.0.0.1:${port}:${trust}`)],
  ['ws over unix', 'ws over unix', () => `ws:${quoted(`unix:${socket()}`)}`, () => `ws:${quoted(`unix:${socket()}`)}`],
  // TLS within TLS: the inner one in memory.
  [
    'tls over ssl',
    'tls over ssl',
    () => `tls:endpoint=${quoted(`ssl:0:${identity}:interface=127.0.0.1`)}:${identity}`,
    to((port) => `tls:localhost:0:${trust}:endpoint=${quoted(`ssl:127.0.0.1:${port}:${oldTrust}`)}`),
  ],
];

test.each(KINDS)(
  'serverFromString and clientFromString make ends that talk to each other: %s, %s',
  async (_server, _client, server, client) => {
    const outcome = await running((reactor) =>
      serverFromString<string>(reactor, server())
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) => connectProtocol(clientFromString<string>(reactor, client(port)), new Asking()))
        .addCallback((asking) => asking.done),
    );
    expect(outcome.result).toBe('hello ConnectionDone');
  },
);

test('serverFromString of tcp6 listens on IPv6', async () => {
  const outcome = await running((reactor) =>
    serverFromString(reactor, 'tcp6:0:interface=\\:\\:1').listen(QuietFactory.forProtocol(Echo)),
  );
  expect(outcome.result.getHost()).toBeInstanceOf(IPv6Address);
});

test.each([
  ['ssl', () => `ssl:0:${identity}:interface=127.0.0.1`],
  ['tls', () => `tls:endpoint=${quoted(tcp)}:${identity}`],
])('serverFromString of %s speaks DHE with dhParameters, and not without', async (_kind, server) => {
  // A client that speaks nothing else.
  const ciphers = AcceptableCiphers.fromOpenSSLCipherString('DHE-RSA-AES128-GCM-SHA256');
  const context = new CertificateOptions({ acceptableCiphers: ciphers, lowerMaximumSecurityTo: TLSVersion.TLSv1_2 });
  const talk = (description: string) =>
    running((reactor) =>
      serverFromString<string>(reactor, description)
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) =>
          connectProtocol(new SSL4ClientEndpoint(reactor, '127.0.0.1', portOf(port), context), new Asking()),
        )
        .addCallback((asking) => asking.done),
    );
  expect((await talk(`${server()}:dhParameters=${quoted(PARAMETERS)}`)).result).toBe('hello ConnectionDone');
  expect((await talk(server())).result).toMatch(/^ .*(TLSError|ConnectionLost|SSL)/);
});
