/**
 * A simulated world: hosts with real reactors, a network between them, and time that passes when a test says so.
 *
 * A run is a function of the code and the seed: the same seed gives the same events in the same order, and the same
 * `trace.hash`. Times are in seconds everywhere.
 *
 * An event is over when its callback has returned and every promise job that it caused has run. For that, driving is
 * asynchronous (`await sim.advance(1)`) and takes a turn of the real event loop after each event that touched a promise.
 * Code that knows Deferreds only may be driven synchronously (`sim.advanceSync(1)`).
 *
 * @twisted twisted.internet.task.Clock and twisted.test.iosim are what it stands in for; Twisted has no counterpart
 */
import type { Deferred } from '../defer/deferred';
import { type EntropyStream, environmentVariable, SECOND, type SimTrace } from '../drivers/sim';
import type { ErrorType, Failure } from '../failure';

import { type Drain, Driving, type Ending } from './driving';
import { SimulationStalled, TimeLimit } from './errors';
import { type Goal, NEVER, toGoal } from './goal';
import { HostErrors } from './hostErrors';
import { type HostOrName, type Hosts, Links, type SimulatedLink } from './links';
import { SimulatedNames } from './names';
import type { Guard, RealWorldCall } from './realityWatch';
import { netstat, type NetstatRow, report } from './report';
import { type Decide, type Rule, Rules } from './rules';
import {
  type LinkOptions,
  microseconds,
  type TCPOptions,
  type TLSOptions,
  toLinkSettings,
  toTCPSettings,
  toTLSSettings,
} from './settings';
import { type Boot, type HostServices, SimulatedHost } from './simulatedHost';
import { SimulatedNetwork } from './simulatedNetwork';
import { Waits } from './waits';

export interface SimulationOptions {
  /** Decides everything that chance decides. Default: the environment's SIM_SEED, or else 1. */
  readonly seed?: bigint | number;
  /** What links are like unless they are set. */
  readonly link?: LinkOptions;
  readonly tcp?: TCPOptions;
  readonly tls?: TLSOptions;
  /** Seconds that looking up a name takes. Default 0.001. */
  readonly lookUpLatency?: number;
  /** Whether chance decides for the calmest outcome, always: nothing is lost, split or late. */
  readonly calm?: boolean;
  /**
   * `auto` (default): a turn of the real event loop after each event that touched a promise. `always`: after every event.
   * `sync`: never, and touching a promise is a `PromiseActivityError`.
   */
  readonly drain?: Drain;
  /**
   * What becomes of errors that a host's code threw and that were logged: `throw` (default) ends the driving with a
   * `HostError`; `collect` keeps them for `flushErrors()`.
   */
  readonly errors?: 'throw' | 'collect';
  /**
   * What becomes of calls by which a host's code leaves the simulation: real clocks and timers, `Math.random`, sockets, files
   * (`Date.now()`, `setTimeout`, `fs.promises.readFile`, …). `warn` (default) logs a warning, once for each place, when the
   * driving ends, and keeps it in `realWorldCalls`; `throw` has the call throw a `RealWorldError`, which also ends the driving;
   * `off` watches nothing. The test's own calls, outside of hosts, and those inside of `external` are never minded.
   */
  readonly guard?: Guard;
  /** How many events may happen at one instant. Default 1,000,000. */
  readonly eventsPerInstant?: number;
  /** How many turns without a pause, a microsecond each, one reactor may take. Default 100,000. */
  readonly busyTurns?: number;
  /** How many of the last events `trace` keeps for its text. Default 1,000. */
  readonly traceCapacity?: number;
}

/** How long to wait for something. */
export interface UntilOptions {
  /** Virtual seconds from now after which it is a `TimeLimit`. Default 3,600. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 3600;

/**
 * @example
 * const sim = new Simulation({ seed: 42 });
 * sim.host('server', (reactor) => reactor.listenTCP(80, factory));
 * const client = sim.host('client');
 * client.reactor.connectTCP('server', 80, clientFactory);
 * sim.link('client', 'server').set({ latency: 0.08 });
 * await sim.advance(1);
 */
export class Simulation {
  readonly seed: bigint;
  /** What is looked up. */
  readonly dns: SimulatedNames;
  /** What happened so far: `hash`, `text()`, `diff(other)`. */
  readonly trace: SimTrace;

  readonly #network: SimulatedNetwork;
  readonly #services: HostServices;
  readonly #links: Links;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #chance = new Map<string, EntropyStream>();
  readonly #rules: Rules;
  readonly #errors: HostErrors;
  readonly #waits: Waits;
  readonly #driving: Driving;

  constructor(options: SimulationOptions = {}) {
    const { seed = environmentVariable('SIM_SEED') ?? 1, calm = false, drain = 'auto' } = options;
    const { errors = 'throw', guard = 'warn', eventsPerInstant = 1_000_000 } = options;
    this.seed = BigInt(seed);
    this.#network = new SimulatedNetwork({
      seed: this.seed,
      calm,
      link: toLinkSettings(options.link ?? {}),
      tcp: toTCPSettings(options.tcp ?? {}),
      tls: toTLSSettings(options.tls ?? {}),
      lookUpLatency: microseconds(options.lookUpLatency ?? 0.001, 'a look-up of'),
      traceCapacity: options.traceCapacity ?? 1000,
      busyLimit: options.busyTurns ?? 100_000,
    });
    this.#errors = new HostErrors(this.#network);
    this.#waits = new Waits(this.#network);
    this.#waits.observe();
    this.#driving = new Driving(this.#network, this.#errors, this.#waits, () => this.report(), {
      drain,
      guard,
      throws: errors === 'throw',
      eventsPerInstant,
    });
    this.#services = {
      network: this.#network,
      failed: (host, where, error) => {
        this.#errors.add(`host ${host.name}: ${where}`, error);
      },
      excusePromises: () => {
        this.#driving.excused = true;
      },
      watchReality: () => this.#driving.reality.begin(),
    };
    this.#links = new Links(this.#network);
    this.#rules = new Rules(this.#network, (error) => {
      this.#errors.add('a rule', error);
    });
    this.dns = new SimulatedNames(this.#network);
    this.trace = this.#network.trace;
  }

  // The world

  /** Virtual seconds since the simulation began. */
  seconds(): number {
    return this.#network.clock.now / SECOND;
  }

  /** How many events have happened. */
  get events(): number {
    return this.#network.clock.events;
  }

  /**
   * A new host, which starts at once: `boot` is called with a fresh reactor, which runs from then on. `boot` is called
   * again after each restart. The host's name can be looked up by the others.
   */
  host(name: string, boot?: Boot): SimulatedHost {
    const host = new SimulatedHost(this.#services, name, boot);
    this.#hosts.set(name, host);
    return host;
  }

  /** All hosts, by name. */
  get hosts(): ReadonlyMap<string, SimulatedHost> {
    return this.#hosts;
  }

  /** Chance for the test itself: the next number, 0 to 1, of a stream with a name of its own. */
  random(stream: string): number {
    let numbers = this.#chance.get(stream);
    if (numbers === undefined) {
      numbers = this.#network.entropy.stream(`test ${stream}`);
      this.#chance.set(stream, numbers);
    }
    return numbers.next();
  }

  /** The two directions between two hosts, or of a host to itself. */
  link(a: HostOrName, b: HostOrName): SimulatedLink {
    return this.#links.link(a, b);
  }

  /** Nothing gets from one group to the other from now on, either way; what is on its way is lost, and sent again in vain. */
  partition(a: Hosts, b: Hosts): void {
    this.#links.partition(a, b);
  }

  /** Nothing gets from `from` to `to`. */
  partitionOneWay(from: Hosts, to: Hosts): void {
    this.#links.partitionOneWay(from, to);
  }

  /** Ends a partition. What was lost gets through when it is sent again. */
  repair(a: Hosts, b: Hosts): void {
    this.#links.repair(a, b);
  }

  /** What is sent between the groups from now on waits, in order, for `release`. */
  hold(a: Hosts, b: Hosts): void {
    this.#links.hold(a, b);
  }

  /** Lets go of what was held: it is sent now. */
  release(a: Hosts, b: Hosts): void {
    this.#links.release(a, b);
  }

  /**
   * Has `decide` asked about every request to connect, and every piece of a connection, before it is sent: what is lost, late,
   * refused, cut off. The first rule that decides something counts. In force until `remove()`, or the end of a `using` block.
   *
   * @example
   * // The third reply of the server is lost, once.
   * let replies = 0;
   * const rule = sim.rule(({ kind, from }) => (kind === 'data' && from === 'server' && ++replies === 3 ? 'drop' : null));
   */
  rule(decide: Decide): Rule {
    return this.#rules.add(decide);
  }

  /** The sockets of all hosts, or of one. */
  netstat(host?: HostOrName): NetstatRow[] {
    if (host === undefined) return netstat(this.#network.hosts.values());
    return netstat([this.#network.hostNamed(typeof host === 'string' ? host : host.name)]);
  }

  /**
   * Everything there is to see, as text: hosts, sockets, pending calls, and the Deferreds that have not fired and that something waits
   * for, each with who waits. After `setDebugging(true)` these say where they were made.
   */
  report(): string {
    return report(this.#network.clock.now, this.#hosts.values(), this.netstat(), (host) =>
      this.#waits.describe(host === null ? null : this.#network.hostNamed(host.name)),
    );
  }

  /** Returns and forgets the collected errors of those types; without types, all. See `SimulationOptions.errors`. */
  flushErrors(...types: readonly ErrorType[]): Failure[] {
    return this.#errors.flush(types);
  }

  /** The calls by which hosts' code left the simulation so far, each place once. See `SimulationOptions.guard`. */
  get realWorldCalls(): readonly RealWorldCall[] {
    return this.#driving.reality.calls;
  }

  // Time

  /** Lets so many seconds pass. Every event sees its own time. */
  async advance(seconds: number): Promise<void> {
    const until = this.#network.clock.now + microseconds(seconds, 'a time of');
    await this.#driving.drive(until, NEVER.reached);
    this.#network.clock.idle(until);
  }

  /** The same for code without promises; throws `PromiseActivityError` when a promise is touched. */
  advanceSync(seconds: number): void {
    const until = this.#network.clock.now + microseconds(seconds, 'a time of');
    this.#driving.driveSync(until, NEVER.reached);
    this.#network.clock.idle(until);
  }

  /**
   * Lets time pass until a condition is true, or until a Deferred or promise has a result; resolves with that result, and
   * rejects with its failure. A Deferred's result is taken: callbacks added later get null.
   *
   * Throws `SimulationStalled` when nothing is to happen any more, and `TimeLimit` when the limit is reached.
   */
  runUntil(condition: () => boolean, options?: UntilOptions): Promise<void>;
  runUntil<T>(awaited: Deferred<T> | Promise<T>, options?: UntilOptions): Promise<T>;
  async runUntil<T>(
    what: (() => boolean) | Deferred<T> | Promise<T>,
    options: UntilOptions = {},
  ): Promise<T | undefined> {
    const goal = toGoal(what);
    const until = this.#limit(options);
    const ending = await this.#driving.drive(until, goal.reached);
    return this.#arrived(ending, goal, until);
  }

  /** The same for code without promises; throws `PromiseActivityError` when a promise is touched. */
  runUntilSync(condition: () => boolean, options?: UntilOptions): void;
  runUntilSync<T>(awaited: Deferred<T>, options?: UntilOptions): T;
  runUntilSync<T>(what: (() => boolean) | Deferred<T>, options: UntilOptions = {}): T | undefined {
    const goal = toGoal(what);
    const until = this.#limit(options);
    return this.#arrived(this.#driving.driveSync(until, goal.reached), goal, until);
  }

  /**
   * Heals the network (partitions, holds, pauses), and lets time pass until nothing is under way on it: no bytes sent and not
   * yet read, no connection being made. Timed calls may still be pending.
   */
  async quiesce(options: UntilOptions = {}): Promise<void> {
    this.#links.heal();
    for (const host of this.#hosts.values()) host.resume();
    let looked = 0;
    // Looking at every connection costs; every 64th event is often enough, and as determined as any other number.
    const calm = (): boolean => looked++ % 64 === 0 && this.#calm();
    const until = this.#limit(options);
    let ending: Ending;
    do {
      ending = await this.#driving.drive(until, calm);
      if (ending === 'limit' && !this.#calm())
        throw this.#driving.failure(TimeLimit, 'the network did not come to rest in time');
      // What has just been read may be about to be answered, at the end of the turn.
      if (ending === 'done') await this.advance(0.001);
    } while (ending === 'done' && !this.#calm());
  }

  /**
   * Waits for something real (a file, a child process) inside of a simulation: virtual time stands still until it is settled.
   * Several are settled in the order in which they were asked for, so that a run stays the same. Give a function that begins
   * it, so that the guard knows: `sim.external(() => readFile(path))`.
   */
  external<T>(work: Promise<T> | (() => Promise<T> | T)): Promise<T> {
    return this.#driving.externals.add(work);
  }

  #limit({ limit = DEFAULT_LIMIT }: UntilOptions): number {
    return this.#network.clock.now + microseconds(limit, 'a limit of');
  }

  #calm(): boolean {
    return this.netstat().every(
      ({ state, sendQueue, receiveQueue }) => state !== 'connecting' && sendQueue === 0 && receiveQueue === 0,
    );
  }

  #arrived<T>(ending: Ending, goal: Goal<T>, until: number): T | undefined {
    if (ending === 'limit') this.#network.clock.idle(until);
    if (ending === 'dry')
      throw this.#driving.failure(SimulationStalled, `nothing is to happen any more, but ${goal.wanted()}`);
    if (ending === 'limit') throw this.#driving.failure(TimeLimit, `the limit is reached, but ${goal.wanted()}`);
    return goal.result();
  }
}
