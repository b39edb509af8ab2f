/**
 * A simulated machine: its addresses, the ports and paths that are taken, and the process that runs on it.
 *
 * Three ways to end a process: `kill` (the process dies, the kernel lives and closes its connections), `crash` (the power is
 * gone: nobody is told anything), and in between `pause` (nothing is delivered to it for a while).
 */
import type { SimDriver } from './simDriver';
import type { SimListenHandle } from './simListenHandle';
import type { SimStreamHandle } from './simStreamHandle';
import type { SimWorld } from './simWorld';

/** The range of ports that outgoing connections take, as Linux has it. */
const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;

export class SimHost {
  readonly name: string;
  /** The address of each family. */
  readonly addresses: readonly [ipv4: string, ipv6: string];
  /** The host's number in the trace. */
  readonly number: number;
  /** Open connections. */
  readonly handles = new Set<SimStreamHandle>();
  /** Who listens, by `port` or path. */
  readonly listening = new Map<number | string, SimListenHandle>();
  /** Paths of UNIX sockets whose owners died: the files are there, and nobody answers. */
  readonly stalePaths = new Set<string>();
  hasPower = true;
  paused = false;
  /** Counted at every boot: names what chance decides for one life of the host. */
  incarnation = 0;
  driver: SimDriver | null = null;

  readonly #world: SimWorld;
  #nextPort = FIRST_EPHEMERAL;

  constructor(world: SimWorld, name: string, addresses: readonly [string, string]) {
    this.#world = world;
    this.name = name;
    this.addresses = addresses;
    this.number = world.trace.hostNumber(name);
  }

  /** Whether the host answers to an address. */
  owns(address: string): boolean {
    return this.addresses.includes(address) || address === '::1' || address.startsWith('127.');
  }

  /** A free port, or null when all are taken. */
  ephemeralPort(): number | null {
    for (let tried = FIRST_EPHEMERAL; tried <= LAST_EPHEMERAL; tried++) {
      const port = this.#nextPort;
      this.#nextPort = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.listening.has(port)) return port;
    }
    return null;
  }

  /** The process dies; its kernel closes what it had open. */
  kill(): void {
    this.#record('kill');
    this.#endProcess();
    for (const handle of [...this.handles]) handle.close();
    for (const listening of [...this.listening.values()]) listening.vanish();
  }

  /** The power is gone. */
  crash(): void {
    this.#record('crash');
    this.hasPower = false;
    this.#endProcess();
    for (const handle of [...this.handles]) handle.vanish();
    for (const listening of [...this.listening.values()]) listening.vanish();
  }

  /** Nothing is delivered to the process, until `resume`. */
  pause(): void {
    this.#record('pause');
    this.paused = true;
  }

  /** What waited is delivered. */
  resume(): void {
    this.#record('resume');
    this.paused = false;
    this.driver?.catchUp();
  }

  #endProcess(): void {
    this.paused = false;
    this.driver?.die();
    this.driver = null;
  }

  #record(kind: 'kill' | 'crash' | 'pause' | 'resume'): void {
    this.#world.trace.record(kind, this.#world.clock.now, this.number, 0, 0);
  }
}
