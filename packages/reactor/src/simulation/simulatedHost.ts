/**
 * A host of a simulation: a machine with addresses and a disk, and the process that runs on it.
 *
 * Each boot is a new process: a new reactor, the real one, on a new driver. The reactor of a process that has died is
 * inert: nothing it has scheduled happens, and its Deferreds never fire, as when the power goes.
 */
import { Deferred } from '../defer/deferred';
import { SimDriver, type SimHost } from '../drivers/sim';
import { isFailure } from '../failure';
import { Reactor } from '../reactor';

import { microseconds } from './settings';
import type { SimulatedNetwork } from './simulatedNetwork';

/** What a host does when it starts, before its reactor runs; it may return a promise or a Deferred, whose failure fails the simulation. */
export type Boot = (reactor: Reactor, host: SimulatedHost) => unknown;

/** `up`: it runs. `stopped`: its reactor was stopped. `killed`: its process died. `crashed`: it has no power. */
export type HostState = 'up' | 'stopped' | 'killed' | 'crashed';

/** What a host needs of its simulation. */
export interface HostServices {
  readonly network: SimulatedNetwork;
  /** Fails the simulation with what a host's code threw. */
  readonly failed: (host: SimulatedHost, where: string, error: unknown) => void;
  /** Promises may be touched now without harm: the reactor's own, when it begins and ends. */
  readonly excusePromises: () => void;
  /** Watches what a boot does until the result is called, by the simulation's guard. */
  readonly watchReality: () => () => void;
}

export class SimulatedHost {
  readonly name: string;
  /** What survives kill and crash: anything a boot finds again. */
  readonly disk = new Map<string, unknown>();

  readonly #services: HostServices;
  readonly #machine: SimHost;
  readonly #boot: Boot;
  #reactor!: Reactor;
  #state: HostState = 'up';
  #pausedUntil = 0;

  constructor(services: HostServices, name: string, boot: Boot = noBoot) {
    this.name = name;
    this.#services = services;
    this.#boot = boot;
    this.#machine = services.network.addHost(name);
    this.#start();
  }

  /** The reactor of the present process, or the last one. */
  get reactor(): Reactor {
    return this.#reactor;
  }

  get state(): HostState {
    return this.#state;
  }

  /** Whether it is paused now. */
  get paused(): boolean {
    return this.#machine.paused;
  }

  /** Its IPv4 address, then its IPv6 address. */
  get addresses(): readonly [ipv4: string, ipv6: string] {
    return this.#machine.addresses;
  }

  /** The process dies at once, and nothing it had scheduled happens. Its kernel closes its connections: peers see an end, or a reset where something was unread. */
  kill(): void {
    if (this.#state === 'crashed') return;
    this.#state = 'killed';
    this.#machine.kill();
  }

  /** The power goes: nobody is told. Peers find out when they send to it after it is back, or when they lose patience. */
  crash(): void {
    if (this.#state === 'crashed') return;
    this.#state = 'crashed';
    this.#machine.crash();
  }

  /** Nothing reaches the process for so many seconds; then everything that waited does. */
  pause(seconds: number): void {
    const { clock } = this.#services.network;
    if (this.#state !== 'up') return;
    const pause = microseconds(seconds, 'a pause of');
    this.#pausedUntil = Math.max(this.#pausedUntil, clock.now + pause);
    if (!this.#machine.paused) this.#machine.pause();
    clock.schedule(pause, () => {
      if (this.#machine.paused && clock.now >= this.#pausedUntil) this.#machine.resume();
    });
  }

  /** Ends a pause before its time. */
  resume(): void {
    this.#pausedUntil = 0;
    if (this.#machine.paused) this.#machine.resume();
  }

  /** Starts a new process, `after` seconds from now (default 0). If one runs now, it is killed first, at once. */
  restart({ after = 0 }: { readonly after?: number } = {}): void {
    const delay = microseconds(after, 'a restart after');
    if (this.#state === 'up') this.kill();
    this.#services.network.clock.schedule(delay, () => {
      if (this.#state !== 'up') this.#start();
    });
  }

  /** Sends the process a signal. Without a listener it is killed; a running reactor listens for SIGINT and SIGTERM. */
  signal(name: string): void {
    if (this.#state !== 'up') return;
    if (this.#machine.driver?.signal(name) !== true) this.kill();
  }

  toString(): string {
    return `<SimulatedHost ${this.name} ${this.paused ? 'paused' : this.#state}>`;
  }

  #start(): void {
    const { network, failed, excusePromises, watchReality } = this.#services;
    this.#machine.hasPower = true;
    this.#machine.paused = false;
    this.#pausedUntil = 0;
    this.#state = 'up';
    const driver = new SimDriver(network, this.#machine);
    network.trace.record('boot', network.clock.now, this.#machine.number, 0, this.#machine.incarnation);
    const before = network.running;
    network.running = this.#machine;
    const reactor = new Reactor(driver);
    this.#reactor = reactor;
    const late = (error: unknown): void => {
      failed(this, 'boot', isFailure(error) ? error.value : error);
    };
    // Nothing is watched where nothing is done.
    const endWatch = this.#boot === noBoot ? noBoot : watchReality();
    let booted: unknown;
    try {
      booted = this.#boot(reactor, this);
    } finally {
      endWatch();
    }
    if (booted instanceof Deferred) booted.addErrback(late);
    else if (booted instanceof Promise) booted.catch(late);
    // Whoever stops the reactor ends the process.
    reactor.addSystemEventTrigger('after', 'shutdown', () => {
      if (this.#reactor !== reactor || this.#state !== 'up') return;
      this.#state = 'stopped';
      excusePromises();
    });
    reactor.run().catch(late);
    excusePromises();
    // What comes next is the test's own, unless the boot goes on.
    if (!(booted instanceof Promise)) network.running = before;
  }
}

function noBoot(): void {
  // Driven by the test.
}
