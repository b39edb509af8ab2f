/**
 * `deferLater`: `callLater` whose outcome is a Deferred.
 *
 * @twisted twisted.internet.task.deferLater
 */
import { currentReactor } from '../current';
import { Deferred } from '../defer/deferred';
import type { Result } from '../defer/deferred';
import type { IReactorTime } from '../interfaces/time';

/**
 * Calls `callable(...args)` after `delay` seconds; the Deferred fires with what it returns (waiting for a Deferred) or throws.
 * Without a function it fires with undefined: a pause. Cancelling it takes the call back.
 *
 * @param clock - what measures the time; null: the installed reactor
 *
 * @example
 * yield* deferLater(reactor, 0.5); // in an inlineCallbacks function
 */
export function deferLater(clock: IReactorTime | null, delay: number): Deferred<void>;
export function deferLater<U, A extends unknown[]>(
  clock: IReactorTime | null,
  delay: number,
  callable: (...args: A) => Result<U>,
  ...args: A
): Deferred<U>;
export function deferLater(
  clock: IReactorTime | null,
  delay: number,
  callable: ((...args: unknown[]) => unknown) | null = null,
  ...args: unknown[]
): Deferred {
  const d = new Deferred(() => {
    delayedCall.cancel();
  });
  d.addCallback(() => (callable === null ? undefined : callable(...args)));
  const delayedCall = (clock ?? currentReactor()).callLater(delay, fire, d);
  return d;
}

function fire(d: Deferred): void {
  d.callback(undefined);
}
