/**
 * The routes of a situation over loopback, for whatever uses real sockets.
 *
 * A dead or slow route leads to a process that listens and is stopped, with a full queue: the kernel throws away the first packet of who
 * connects. When the process goes on, the packet that is sent again, a second later, comes through.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import net from 'node:net';

import type { Route } from './situations';

const ADDRESSES: Readonly<Record<string, string>> = {
  'IPv6 A': '::1',
  'IPv6 B': '::ffff:127.0.0.9',
  'IPv4 A': '127.0.0.1',
  'IPv4 B': '127.0.0.2',
};

/** Connections that wait to be accepted in a queue of length 1. */
const FULL = 2;
const LISTENING = `
  const [host, port] = process.argv.slice(1);
  require('net').createServer().listen({ host, port: Number(port), backlog: 1 }, () => console.log('listening'));
`;

/** Routes that are there. */
export class RealRoutes {
  readonly port: number;
  readonly #servers: net.Server[] = [];
  readonly #sockets: net.Socket[] = [];
  readonly #stopped = new Map<string, ChildProcess>();

  private constructor(port: number) {
    this.port = port;
  }

  /** Lays routes, all to one port that nobody else uses. */
  static async to(routes: Readonly<Record<string, Route>>): Promise<RealRoutes> {
    const asking = net.createServer().listen(0, '127.0.0.1');
    await once(asking, 'listening');
    const laid = new RealRoutes((asking.address() as net.AddressInfo).port);
    asking.close();
    await once(asking, 'close');
    for (const [name, route] of Object.entries(routes)) {
      if (route === 'fine') await laid.#listen(name);
      else if (route !== 'refused') await laid.#listenDeafly(name);
    }
    return laid;
  }

  address(name: string): LookupAddress {
    return { address: ADDRESSES[name] as string, family: name.startsWith('IPv6') ? 6 : 4 };
  }

  nameOf(address: string): string {
    return Object.keys(ADDRESSES).find((name) => ADDRESSES[name] === address) ?? address;
  }

  /** From now on a slow route lets packets through. */
  letThrough(name: string): void {
    this.#stopped.get(name)?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const child of this.#stopped.values()) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      child.stdout?.destroy();
    }
    for (const server of this.#servers) {
      server.close();
      await once(server, 'close');
    }
  }

  async #listen(name: string): Promise<void> {
    const server = net.createServer((socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => {});
    });
    server.listen(this.port, ADDRESSES[name]);
    this.#servers.push(server);
    await once(server, 'listening');
  }

  async #listenDeafly(name: string): Promise<void> {
    const host = ADDRESSES[name] as string;
    const child = spawn(process.execPath, ['-e', LISTENING, '--', host, String(this.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#stopped.set(name, child);
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    for (let waiting = 0; waiting < FULL; waiting++) {
      const socket = net.connect({ host, port: this.port });
      this.#sockets.push(socket);
      socket.on('error', () => {});
      await once(socket, 'connect');
    }
  }
}
