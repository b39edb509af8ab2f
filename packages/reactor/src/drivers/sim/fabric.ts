/**
 * What lies between hosts: a link for each direction of each pair, its manners, and whether it carries anything at all.
 *
 * The fabric knows no time and no connections: a link says how long a piece takes, whoever sends it waits that long.
 */
import type { Entropy, EntropyStream } from './entropy';

/** How one direction of a link behaves. */
export interface LinkSettings {
  /** Microseconds that every piece takes. */
  readonly latency: number;
  /** At most so many microseconds more, drawn for each piece. Order is kept: TCP. */
  readonly jitter: number;
  /** Bytes a second; `Infinity` for no limit. */
  readonly bandwidth: number;
  /** How likely a piece is lost, 0 to 1. A lost piece of a stream is sent again, later: it costs time, not bytes. */
  readonly lossRate: number;
}

/** A link between two hosts of one city. */
export const DEFAULT_LINK: LinkSettings = { latency: 1000, jitter: 0, bandwidth: Infinity, lossRate: 0 };
/** From a host to itself. */
const LOOPBACK_LINK: LinkSettings = { latency: 10, jitter: 0, bandwidth: Infinity, lossRate: 0 };

export class Link {
  settings: LinkSettings;
  /** When the line is free again, in microseconds: pieces queue for bandwidth. */
  busyUntil = 0;
  /** False while the two are partitioned: nothing arrives. */
  up = true;
  /** While held: what is to be sent on release, in order. */
  held: (() => void)[] | null = null;

  readonly #chance: EntropyStream;

  constructor(settings: LinkSettings, chance: EntropyStream) {
    this.settings = settings;
    this.#chance = chance;
  }

  /** When a piece of `bytes` sent at `now` arrives, in microseconds. Takes the line for it. */
  arrival(now: number, bytes: number): number {
    const { latency, jitter, bandwidth } = this.settings;
    const start = Math.max(now, this.busyUntil);
    if (bandwidth !== Infinity) this.busyUntil = start + Math.ceil((bytes / bandwidth) * 1e6);
    const late = jitter === 0 ? 0 : Math.floor(this.#chance.next() * (jitter + 1));
    return Math.max(start, this.busyUntil) + latency + late;
  }

  /** Whether the next piece gets lost. */
  loses(): boolean {
    const { lossRate } = this.settings;
    // 0 is the calmest draw: it loses nothing while the rate is below 1.
    return lossRate > 0 && this.#chance.next() >= 1 - lossRate;
  }
}

export class Fabric {
  /** What new links are like. */
  defaults: LinkSettings;
  readonly #entropy: Entropy;
  readonly #links = new Map<string, Link>();

  constructor(entropy: Entropy, defaults: LinkSettings = DEFAULT_LINK) {
    this.#entropy = entropy;
    this.defaults = defaults;
  }

  /** The link in that direction; both ends by name. */
  link(from: string, to: string): Link {
    const name = `${from}>${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = new Link(from === to ? LOOPBACK_LINK : this.defaults, this.#entropy.stream(`link ${name}`));
      this.#links.set(name, link);
    }
    return link;
  }

  /** All links that have been used or set, by `from>to`. */
  links(): ReadonlyMap<string, Link> {
    return this.#links;
  }
}
