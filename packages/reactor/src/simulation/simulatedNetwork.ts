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
  type Judge,
  SimClock,
  SimHost,
  SimTrace,
  type SimWorld,
  type TCPSettings,
  type TLSSettings,
} from '../drivers/sim';

import { LivelockError } from './errors';

/** What looking a name up gives. */
export interface NameRecord {
  /** Undefined: the host's of that name, if there is one. */
  addresses?: readonly string[];
  /** Microseconds; undefined: as long as other names. */
  latency?: number;
  /** How often it fails before it gives them, and with what. */
  failures: number;
  code: string;
}

/** How the world of a simulation is made. */
export interface NetworkOptions {
  readonly seed: bigint;
  readonly calm: boolean;
  readonly link: Partial<LinkSettings>;
  readonly tcp: Partial<TCPSettings>;
  readonly tls?: Partial<TLSSettings>;
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
  readonly tls: TLSSettings;
  lookUpLatency: number;
  judge: Judge | null = null;
  readonly hosts = new Map<string, SimHost>();
  readonly busyLimit: number;
  running: SimHost | null = null;

  readonly #byAddress = new Map<string, SimHost>();
  /** What has been said of names, the hosts' own or others. */
  readonly names = new Map<string, NameRecord>();
  #connections = 0;

  constructor(options: NetworkOptions) {
    this.entropy = new Entropy(options.seed, { calm: options.calm });
    this.fabric = new Fabric(this.entropy, { ...DEFAULT_LINK, ...options.link });
    this.trace = new SimTrace(options.traceCapacity);
    this.tcp = { ...DEFAULT_TCP, ...options.tcp };
    this.tls = { date: null, platformTrust: [], ...options.tls };
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

  lookUp(name: string): readonly string[] | string {
    const record = this.names.get(name);
    const { failures = 0, addresses = this.hosts.get(name)?.addresses } = record ?? {};
    if (record !== undefined && failures > 0) {
      record.failures = failures - 1;
      return record.code;
    }
    return addresses ?? 'ENOTFOUND';
  }

  lookUpTime(name: string): number {
    return this.names.get(name)?.latency ?? this.lookUpLatency;
  }

  nextConnection(): number {
    return ++this.#connections;
  }
}
