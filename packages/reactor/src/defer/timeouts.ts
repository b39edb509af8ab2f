/**
 * Timeouts for Deferreds, as functions; the method is `Deferred.addTimeout`.
 *
 * @twisted twisted.internet.defer.timeout (deprecated there)
 */
import type { IReactorTime } from '../interfaces/time';

import type { Deferred, Result } from './deferred';
import { TimeoutError } from './errors';

/** `deferred.addTimeout(seconds, clock, onTimeoutCancel)`, for code that has the clock first. */
export function timeoutDeferred<T, U = never>(
  clock: IReactorTime,
  deferred: Deferred<T>,
  seconds: number,
  onTimeoutCancel: ((result: T | Parameters<Deferred<T>['callback']>[0], timeout: number) => Result<U>) | null = null,
): Deferred<T | U> {
  return deferred.addTimeout(seconds, clock, onTimeoutCancel);
}

/**
 * Fails a Deferred with `TimeoutError`, without cancelling anything.
 *
 * @deprecated by Twisted 17.1, in favour of `Deferred.addTimeout`
 */
export function timeout(deferred: Deferred): void {
  deferred.errback(new TimeoutError('Callback timed out'));
}
