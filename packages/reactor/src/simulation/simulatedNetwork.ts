/**
 * The world of a simulation: its hosts, names and links, and what they share.
 */
import { ValueError } from '../error';
import {
  DEFAULT_LINK,
  DEFAULT_TCP,
  Entropy,
  Fabric,
  type LinkSettings,
  SimClock,
  SimHost,
  SimTrace,
  type SimWorld,
  type TCPSettings,
} from '../drivers/sim';

import { LivelockError } from './errors';

/** How the world of a simulation is made. */
export interface NetworkOptions {
  readonly seed: bigint;
  readonly calm: boolean;
  readonly link: Partial<LinkSettings>;
  readonly tcp: Partial<TCPSettings>;
  /** Microseconds that looking a name up takes. */
  readonly lookUpLatency: number;
  /** How many of the last events the trace keeps. */
  readonly traceCapacity: number;
  /** How many turns without a pause a process may take. */
  readonly busyLimit: number;
}

export class SimulatedNetwork implements SimWorld {
  readonly clock = new SimClock();
  readonly entropy: Entropy;
  readonly fabric: Fabric;
  readonly trace: SimTrace;
  readonly tcp: TCPSettings;
  lookUpLatency: number;
  readonly hosts = new Map<string, SimHost>();
  readonly busyLimit: number;
  running: SimHost | null = null;

  readonly #byAddress = new Map<string, SimHost>();
  /** Names other than the hosts' own; null: the look-up fails. */
  readonly #names = new Map<string, readonly string[] | null>();
  #connections = 0;

  constructor(options: NetworkOptions) {
    this.entropy = new Entropy(options.seed, { calm: options.calm });
    this.fabric = new Fabric(this.entropy, { ...DEFAULT_LINK, ...options.link });
    this.trace = new SimTrace(options.traceCapacity);
    this.tcp = { ...DEFAULT_TCP, ...options.tcp };
    this.lookUpLatency = options.lookUpLatency;
    this.busyLimit = options.busyLimit;
  }

  stuck(host: SimHost): never {
    throw new LivelockError(host.name);
  }

  /** A new host. Its addresses follow from the order in which hosts are made. */
  addHost(name: string): SimHost {
    if (this.hosts.has(name)) throw new ValueError(`Cannot make host '${name}', there is one of that name`);
    const number = this.hosts.size + 1;
    const addresses = [`10.0.${String(number >> 8)}.${String(number & 255)}`, `fd00::${number.toString(16)}`] as const;
    const host = new SimHost(this, name, addresses);
    this.hosts.set(name, host);
    for (const address of addresses) this.#byAddress.set(address, host);
    return host;
  }

  /** Gives a name addresses; null makes looking it up fail, undefined forgets it. */
  setName(name: string, addresses: readonly string[] | null | undefined): void {
    if (addresses === undefined) this.#names.delete(name);
    else this.#names.set(name, addresses);
  }

  /** The host of that name. Throws `ValueError` when there is none. */
  hostNamed(name: string): SimHost {
    const host = this.hosts.get(name);
    if (host === undefined)
      throw new ValueError(`Cannot find host '${name}', wanted one of ${[...this.hosts.keys()].join(', ')}`);
    return host;
  }

  hostAt(address: string): SimHost | null {
    return this.#byAddress.get(address) ?? null;
  }

  lookUp(name: string): readonly string[] | null {
    const set = this.#names.get(name);
    return set === undefined ? (this.hosts.get(name)?.addresses ?? null) : set;
  }

  nextConnection(): number {
    return ++this.#connections;
  }
}
