/**
 * Two protocols connected in memory, moved by hand.
 *
 * @twisted twisted.test.iosim (IOPump, connect, connectedServerAndClient, ConnectionCompleter)
 *
 * Left out: printing of the traffic. A pump moves things in an order that a network would not promise: for
 * tests of what a protocol does with latency, loss and chunks, see `@skein/reactor/simulation`.
 */
import { ConnectionRefusedError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import type { MemoryReactor } from '@skein/reactor/testing';

import { FakeTransport } from './fakeTransport';

/** Pumps that a `flush` makes at most. */
const TOO_LONG = 1000;

/** What an `IOPump` needs of a clock. */
export interface PumpedClock {
  advance(seconds: number): void;
}

/** Moves bytes between two protocols. */
export class IOPump<C extends IProtocol = IProtocol, S extends IProtocol = IProtocol> {
  readonly client: C;
  readonly server: S;
  readonly clientIO: FakeTransport;
  readonly serverIO: FakeTransport;
  readonly clock: PumpedClock;

  /** @param clock - advanced by nothing at each pump, so that what is due runs; default: one of its own */
  constructor(
    client: C,
    server: S,
    clientIO: FakeTransport,
    serverIO: FakeTransport,
    clock: PumpedClock = new Clock(),
  ) {
    this.client = client;
    this.server = server;
    this.clientIO = clientIO;
    this.serverIO = serverIO;
    this.clock = clock;
  }

  /**
   * Moves what was written on both sides, once; when nothing was, carries out one side's wish to end. Calls of the clock
   * that are due come first. Returns whether anything was moved. What a protocol throws comes out, and what had been
   * taken for the other side is lost.
   */
  pump(): boolean {
    const { clientIO, serverIO } = this;
    this.clock.advance(0);
    const fromServer = serverIO.getOutBuffer();
    const fromClient = clientIO.getOutBuffer();
    clientIO.checkProducer();
    serverIO.checkProducer();
    if (fromClient !== null) serverIO.bufferReceived(fromClient);
    if (fromServer !== null) clientIO.bufferReceived(fromServer);
    if (fromClient !== null || fromServer !== null) return true;
    return ended(serverIO, clientIO) || ended(clientIO, serverIO);
  }

  /** Pumps until nothing moves; returns whether anything did. Throws when it goes on for ever. */
  flush(): boolean {
    for (let pumps = 0; pumps < TOO_LONG; pumps++) if (!this.pump()) return pumps > 0;
    throw new Error('Cannot flush, the protocols do not come to rest');
  }
}

/** Carries out one side's wish to end: the other side hears of it. */
function ended(io: FakeTransport, peer: FakeTransport): boolean {
  if (!io.disconnecting || io.disconnected) return false;
  io.disconnected = true;
  peer.disconnecting = true;
  peer.reportDisconnect();
  return true;
}

/** Options of `connect` and `connectedServerAndClient`. */
export interface PumpOptions {
  /** Whether to flush once before returning (default true): greetings have been exchanged then. */
  readonly greet?: boolean;
  readonly clock?: PumpedClock;
}

/** Connects two protocols over transports made for them, the server first. */
export function connect<C extends IProtocol, S extends IProtocol>(
  server: S,
  serverTransport: FakeTransport,
  client: C,
  clientTransport: FakeTransport,
  { greet = true, clock }: PumpOptions = {},
): IOPump<C, S> {
  server.makeConnection(serverTransport);
  client.makeConnection(clientTransport);
  const pump = new IOPump(client, server, clientTransport, serverTransport, clock);
  if (greet) pump.flush();
  return pump;
}

/**
 * Makes a server and a client, and connects them.
 *
 * @example
 * const { client, server, pump } = connectedServerAndClient(() => new Echo(), () => new AccumulatingProtocol());
 * client.transport.write('hello');
 * pump.flush();
 * expect(client.data.toString()).toBe('hello');
 */
export function connectedServerAndClient<S extends IProtocol, C extends IProtocol>(
  makeServer: () => S,
  makeClient: () => C,
  options: PumpOptions = {},
): { readonly client: C; readonly server: S; readonly pump: IOPump<C, S> } {
  const client = makeClient();
  const server = makeServer();
  const pump = connect(server, new FakeTransport(server, true), client, new FakeTransport(client, false), options);
  return { client, server, pump };
}

/** Makes the attempts of a `MemoryReactor` succeed or fail, one at a time. */
export class ConnectionCompleter {
  readonly #reactor: MemoryReactor;

  constructor(memoryReactor: MemoryReactor) {
    this.#reactor = memoryReactor;
  }

  /** Connects the first attempt for whose port somebody listens. Null when there is none, or a factory refuses. Hosts are ignored. */
  succeedOnce(): IOPump | null {
    const { tcpClients, tcpServers, connectors } = this.#reactor;
    for (const attempt of tcpClients) {
      const listening = tcpServers.find(({ port }) => port === attempt.port);
      if (listening === undefined) continue;
      tcpClients.splice(tcpClients.indexOf(attempt), 1);
      connectors.splice(connectors.indexOf(attempt.connector), 1);
      const server = listening.factory.buildProtocol(attempt.connector.getDestination());
      const client = attempt.factory.buildProtocol(attempt.connector.getDestination());
      if (server === null || client === null) return null;
      return connect(server, new FakeTransport(server, true), client, new FakeTransport(client, false));
    }
    return null;
  }

  /** Fails the first attempt; throws when there is none. Default reason: `ConnectionRefusedError`. */
  failOnce(reason: Failure = new Failure(new ConnectionRefusedError())): void {
    const { tcpClients, connectors } = this.#reactor;
    const attempt = tcpClients.shift();
    if (attempt === undefined) throw new Error('Cannot fail an attempt to connect, none is under way');
    connectors.splice(connectors.indexOf(attempt.connector), 1);
    attempt.factory.clientConnectionFailed(attempt.connector, reason);
  }
}
