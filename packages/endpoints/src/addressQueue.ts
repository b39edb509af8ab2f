/**
 * The addresses of a name in the order in which they are to be tried, while they are still coming in.
 *
 * RFC 8305, section 3 ("Happy Eyeballs", asynchronous lookups) and section 4 (the order).
 */
import { IPv6Address } from '@skein/reactor/address';
import type { IDelayedCall, InternetAddress, IReactorTime } from '@skein/reactor/interfaces';

/** Seconds that an IPv4 address waits for an IPv6 address: the Resolution Delay of RFC 8305. */
const RESOLUTION_DELAY = 0.05;

type Family = 'IPv4' | 'IPv6';

/**
 * Whether the first attempt may begin.
 *
 * - `empty`: there is no address yet
 * - `reading`: the first address was IPv4, and the resolver has not returned: the rest of the same answer may follow. Its order
 *   is the resolver's own, and is kept.
 * - `waiting`: the answer had IPv4 alone; IPv6 has until the Resolution Delay is over
 * - `open`: attempts may begin
 */
type State =
  { readonly name: 'empty' | 'open' } | { readonly name: 'reading' | 'waiting'; readonly timer: IDelayedCall };

export class AddressQueue {
  readonly #clock: IReactorTime;
  readonly #opened: () => void;
  readonly #queued: Record<Family, InternetAddress[]> = { IPv4: [], IPv6: [] };
  #turn: Family = 'IPv6';
  #state: State = { name: 'empty' };

  /** @param opened - called once, when the first address may be taken */
  constructor(clock: IReactorTime, opened: () => void) {
    this.#clock = clock;
    this.#opened = opened;
  }

  get isOpen(): boolean {
    return this.#state.name === 'open';
  }

  get length(): number {
    return this.#queued.IPv4.length + this.#queued.IPv6.length;
  }

  add(address: InternetAddress): void {
    const family = address instanceof IPv6Address ? 'IPv6' : 'IPv4';
    this.#queued[family].push(address);
    const { name } = this.#state;
    if (name === 'empty' && family === 'IPv4') this.#read();
    else if (family === 'IPv6' && (name === 'empty' || name === 'waiting')) this.#open('IPv6');
  }

  /** No address will follow. */
  end(): void {
    if ('timer' in this.#state) this.#open('IPv4');
  }

  /** The next address: the families take turns, and within one, the order stays. */
  take(): InternetAddress | undefined {
    const { IPv4, IPv6 } = this.#queued;
    const address = this.#queued[this.#turn].shift() ?? IPv4.shift() ?? IPv6.shift();
    this.#turn = address instanceof IPv6Address ? 'IPv4' : 'IPv6';
    return address;
  }

  /** Nothing will be taken any more. */
  close(): void {
    this.#become({ name: 'open' });
    this.#queued.IPv4 = [];
    this.#queued.IPv6 = [];
  }

  #read(): void {
    const until = this.#clock.seconds() + RESOLUTION_DELAY;
    this.#become({ name: 'reading', timer: this.#clock.callLater(0, () => this.#wait(until)) });
  }

  #wait(until: number): void {
    if (this.#queued.IPv6.length > 0) return this.#open('IPv4');
    const left = Math.max(0, until - this.#clock.seconds());
    this.#become({ name: 'waiting', timer: this.#clock.callLater(left, () => this.#open('IPv4')) });
  }

  /** @param first - the family that begins */
  #open(first: Family): void {
    this.#turn = first;
    this.#become({ name: 'open' });
    this.#opened();
  }

  #become(state: State): void {
    if ('timer' in this.#state && this.#state.timer.active()) this.#state.timer.cancel();
    this.#state = state;
  }
}
