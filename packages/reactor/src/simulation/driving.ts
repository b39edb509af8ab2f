/**
 * Driving a simulation: one event after another, each whole before the next.
 *
 * An event is whole when its callback has returned and every promise job that it caused has run. So driving is asynchronous,
 * and takes a turn of the real event loop after an event that touched a promise; `driveSync` refuses such events.
 */
import { PromiseWatch, settle } from '../drivers/sim';
import { RuntimeError } from '../error';

import { HostError, LivelockError, PromiseActivityError, type SimulationError } from './errors';
import { Externals } from './externals';
import type { HostErrors } from './hostErrors';
import { type Guard, RealityWatch } from './realityWatch';
import type { SimulatedNetwork } from './simulatedNetwork';
import type { Waits } from './waits';

/** How promises are waited for: see `SimulationOptions.drain`. */
export type Drain = 'sync' | 'auto' | 'always';

/** What ended a stretch of driving. */
export type Ending = 'done' | 'dry' | 'limit';

export interface DrivingOptions {
  readonly drain: Drain;
  readonly guard: Guard;
  /** Whether an error of a host ends the driving. */
  readonly throws: boolean;
  readonly eventsPerInstant: number;
}

export class Driving {
  readonly externals = new Externals();
  readonly reality: RealityWatch;
  /** Promises were touched by the reactor itself, which is no harm. */
  excused = false;

  readonly #network: SimulatedNetwork;
  readonly #errors: HostErrors;
  readonly #waits: Waits;
  readonly #report: () => string;
  readonly #options: DrivingOptions;
  #isDriving = false;
  #instant = -1;
  #eventsNow = 0;

  /** @param report - the state of everything, for what is thrown */
  constructor(
    network: SimulatedNetwork,
    errors: HostErrors,
    waits: Waits,
    report: () => string,
    options: DrivingOptions,
  ) {
    this.#network = network;
    this.#errors = errors;
    this.#waits = waits;
    this.#report = report;
    this.#options = options;
    this.reality = new RealityWatch(options.guard, network, this.externals);
  }

  /** Lets events happen until one after `until` (microseconds), or until `done()`, which is asked after each. */
  async drive(until: number, done: () => boolean): Promise<Ending> {
    const { drain } = this.#options;
    if (drain === 'sync') return this.driveSync(until, done);
    const end = this.#begin();
    const watch = drain === 'auto' ? new PromiseWatch() : null;
    try {
      // What the test itself has begun comes first.
      await this.#settle();
      watch?.take();
      for (;;) {
        const ending = this.#next(until, done);
        if (ending !== null) return ending;
        this.#step();
        if (watch === null || watch.take()) {
          await this.#settle();
          // Waiting touches promises, too.
          watch?.take();
        }
      }
    } finally {
      watch?.stop();
      end();
    }
  }

  /** The same at once. Throws `PromiseActivityError` when an event touches a promise. */
  driveSync(until: number, done: () => boolean): Ending {
    const end = this.#begin();
    const watch = new PromiseWatch();
    this.excused = false;
    try {
      for (;;) {
        const ending = this.#next(until, done);
        if (ending !== null) return ending;
        this.#step();
        if (watch.take() && !this.excused)
          throw this.failure(
            PromiseActivityError,
            'a promise was touched while driving synchronously: use advance, runUntil',
          );
        this.excused = false;
      }
    } finally {
      watch.stop();
      end();
    }
  }

  /** An error of that class whose message ends in the state of everything. */
  failure<E extends SimulationError>(
    Class: new (message: string, options?: ErrorOptions) => E,
    message: string,
    options?: ErrorOptions,
  ): E {
    return new Class(`${message}\n${this.#report()}`, options);
  }

  #begin(): () => void {
    if (this.#isDriving) throw new RuntimeError('the simulation is being driven already: await what drives it');
    this.#isDriving = true;
    this.#waits.observe();
    const endErrors = this.#errors.observe();
    const endReality = this.reality.begin();
    return () => {
      this.#isDriving = false;
      this.#network.running = null;
      endErrors();
      endReality();
    };
  }

  /** What ends the driving now, or null when an event is to happen. */
  #next(until: number, done: () => boolean): Ending | null {
    // The condition is the test's, and no host's.
    this.#network.running = null;
    if (done()) return 'done';
    const next = this.#network.clock.next();
    if (next === null) return 'dry';
    return next > until ? 'limit' : null;
  }

  /** Waits for all promise jobs, and for what is real. */
  async #settle(): Promise<void> {
    await settle();
    while (this.externals.open > 0) {
      await this.externals.settled();
      await settle();
    }
    this.#throwErrors();
  }

  /** Lets the next event happen. */
  #step(): void {
    const network = this.#network;
    try {
      network.clock.step();
    } catch (error) {
      if (error instanceof LivelockError)
        throw this.#livelock(error.host, `host ${String(error.host)} keeps itself busy, turn after turn`);
      throw error;
    }
    const { now } = network.clock;
    if (now !== this.#instant) {
      this.#instant = now;
      this.#eventsNow = 0;
    } else if (++this.#eventsNow > this.#options.eventsPerInstant) {
      const name = network.running?.name ?? null;
      throw this.#livelock(name, `more than ${String(this.#options.eventsPerInstant)} events at one instant`);
    }
    this.#throwErrors();
  }

  #throwErrors(): void {
    this.reality.throwError();
    if (!this.#options.throws) return;
    const error = this.#errors.takeFirst();
    if (error === undefined) return;
    throw this.failure(HostError, `${error.where}: ${error.failure.getErrorMessage()}`, { cause: error.failure.value });
  }

  #livelock(host: string | null, message: string): LivelockError {
    return new LivelockError(host, `${message}\n${this.#report()}`);
  }
}
