/**
 * Virtual time: whole microseconds from 0, and the events that are to happen, in one total order.
 *
 * Time only moves when the next event is taken, straight to that event's own time. Events of the same instant happen in
 * the order they were scheduled. Integers, because sums of fractions of seconds drift, and "at the same time" would mean nothing.
 */
import { type DelayedCall, type ScheduledFunction, TimerQueue } from '../../time';

/** An event that is to happen; `cancel()` takes it back, and `active()` says whether it is still to come. */
export type SimEvent = Pick<DelayedCall, 'cancel' | 'active'>;

/** Microseconds in a second. */
export const SECOND = 1_000_000;

export class SimClock {
  /** Microseconds since the simulation began. */
  now = 0;
  /** How many events have happened. */
  events = 0;

  readonly #queue = new TimerQueue(() => this.now);

  /** How many events are to happen. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Has `happen(...args)` happen in `delay` whole microseconds, 0 or more: never from inside this call. */
  schedule<A extends unknown[]>(delay: number, happen: (...args: A) => void, ...args: A): SimEvent {
    return this.#queue.add(delay, happen as unknown as ScheduledFunction, args);
  }

  /** When the next event happens, in microseconds, or null when nothing is to happen. */
  next(): number | null {
    return this.#queue.nextDue();
  }

  /** Moves time to the next event and lets it happen. Returns whether there was one. What it throws comes out. */
  step(): boolean {
    const due = this.#queue.nextDue();
    if (due === null) return false;
    if (due > this.now) this.now = due;
    this.events += 1;
    return this.#queue.runNext(this.now, happen);
  }

  /** Lets time pass to `until` (microseconds) without an event. Only when none is to happen before it. */
  idle(until: number): void {
    if (until > this.now) this.now = until;
  }
}

function happen(callable: ScheduledFunction, args: readonly unknown[]): void {
  callable(...(args as never[]));
}
