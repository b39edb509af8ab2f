/** What `runUntil` waits for: a condition, a Deferred or a promise. */
import { Deferred } from '../defer/deferred';
import type { Failure } from '../failure';

export interface Goal<T> {
  readonly reached: () => boolean;
  /** What it came to; throws what it failed with. */
  readonly result: () => T | undefined;
  /** For people: what is not so yet. */
  readonly wanted: () => string;
}

export function toGoal<T>(what: (() => boolean) | Deferred<T> | Promise<T>): Goal<T> {
  if (typeof what === 'function')
    return { reached: what, result: () => undefined, wanted: () => `${what.toString()} is not true` };
  let outcome: { readonly value: T } | { readonly error: unknown } | null = null;
  // Named for reports, which show who waits for a Deferred.
  const runUntil = (value: T): null => {
    outcome = { value };
    return null;
  };
  const failed = (error: unknown): null => {
    outcome = { error };
    return null;
  };
  if (what instanceof Deferred) what.addCallbacks(runUntil, (failure: Failure) => failed(failure.value));
  else what.then(runUntil, failed);
  return {
    reached: () => outcome !== null,
    result: () => {
      if (outcome !== null && 'error' in outcome) throw outcome.error;
      return outcome?.value;
    },
    wanted: () => `${what instanceof Deferred ? String(what) : 'a promise'} has no result`,
  };
}

/** Is never reached: for letting time pass. */
export const NEVER: Goal<undefined> = {
  reached: () => false,
  result: () => undefined,
  wanted: () => 'nothing is waited for',
};
