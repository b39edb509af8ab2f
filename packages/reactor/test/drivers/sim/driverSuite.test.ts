import type { IDriver, SocketAddress } from '../../../src/driver';
import { SECOND, SimDriver, type SimHost } from '../../../src/drivers/sim';
import { settle } from '../../../src/drivers/sim/realTurn';
import { HOSTILE, type NetworkPreset, WIDE_AREA } from '../../../src/simulation';
import { toLinkSettings, toTCPSettings } from '../../../src/simulation/settings';
import { SimulatedNetwork } from '../../../src/simulation/simulatedNetwork';
import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';
import { LOCALHOST_TLS } from '../tlsWorld';

interface Kind {
  readonly name: string;
  readonly address: (host: SimHost) => SocketAddress;
  readonly unused: (host: SimHost) => SocketAddress;
  readonly inet: boolean;
}

let paths = 0;

const LOOPBACK: Kind = {
  name: 'TCP over IPv4, loopback',
  address: () => ({ family: 'IPv4', host: '127.0.0.1', port: 0 }),
  unused: () => ({ family: 'IPv4', host: '127.0.0.1', port: 9 }),
  inet: true,
};
const IPV4: Kind = {
  name: 'TCP over IPv4, between hosts',
  address: ({ addresses }) => ({ family: 'IPv4', host: addresses[0], port: 0 }),
  unused: ({ addresses }) => ({ family: 'IPv4', host: addresses[0], port: 9 }),
  inet: true,
};
const IPV6: Kind = {
  name: 'TCP over IPv6',
  address: ({ addresses }) => ({ family: 'IPv6', host: addresses[1], port: 0 }),
  unused: ({ addresses }) => ({ family: 'IPv6', host: addresses[1], port: 9 }),
  inet: true,
};
const UNIX: Kind = {
  name: 'UNIX sockets',
  address: () => ({ family: 'UNIX', path: `/run/${String(++paths)}` }),
  unused: (host) => {
    host.stalePaths.add('/run/stale');
    return { family: 'UNIX', path: '/run/stale' };
  },
  inet: false,
};

/** The network as it is unless it is set. */
const PLAIN: NetworkPreset = { link: {}, tcp: {} };

interface WorldOptions {
  readonly kind: Kind;
  readonly preset: NetworkPreset;
  readonly seed: bigint;
  /** Whether every driver is a process of one host; otherwise each has a host of its own. */
  readonly oneHost: boolean;
}

function simWorld({ kind, preset, seed, oneHost }: WorldOptions): DriverWorld {
  const network = new SimulatedNetwork({
    seed,
    calm: false,
    link: toLinkSettings(preset.link),
    tcp: toTCPSettings(preset.tcp),
    lookUpLatency: 1000,
    traceCapacity: 100,
    busyLimit: 100_000,
  });
  const idle = network.addHost('host');
  const hosts = new Map<IDriver, SimHost>();
  let made = 0;
  return {
    makeDriver(): IDriver {
      const host = oneHost ? idle : network.addHost(`host ${String(++made)}`);
      const driver = new SimDriver(network, host);
      hosts.set(driver, host);
      return driver;
    },
    listenAddress: (driver) => kind.address(hosts.get(driver) ?? idle),
    unusedAddress: () => kind.unused(idle),
    resets: kind !== UNIX,
    tls: LOCALHOST_TLS,
    // Virtual: of a thousand attempts to connect, one may be lost four times over, and is repeated after 1, 2, 4 and 8 s.
    patience: 60,
    inet: kind.inet ? { foreignHost: '192.0.2.1' } : null,
    names: kind.inet ? { known: { name: 'host', hosts: idle.addresses }, unknown: 'nobody' } : null,
    signals: oneHost
      ? {
          signals: ['SIGUSR2', 'SIGHUP'],
          raise: (signal) => void [...hosts.keys()].map((driver) => (driver as SimDriver).signal(signal)),
        }
      : null,
    async drive(promise) {
      let over = false;
      const end = (): void => {
        over = true;
      };
      promise.then(end, end);
      await settle();
      let events = 0;
      while (!over && network.clock.step()) {
        if (++events > 500_000)
          throw new Error(`too many events, at ${String(network.clock.now)} µs: ${network.trace.text({ last: 12 })}`);
        await settle();
      }
      if (!over) throw new Error(`nothing is to happen any more, at ${String(network.clock.now / SECOND)} s`);
      return promise;
    },
  };
}

/** Cases that want a small write in one piece, which no network promises. */
const ONE_PIECE = ['StreamHandle.ended is held back by readStop from inside the last data'];
/** Cases about two processes of one machine. */
const ONE_MACHINE = ['IDriver.listenStream throws EADDRINUSE for an address that is listened on'];
/** Cases that want connections made at once to be accepted in order, or events ready at once, which links do not promise. */
const ONE_ORDER = [
  'IDriver delivers equal inputs in equal orders',
  'ListenHandle delivers connections in the order in which they were made',
  'IDriver.listenStream before start keeps connections, and start delivers them',
  'ConnectStreamOptions.bindAddress is the address that it connects from',
  'IDriver.wakeSoon has its turn taken after the events that were ready',
];

/** Cases that want a peer that says nothing to hear of a reset, which is said once, and may get lost. */
const SAID_ONCE = [
  'ListenHandle.close while stopped drops the connections that were waiting',
  'StreamHandle.reset is closed(null) here and closed(ECONNRESET) for the peer',
  'StreamHandle.reset of a secured handle is closed(null) here and closed(ECONNRESET) for the peer',
];

function casesFor(world: DriverWorld, preset: NetworkPreset, oneHost: boolean) {
  const { splitRate = 0 } = preset.tcp;
  const { jitter = 0, lossRate = 0 } = preset.link;
  const excepted = [
    ...(splitRate > 0 ? ONE_PIECE : []),
    ...(oneHost ? [] : ONE_MACHINE),
    ...(jitter > 0 ? ONE_ORDER : []),
    ...(lossRate > 0 ? SAID_ONCE : []),
  ];
  return driverSuite.filter(({ appliesTo, name }) => appliesTo(world) && !excepted.includes(name));
}

describe.each([
  { kind: LOOPBACK, oneHost: true },
  { kind: IPV6, oneHost: true },
  { kind: UNIX, oneHost: true },
  { kind: IPV4, oneHost: false },
])('SimDriver with $kind.name', (options) => {
  const world = simWorld({ ...options, preset: PLAIN, seed: 1n });
  it.each(casesFor(world, PLAIN, options.oneHost))('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

/** As bad, and quicker: the suite waits for hundreds of kilobytes. */
const HOSTILE_QUICKLY: NetworkPreset = {
  link: { ...HOSTILE.link, latency: 0.001, jitter: 0.005, bandwidth: Infinity, lossRate: 0.02 },
  tcp: { ...HOSTILE.tcp, sendBuffer: 20_000, receiveWindow: 14_600, firstRetry: 0.02 },
};

describe.each([
  ['wide-area links', WIDE_AREA],
  ['hostile links', HOSTILE_QUICKLY],
] as const)('SimDriver over %s', (_name, preset) => {
  describe.each([1n, 2n, 3n])('seed %s', (seed) => {
    const world = simWorld({ kind: IPV4, preset, seed, oneHost: false });
    it.each(casesFor(world, preset, false))('$name ($rule)', async ({ run }) => {
      await expect(run(world)).resolves.toBeUndefined();
    });
  });
});

describe.each([1n, 2n, 3n])('SimDriver with reads split at random, seed %s', (seed) => {
  const preset = { link: {}, tcp: { splitRate: 0.5 } };
  const world = simWorld({ kind: LOOPBACK, preset, seed, oneHost: true });
  it.each(casesFor(world, preset, true))('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});
