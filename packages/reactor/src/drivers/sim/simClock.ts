/**
 * Virtual time: whole microseconds from 0, and the events that are to happen, in one total order.
 *
 * Time only moves when the next event is taken, straight to that event's own time. Events of the same instant happen in
 * the order they were scheduled. Integers, because sums of fractions of seconds drift, and "at the same time" would mean nothing.
 *
 * An event is a function and one argument, kept in arrays: nothing is made for it. What is to happen at this very instant
 * does not go through the heap: it comes after all that the heap has for the instant, which was scheduled before.
 */
import { EventHeap, type Happening } from './eventHeap';

/** Names an event that is to happen, for `cancel`. Only until it happens: numbers are used again. */
export type SimEvent = number;

/** Microseconds in a second. */
export const SECOND = 1_000_000;

export class SimClock {
  /** Microseconds since the simulation began. */
  now = 0;
  /** How many events have happened. */
  events = 0;

  readonly #later = new EventHeap();
  #sequence = 0;
  /** What is to happen at this instant, and its arguments; `#taken` of them have happened. */
  #instant: Happening[] = [];
  #instantArgs: unknown[] = [];
  #taken = 0;

  /** How many events are to happen. */
  get pending(): number {
    return this.#later.size + this.#instant.length - this.#taken;
  }

  /** Has `happen(arg)` happen in `delay` whole microseconds, 0 or more: never from inside this call. */
  schedule(delay: number, happen: () => void): SimEvent;
  schedule<A>(delay: number, happen: (arg: A) => void, arg: A): SimEvent;
  schedule(delay: number, happen: (arg: never) => void, arg?: unknown): SimEvent {
    if (delay === 0) {
      this.#instantArgs.push(arg);
      return -this.#instant.push(happen as Happening);
    }
    return this.#later.push(this.now + delay, ++this.#sequence, happen as Happening, arg);
  }

  /** Takes back an event that is still to happen. */
  cancel(event: SimEvent): void {
    if (event < 0) {
      this.#instant[-event - 1] = nothing;
      this.#instantArgs[-event - 1] = undefined;
    } else {
      this.#later.drop(event);
    }
  }

  /** When the next event happens, in microseconds, or null when nothing is to happen. */
  next(): number | null {
    if (this.#taken < this.#instant.length) return this.now;
    const first = this.#later.firstTime();
    return first === Infinity ? null : first;
  }

  /** Moves time to the next event and lets it happen. Returns whether there was one. What it throws comes out. */
  step(): boolean {
    const first = this.#later.firstTime();
    if (this.#taken < this.#instant.length && first > this.now) {
      this.events += 1;
      this.#stepNow();
      return true;
    }
    if (first === Infinity) return false;
    this.now = first;
    this.events += 1;
    this.#later.runFirst();
    return true;
  }

  /** Lets time pass to `until` (microseconds) without an event. Only when none is to happen before it. */
  idle(until: number): void {
    if (until > this.now) this.now = until;
  }

  #stepNow(): void {
    const at = this.#taken++;
    const happen = this.#instant[at] as Happening;
    const arg = this.#instantArgs[at];
    if (this.#taken === this.#instant.length) {
      this.#instant.length = 0;
      this.#instantArgs.length = 0;
      this.#taken = 0;
    } else {
      this.#instantArgs[at] = undefined;
    }
    happen(arg);
  }
}

function nothing(): void {
  // Stands for an event that was taken back.
}
