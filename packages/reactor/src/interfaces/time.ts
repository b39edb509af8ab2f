import { defineInterface } from './defineInterface';

/**
 * A call that `callLater` scheduled. Times are in seconds on the clock that made it.
 *
 * @twisted twisted.internet.interfaces.IDelayedCall
 */
export interface IDelayedCall {
  /** The time at which the call is due, in seconds as the clock's `seconds()` counts. */
  getTime(): number;
  /** Takes the call back. Throws `AlreadyCalled` or `AlreadyCancelled` when it is too late. */
  cancel(): void;
  /** Lets the call go `secondsLater` after now. Throws `AlreadyCalled` or `AlreadyCancelled` when it is too late. */
  reset(secondsLater: number): void;
  /** Puts the call off by `secondsLater` from its present time (negative: brings it forward). Throws as `reset` does. */
  delay(secondsLater: number): void;
  /** Whether the call is still to come: neither called (or being called) nor cancelled. */
  active(): boolean;
}
export const IDelayedCall = defineInterface<IDelayedCall>('IDelayedCall', [
  'getTime',
  'cancel',
  'reset',
  'delay',
  'active',
]);

/**
 * A clock that can call back. Reactors and `task.Clock` provide it; code that needs time takes one as a parameter.
 *
 * @twisted twisted.internet.interfaces.IReactorTime
 */
export interface IReactorTime {
  /** The present time in seconds; only differences mean something. Never goes back. */
  seconds(): number;
  /**
   * Calls `callable(...args)` after `delay` seconds (0 or more; fractions allowed), never before this call has returned.
   * Calls due at the same time run in the order they were scheduled. What the callable throws is logged.
   */
  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall;
  /** The calls still to come, in no promised order. */
  getDelayedCalls(): IDelayedCall[];
}
export const IReactorTime = defineInterface<IReactorTime>('IReactorTime', ['seconds', 'callLater', 'getDelayedCalls']);
