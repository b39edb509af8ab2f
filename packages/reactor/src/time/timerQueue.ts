/**
 * The queue of timed calls that reactors and `task.Clock` share.
 *
 * @twisted twisted.internet.base.ReactorBase (callLater, timeout, runUntilCurrent)
 *
 * A heap of four-way branching, ordered by time and then by sequence number, so that calls due at the same time run in the
 * order they were scheduled (Twisted's own heap promises nothing). Times and sequence numbers lie in arrays of their own: the
 * heap compares numbers and never looks into a call.
 *
 * What is out of date stays where it is until it gets to the front, or until half of the queue is: cancelling and putting off
 * cost no search. New calls wait outside the heap until the queue is next asked for the time or to run: a call cancelled in
 * the turn in which it was made never enters. As in Twisted, `nextTime()` may thus be earlier than any call is due; the
 * reactor wakes, finds nothing to do and asks again.
 */
import { DelayedCall, type DelayedCallQueue, type ScheduledFunction } from './delayedCall';

export type { DelayedCall, ScheduledFunction } from './delayedCall';

/** Runs `callable(...args)` for a call that is due. */
export type RunCall = (callable: ScheduledFunction, args: readonly unknown[], call: DelayedCall) => void;

/** How `reset` to a later time works: left in place until it surfaces, or moved before the next call runs (see `task.Clock`). */
export type Ordering = 'lazy' | 'exact';

/** Out-of-date entries are tolerated up to this number, and beyond it up to half of all. */
const TOLERATED = 50;

/** Calls to come, ordered by time. */
export class TimerQueue implements DelayedCallQueue {
  readonly now: () => number;

  private readonly onEarlier: (() => void) | null;
  private readonly exact: boolean;
  /** The heap: entry `i` is call `calls[i]` at `times[i]`, `sequences[i]`. */
  private readonly times: number[] = [];
  private readonly sequences: number[] = [];
  private readonly calls: DelayedCall[] = [];
  /** Made since the queue was last put in order; out of the heap. */
  private fresh: DelayedCall[] = [];
  /** Exact ordering only: calls whose time has changed since. */
  private moved: DelayedCall[] = [];
  /** How many entries of the heap stand for nothing any more. */
  private stale = 0;
  private freshStale = 0;
  private live = 0;
  private lastSequence = 0;
  private firstSequence = 0;
  /** What the caller believes the next time to be. */
  private announced = Infinity;

  /**
   * @param now - the present time, in seconds
   * @param onEarlier - called when the earliest call may have become earlier than `nextTime()` said last
   */
  constructor(now: () => number, onEarlier: (() => void) | null = null, ordering: Ordering = 'lazy') {
    this.now = now;
    this.onEarlier = onEarlier;
    this.exact = ordering === 'exact';
  }

  /** How many calls are to come. */
  get size(): number {
    return this.live;
  }

  /** Schedules a call `delay` seconds from now. The caller has checked the delay (`checkSeconds`). */
  add(delay: number, callable: ScheduledFunction, args: readonly unknown[]): DelayedCall {
    if (this.exact) this.settle();
    const call = new DelayedCall(this.now() + delay, ++this.lastSequence, callable, args, this);
    this.live++;
    this.fresh.push(call);
    if (this.exact) this.settle();
    if (call.due < this.announced) this.announce(call.due);
    return call;
  }

  /** The time at which to look again, or null: the earliest entry's, which may be out of date. */
  nextTime(): number | null {
    this.settle();
    const next = this.times[0];
    this.announced = next ?? Infinity;
    return next ?? null;
  }

  /**
   * One iteration: runs the calls due at `now`, in order. A call made meanwhile waits for the next iteration, whatever its delay.
   * What `run` throws comes out; the rest stays due.
   */
  runDue(now: number, run: RunCall): void {
    this.settle();
    for (;;) {
      const time = this.times[0];
      if (time === undefined || time > now) return;
      const call = this.popValid();
      if (call === null) continue;
      if (call.due > time) {
        this.enter(call);
        continue;
      }
      this.runOne(call, run);
    }
  }

  /**
   * Runs the first call due at `now`, if there is one, and says whether there was. Calls made meanwhile take part: for clocks that
   * run one call at a time. What `run` throws comes out, and the call is gone.
   */
  runNext(now: number, run: RunCall): boolean {
    for (;;) {
      this.settle();
      const time = this.times[0];
      if (time === undefined || time > now) return false;
      const call = this.popValid();
      if (call === null) continue;
      if (call.due > time) {
        this.enter(call);
        continue;
      }
      this.runOne(call, run);
      return true;
    }
  }

  /** When the next call is really due, or null. Unlike `nextTime()` it never names the time of a call that is not. */
  nextDue(): number | null {
    for (;;) {
      this.settle();
      const call = this.calls[0];
      if (call === undefined) return null;
      if (this.isValid(0) && call.due === call.queuedTime) return call.due;
      const top = this.popValid();
      if (top !== null) this.enter(top);
    }
  }

  /** The calls to come: with exact ordering in the order they stand in, otherwise in none. */
  pending(): DelayedCall[] {
    const pending = this.fresh.filter((call) => call.state === 'pending');
    for (let i = 0; i < this.calls.length; i++) if (this.isValid(i)) pending.push(this.calls[i] as DelayedCall);
    // A call may have two entries of one time and sequence number.
    const unique = this.stale === 0 ? pending : [...new Set(pending)];
    return unique.sort((a, b) => a.queuedTime - b.queuedTime || a.sequence - b.sequence);
  }

  /** For `DelayedCall`. */
  cancelled(call: DelayedCall): void {
    this.live--;
    if (call.queuedTime === -Infinity) {
      if (this.fresh.at(-1) === call) this.fresh.pop();
      else if (++this.freshStale > TOLERATED && this.freshStale > this.fresh.length >> 1) {
        this.fresh = this.fresh.filter((each) => each.state === 'pending');
        this.freshStale = 0;
      }
    } else {
      this.spoil();
    }
  }

  /** For `DelayedCall`. */
  rescheduled(call: DelayedCall): void {
    if (call.due < this.announced) this.announce(call.due);
    if (this.exact) {
      if (!call.moved) {
        call.moved = true;
        this.moved.push(call);
      }
    } else if (call.due < call.queuedTime) {
      this.enter(call);
      this.spoil();
    }
  }

  private announce(time: number): void {
    this.announced = time;
    this.onEarlier?.();
  }

  private runOne(call: DelayedCall, run: RunCall): void {
    call.state = 'called';
    this.live--;
    run(call.callable, call.args, call);
    call.forget();
  }

  /** Puts everything into the heap that is not, or not where it belongs. */
  private settle(): void {
    if (this.moved.length !== 0) this.settleMoved();
    if (this.fresh.length === 0) return;
    const { fresh } = this;
    this.fresh = [];
    this.freshStale = 0;
    for (const call of fresh) if (call.state === 'pending') this.enter(call);
  }

  /**
   * Exact ordering: what a stable sort of the whole list would do. Among equals a call that has moved to a later time comes first
   * (it stood before them), one that has moved to an earlier time last, and those that moved alike keep their order.
   */
  private settleMoved(): void {
    const moved = this.moved.filter((call) => call.state === 'pending');
    for (const call of this.moved) call.moved = false;
    this.moved = [];
    moved.sort((a, b) => a.queuedTime - b.queuedTime || a.sequence - b.sequence);
    const later = moved.filter((call) => call.due > call.queuedTime);
    const earlier = moved.filter((call) => call.due < call.queuedTime);
    for (const call of later.reverse()) call.sequence = --this.firstSequence;
    for (const call of earlier) call.sequence = ++this.lastSequence;
    for (const call of [...later, ...earlier]) {
      this.enter(call);
      this.spoil();
    }
  }

  private isValid(index: number): boolean {
    const call = this.calls[index] as DelayedCall;
    return (
      call.state === 'pending' && call.queuedTime === this.times[index] && call.sequence === this.sequences[index]
    );
  }

  /** One more entry stands for nothing; when too many do, they go. */
  private spoil(): void {
    if (++this.stale <= TOLERATED || this.stale <= this.calls.length >> 1) return;
    const { times, sequences, calls } = this;
    let kept = 0;
    for (let i = 0; i < calls.length; i++) {
      if (!this.isValid(i)) continue;
      times[kept] = times[i] as number;
      sequences[kept] = sequences[i] as number;
      calls[kept++] = calls[i] as DelayedCall;
    }
    times.length = sequences.length = calls.length = kept;
    this.stale = 0;
    for (let i = (kept - 2) >> 2; i >= 0; i--) {
      this.siftDown(i, times[i] as number, sequences[i] as number, calls[i] as DelayedCall);
    }
  }

  /** Puts a call into the heap at the time it is due. */
  private enter(call: DelayedCall): void {
    const { times, sequences, calls } = this;
    const time = (call.queuedTime = call.due);
    const { sequence } = call;
    let at = calls.length;
    // Grows the arrays; the values are written where the climb ends.
    times.push(time);
    sequences.push(sequence);
    calls.push(call);
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentTime = times[parent] as number;
      if (parentTime < time || (parentTime === time && (sequences[parent] as number) <= sequence)) break;
      times[at] = parentTime;
      sequences[at] = sequences[parent] as number;
      calls[at] = calls[parent] as DelayedCall;
      at = parent;
    }
    times[at] = time;
    sequences[at] = sequence;
    calls[at] = call;
  }

  /** Takes the first entry off the heap; its call, or null when it was out of date. */
  private popValid(): DelayedCall | null {
    const { times, sequences, calls } = this;
    const valid = this.isValid(0);
    const first = calls[0] as DelayedCall;
    const lastTime = times.pop() as number;
    const lastSequence = sequences.pop() as number;
    const last = calls.pop() as DelayedCall;
    if (calls.length > 0) this.siftDown(0, lastTime, lastSequence, last);
    if (valid) return first;
    this.stale--;
    return null;
  }

  /** Lets an entry sink from `at` to where it belongs. */
  private siftDown(at: number, time: number, sequence: number, call: DelayedCall): void {
    const { times, sequences, calls } = this;
    const size = calls.length;
    for (;;) {
      const firstChild = at * 4 + 1;
      if (firstChild >= size) break;
      const end = firstChild + 4 < size ? firstChild + 4 : size;
      let best = firstChild;
      let bestTime = times[firstChild] as number;
      let bestSequence = sequences[firstChild] as number;
      for (let child = firstChild + 1; child < end; child++) {
        const childTime = times[child] as number;
        if (childTime < bestTime || (childTime === bestTime && (sequences[child] as number) < bestSequence)) {
          best = child;
          bestTime = childTime;
          bestSequence = sequences[child] as number;
        }
      }
      if (time < bestTime || (time === bestTime && sequence <= bestSequence)) break;
      times[at] = bestTime;
      sequences[at] = bestSequence;
      calls[at] = calls[best] as DelayedCall;
      at = best;
    }
    times[at] = time;
    sequences[at] = sequence;
    calls[at] = call;
  }
}
