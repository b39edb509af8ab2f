import { createNodeReactor, IPv4Address, type Reactor } from '@skein/reactor';
import type { Deferred } from '@skein/reactor/defer';
import type { IListeningPort } from '@skein/reactor/interfaces';

import { Client } from './client';

/** An example's `main`, on a port of its choice. */
type Main = (reactor: Reactor, port: number) => IListeningPort | Deferred<IListeningPort>;

/** A server that runs, on a reactor of its own. */
export interface Served {
  readonly reactor: Reactor;
  readonly listening: IListeningPort;
  readonly port: number;
  /** A new client, connected to where it listens now. */
  connect(): Promise<Client>;
  /** Stops the port, and resolves when it has. */
  stopListening(): Promise<unknown>;
  /** Resolves when the server has lost one connection more. */
  oneLost(): Promise<void>;
  /** Resolves when the server's protocols have been given `count` bytes since it was started, all together. */
  hasRead(count: number): Promise<void>;
}

/** Runs an example on a free port while `body` talks to it, and then closes all clients and stops the reactor. */
export async function served(main: Main, body: (server: Served) => Promise<void>): Promise<void> {
  const reactor = createNodeReactor();
  const finished = reactor.run({ installSignalHandlers: false });
  const clients: Client[] = [];
  try {
    const listening = await main(reactor, 0);
    const port = portOf(listening);
    const connect = async (): Promise<Client> => {
      const client = await Client.connect(portOf(listening));
      clients.push(client);
      return client;
    };
    let bytes = 0;
    reactor.events.on('bytesRead', (_, count) => (bytes += count));
    await body({
      reactor,
      listening,
      port,
      connect,
      stopListening: async () => listening.stopListening(),
      oneLost: () => new Promise((resolve) => reactor.events.on('connectionLost', () => resolve())),
      hasRead: (count) =>
        new Promise((resolve) => {
          const look = (): void => {
            if (bytes >= count) resolve();
          };
          look();
          reactor.events.on('bytesRead', look);
        }),
    });
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    reactor.stop();
    await finished;
  }
}

/** The number of the port that is listened on. */
export function portOf(listening: IListeningPort): number {
  const host = listening.getHost();
  if (!(host instanceof IPv4Address)) throw new TypeError(`wanted an IPv4 address, not ${host.toString()}`);
  return host.port;
}
