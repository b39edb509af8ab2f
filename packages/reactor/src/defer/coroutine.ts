/**
 * `inlineCallbacks`: sequential code over Deferreds.
 *
 * @twisted twisted.internet.defer (inlineCallbacks, returnValue)
 *
 * The generator runs synchronously up to the first Deferred that has not fired, as Twisted's do. Async functions cannot: a
 * native `await` always gives up the turn; see `Deferred.fromCoroutine`. `waitForDeferred` and `deferredGenerator`, deprecated since
 * Twisted 15, have no counterpart: replace `thing = waitForDeferred(d); yield thing; thing.getResult()` by `yield* d`.
 */
import { inspect } from 'node:util';

import { isGenerator, ReturnValue } from './coroutineDriver';
import { type Deferred, runCoroutine } from './deferred';

/**
 * Makes a function of a generator function; calls give a Deferred of what the generator returns or throws.
 *
 * `const x = yield* d` waits for the Deferred `d` and has its type; a failure is thrown there. `yield d` does the same, its value
 * being `unknown` to the type checker; `yield promise` waits for the promise; `yield` of a generator runs it as another such
 * function; anything else comes straight back. Cancelling the Deferred cancels what is waited for, so that the generator sees a
 * `CancelledError`, and may catch it and go on. The function throws `TypeError` when `f` gives no generator.
 *
 * @example
 * const greet = inlineCallbacks(function* (user: string) {
 *   const language = yield* lookUpLanguage(user); // a Deferred<string>
 *   return language === 'fr' ? 'Bonjour' : 'Hello';
 * });
 * greet('ada').addCallback(console.log);
 */
export function inlineCallbacks<This, A extends unknown[], T, N = unknown>(
  f: (this: This, ...args: A) => Generator<unknown, T, N>,
): (this: This, ...args: A) => Deferred<T> {
  return function (this: This, ...args: A): Deferred<T> {
    let generator: unknown;
    try {
      generator = f.apply(this, args);
    } catch (error) {
      if (!(error instanceof ReturnValue)) throw error;
      throw new TypeError(
        `inlineCallbacks requires ${inspect(f)} to produce a generator; instead caught returnValue being used in a non-generator`,
        { cause: error },
      );
    }
    if (!isGenerator(generator))
      throw new TypeError(
        `inlineCallbacks requires ${inspect(f)} to produce a generator; instead got ${inspect(generator)}`,
      );
    return runCoroutine(generator, f.name) as Deferred<T>;
  };
}

/**
 * Ends the generator that calls it with a result, by throwing. For ported code; `return value` does the same.
 *
 * @deprecated by Twisted 24.7, in favour of `return`
 */
export function returnValue(value: unknown): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- it must pass the `catch` blocks that handle errors
  throw new ReturnValue(value);
}
