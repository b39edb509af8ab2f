/**
 * `DelayedCall`: what `callLater` returns.
 *
 * @twisted twisted.internet.base.DelayedCall
 *
 * Holds function and arguments itself, so that scheduling makes no closure. A call put off (`reset` to a later time, `delay`) keeps
 * its place in the queue and is moved when it gets to the front: pushing a timeout further away, as protocols do for every
 * line they receive, costs two assignments. Left out: `debug` (the stack of creation).
 */
import { inspect } from 'node:util';

import { AlreadyCalled, AlreadyCancelled } from '../error';
import type { IDelayedCall } from '../interfaces/time';

import { checkSeconds } from './seconds';

/** A scheduled function, its type forgotten: `callLater` has checked it against its arguments. */
export type ScheduledFunction = (...args: readonly unknown[]) => unknown;

/** What a call tells the queue it is in. */
export interface DelayedCallQueue {
  /** The present time, in seconds. */
  readonly now: () => number;
  /** The call has been cancelled. */
  cancelled(call: DelayedCall): void;
  /** `call.due` has changed. */
  rescheduled(call: DelayedCall): void;
}

/** A call that is still to come, or was. */
export class DelayedCall implements IDelayedCall {
  /** Where the call is in its life. */
  state: 'pending' | 'called' | 'cancelled' = 'pending';
  /** When it is due, in seconds; the queue may have it at an earlier place still. */
  due: number;
  /** The time under which the queue has it; `-Infinity` while the queue has not put it in order yet. */
  queuedTime = -Infinity;
  /** Decides among equal times. */
  sequence: number;
  /** Where it is in the queue's heap; -1 while it is not. */
  slot = -1;
  /** Whether the queue knows already that it must be moved. */
  moved = false;
  /** The function, until it has been called or cancelled. */
  callable: ScheduledFunction;
  /** Its arguments. */
  args: readonly unknown[];

  private readonly queue: DelayedCallQueue;

  /** For queues: `callLater` makes delayed calls. */
  constructor(
    due: number,
    sequence: number,
    callable: ScheduledFunction,
    args: readonly unknown[],
    queue: DelayedCallQueue,
  ) {
    this.due = due;
    this.sequence = sequence;
    this.callable = callable;
    this.args = args;
    this.queue = queue;
  }

  /** Whether the function has been called, or is being called. */
  get called(): boolean {
    return this.state === 'called';
  }

  /** Whether the call was cancelled. */
  get cancelled(): boolean {
    return this.state === 'cancelled';
  }

  getTime(): number {
    return this.due;
  }

  cancel(): void {
    if (this.state !== 'pending') this.tooLate();
    this.state = 'cancelled';
    this.forget();
    this.queue.cancelled(this);
  }

  reset(secondsFromNow: number): void {
    if (this.state !== 'pending') this.tooLate();
    checkSeconds(secondsFromNow, 'reset a call');
    this.due = this.queue.now() + secondsFromNow;
    this.queue.rescheduled(this);
  }

  delay(secondsLater: number): void {
    if (this.state !== 'pending') this.tooLate();
    checkSeconds(secondsLater, 'delay a call');
    this.due += secondsLater;
    this.queue.rescheduled(this);
  }

  active(): boolean {
    return this.state === 'pending';
  }

  toString(): string {
    const seconds = this.due - this.queue.now();
    const flag = (on: boolean): string => (on ? '1' : '0');
    const parts = [`[${String(seconds)}s]`, `called=${flag(this.called)}`, `cancelled=${flag(this.cancelled)}`];
    if (this.callable !== nothing) {
      const args = this.args.map((arg) => inspect(arg, { depth: 0 }));
      parts.push(`${this.callable.name === '' ? '<anonymous>' : this.callable.name}(${args.join(', ')})`);
    }
    return `<DelayedCall ${parts.join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** Lets go of function and arguments: whoever keeps the call does not keep them. */
  forget(): void {
    this.callable = nothing;
    this.args = NO_ARGUMENTS;
  }

  private tooLate(): never {
    if (this.state === 'cancelled') throw new AlreadyCancelled();
    throw new AlreadyCalled();
  }
}

const NO_ARGUMENTS: readonly unknown[] = Object.freeze([]);

function nothing(): void {
  // Stands for a function that has been let go of.
}
