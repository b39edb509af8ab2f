import { installReactor } from '@skein/reactor';
import { CannotListenError } from '@skein/reactor/error';
import type {
  IClientFactory,
  IProtocolFactory,
  IReactor,
  IReactorSSL,
  IReactorTCP,
  IReactorUNIX,
} from '@skein/reactor/interfaces';
import { MemoryReactor, RaisingMemoryReactor } from '@skein/reactor/testing';

import { SSLClient, SSLServer, TCPClient, TCPServer, UNIXClient, UNIXServer } from '../../src/application/internet';
import { Application, MultiService, type Service } from '../../src/application/service';
import { certificate, trusting } from '../certificates';
import { RecordingFactory } from '../recordingProtocol';

const context = certificate.options();
const trust = trusting();

type Connects = IReactorTCP & IReactorSSL & IReactorUNIX;

interface Served {
  readonly make: (reactor: Connects | undefined, factory: IProtocolFactory) => Service;
  /** What was asked of the reactor: the arguments, without what it returned. */
  readonly asked: (reactor: MemoryReactor, factory: IProtocolFactory) => [actual: object, expected: object];
  readonly listening: (reactor: MemoryReactor) => boolean | undefined;
}

const from = (reactor: Connects | undefined) => (reactor === undefined ? {} : { reactor });

const SERVERS: readonly (readonly [name: string, Served])[] = [
  [
    'TCPServer',
    {
      make: (reactor, factory) => new TCPServer(8007, factory, { ...from(reactor), backlog: 5 }),
      asked: ({ tcpServers }, factory) => [tcpServers, [{ port: 8007, factory, options: { backlog: 5 } }]],
      listening: ({ tcpServers }) => tcpServers.at(-1)?.listening.listening,
    },
  ],
  [
    'SSLServer',
    {
      make: (reactor, factory) => new SSLServer(8443, factory, context, { ...from(reactor), interface: '::1' }),
      asked: ({ sslServers }, factory) => [
        sslServers,
        [{ port: 8443, factory, contextFactory: context, options: { interface: '::1' } }],
      ],
      listening: ({ sslServers }) => sslServers.at(-1)?.listening.listening,
    },
  ],
  [
    'UNIXServer',
    {
      make: (reactor, factory) => new UNIXServer('/run/chat.sock', factory, { ...from(reactor), mode: 0o600 }),
      asked: ({ unixServers }, factory) => [
        unixServers,
        [{ address: '/run/chat.sock', factory, options: { mode: 0o600 } }],
      ],
      listening: ({ unixServers }) => unixServers.at(-1)?.listening.listening,
    },
  ],
];

interface Connecting {
  readonly make: (reactor: Connects | undefined, factory: IClientFactory) => Service;
  readonly asked: (reactor: MemoryReactor, factory: IClientFactory) => [actual: object, expected: object];
  readonly disconnected: (reactor: MemoryReactor) => boolean | undefined;
}

const CLIENTS: readonly (readonly [name: string, Connecting])[] = [
  [
    'TCPClient',
    {
      make: (reactor, factory) => new TCPClient('127.0.0.1', 8007, factory, { ...from(reactor), timeout: 5 }),
      asked: ({ tcpClients }, factory) => [
        tcpClients,
        [{ host: '127.0.0.1', port: 8007, factory, options: { timeout: 5 } }],
      ],
      disconnected: ({ tcpClients }) => tcpClients.at(-1)?.connector.disconnected,
    },
  ],
  [
    'SSLClient',
    {
      make: (reactor, factory) => new SSLClient('127.0.0.1', 8443, factory, trust, { ...from(reactor), timeout: 6 }),
      asked: ({ sslClients }, factory) => [
        sslClients,
        [{ host: '127.0.0.1', port: 8443, factory, contextFactory: trust, options: { timeout: 6 } }],
      ],
      disconnected: ({ sslClients }) => sslClients.at(-1)?.connector.disconnected,
    },
  ],
  [
    'UNIXClient',
    {
      make: (reactor, factory) => new UNIXClient('/run/chat.sock', factory, { ...from(reactor), timeout: 7 }),
      asked: ({ unixClients }, factory) => [
        unixClients,
        [{ address: '/run/chat.sock', factory, options: { timeout: 7 } }],
      ],
      disconnected: ({ unixClients }) => unixClients.at(-1)?.connector.disconnected,
    },
  ],
];

describe.each(SERVERS)('%s', (name, { make, asked, listening }) => {
  test(`${name} listens with its arguments while it runs, and once however it is started`, () => {
    const reactor = new MemoryReactor();
    const factory = new RecordingFactory();
    const service = make(reactor, factory);
    expect(listening(reactor)).toBeUndefined();
    service.privilegedStartService();
    service.startService();
    const [actual, expected] = asked(reactor, factory);
    expect(actual).toMatchObject(expected);
    expect([service.running, listening(reactor)]).toEqual([true, true]);
  });

  test(`${name}.stopService stops the port and fires when it is free; without a port it has stopped at once`, async () => {
    const reactor = new MemoryReactor();
    const service = make(reactor, new RecordingFactory());
    expect(service.stopService()).toBeNull();
    service.startService();
    await service.stopService();
    expect([service.running, listening(reactor), service.stopService()]).toEqual([false, false, null]);
  });

  test(`${name} listens again when it is started again`, async () => {
    const reactor = new MemoryReactor();
    const service = make(reactor, new RecordingFactory());
    service.startService();
    await service.stopService();
    service.startService();
    const ports = [...reactor.tcpServers, ...reactor.sslServers, ...reactor.unixServers];
    expect(ports.map((port) => port.listening.listening)).toEqual([false, true]);
  });

  test(`${name} throws what the reactor's method throws, whichever start comes first`, () => {
    const taken = new CannotListenError('', 80, new Error('taken'));
    const service = make(new RaisingMemoryReactor(taken), new RecordingFactory());
    expect(() => service.privilegedStartService()).toThrow(taken);
    expect(() => service.startService()).toThrow(taken);
    expect(service.stopService()).toBeNull();
  });
});

describe.each(CLIENTS)('%s', (name, { make, asked, disconnected }) => {
  test(`${name} connects with its arguments when it is started, not before, and disconnects when it is stopped`, () => {
    const reactor = new MemoryReactor();
    const factory = new RecordingFactory();
    const service = make(reactor, factory);
    service.privilegedStartService();
    expect(disconnected(reactor)).toBeUndefined();
    service.startService();
    const [actual, expected] = asked(reactor, factory);
    expect(actual).toMatchObject(expected);
    expect([service.running, disconnected(reactor)]).toEqual([true, false]);
    service.stopService();
    expect([service.running, disconnected(reactor)]).toEqual([false, true]);
  });

  test(`${name}.stopService has stopped at once when it was never started`, () => {
    const reactor = new MemoryReactor();
    expect(make(reactor, new RecordingFactory()).stopService()).toBeNull();
    expect(reactor.connectors).toEqual([]);
  });

  test(`${name} connects anew when it is started again`, () => {
    const reactor = new MemoryReactor();
    const service = make(reactor, new RecordingFactory());
    service.startService();
    service.stopService();
    service.startService();
    expect(reactor.connectors).toHaveLength(2);
  });
});

test('the services of the reactor start and stop with the Application they are children of', async () => {
  const reactor = new MemoryReactor();
  const application = new Application('chat');
  for (const [, { make }] of SERVERS) make(reactor, new RecordingFactory()).setServiceParent(application);
  for (const [, { make }] of CLIENTS) make(reactor, new RecordingFactory()).setServiceParent(application);
  application.privilegedStartService();
  expect(SERVERS.map(([, { listening }]) => listening(reactor))).toEqual([true, true, true]);
  expect(reactor.connectors).toEqual([]);
  application.startService();
  expect(reactor.connectors).toHaveLength(3);
  await application.stopService();
  expect(SERVERS.map(([, { listening }]) => listening(reactor))).toEqual([false, false, false]);
  expect(CLIENTS.map(([, { disconnected }]) => disconnected(reactor))).toEqual([true, true, true]);
});

test('the services of the reactor take the installed one when they are given none, when they are started', () => {
  const reactor = new MemoryReactor();
  const services = new MultiService();
  for (const [, { make }] of SERVERS) make(undefined, new RecordingFactory()).setServiceParent(services);
  for (const [, { make }] of CLIENTS) make(undefined, new RecordingFactory()).setServiceParent(services);
  installReactor(reactor as MemoryReactor & IReactor);
  services.startService();
  expect(SERVERS.map(([, { listening }]) => listening(reactor))).toEqual([true, true, true]);
  expect(reactor.connectors).toHaveLength(3);
});
