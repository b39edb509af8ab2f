/**
 * What becomes of calls by which a host's code leaves the simulation: see `SimulationOptions.guard`.
 */
import { type Leak, watchReality } from '../drivers/sim';
import { Logger } from '../logger';

import { RealWorldError } from './errors';
import type { Externals } from './externals';
import type { SimulatedNetwork } from './simulatedNetwork';

/** `off`: nothing is watched. `warn`: a warning is logged, once for each place. `throw`: the call throws, and so does the driving. */
export type Guard = 'off' | 'warn' | 'throw';

/** A call by which a host's code left the simulation. */
export interface RealWorldCall extends Leak {
  /** The host that ran. */
  readonly host: string;
}

/** The most places that are kept. */
const MOST_PLACES = 100;

export class RealityWatch {
  /** The calls that were noticed so far, each place once. */
  readonly calls: RealWorldCall[] = [];

  readonly #guard: Guard;
  readonly #network: SimulatedNetwork;
  readonly #externals: Externals;
  readonly #log = new Logger({ namespace: 'skein.simulation' });
  readonly #places = new Set<string>();
  #toWarn: string[] = [];
  #error: RealWorldError | null = null;

  constructor(guard: Guard, network: SimulatedNetwork, externals: Externals) {
    this.#guard = guard;
    this.#network = network;
    this.#externals = externals;
  }

  /** Watches until the result is called. */
  begin(): () => void {
    if (this.#guard === 'off') return nothing;
    const end = watchReality({
      isWatching: () => this.#network.running !== null && this.#externals.open === 0 && this.#places.size < MOST_PLACES,
      leaked: this.#leaked,
    });
    return () => {
      end();
      const warnings = this.#toWarn;
      this.#toWarn = [];
      for (const message of warnings) this.#log.warn('{message}', { message });
    };
  }

  /** Throws what a call was answered with, when nobody else has. */
  throwError(): void {
    const error = this.#error;
    if (error === null) return;
    this.#error = null;
    throw error;
  }

  readonly #leaked = (leak: Leak): void => {
    const host = this.#network.running?.name ?? '';
    const message = `host ${host} called ${leak.call} ${leak.place}: it is real, and not part of the simulation; ${leak.instead}`;
    if (this.#guard === 'throw') {
      this.#error ??= new RealWorldError(message, { ...leak, host });
      throw this.#error;
    }
    const place = `${leak.call} ${leak.place}`;
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.calls.push({ ...leak, host });
    this.#toWarn.push(message);
  };
}

function nothing(): void {
  // Nothing was begun.
}
