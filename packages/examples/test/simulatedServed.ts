/**
 * `served` on the simulation: the same interface as ./served, so that the same tests run on both.
 */
import type { Failure, Reactor } from '@skein/reactor';
import type { Deferred } from '@skein/reactor/defer';
import { ConnectionDone } from '@skein/reactor/error';
import type { IAddress, IListeningPort, ITransport } from '@skein/reactor/interfaces';
import { type NetworkPreset, Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Protocol } from '@skein/protocols';

import { portOf } from './portOf';

type Main = (reactor: Reactor, port: number) => IListeningPort | Deferred<IListeningPort>;

/** Virtual seconds that a test waits for something. */
const PATIENCE = 300;

/** A client that knows nothing of what it tests; see `Client` in ./client. */
export class SimulatedClient extends Protocol {
  readonly #sim: Simulation;
  #received = '';
  #ending: string | null = null;
  #made = false;

  constructor(sim: Simulation) {
    super();
    this.#sim = sim;
  }

  override connectionMade(): void {
    this.#made = true;
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.toString('latin1');
  }

  override connectionLost(reason: Failure): void {
    this.#ending = reason.check(ConnectionDone) === null ? 'ECONNRESET' : 'closed';
  }

  /** Waits until it is connected. */
  isConnected(): Promise<void> {
    return this.#sim.runUntil(() => this.#made, { limit: PATIENCE });
  }

  /** Sends text, and lets a moment pass, so that what is sent next is written by itself. */
  async send(text: string | Uint8Array): Promise<void> {
    this.transport.write(text);
    await this.#sim.advance(0.001);
  }

  async receives(text: string): Promise<void> {
    const wanted = Buffer.from(text).toString('latin1');
    const whole = (): boolean => this.#received.length >= wanted.length || !wanted.startsWith(this.#received);
    await this.#sim.runUntil(() => whole() || this.#ending !== null, { limit: PATIENCE });
    if (!this.#received.startsWith(wanted)) {
      throw new Error(`wanted to receive ${JSON.stringify(text)}, received ${JSON.stringify(this.#received)}`);
    }
    this.#received = this.#received.slice(wanted.length);
  }

  receivesLine(line: string): Promise<void> {
    return this.receives(`${line}\r\n`);
  }

  async isClosed(): Promise<string> {
    await this.#sim.runUntil(() => this.#ending !== null || this.#received !== '', { limit: PATIENCE });
    if (this.#received !== '')
      throw new Error(`wanted the connection to end, received ${JSON.stringify(this.#received)}`);
    return this.#ending as string;
  }

  async close(): Promise<void> {
    this.transport.loseConnection();
    await this.#gone();
  }

  async reset(): Promise<void> {
    this.transport.abortConnection();
    await this.#gone();
  }

  #gone(): Promise<void> {
    return this.#sim.runUntil(() => this.#ending !== null, { limit: PATIENCE });
  }
}

/** What `Served` is on Node, and the simulation, which the body may drive. */
export interface SimulatedServed {
  readonly sim: Simulation;
  readonly reactor: Reactor;
  readonly listening: IListeningPort;
  readonly port: number;
  connect(): Promise<SimulatedClient>;
  stopListening(): Promise<unknown>;
  oneLost(): PromiseLike<void>;
  hasRead(count: number): PromiseLike<void>;
}

/** Runs an example on a host of a simulation while `body` talks to it. Servers listen on 127.0.0.1: clients are on the same host. */
export async function servedOn(
  preset: NetworkPreset,
  main: Main,
  body: (server: SimulatedServed) => Promise<void>,
): Promise<void> {
  const sim = new Simulation({ tcp: preset.tcp });
  const host = sim.host('machine');
  sim.link(host, host).set(preset.link);
  const { reactor } = host;
  const listened = main(reactor, 0);
  const listening = 'addCallback' in listened ? await sim.runUntil(listened) : listened;
  const port = portOf(listening);
  /** Where it has listened: another port, when it is started again. */
  const ports = new Set([port]);
  const isServers = (transport: ITransport): boolean =>
    ports.has((transport.getHost() as IAddress & { port: number }).port);
  let bytes = 0;
  let lost = 0;
  reactor.events.on('bytesRead', (transport, count) => {
    if (isServers(transport)) bytes += count;
  });
  reactor.events.on('connectionLost', (transport) => {
    if (isServers(transport)) lost += 1;
  });
  /** A promise that lets time pass when it is awaited, and not before: a simulation is driven by one at a time. */
  const until = (condition: () => boolean): PromiseLike<void> => ({
    then: (resolve, reject) => sim.runUntil(condition, { limit: PATIENCE }).then(resolve, reject),
  });
  await body({
    sim,
    reactor,
    listening,
    port,
    async connect() {
      const client = new SimulatedClient(sim);
      const factory = new ClientFactory();
      factory.buildProtocol = () => client;
      ports.add(portOf(listening));
      reactor.connectTCP('127.0.0.1', portOf(listening), factory);
      await client.isConnected();
      return client;
    },
    async stopListening() {
      const stopping = listening.stopListening();
      if (stopping !== null) await sim.runUntil(stopping);
    },
    oneLost() {
      const before = lost;
      return until(() => lost > before);
    },
    hasRead: (count: number) => until(() => bytes >= count),
  });
  reactor.stop();
  await sim.runUntil(() => host.state === 'stopped');
  // Neither time nor chance came from elsewhere.
  expect(sim.realWorldCalls).toEqual([]);
}
