import type { IDriver, SocketAddress } from '../../../src/driver';
import { SimDriver, type SimHost } from '../../../src/drivers/sim';
import { settle } from '../../../src/drivers/sim/realTurn';
import { SimulatedNetwork } from '../../../src/simulation/simulatedNetwork';
import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';

interface Kind {
  readonly name: string;
  readonly address: (host: SimHost) => SocketAddress;
  readonly unused: (host: SimHost) => SocketAddress;
  readonly inet: boolean;
}

const KINDS: Kind[] = [
  {
    name: 'TCP over IPv4, loopback',
    address: () => ({ family: 'IPv4', host: '127.0.0.1', port: 0 }),
    unused: () => ({ family: 'IPv4', host: '127.0.0.1', port: 9 }),
    inet: true,
  },
  {
    name: 'TCP over IPv6',
    address: ({ addresses }) => ({ family: 'IPv6', host: addresses[1], port: 0 }),
    unused: ({ addresses }) => ({ family: 'IPv6', host: addresses[1], port: 9 }),
    inet: true,
  },
];

/** All drivers of a world are processes of one host. */
function simWorld(kind: Kind, seed: bigint, splitRate: number): DriverWorld {
  const network = new SimulatedNetwork({
    seed,
    calm: false,
    link: {},
    tcp: { splitRate },
    lookUpLatency: 1000,
    traceCapacity: 100,
    busyLimit: 100_000,
  });
  const host = network.addHost('host');
  return {
    makeDriver: (): IDriver => new SimDriver(network, host),
    listenAddress: () => kind.address(host),
    unusedAddress: () => kind.unused(host),
    resets: true,
    inet: kind.inet ? { foreignHost: '192.0.2.1' } : null,
    names: { known: { name: 'host', hosts: host.addresses }, unknown: 'nobody' },
    signals: null,
    async drive(promise) {
      let over = false;
      const end = (): void => {
        over = true;
      };
      promise.then(end, end);
      await settle();
      let events = 0;
      while (!over && network.clock.step()) {
        if (++events > 50_000)
          throw new Error(`too many events, at ${String(network.clock.now)} µs: ${network.trace.text({ last: 12 })}`);
        await settle();
      }
      if (!over) throw new Error(`nothing is to happen any more, at ${String(network.clock.now)} µs`);
      return promise;
    },
  };
}

describe.each(KINDS)('SimDriver with $name', (kind) => {
  const world = simWorld(kind, 1n, 0);
  it.each(driverSuite.filter(({ appliesTo }) => appliesTo(world)))('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe.each([1n, 2n, 3n])('SimDriver with reads split at random, seed %s', (seed) => {
  const world = simWorld(KINDS[0] as Kind, seed, 0.5);
  it.each(driverSuite.filter(({ appliesTo }) => appliesTo(world)))('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});
