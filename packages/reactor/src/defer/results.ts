/**
 * Deferreds that have their result from the start, and calls whose result may or may not be a Deferred.
 *
 * @twisted twisted.internet.defer (succeed, fail, execute, maybeDeferred, ensureDeferred, passthru, logError)
 */
import { inspect, types } from 'node:util';

import { type Failure, isFailure } from '../failure';
import { Logger } from '../logger/logger';

import { isGenerator } from './coroutineDriver';
import { Deferred, isDeferred } from './deferred';
import { NotACoroutineError } from './errors';

const log = new Logger({ namespace: 'twisted.internet.defer' });

/** A Deferred that has fired with `result`. */
export function succeed(): Deferred<undefined>;
export function succeed<T>(result: T): Deferred<T>;
export function succeed(result?: unknown): Deferred {
  const d = new Deferred();
  d.callback(result);
  return d;
}

/** A Deferred that has failed, with a Failure or with whatever was caught. */
export function fail<T = never>(error: unknown): Deferred<T> {
  const d = new Deferred<T>();
  if (arguments.length === 0) d.errback(...([] as unknown as [unknown]));
  else d.errback(error);
  return d;
}

/** Calls a function, and gives a Deferred of what it returns, whatever that is, or of what it throws. */
export function execute<T, A extends unknown[]>(callable: (...args: A) => T, ...args: A): Deferred<T> {
  let result: T;
  try {
    result = callable(...args);
  } catch (error) {
    return fail(error);
  }
  return succeed(result);
}

/** What `maybeDeferred` makes of a function's return type. */
export type MaybeDeferredOf<R> =
  R extends Deferred<infer U> ? U : R extends Failure ? never : R extends Promise<infer U> ? U : R;

/**
 * Calls a function and gives a Deferred in any case: the one it returned; one for the promise (of an async function) it returned; one
 * that has fired, for a plain value; one that has failed, for a Failure or for what it threw.
 */
export function maybeDeferred<U, A extends unknown[]>(f: (...args: A) => Deferred<U>, ...args: A): Deferred<U>;
export function maybeDeferred<R, A extends unknown[]>(f: (...args: A) => R, ...args: A): Deferred<MaybeDeferredOf<R>>;
export function maybeDeferred<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): Deferred {
  let result: unknown;
  try {
    result = f(...args);
  } catch (error) {
    return fail(error);
  }
  if (isDeferred(result)) return result;
  if (isFailure(result)) return fail(result);
  if (types.isPromise(result)) return Deferred.fromPromise(result);
  return succeed(result);
}

/** A Deferred of a coroutine: a promise (as async functions return), a generator, or a Deferred, which is returned as it is. */
export function ensureDeferred<T>(coroutine: Deferred<T> | PromiseLike<T> | Generator<unknown, T, never>): Deferred<T>;
export function ensureDeferred(coroutine: unknown): Deferred {
  if (isDeferred(coroutine)) return coroutine;
  if (isGenerator(coroutine)) return Deferred.fromCoroutine(coroutine);
  if (types.isPromise(coroutine)) return Deferred.fromPromise(coroutine);
  throw new NotACoroutineError(`${inspect(coroutine)} is not a coroutine or a Deferred`);
}

/** Returns its argument: a callback that changes nothing. */
export function passthru<T>(arg: T): T {
  return arg;
}

/** An errback that logs the failure and passes it on. If nobody handles it then, it is logged again as unhandled. */
export function logError(failure: Failure): Failure {
  log.failure('', failure);
  return failure;
}
