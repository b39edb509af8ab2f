/**
 * `Clock`: time under the test's control.
 *
 * @twisted twisted.internet.task.Clock
 *
 * By default `advance` does what Twisted's does: time jumps to the end first, so that a call made inside a call counts
 * its delay from there (twisted#9819). Ported tests depend on it. `new Clock({ stepwise: true })` goes from call to call instead, as
 * time does: each call sees the time it was due. Unlike a reactor, a Clock lets errors of calls out of `advance`.
 */
import type { IDelayedCall, IReactorTime } from '../interfaces/time';
import { checkSeconds, type ScheduledFunction, TimerQueue } from '../time';

/** Options of `Clock`. */
export interface ClockOptions {
  /** Whether `advance` goes from call to call instead of jumping to the end. Default false, as in Twisted. */
  readonly stepwise?: boolean;
}

/**
 * A clock that stands still until it is told to go on.
 *
 * @example
 * const clock = new Clock();
 * clock.callLater(3, () => console.log('three'));
 * clock.advance(3); // logs
 */
export class Clock implements IReactorTime {
  /** The present time, in seconds. */
  rightNow = 0;

  private readonly stepwise: boolean;
  private readonly queue: TimerQueue;

  constructor(options: ClockOptions = {}) {
    this.stepwise = options.stepwise ?? false;
    this.queue = new TimerQueue(() => this.seconds(), null, 'exact');
  }

  seconds(): number {
    return this.rightNow;
  }

  /** As a reactor's; a negative delay, too, is taken, and due at once. Throws `TypeError` or `RangeError` for what is no number. */
  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall {
    if (typeof callable !== 'function') throw new TypeError(`Cannot schedule '${String(callable)}', wanted a function`);
    return this.queue.add(checkSeconds(delay, 'schedule a call'), callable as unknown as ScheduledFunction, args);
  }

  /** The calls still to come, in order; one that `reset` has moved stands in its old place until time or calls are next added. */
  getDelayedCalls(): IDelayedCall[] {
    return this.queue.pending();
  }

  /**
   * Moves time on by `amount` seconds and runs what is due, one call after another, calls made by calls included. What a call throws
   * comes out; the call is gone, and the rest stays due for the next `advance`.
   */
  advance(amount: number): void {
    checkSeconds(amount, 'advance a clock');
    if (this.stepwise) {
      this.step(this.rightNow + amount);
      return;
    }
    this.rightNow += amount;
    while (this.queue.runNext(this.seconds(), run));
  }

  /** Advances by each amount in turn. */
  pump(timings: Iterable<number>): void {
    for (const amount of timings) this.advance(amount);
  }

  private step(end: number): void {
    for (;;) {
      const due = this.queue.nextDue();
      if (due === null || due > end) break;
      if (due > this.rightNow) this.rightNow = due;
      this.queue.runNext(this.rightNow, run);
    }
    // A call may have advanced the clock beyond the end.
    if (end > this.rightNow) this.rightNow = end;
  }
}

function run(callable: ScheduledFunction, args: readonly unknown[]): void {
  callable(...args);
}
