/**
 * `LoopingCall`: calls a function again and again.
 *
 * @twisted twisted.internet.task.LoopingCall
 *
 * Calls stay on the grid start + n × interval; beats that were missed are skipped, not made up for. Left out: keyword
 * arguments for the function, calling the object itself.
 */
import { inspect } from 'node:util';

import { currentReactor } from '../current';
import { Deferred } from '../defer/deferred';
import { maybeDeferred } from '../defer/results';
import { AssertionError, ValueError } from '../error';
import type { Failure } from '../failure';
import type { IDelayedCall, IReactorTime } from '../interfaces/time';
import { checkSeconds } from '../time';

/** Options of `LoopingCall.start`. */
export interface StartOptions {
  /** Whether to call the function now, inside `start`; default true. Otherwise the first call comes after an interval. */
  readonly now?: boolean;
}

/**
 * Calls `f(...a)` every so many seconds. When `f` returns a Deferred or a promise, the next beat waits for it.
 *
 * @example
 * const heartbeat = new LoopingCall(() => transport.write('ping\r\n'));
 * heartbeat.start(30).addErrback(logError); // fails with what the function throws, and the loop ends
 * heartbeat.stop();
 */
export class LoopingCall<A extends unknown[] = unknown[]> {
  /** The function. */
  f: (...args: A) => unknown;
  /** Its arguments. */
  a: A;
  /** Whether the loop is on: from `start` until `stop`, or until the function fails. */
  running = false;
  /** Seconds between calls; null before `start`. */
  interval: number | null = null;
  /** When the loop was started or `reset`, in seconds; null before `start`. */
  starttime: number | null = null;
  /** The next call, while one is scheduled. */
  call: IDelayedCall | null = null;

  private ownClock: IReactorTime | null = null;
  private ended: Deferred<this> | null = null;
  private runAtStart = false;
  /** When the counting function was last called; null before. */
  private realLastTime: number | null = null;

  constructor(f: (...args: A) => unknown, ...a: A) {
    this.f = f;
    this.a = a;
  }

  /**
   * A loop whose function gets the number of intervals since it was last called: 1, or more when beats were missed. When
   * the count is 0 (rounding can do that) the function is not called. With interval 0 the count is 1.
   */
  static withCount(countCallable: (count: number) => unknown): Counting {
    const loop: Counting = new LoopingCall((): unknown => loop.callWithCount(countCallable));
    return loop;
  }

  /** What measures the time: the installed reactor, unless set before `start`. */
  get clock(): IReactorTime {
    return (this.ownClock ??= currentReactor());
  }

  set clock(clock: IReactorTime) {
    this.ownClock = clock;
  }

  /**
   * Starts the loop. The Deferred fires with this object on `stop()`, or fails with what the function throws.
   *
   * @param interval - seconds, 0 (as often as possible) or more; throws `ValueError` for less
   * @param now - whether to call the function inside `start`
   * Throws `AssertionError` when the loop is running.
   */
  start(interval: number, now: boolean | StartOptions = true): Deferred<this> {
    if (this.running) throw new AssertionError('Tried to start an already running LoopingCall.');
    checkSeconds(interval, 'start a LoopingCall');
    if (interval < 0) throw new ValueError('interval must be >= 0');
    this.running = true;
    // The loop may fail at once, and `ended` be null again.
    const ended = (this.ended = new Deferred<this>());
    this.starttime = this.clock.seconds();
    this.interval = interval;
    this.runAtStart = typeof now === 'boolean' ? now : (now.now ?? true);
    if (this.runAtStart) this.beat();
    else this.scheduleFrom(this.starttime, this.starttime, interval);
    return ended;
  }

  /**
   * Ends the loop. While the function runs, or its Deferred is waited for, the loop ends with that. Throws `AssertionError` when the
   * loop is not running.
   */
  stop(): void {
    if (!this.running) throw new AssertionError('Tried to stop a LoopingCall that was not running.');
    this.running = false;
    if (this.call === null) return;
    this.call.cancel();
    this.call = null;
    this.end()?.callback(this);
  }

  /**
   * Skips the next call, and counts intervals from now. Does nothing while the function runs. Throws `AssertionError` when the loop is
   * not running.
   */
  reset(): void {
    if (!this.running || this.interval === null)
      throw new AssertionError('Tried to reset a LoopingCall that was not running.');
    if (this.call === null) return;
    this.call.cancel();
    this.call = null;
    this.starttime = this.clock.seconds();
    this.scheduleFrom(this.starttime, this.starttime, this.interval);
  }

  toString(): string {
    const name = this.f.name === '' ? '<anonymous>' : this.f.name;
    const args = this.a.map((arg) => inspect(arg, { depth: 0 })).join(', ');
    return `LoopingCall<${String(this.interval)}>(${[name, args].filter((part) => part !== '').join(', ')})`;
  }

  private readonly beat = (): void => {
    this.call = null;
    maybeDeferred(this.f, ...this.a)
      .addCallback(this.goOn)
      .addErrback(this.fail);
  };

  private readonly goOn = (): void => {
    if (this.running && this.starttime !== null && this.interval !== null)
      this.scheduleFrom(this.clock.seconds(), this.starttime, this.interval);
    else this.end()?.callback(this);
  };

  private readonly fail = (failure: Failure): void => {
    this.running = false;
    this.end()?.errback(failure);
  };

  private end(): Deferred<this> | null {
    const { ended } = this;
    this.ended = null;
    return ended;
  }

  private scheduleFrom(when: number, starttime: number, interval: number): void {
    this.call = this.clock.callLater(untilNextBeat(when, starttime, interval), this.beat);
  }

  private callWithCount(countCallable: (count: number) => unknown): unknown {
    const { interval, starttime } = this;
    if (interval === null || starttime === null) throw new AssertionError('LoopingCall called before it was started');
    const now = this.clock.seconds();
    if (interval === 0) {
      this.realLastTime = now;
      return countCallable(1);
    }
    const lastTime = this.realLastTime ?? (this.runAtStart ? starttime - interval : starttime);
    const intervalOf = (time: number): number => Math.trunc((time - starttime) / interval);
    const count = intervalOf(now) - intervalOf(lastTime);
    if (count <= 0) return undefined;
    this.realLastTime = now;
    return countCallable(count);
  }
}

/** A loop that counts: its function takes no argument of its own. */
type Counting = LoopingCall<[]>;

/** Seconds from `when` to the next beat of the grid. */
function untilNextBeat(when: number, starttime: number, interval: number): number {
  if (interval === 0) return 0;
  const untilNext = interval - ((when - starttime) % interval);
  // So little that adding it makes no difference: this beat is over, the next one is meant.
  return when === when + untilNext ? interval : untilNext;
}
