/**
 * The queue of timed calls that reactors and `task.Clock` share.
 *
 * @twisted twisted.internet.base.ReactorBase (callLater, timeout, runUntilCurrent)
 *
 * A heap, ordered by time and then by sequence number, so that calls due at the same time run in the order they were scheduled
 * (Twisted's own heap promises nothing). New calls wait outside the heap until the queue is next asked for the time or to
 * run: a call cancelled in the turn in which it was made never enters. A call that is put off keeps its place, and is moved
 * when it gets to the front; so `nextTime()` may be earlier than any call is due, as in Twisted: the reactor wakes, finds nothing to
 * do and asks again. A cancelled call leaves at once (Twisted's stays, and wakes the reactor): it is garbage the sooner.
 */
import { DelayedCall, type DelayedCallQueue, type ScheduledFunction } from './delayedCall';
import { Heap } from './heap';

export type { DelayedCall, ScheduledFunction } from './delayedCall';

/** Runs `callable(...args)` for a call that is due. */
export type RunCall = (callable: ScheduledFunction, args: readonly unknown[], call: DelayedCall) => void;

/** How `reset` to a later time works: left in place until it surfaces, or moved before the next call runs (see `task.Clock`). */
export type Ordering = 'lazy' | 'exact';

/** Cancelled calls among the new ones are tolerated up to this number, and beyond it up to half of all. */
const TOLERATED = 50;

/** Calls to come, ordered by time. */
export class TimerQueue implements DelayedCallQueue {
  readonly now: () => number;

  private readonly onEarlier: (() => void) | null;
  private readonly exact: boolean;
  private readonly heap = new Heap<DelayedCall>();
  /** Made since the queue was last put in order; not in the heap. */
  private fresh: DelayedCall[] = [];
  private freshCancelled = 0;
  /** Exact ordering only: calls whose time has changed since. */
  private moved: DelayedCall[] = [];
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
    if (this.exact) this.enter(call);
    else this.fresh.push(call);
    if (call.due < this.announced) this.announce(call.due);
    return call;
  }

  /** The time at which to look again, or null. No call is due before; the one that stands first may have been put off. */
  nextTime(): number | null {
    this.settle();
    this.announced = this.heap.firstTime();
    return this.heap.size === 0 ? null : this.announced;
  }

  /** When the next call is really due, or null. */
  nextDue(): number | null {
    this.settle();
    while (this.heap.size > 0) {
      const call = this.heap.first();
      if (call.due === call.queuedTime) return call.due;
      this.putOff(call);
    }
    return null;
  }

  /**
   * One iteration: runs the calls due at `now`, in order. A call made meanwhile waits for the next iteration, whatever its delay.
   * What `run` throws comes out; the rest stays due.
   */
  runDue(now: number, run: RunCall): void {
    this.settle();
    while (this.heap.firstTime() <= now && this.heap.size > 0) {
      const call = this.heap.first();
      if (call.due > call.queuedTime) this.putOff(call);
      else this.runOne(call, run);
    }
  }

  /**
   * Runs the first call due at `now`, if there is one, and says whether there was. Calls made meanwhile take part: for clocks that
   * run one call at a time. What `run` throws comes out, and the call is gone.
   */
  runNext(now: number, run: RunCall): boolean {
    const due = this.nextDue();
    if (due === null || due > now) return false;
    this.runOne(this.heap.first(), run);
    return true;
  }

  /** The calls to come, in the order they stand in: with exact ordering, that of the last time calls or time were added. */
  pending(): DelayedCall[] {
    const pending = this.fresh.filter((call) => call.state === 'pending');
    for (const call of this.heap.all()) pending.push(call);
    return pending.sort((a, b) => a.queuedTime - b.queuedTime || a.sequence - b.sequence);
  }

  /** For `DelayedCall`. */
  cancelled(call: DelayedCall): void {
    this.live--;
    if (call.slot !== -1) {
      this.heap.remove(call.slot);
      call.slot = -1;
    } else if (this.fresh.at(-1) === call) {
      this.fresh.pop();
    } else if (++this.freshCancelled > TOLERATED && this.freshCancelled > this.fresh.length >> 1) {
      this.fresh = this.fresh.filter((each) => each.state === 'pending');
      this.freshCancelled = 0;
    }
  }

  /** For `DelayedCall`. */
  rescheduled(call: DelayedCall): void {
    if (this.exact) {
      if (!call.moved) {
        call.moved = true;
        this.moved.push(call);
      }
    } else if (call.due < call.queuedTime) {
      this.putOff(call);
    }
    // Last: whoever is told asks for the next time, and the queue has to know it by then.
    if (call.due < this.announced) this.announce(call.due);
  }

  private announce(time: number): void {
    this.announced = time;
    this.onEarlier?.();
  }

  private runOne(call: DelayedCall, run: RunCall): void {
    this.heap.remove(call.slot);
    call.slot = -1;
    call.state = 'called';
    this.live--;
    run(call.callable, call.args, call);
    call.forget();
  }

  private enter(call: DelayedCall): void {
    call.queuedTime = call.due;
    call.slot = this.heap.push(call.due, call.sequence, call);
  }

  /** Moves a call to the time it is due. */
  private putOff(call: DelayedCall): void {
    call.queuedTime = call.due;
    this.heap.move(call.slot, call.due, call.sequence);
  }

  /** Puts everything into the heap that is not, or not where it belongs. */
  private settle(): void {
    if (this.moved.length !== 0) this.settleMoved();
    if (this.fresh.length === 0) return;
    const { fresh } = this;
    this.fresh = [];
    this.freshCancelled = 0;
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
    for (const call of [...later, ...earlier]) this.putOff(call);
  }
}
