import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

import type { InetSocketAddress, SocketAddress } from '../../../src/driver';
import { NodeDriver } from '../../../src/drivers/node';
import type { DriverWorld } from '../../../src/testing/compliance';
import { LOCALHOST_TLS } from '../tlsWorld';

const REAL = {
  tls: LOCALHOST_TLS,
  makeDriver: () => new NodeDriver(),
  drive: <T>(promise: Promise<T>) => promise,
  resets: true,
  inet: null,
  names: null,
  signals: null,
};

/** TCP over the loopback interface. Names are the same in every world, and tested in this one. */
export const TCP4: DriverWorld = {
  ...REAL,
  listenAddress: () => loopback('IPv4', '127.0.0.1'),
  unusedAddress: () => freeAgain(loopback('IPv4', '127.0.0.1')),
  inet: { foreignHost: '192.0.2.1' },
  names: { known: { name: 'localhost', hosts: ['127.0.0.1', '::1'] }, unknown: 'no..such.name' },
};

/** The same with signals, for a process of its own: jest's imitation of `process` gets none. */
export const SIGNALS: DriverWorld = {
  ...TCP4,
  signals: {
    signals: ['SIGUSR2', 'SIGWINCH'],
    raise: (signal) => {
      process.kill(process.pid, signal);
    },
  },
};

export const TCP6: DriverWorld = {
  ...REAL,
  listenAddress: () => loopback('IPv6', '::1'),
  unusedAddress: () => freeAgain(loopback('IPv6', '::1')),
  inet: { foreignHost: '2001:db8::1' },
};

/** Whether this machine has `::1`. */
export function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
}

/** UNIX sockets in a directory of their own; `remove` removes it. */
export function unixWorld(): DriverWorld & { remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'skein-'));
  let paths = 0;
  const fresh = (): string => join(directory, `socket${(paths += 1)}`);
  return {
    ...REAL,
    resets: false,
    listenAddress: () => ({ family: 'UNIX', path: fresh() }),
    unusedAddress() {
      // A socket's file that outlives the socket: a second name for it.
      const handle = REAL.makeDriver().listenStream({ family: 'UNIX', path: fresh() }, { backlog: 1 });
      const path = fresh();
      linkSync((handle.localAddress as { path: string }).path, path);
      handle.close();
      return { family: 'UNIX', path };
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function loopback(family: InetSocketAddress['family'], host: string): InetSocketAddress {
  return { family, host, port: 0 };
}

/** Where something listened a moment ago. */
function freeAgain(address: SocketAddress): SocketAddress {
  const handle = REAL.makeDriver().listenStream(address, { backlog: 1 });
  handle.close();
  return handle.localAddress;
}
