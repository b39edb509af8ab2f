/** The names of a simulation, beyond the hosts' own: what looking them up gives, and how long it takes. */
import { SECOND } from '../drivers/sim';

import { microseconds } from './settings';
import type { NameRecord, SimulatedNetwork } from './simulatedNetwork';

/** How looking a name up fails: there is no such name, or nobody could say. */
export type LookUpFailure = 'ENOTFOUND' | 'EAI_AGAIN';

export class SimulatedNames {
  readonly #network: SimulatedNetwork;

  constructor(network: SimulatedNetwork) {
    this.#network = network;
  }

  /** Seconds that a look-up takes. */
  get latency(): number {
    return this.#network.lookUpLatency / SECOND;
  }

  set latency(seconds: number) {
    this.#network.lookUpLatency = microseconds(seconds, 'a look-up of');
  }

  /**
   * Gives `name` addresses, in that order: IP addresses, or names of hosts, which stand for their IPv4 addresses.
   *
   * @param options.latency - seconds that looking this name up takes; default: as long as others
   */
  set(name: string, addresses: readonly string[], options: { readonly latency?: number } = {}): void {
    const { hosts } = this.#network;
    const record = this.#record(name);
    record.addresses = addresses.map((address) => hosts.get(address)?.addresses[0] ?? address);
    record.failures = 0;
    if (options.latency !== undefined) record.latency = microseconds(options.latency, 'a look-up of');
  }

  /**
   * From now on looking `name` up fails, a host's name too: with `code`, and only the next `times` times (default: always).
   */
  fail(name: string, options: { readonly code?: LookUpFailure; readonly times?: number } = {}): void {
    const { code = 'ENOTFOUND', times = Infinity } = options;
    if (!(times >= 1)) throw new RangeError(`Cannot fail '${String(times)}' times, wanted once or more`);
    const record = this.#record(name);
    record.failures = times;
    record.code = code;
  }

  /** Takes back what `set` and `fail` said of `name`. */
  forget(name: string): void {
    this.#network.names.delete(name);
  }

  #record(name: string): NameRecord {
    const { names } = this.#network;
    let record = names.get(name);
    if (record === undefined) names.set(name, (record = { failures: 0, code: 'ENOTFOUND' }));
    return record;
  }
}
