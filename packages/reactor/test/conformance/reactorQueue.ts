/** A reactor's timed-call queue with a hand-set time: what `core/turn` does with a `TimerQueue`, and nothing else. */
import { AssertionError } from '../../src/error';
import type { IDelayedCall } from '../../src/interfaces/time';
import { Logger } from '../../src/logger';
import { type ScheduledFunction, TimerQueue } from '../../src/time';

import type { Time } from './world';

/** The longest sleep that Twisted asks of its poller. */
const LONGEST = 2147483;

export class ReactorQueue implements Time {
  readonly ordered = false;

  private readonly log = new Logger();
  private readonly queue = new TimerQueue(() => this.rightNow);
  private rightNow = 0;
  private fromThreads: (() => unknown)[] = [];

  seconds(): number {
    return this.rightNow;
  }

  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall {
    if (delay < 0) throw new AssertionError(`${String(delay)} is not greater than or equal to 0 seconds`);
    return this.queue.add(delay, callable as unknown as ScheduledFunction, args);
  }

  getDelayedCalls(): IDelayedCall[] {
    return this.queue.pending();
  }

  callFromThread(callable: () => unknown): void {
    this.fromThreads.push(callable);
  }

  advance(seconds: number): void {
    this.rightNow += seconds;
    const fromThreads = this.fromThreads;
    this.fromThreads = [];
    for (const callable of fromThreads) this.run(callable, []);
    this.queue.runDue(this.rightNow, (callable, args) => {
      this.run(callable, args);
    });
  }

  sleep(): number | null {
    const next = this.queue.nextTime();
    return next === null ? null : Math.max(0, Math.min(LONGEST, next - this.rightNow));
  }

  private run(callable: ScheduledFunction, args: readonly unknown[]): void {
    try {
      callable(...args);
    } catch (error) {
      this.log.failure('', error);
    }
  }
}
