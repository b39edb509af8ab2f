/**
 * `DeferredLock` and `DeferredSemaphore`.
 *
 * @twisted twisted.internet.defer (DeferredLock, DeferredSemaphore)
 *
 * Where Python has `async with lock`, use `run`; from TypeScript 5.2 on also
 * `await using held = await lock.acquire().addCallback(() => lock.hold())`.
 */
import { AssertionError, ValueError } from '../error';

import { Deferred } from './deferred';
import { type MaybeDeferredOf, maybeDeferred } from './results';

/** What lock and semaphore have in common: those who wait, and `run`. */
abstract class ConcurrencyPrimitive {
  /** Those who wait, first come first served. */
  readonly waiting: Deferred<this>[] = [];

  /** A Deferred that fires with this object when the caller may go on. Cancelling it gives up waiting. */
  abstract acquire(): Deferred<this>;

  /** Lets the next one go on, before this returns. */
  abstract release(): void;

  /**
   * Acquires, calls `f(...args)`, waits for its result if that is a Deferred or a promise, and releases. The Deferred fires
   * with that result.
   */
  run<U, A extends unknown[]>(f: (...args: A) => Deferred<U>, ...args: A): Deferred<U>;
  run<R, A extends unknown[]>(f: (...args: A) => R, ...args: A): Deferred<MaybeDeferredOf<R>>;
  run<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): Deferred {
    return this.acquire().addCallback((): Deferred =>
      maybeDeferred(f, ...args).addBoth((result: unknown) => {
        this.release();
        return result;
      }),
    );
  }

  /** For `await using`: an object whose disposal releases what has been acquired. */
  hold(): AsyncDisposable {
    return {
      [Symbol.asyncDispose]: () => {
        this.release();
        return Promise.resolve();
      },
    };
  }

  /** Queues a caller. */
  protected wait(): Deferred<this> {
    const d: Deferred<this> = new Deferred<this>(() => {
      this.waiting.splice(this.waiting.indexOf(d), 1);
    });
    this.waiting.push(d);
    return d;
  }
}

/**
 * One at a time.
 *
 * @example
 * const lock = new DeferredLock();
 * lock.run(() => client.request('a')); // the second waits until the first request has its answer
 * lock.run(() => client.request('b'));
 */
export class DeferredLock extends ConcurrencyPrimitive {
  /** Whether somebody holds the lock. */
  locked = false;

  acquire(): Deferred<this> {
    if (this.locked) return this.wait();
    this.locked = true;
    const d = new Deferred<this>();
    d.callback(this);
    return d;
  }

  /** Passes the lock to the first who waits. Throws `AssertionError` when nobody holds it. */
  release(): void {
    if (!this.locked) throw new AssertionError('Tried to release an unlocked lock');
    this.locked = false;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.locked = true;
    next.callback(this);
  }
}

/** At most so many at a time. */
export class DeferredSemaphore extends ConcurrencyPrimitive {
  /** How many may acquire it now. */
  tokens: number;
  /** How many may hold it at once. */
  readonly limit: number;

  /** @param tokens - 1 or more; throws `ValueError` for less */
  constructor(tokens: number) {
    super();
    if (!(tokens >= 1)) throw new ValueError('DeferredSemaphore requires tokens >= 1');
    this.tokens = tokens;
    this.limit = tokens;
  }

  acquire(): Deferred<this> {
    if (this.tokens === 0) return this.wait();
    this.tokens--;
    const d = new Deferred<this>();
    d.callback(this);
    return d;
  }

  /** Passes the token to the first who waits. Throws `AssertionError` when all are there. */
  release(): void {
    if (this.tokens >= this.limit) throw new AssertionError('Someone released me too many times: too many tokens!');
    this.tokens++;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.tokens--;
    next.callback(this);
  }
}
