/**
 * Looking at a Deferred that has its result already, without waiting.
 *
 * @twisted twisted.trial.unittest.SynchronousTestCase (successResultOf, failureResultOf, assertNoResult)
 *
 * Plain functions: they throw `AssertionError`, which every test runner reports.
 */
import type { Deferred } from '../defer/deferred';
import { AssertionError } from '../error';
import type { ErrorType, Failure } from '../failure';

type Outcome<T> = { readonly value: T } | { readonly failure: Failure } | null;

/** Takes the result of a Deferred, if there is one; its later callbacks get null. */
function take<T>(deferred: Deferred<T>): Outcome<T> {
  let outcome: Outcome<T> = null;
  deferred.addCallbacks(
    (value) => {
      outcome = { value };
      return null;
    },
    (failure) => {
      outcome = { failure };
      return null;
    },
  );
  return outcome;
}

/** The result that `deferred` has now. Throws `AssertionError` when there is none, or a failure. */
export function successResultOf<T>(deferred: Deferred<T>): T {
  const shown = String(deferred);
  const outcome = take(deferred);
  if (outcome === null) throw new AssertionError(`Success result expected on ${shown}, found no result instead`);
  if ('failure' in outcome)
    throw new AssertionError(
      `Success result expected on ${shown}, found failure result instead:\n${outcome.failure.getTraceback()}`,
    );
  return outcome.value;
}

/**
 * The failure that `deferred` has now, of one of the types; without types, of any. Throws `AssertionError` when there is no
 * result, a success, or another failure.
 */
export function failureResultOf(deferred: Deferred, ...errorTypes: readonly ErrorType[]): Failure {
  const shown = String(deferred);
  const outcome = take(deferred);
  if (outcome === null) throw new AssertionError(`Failure result expected on ${shown}, found no result instead`);
  if ('value' in outcome)
    throw new AssertionError(
      `Failure result expected on ${shown}, found success result (${String(outcome.value)}) instead`,
    );
  const { failure } = outcome;
  if (errorTypes.length > 0 && failure.check(...errorTypes) === null) {
    const wanted = errorTypes.map((type) => (typeof type === 'string' ? type : type.name)).join(' or ');
    throw new AssertionError(
      `Failure of type (${wanted}) expected on ${shown}, found type ${failure.type.name} instead: ${failure.getTraceback()}`,
    );
  }
  return failure;
}

/** Throws `AssertionError` when `deferred` has a result. One that it has is left where it is. */
export function assertNoResult(deferred: Deferred): void {
  const shown = String(deferred);
  let found: { readonly result: unknown } | null = null;
  deferred.addBoth((result: unknown) => {
    found = { result };
    return result;
  });
  if (found !== null)
    throw new AssertionError(
      `No result expected on ${shown}, found ${String((found as { readonly result: unknown }).result)} instead`,
    );
}
