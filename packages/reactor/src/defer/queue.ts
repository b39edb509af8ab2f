/**
 * `DeferredQueue`: what is put in comes out again, whichever end is first.
 *
 * @twisted twisted.internet.defer.DeferredQueue
 */
import { Deferred } from './deferred';
import { QueueOverflow, QueueUnderflow } from './errors';
import { succeed } from './results';

/** Limits of a `DeferredQueue`; null is none. */
export interface DeferredQueueOptions {
  /** How many objects may lie in the queue. */
  readonly size?: number | null;
  /** How many may wait for an object. */
  readonly backlog?: number | null;
}

/** A queue whose `get` gives a Deferred. */
export class DeferredQueue<T = unknown> {
  /** Those who wait for an object, first come first served. */
  readonly waiting: Deferred<T>[] = [];
  /** The objects nobody has got yet. */
  readonly pending: T[] = [];
  readonly size: number | null;
  readonly backlog: number | null;

  constructor(options: DeferredQueueOptions = {}) {
    this.size = options.size ?? null;
    this.backlog = options.backlog ?? null;
  }

  /** Hands an object to the first who waits, or keeps it. Throws `QueueOverflow` when the queue is full. */
  put(obj: T): void {
    const next = this.waiting.shift();
    if (next !== undefined) next.callback(obj);
    else if (this.size === null || this.pending.length < this.size) this.pending.push(obj);
    else throw new QueueOverflow();
  }

  /**
   * A Deferred that fires with the next object. Cancelling it gives up waiting. Throws `QueueUnderflow` when too many wait already.
   */
  get(): Deferred<T> {
    if (this.pending.length > 0) return succeed(this.pending.shift() as T);
    if (this.backlog !== null && this.waiting.length >= this.backlog) throw new QueueUnderflow();
    const d: Deferred<T> = new Deferred<T>(() => {
      this.waiting.splice(this.waiting.indexOf(d), 1);
    });
    this.waiting.push(d);
    return d;
  }
}
