/**
 * A driver from elsewhere, under all three suites, as its author would test it: with the package's public names alone.
 *
 * It wraps the Node driver and has every member of the seam pass through its own hands.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type IPv4Address, Reactor } from '@skein/reactor';
import type {
  Cancellation,
  ConnectStreamOptions,
  IDriver,
  InetSocketAddress,
  ListenHandle,
  ListenStreamOptions,
  SocketAddress,
  StreamHandle,
} from '@skein/reactor/driver';
import { NodeDriver } from '@skein/reactor/drivers/node';
import { optionsForClientTLS, PrivateCertificate } from '@skein/reactor/ssl';
import {
  ComplianceError,
  driverSuite,
  type DriverWorld,
  reactorSuite,
  type ReactorWorld,
  TCP_TRAITS,
  TLS_TRAITS,
  transportSuite,
  type TransportWorld,
} from '@skein/reactor/testing/compliance';

class ForeignDriver implements IDriver {
  readonly name = 'foreign';
  readonly checkTLS: IDriver['checkTLS'];
  readonly startTLSOver: IDriver['startTLSOver'];
  readonly onSignals: IDriver['onSignals'];
  readonly #inner = new NodeDriver();

  constructor() {
    const inner: IDriver = this.#inner;
    this.checkTLS = inner.checkTLS?.bind(inner) ?? null;
    this.startTLSOver = inner.startTLSOver?.bind(inner) ?? null;
    this.onSignals = inner.onSignals?.bind(inner) ?? null;
  }

  now(): number {
    return this.#inner.now();
  }

  random(): number {
    return this.#inner.random();
  }

  start(onTurn: () => void): void {
    this.#inner.start(onTurn);
  }

  stop(): void {
    this.#inner.stop();
  }

  wakeAt(deadline: number | null): void {
    this.#inner.wakeAt(deadline);
  }

  wakeSoon(): void {
    this.#inner.wakeSoon();
  }

  listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle {
    return this.#inner.listenStream(address, options);
  }

  connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
    return this.#inner.connectStream(address, options);
  }

  adoptListening(descriptor: number, family: SocketAddress['family']): ListenHandle {
    return this.#inner.adoptListening(descriptor, family);
  }

  adoptStream(descriptor: number, family: SocketAddress['family']): StreamHandle {
    return this.#inner.adoptStream(descriptor, family);
  }

  resolveName(name: string, done: Parameters<IDriver['resolveName']>[1]): Cancellation {
    return this.#inner.resolveName(name, done);
  }
}

/** The same with the handles of every connection changed. */
function changing(change: (handle: StreamHandle) => void): IDriver {
  return new (class extends ForeignDriver {
    override listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle {
      const handle = super.listenStream(address, options);
      handle.on('connection', change);
      return handle;
    }

    override connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
      const handle = super.connectStream(address, options);
      change(handle);
      return handle;
    }
  })();
}

const ANY_PORT: InetSocketAddress = { family: 'IPv4', host: '127.0.0.1', port: 0 };
const NAMES = { known: { name: 'localhost', hosts: ['127.0.0.1', '::1'] }, unknown: 'no..such.name' };

const certificate = PrivateCertificate.loadPEM(
  readFileSync(join(__dirname, '../../../../conformance/fixtures/server.pem'), 'latin1'),
);
const server = certificate.options();
const client = optionsForClientTLS('localhost', { trustRoot: certificate });

const DRIVERS: DriverWorld = {
  makeDriver: () => new ForeignDriver(),
  listenAddress: () => ANY_PORT,
  unusedAddress() {
    const handle = new ForeignDriver().listenStream(ANY_PORT, { backlog: 1 });
    handle.close();
    return handle.localAddress;
  },
  drive: (promise) => promise,
  resets: true,
  inet: { foreignHost: '192.0.2.1' },
  names: NAMES,
  // A process of its own would be needed: jest's imitation of `process` is sent none.
  signals: null,
  tls: {
    server: server.getContext(),
    client: client.clientConnectionForTLS().context,
    serverName: 'localhost',
  },
};

const TCP: TransportWorld = {
  makeReactor: () => new Reactor(new ForeignDriver()),
  listen: (reactor: Reactor, factory) => reactor.listenTCP(0, factory, { interface: '127.0.0.1' }),
  connect(reactor: Reactor, port, factory) {
    return reactor.connectTCP('127.0.0.1', (port.getHost() as IPv4Address).port, factory);
  },
  drive: (promise) => promise,
  traits: TCP_TRAITS,
};

const TLS: TransportWorld = {
  ...TCP,
  listen: (reactor: Reactor, factory) => reactor.listenSSL(0, factory, server, { interface: '127.0.0.1' }),
  connect(reactor: Reactor, port, factory) {
    return reactor.connectSSL('127.0.0.1', (port.getHost() as IPv4Address).port, factory, client);
  },
  traits: TLS_TRAITS,
};

const REACTORS: ReactorWorld = { ...TCP, names: NAMES };

describe('driverSuite, on a driver from elsewhere', () => {
  it.each(driverSuite.filter(({ appliesTo }) => appliesTo(DRIVERS)))('$name ($rule)', async ({ run }) => {
    await expect(run(DRIVERS)).resolves.toBeUndefined();
  });
});

describe.each([
  ['TCP', TCP],
  ['TLS', TLS],
])('transportSuite, on a driver from elsewhere, %s', (_, world) => {
  it.each(transportSuite.filter(({ appliesTo }) => appliesTo(world)))('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe('reactorSuite, on a driver from elsewhere', () => {
  it.each(reactorSuite.filter(({ appliesTo }) => appliesTo(REACTORS)))('$name ($topic)', async ({ run }) => {
    await expect(run(REACTORS)).resolves.toBeUndefined();
  });
});

describe('driverSuite', () => {
  const FAULTS: [string, string, (handle: StreamHandle) => void][] = [
    [
      'tells closed twice',
      'StreamHandle.close is followed by one closed(null)',
      (handle) => {
        handle.once('closed', () => handle.emit('closed', null));
      },
    ],
    [
      'delivers data after readStop',
      'StreamHandle.readStop holds data back until readStart',
      (handle) => {
        const readStop = handle.readStop.bind(handle);
        handle.readStop = () => {
          readStop();
          setImmediate(() => handle.emit('data', Buffer.from('late')));
        };
      },
    ],
  ];

  it.each(FAULTS)('driverSuite finds a driver from elsewhere that %s', async (_, name, change) => {
    const { run } = driverSuite.find((each) => each.name === name)!;
    await expect(run({ ...DRIVERS, makeDriver: () => changing(change) })).rejects.toBeInstanceOf(ComplianceError);
  });
});

describe('a driver from elsewhere', () => {
  it('ForeignDriver and its worlds are made of public names alone', () => {
    const imported = readFileSync(__filename, 'utf8').matchAll(/^\S.* from '(.+)';$/gm);
    const from = [...imported].map(([, specifier]) => specifier as string);
    expect(from.filter((specifier) => !/^(node:|@skein\/reactor($|\/))/.test(specifier))).toEqual([]);
    expect(from).toContain('@skein/reactor/testing/compliance');
  });
});
