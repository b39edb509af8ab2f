import type { IReactorTime } from '@skein/reactor/interfaces';

import { type ClockOptions, clockOf } from '../policies/clock';

/**
 * A bucket of tokens that drains with time: what is put in is what may be sent, and a full one makes wait.
 *
 * Subclasses say how much it holds and how fast it drains. A bucket may have a parent, which has to have room as well.
 *
 * @twisted twisted.protocols.htb.Bucket
 *
 * @example
 * class Slow extends Bucket {
 *   override maxburst = 10_000; // bytes at once
 *   override rate = 2_000; // bytes a second
 * }
 */
export class Bucket {
  /** How many tokens it holds; null for any number. */
  maxburst: number | null = null;
  /** How many tokens drain in a second; null for all, at once. */
  rate: number | null = null;
  /** How many tokens are in it. */
  content = 0;
  /** The time of the last `drip`, in seconds on the clock. */
  lastDrip: number;
  readonly parentBucket: Bucket | null;
  /** How many consumers are shaped by it, and how many buckets have it as their parent: a filter keeps it as long as there are any. */
  references = 0;
  readonly #clock: IReactorTime;

  constructor(parentBucket: Bucket | null = null, options: ClockOptions = {}) {
    this.parentBucket = parentBucket;
    if (parentBucket !== null) parentBucket.references += 1;
    this.#clock = clockOf(options.clock ?? null);
    this.lastDrip = this.#clock.seconds();
  }

  /**
   * Puts in as many of `amount` tokens as there is room for, here and in the parent.
   *
   * @param amount - a whole number, 0 or more
   * @returns how many: a whole number
   */
  add(amount: number): number {
    this.drip();
    let allowable =
      this.maxburst === null ? amount : Math.max(0, Math.min(amount, Math.floor(this.maxburst - this.content)));
    if (this.parentBucket !== null) allowable = this.parentBucket.add(allowable);
    this.content += allowable;
    return allowable;
  }

  /** Lets drain what should have drained by now. Returns whether the bucket is empty. */
  drip(): boolean {
    this.parentBucket?.drip();
    if (this.rate === null) this.content = 0;
    else {
      const now = this.#clock.seconds();
      this.content = Math.max(0, this.content - (now - this.lastDrip) * this.rate);
      this.lastDrip = now;
    }
    return this.content === 0;
  }

  /**
   * In how many seconds there is room for `amount` tokens, here and in the parents, if nothing is put in until then. Of more
   * than the bucket ever holds: for a full bucket. Infinity for a bucket that does not drain.
   */
  secondsUntil(amount: number): number {
    this.drip();
    const above = this.parentBucket?.secondsUntil(amount) ?? 0;
    if (this.maxburst === null || this.rate === null) return above;
    const excess = this.content + Math.min(amount, this.maxburst) - this.maxburst;
    return Math.max(above, excess > 0 ? excess / this.rate : 0);
  }
}
