/**
 * Matchers about the result that a Deferred has now, for jest's `expect`.
 *
 * @twisted twisted.trial.unittest.SynchronousTestCase (successResultOf, failureResultOf, assertNoResult)
 *
 * As trial's methods they take the result: callbacks that are added later get null, and a failure counts as handled.
 */
import { Deferred } from '../../defer/deferred';
import { type ErrorType, type Failure, isFailure } from '../../failure';

/** What jest gives to a matcher as `this`, as far as it is used here. */
interface MatcherContext {
  equals(a: unknown, b: unknown): boolean;
  readonly utils: {
    printExpected(value: unknown): string;
    printReceived(value: unknown): string;
  };
}

/** What a matcher says. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Outcome = { readonly value: unknown } | { readonly failure: Failure } | null;

/** The result of a Deferred, which is taken from it. */
function take(received: unknown): { readonly shown: string; readonly outcome: Outcome } {
  if (!(received instanceof Deferred)) throw new TypeError(`wanted a Deferred, not ${String(received)}`);
  const shown = String(received);
  let outcome: Outcome = null;
  (received as Deferred).addBoth((result) => {
    outcome = isFailure(result) ? { failure: result } : { value: result };
    return null;
  });
  return { shown, outcome };
}

function describe(outcome: Outcome, { utils }: MatcherContext): string {
  if (outcome === null) return 'it has no result';
  return 'value' in outcome
    ? `it has the result ${utils.printReceived(outcome.value)}`
    : `it has failed:\n${outcome.failure.getTraceback()}`;
}

function names(types: readonly ErrorType[]): string {
  return types.length === 0
    ? ''
    : ` with ${types.map((type) => (typeof type === 'string' ? type : type.name)).join(' or ')}`;
}

/** The matchers, for `expect.extend`. */
export const deferredMatchers = {
  toHaveSucceeded(this: MatcherContext, received: unknown): MatcherResult {
    const { shown, outcome } = take(received);
    const pass = outcome !== null && 'value' in outcome;
    const wanted = pass ? 'not to have succeeded' : 'to have succeeded';
    return { pass, message: () => `wanted ${shown} ${wanted}, but ${describe(outcome, this)}` };
  },

  toHaveSucceededWith(this: MatcherContext, received: unknown, expected: unknown): MatcherResult {
    const { shown, outcome } = take(received);
    const pass = outcome !== null && 'value' in outcome && this.equals(outcome.value, expected);
    const wanted = `${pass ? 'not ' : ''}to have the result ${this.utils.printExpected(expected)}`;
    return { pass, message: () => `wanted ${shown} ${wanted}, but ${describe(outcome, this)}` };
  },

  toHaveFailedWith(this: MatcherContext, received: unknown, ...types: readonly ErrorType[]): MatcherResult {
    const { shown, outcome } = take(received);
    const pass =
      outcome !== null && 'failure' in outcome && (types.length === 0 || outcome.failure.check(...types) !== null);
    const wanted = `${pass ? 'not ' : ''}to have failed${names(types)}`;
    return { pass, message: () => `wanted ${shown} ${wanted}, but ${describe(outcome, this)}` };
  },

  toHaveNoResult(this: MatcherContext, received: unknown): MatcherResult {
    if (!(received instanceof Deferred)) throw new TypeError(`wanted a Deferred, not ${String(received)}`);
    const shown = String(received);
    let outcome: Outcome = null;
    // What is there is left where it is, as trial's assertNoResult does.
    (received as Deferred).addBoth((result) => {
      outcome = isFailure(result) ? { failure: result } : { value: result };
      return result;
    });
    const pass = outcome === null;
    return {
      pass,
      message: () => `wanted ${shown} ${pass ? 'to have a result' : 'to have none'}, but ${describe(outcome, this)}`,
    };
  },
};
