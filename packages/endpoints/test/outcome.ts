/** What a Deferred has come to, for tests: looks without changing anything, except that failures count as handled. */
import type { Deferred } from '@skein/reactor/defer';
import { type Failure, isFailure } from '@skein/reactor/failure';

export class Outcome<T> {
  readonly #results: (T | Failure)[] = [];

  constructor(deferred: Deferred<T>) {
    deferred.addBoth((result: T | Failure) => {
      this.#results.push(result);
      return null;
    });
  }

  get fired(): boolean {
    return this.#results.length > 0;
  }

  /** The result; throws when there is none, or a failure. */
  get result(): T {
    const [result] = this.#results;
    if (!this.fired) throw new Error('the Deferred has not fired');
    if (isFailure(result)) throw result.value;
    return result as T;
  }

  /** The error; throws when there is none. */
  get error(): Error {
    const [result] = this.#results;
    if (!isFailure(result)) throw new Error(this.fired ? 'the Deferred has not failed' : 'the Deferred has not fired');
    return result.value;
  }
}

export function outcomeOf<T>(deferred: Deferred<T>): Outcome<T> {
  return new Outcome(deferred);
}
