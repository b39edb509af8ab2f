/** The names of a simulation, beyond the hosts' own: what looking them up gives. */
import { SECOND } from '../drivers/sim';

import { microseconds } from './settings';
import type { SimulatedNetwork } from './simulatedNetwork';

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

  /** Gives `name` addresses, in that order: IP addresses, or names of hosts, which stand for their IPv4 addresses. */
  set(name: string, addresses: readonly string[]): void {
    const { hosts } = this.#network;
    this.#network.setName(
      name,
      addresses.map((address) => hosts.get(address)?.addresses[0] ?? address),
    );
  }

  /** From now on looking `name` up fails, a host's name too. */
  fail(name: string): void {
    this.#network.setName(name, null);
  }

  /** Takes back what `set` and `fail` said of `name`. */
  forget(name: string): void {
    this.#network.setName(name, undefined);
  }
}
