/**
 * The driver of one simulated process: the seam over a simulated host. A new one at every boot.
 */
import {
  type Cancellation,
  type ConnectStreamOptions,
  DriverError,
  type IDriver,
  type InetSocketAddress,
  type ListenHandle,
  type ListenStreamOptions,
  type ResolvedAddress,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type TLSContext,
} from '../../driver';

import type { EntropyStream } from './entropy';
import { SECOND, type SimEvent } from './simClock';
import { SimConnection } from './simConnection';
import type { SimHost } from './simHost';
import { SimHandshake } from './simHandshake';
import { SimListenHandle } from './simListenHandle';
import type { SimWorld } from './simWorld';
import { ModelTLSHandle, readContext, TicketKeys, type TLSSurroundings } from './tls';

const OWNER_DEAD = new DriverError('EOWNERDEAD', 'connect');

export class SimDriver implements IDriver {
  readonly name = 'sim';
  readonly host: SimHost;

  readonly world: SimWorld;
  readonly #chance: EntropyStream;
  #onTurn: (() => void) | null = null;
  #alive = true;
  #soon: SimEvent | null = null;
  #alarm: SimEvent | null = null;
  /** When the alarm rings, and when it is wanted, in microseconds: it may have been put off since it was set. */
  #alarmTime = 0;
  #due = 0;
  /** What was asked of the clock: kept for `start` while the driver is not started. */
  #deadline: number | null = null;
  #wantsTurn = false;
  /** When the last turn was taken. */
  #lastTurn = -2;
  /** How many turns have followed each other without a pause. */
  #busyTurns = 0;
  /** What waits: for `start`, or for the end of a pause. */
  #held: (() => void)[] = [];
  /** Made for the first connection that is secured. */
  #tls: TLSSurroundings | null = null;
  readonly #signals = new Map<string, Set<(signal: string) => void>>();

  constructor(world: SimWorld, host: SimHost) {
    this.world = world;
    this.host = host;
    host.incarnation += 1;
    this.#chance = world.entropy.stream(`host ${host.name}/${String(host.incarnation)}/random`);
    host.driver = this;
  }

  /** Whether events reach the process now. */
  get delivering(): boolean {
    return this.#onTurn !== null && !this.host.paused;
  }

  // Time and chance

  now(): number {
    return this.world.clock.now / SECOND;
  }

  random(): number {
    return this.#chance.next();
  }

  start(onTurn: () => void): void {
    if (!this.#alive) return;
    this.#onTurn = onTurn;
    if (this.#held.length > 0) this.catchUp();
    if (this.#wantsTurn) this.wakeSoon();
    this.wakeAt(this.#deadline);
  }

  stop(): void {
    this.#onTurn = null;
    this.#wantsTurn = false;
    this.#deadline = null;
    if (this.#soon !== null) this.world.clock.cancel(this.#soon);
    if (this.#alarm !== null) this.world.clock.cancel(this.#alarm);
    this.#soon = null;
    this.#alarm = null;
  }

  wakeAt(deadline: number | null): void {
    this.#deadline = deadline;
    if (this.#onTurn === null) return;
    const { clock } = this.world;
    let due = Infinity;
    if (deadline !== null) {
      // Never early: the first microsecond that is not before the deadline, when both are told in seconds.
      due = Math.round(deadline * SECOND);
      if (due / SECOND < deadline) due += 1;
      due = Math.max(clock.now + this.#untilNextTurn(), due);
    }
    this.#due = due;
    if (this.#alarm !== null) {
      // One that is set to ring earlier is left as it is: it looks again then.
      if (this.#alarmTime <= due && due !== Infinity) return;
      clock.cancel(this.#alarm);
      this.#alarm = null;
    }
    if (due !== Infinity) this.#setAlarm();
  }

  wakeSoon(): void {
    if (this.#onTurn === null) this.#wantsTurn = true;
    else this.#soon ??= this.world.clock.schedule(this.#untilNextTurn(), this.#woken);
  }

  // Streams

  listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle {
    const { host } = this;
    if (!this.#alive) throw new DriverError('ESRCH', 'listen', 'the process that listens is gone');
    const bound = address.family === 'UNIX' ? address : this.#bind(address);
    const key = bound.family === 'UNIX' ? bound.path : bound.port;
    // The file of a dead owner is in the way, unless the lock says that it is dead.
    const stale = host.stalePaths.has(String(key));
    if (host.listening.has(key) || (stale && options.lock !== true)) throw new DriverError('EADDRINUSE', 'listen');
    host.stalePaths.delete(String(key));
    this.#record('listen', typeof key === 'number' ? key : 0);
    return new SimListenHandle(this, bound, options, (happen) => {
      this.world.clock.schedule(0, happen);
    });
  }

  connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
    const connection = new SimConnection(this);
    const local = this.#localAddress(address, options.bindAddress);
    if (this.#alive)
      this.#whenStarted(() => {
        // Only a living process holds a lock.
        const locked = address.family !== 'UNIX' || this.host.listening.get(address.path)?.locked === true;
        new SimHandshake(
          this.world,
          connection,
          address,
          options.lock === true && !locked ? OWNER_DEAD : local,
        ).begin();
      });
    else connection.client.vanish();
    return connection.client;
  }

  resolveName(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation {
    let cancelled = false;
    this.#whenStarted(() => {
      this.world.clock.schedule(this.world.lookUpTime(name), () => {
        this.#record('resolve', 0);
        this.deliver(() => {
          if (cancelled) return;
          const found = name === 'localhost' ? ['127.0.0.1', '::1'] : this.world.lookUp(name);
          if (typeof found === 'string') done(new DriverError(found, 'getaddrinfo'), []);
          else if (found.length === 0) done(new DriverError('ENOTFOUND', 'getaddrinfo'), []);
          else
            done(
              null,
              found.map((host) => ({ family: host.includes(':') ? 'IPv6' : 'IPv4', host })),
            );
        });
      });
    });
    return () => {
      cancelled = true;
    };
  }

  // TLS

  checkTLS(context: TLSContext): void {
    readContext(context);
  }

  startTLSOver(carrier: StreamHandle, context: TLSContext, options: StartTLSOptions): StreamHandle {
    const { clock, tls } = this.world;
    this.#tls ??= {
      date: () => (tls.date === null ? null : tls.date + clock.now / 1000),
      platformTrust: tls.platformTrust,
      tickets: new TicketKeys(`${this.host.name}/${String(this.host.incarnation)}`),
    };
    return new ModelTLSHandle(carrier, context, options, this.#tls, (event) => {
      clock.schedule(0, () => this.deliver(event));
    });
  }

  onSignals(signals: readonly string[], listener: (signal: string) => void): Cancellation {
    for (const signal of signals) {
      let listeners = this.#signals.get(signal);
      if (listeners === undefined) this.#signals.set(signal, (listeners = new Set()));
      listeners.add(listener);
    }
    return () => {
      for (const signal of signals) this.#signals.get(signal)?.delete(listener);
    };
  }

  // The world's side

  /** Sends the process a signal. Returns whether anybody listens for it; if not, it would kill the process. */
  signal(signal: string): boolean {
    const listeners = [...(this.#signals.get(signal) ?? [])];
    this.#record('signal', 0);
    this.world.clock.schedule(0, () => {
      this.deliver(() => {
        // Not those that were taken back while the signal waited.
        for (const listener of listeners) if (this.#signals.get(signal)?.has(listener) === true) listener(signal);
      });
    });
    return listeners.length > 0;
  }

  /** Lets an event reach the process now, or when events do again; never, when it is dead. */
  deliver(event: () => void): void {
    if (!this.#alive) return;
    if (!this.delivering) {
      this.#held.push(event);
      return;
    }
    this.world.running = this.host;
    event();
  }

  /** What was held is delivered, in an event of its own. */
  catchUp(): void {
    const held = this.#held;
    this.#held = [];
    this.world.clock.schedule(0, () => {
      for (const event of held) this.deliver(event);
    });
  }

  /** The process is gone: nothing reaches it any more, and what it commands comes to nothing. */
  die(): void {
    this.stop();
    this.#alive = false;
    this.#held = [];
  }

  #whenStarted(command: () => void): void {
    if (!this.#alive) return;
    if (this.#onTurn !== null) command();
    else this.#held.push(command);
  }

  readonly #woken = (): void => {
    this.#soon = null;
    this.#wantsTurn = false;
    this.#turn();
  };

  readonly #alarmed = (): void => {
    this.#alarm = null;
    if (this.#due > this.world.clock.now) {
      this.#setAlarm();
      return;
    }
    this.#deadline = null;
    this.#turn();
  };

  #setAlarm(): void {
    this.#alarmTime = this.#due;
    this.#alarm = this.world.clock.schedule(this.#due - this.world.clock.now, this.#alarmed);
  }

  /** Turns of one process take a microsecond: a program that always has something to do does not stop the clock. */
  #untilNextTurn(): number {
    return this.#lastTurn === this.world.clock.now ? 1 : 0;
  }

  #turn(): void {
    const { now } = this.world.clock;
    this.#busyTurns = now - this.#lastTurn <= 1 ? this.#busyTurns + 1 : 0;
    this.#lastTurn = now;
    this.world.running = this.host;
    if (this.#busyTurns > this.world.busyLimit) this.world.stuck(this.host);
    if (this.host.paused) {
      this.#held.push(() => {
        this.wakeSoon();
      });
      return;
    }
    this.#record('turn', 0);
    this.#onTurn?.();
  }

  #bind(address: InetSocketAddress): InetSocketAddress {
    const any = address.host === '0.0.0.0' || address.host === '::';
    if (!any && !this.host.owns(address.host)) throw new DriverError('EADDRNOTAVAIL', 'bind');
    const port = address.port === 0 ? this.host.ephemeralPort() : address.port;
    if (port === null) throw new DriverError('EADDRINUSE', 'bind');
    return { ...address, port };
  }

  #localAddress(peer: SocketAddress, bind: InetSocketAddress | undefined): SocketAddress | DriverError {
    if (peer.family === 'UNIX') return { family: 'UNIX', path: '' };
    const [ipv4, ipv6] = this.host.addresses;
    const isLoopback = peer.host === '::1' || peer.host.startsWith('127.');
    const own = isLoopback ? peer.host : peer.family === 'IPv4' ? ipv4 : ipv6;
    const host = bind === undefined || bind.host === '0.0.0.0' || bind.host === '::' ? own : bind.host;
    if (!this.host.owns(host)) return new DriverError('EADDRNOTAVAIL', 'bind');
    const port = bind === undefined || bind.port === 0 ? this.host.ephemeralPort() : bind.port;
    if (port === null) return new DriverError('EADDRNOTAVAIL', 'bind');
    return { family: peer.family, host, port };
  }

  #record(kind: 'turn' | 'listen' | 'resolve' | 'signal', amount: number): void {
    this.world.trace.record(kind, this.world.clock.now, this.host.number, 0, amount);
  }
}
