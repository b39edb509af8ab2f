/**
 * One turn of the reactor, over and over: calls from threads, then timed calls, then what was written goes out.
 *
 * I/O events come from the driver between turns. Whatever they (or timed calls, or code outside the reactor) write is
 * gathered, and flushed at the end of the turn: a hundred connections' callbacks that write to one peer make one write.
 *
 * @twisted twisted.internet.base.ReactorBase.runUntilCurrent, callFromThread
 */
import type { IDriver } from '../driver';
import type { IDelayedCall } from '../interfaces';
import { type DelayedCall, type ScheduledFunction, TimerQueue } from '../time';

import type { Dispatch } from './dispatch';
import type { ReactorEvents } from './reactorEvents';

/** Something with work to do at the end of a turn. */
export interface Flushable {
  /** Called once for each time it was given to `flushSoon`. */
  flush(): void;
}

interface ThreadCall {
  readonly callable: ScheduledFunction;
  readonly args: readonly unknown[];
}

export class Turn {
  /** Called after the timed calls of every turn: where the reactor notices that it was asked to stop. */
  afterCalls: () => void = nothing;
  /** Called before and after every turn; returns whether the reactor's life is over, so that no turn is taken. */
  endIfOver: () => boolean = never;

  readonly #driver: IDriver;
  readonly #dispatch: Dispatch;
  readonly #events: ReactorEvents;
  readonly #timers: TimerQueue;
  #threadCalls: ThreadCall[] = [];
  #toFlush: Flushable[] = [];
  #inTurn = false;

  constructor(driver: IDriver, dispatch: Dispatch, events: ReactorEvents) {
    this.#driver = driver;
    this.#dispatch = dispatch;
    this.#events = events;
    this.#timers = new TimerQueue(
      () => driver.now(),
      () => {
        if (!this.#inTurn) driver.wakeAt(this.#timers.nextTime());
      },
    );
  }

  /** Begins to take turns, the first one soon. */
  start(): void {
    this.#driver.start(this.#run);
    this.#driver.wakeSoon();
  }

  /** Ends it; what is scheduled stays, for another start. */
  stop(): void {
    this.#driver.stop();
  }

  /** Has a turn taken soon, whether or not anything is due. */
  wakeSoon(): void {
    this.#driver.wakeSoon();
  }

  /** See `IReactorFromThreads.callFromThread`. */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, args: A): void {
    if (this.#threadCalls.push({ callable: callable as unknown as ScheduledFunction, args }) === 1)
      this.#driver.wakeSoon();
  }

  /** See `IReactorTime.callLater`. */
  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, args: A): DelayedCall {
    const call = this.#timers.add(delay, callable as unknown as ScheduledFunction, args);
    if (this.#events.observed) this.#events.publish('delayedCallScheduled', call);
    return call;
  }

  /** See `IReactorTime.getDelayedCalls`. */
  getDelayedCalls(): IDelayedCall[] {
    return this.#timers.pending();
  }

  /** Has `flushable.flush()` called at the end of this turn, or soon. */
  flushSoon(flushable: Flushable): void {
    if (this.#toFlush.push(flushable) === 1) this.#driver.wakeSoon();
  }

  readonly #run = (): void => {
    // Crashed during startup, or in a callback of I/O: not even what is due runs then.
    if (this.endIfOver()) return;
    this.#inTurn = true;
    if (this.#threadCalls.length > 0) this.#runThreadCalls();
    // Most turns of a busy server have no timed calls to look at; the time costs more than the question.
    if (this.#timers.nextTime() !== null) this.#timers.runDue(this.#driver.now(), this.#runDelayedCall);
    this.afterCalls();
    // What is written while flushing goes out in the next turn, after the world has been polled again.
    if (this.#toFlush.length > 0) {
      const toFlush = this.#toFlush;
      this.#toFlush = [];
      for (const flushable of toFlush) flushable.flush();
    }
    this.#inTurn = false;
    this.#driver.wakeAt(this.#timers.nextTime());
    this.endIfOver();
  };

  #runThreadCalls(): void {
    // What is queued meanwhile waits for the next turn.
    const calls = this.#threadCalls;
    this.#threadCalls = [];
    for (const { callable, args } of calls) this.#dispatch.apply('a call from a thread', callable, args);
  }

  readonly #runDelayedCall = (func: ScheduledFunction, args: readonly unknown[], call: DelayedCall): void => {
    this.#dispatch.apply('a timed call', func, args);
    if (this.#events.observed) this.#events.publish('delayedCallRan', call);
  };
}

function nothing(): void {
  // Nobody is interested.
}

function never(): boolean {
  return false;
}
