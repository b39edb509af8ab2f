/**
 * What happened: a rolling hash of every event, always; the last events themselves, for people.
 *
 * Two runs are the same if their hashes are. An event is five numbers in a ring, so that recording costs
 * next to nothing; text is made when somebody asks. Bytes are told by their count: ciphertext differs between runs that are the same.
 */

/** What can happen. The order is part of the hash: add at the end. */
export const TRACE_KINDS = [
  'turn',
  'listen',
  'unlisten',
  'connect',
  'accept',
  'connected',
  'refused',
  'send',
  'arrive',
  'read',
  'written',
  'fin',
  'ended',
  'reset',
  'closed',
  'lost',
  'resolve',
  'boot',
  'kill',
  'crash',
  'pause',
  'resume',
  'partition',
  'repair',
  'hold',
  'release',
  'signal',
  'secured',
  'judged',
  'probe',
] as const;

export type TraceKind = (typeof TRACE_KINDS)[number];

const CODES = Object.fromEntries(TRACE_KINDS.map((kind, code) => [kind, code])) as Record<TraceKind, number>;

/** An event, read back. */
export interface TraceEvent {
  /** Microseconds. */
  readonly time: number;
  readonly kind: TraceKind;
  /** The host's name. */
  readonly host: string;
  /** The connection's number, or 0. */
  readonly connection: number;
  /** What the kind counts: bytes, a port. */
  readonly amount: number;
}

const FIELDS = 5;

export class SimTrace {
  /** A plain array, of numbers alone: most runs are short, and typed arrays are dear to make. */
  readonly #ring: number[] = [];
  readonly #capacity: number;
  readonly #hosts: string[] = [];
  readonly #numbers = new Map<string, number>();
  #count = 0;
  #low = 0x12345678;
  #high = 0x0badf00d;

  /** @param capacity - how many of the last events are kept */
  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** How many events were recorded in all. */
  get count(): number {
    return this.#count;
  }

  /** The hash of everything so far, as 16 hexadecimal digits. */
  get hash(): string {
    return hex(this.#high) + hex(this.#low);
  }

  /** The number by which events name a host. */
  hostNumber(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#hosts.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** Records an event. */
  record(kind: TraceKind, time: number, host: number, connection: number, amount: number): void {
    const code = CODES[kind];
    let low = this.#low;
    let high = this.#high;
    low = Math.imul(low ^ code ^ (host << 8), 0x85ebca6b) ^ (time | 0);
    high = Math.imul(high ^ (low >>> 15) ^ connection, 0xc2b2ae35) ^ Math.floor(time / 4294967296);
    low = Math.imul(low ^ (high >>> 13) ^ (amount | 0), 0x9e3779b1);
    this.#low = low ^ (low >>> 16);
    this.#high = high;
    if (this.#capacity > 0) {
      const at = (this.#count % this.#capacity) * FIELDS;
      const ring = this.#ring;
      ring[at] = time;
      ring[at + 1] = code;
      ring[at + 2] = host;
      ring[at + 3] = connection;
      ring[at + 4] = amount;
    }
    this.#count += 1;
  }

  /** The last events that are kept, oldest first. */
  events(): TraceEvent[] {
    const kept = Math.min(this.#count, this.#capacity);
    return Array.from({ length: kept }, (_, i) => {
      const at = ((this.#count - kept + i) % this.#capacity) * FIELDS;
      const field = (n: number): number => this.#ring[at + n] ?? 0;
      return {
        time: field(0),
        kind: TRACE_KINDS[field(1)] ?? 'turn',
        host: this.#hosts[field(2)] ?? '',
        connection: field(3),
        amount: field(4),
      };
    });
  }

  /** The last events as text, a line each: seconds, host, kind, connection, amount. */
  text(options: { readonly hosts?: readonly string[]; readonly last?: number } = {}): string {
    const { hosts, last } = options;
    const chosen = this.events().filter(({ host }) => hosts === undefined || hosts.includes(host));
    return (last === undefined ? chosen : chosen.slice(-last))
      .map(({ time, kind, host, connection, amount }) => {
        const where = connection === 0 ? '' : ` #${String(connection)}`;
        return `${(time / 1e6).toFixed(6).padStart(14)}  ${host.padEnd(10)} ${kind}${where}${amount === 0 ? '' : ` ${String(amount)}`}`;
      })
      .join('\n');
  }

  /** The first event in which two runs differ, as text, or null when the kept events are the same. */
  diff(other: SimTrace): string | null {
    const [mine, theirs] = [this.text().split('\n'), other.text().split('\n')];
    const at = mine.findIndex((line, i) => line !== theirs[i]);
    if (at === -1 && mine.length === theirs.length) return null;
    const index = at === -1 ? mine.length : at;
    return [
      ...mine.slice(Math.max(0, index - 5), index).map((line) => `  ${line}`),
      `- ${mine[index] ?? '(nothing)'}`,
      `+ ${theirs[index] ?? '(nothing)'}`,
    ].join('\n');
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
