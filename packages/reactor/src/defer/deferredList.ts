/**
 * Waiting for several Deferreds.
 *
 * @twisted twisted.internet.defer (DeferredList, gatherResults, race)
 *
 * All three add callbacks to the Deferreds they are given, which keep their own results (unless `consumeErrors`, or in a race).
 */
import type { Failure } from '../failure';
import { Logger } from '../logger/logger';

import { addWithoutContext, Deferred } from './deferred';
import { FailureGroup, FirstError } from './errors';

const log = new Logger({ namespace: 'twisted.internet.defer' });

/** First of the pair that a `DeferredList` gives for a Deferred that succeeded. */
export const SUCCESS = true;
/** First of the pair that a `DeferredList` gives for a Deferred that failed. */
export const FAILURE = false;

/** What became of one Deferred of a list: whether it succeeded, and its result or failure. */
export type DeferredListItem<T> = readonly [success: true, result: T] | readonly [success: false, failure: Failure];

/** Flags of `DeferredList`, all false by default. */
export interface DeferredListOptions {
  /** Fire as soon as one has succeeded, with `[result, index]`. An empty list then never fires. */
  readonly fireOnOneCallback?: boolean;
  /** Fail as soon as one has failed, with a `FirstError`. */
  readonly fireOnOneErrback?: boolean;
  /** Leave undefined instead of the failure in Deferreds that fail, so that these are not reported as unhandled. */
  readonly consumeErrors?: boolean;
}

/** The results of Deferreds of types `D`, in order. */
export type ResultsOf<D extends readonly Deferred[]> = {
  -readonly [K in keyof D]: D[K] extends Deferred<infer U> ? U : never;
};

type Items<D extends readonly Deferred[]> = {
  -readonly [K in keyof D]: D[K] extends Deferred<infer U> ? DeferredListItem<U> : never;
};

/** What a list of Deferreds of types `D` fires with, under `O`. */
export type DeferredListResult<D extends readonly Deferred[], O extends DeferredListOptions> = O extends {
  readonly fireOnOneCallback: true;
}
  ? [result: ResultsOf<D>[number], index: number]
  : Items<D>;

/**
 * Fires when all of the given Deferreds have a result, with a pair for each, in the order of the list: `[true, result]` or
 * `[false, failure]`. An empty list fires at once. `cancel()` cancels every one of them.
 *
 * @example
 * new DeferredList([a, b]).addCallback(([[ok, value]]) => { if (ok) use(value); });
 */
export class DeferredList<
  const D extends readonly Deferred[] = readonly Deferred[],
  const O extends DeferredListOptions = DeferredListOptions,
> extends Deferred<DeferredListResult<D, O>> {
  readonly fireOnOneCallback: boolean;
  readonly fireOnOneErrback: boolean;
  readonly consumeErrors: boolean;
  /** How many have a result. */
  finishedCount = 0;
  /** The pairs so far; null for those without a result. */
  readonly resultList: (DeferredListItem<unknown> | null)[];

  private readonly deferredList: readonly Deferred[];

  constructor(deferredList: D | Iterable<D[number]>, options?: O) {
    super();
    this.deferredList = [...deferredList];
    this.resultList = this.deferredList.map(() => null);
    this.fireOnOneCallback = options?.fireOnOneCallback ?? false;
    this.fireOnOneErrback = options?.fireOnOneErrback ?? false;
    this.consumeErrors = options?.consumeErrors ?? false;
    if (this.deferredList.length === 0 && !this.fireOnOneCallback) this.finish([]);
    for (const [index, deferred] of this.deferredList.entries()) {
      deferred.addCallbacks(
        (result) => this.succeeded(result, index),
        (failure) => this.failed(failure, index),
      );
    }
  }

  /** Cancels every Deferred of the list, unless the list has fired. What a canceller throws is logged. */
  override cancel(): void {
    if (this.called) return;
    for (const deferred of this.deferredList) {
      try {
        deferred.cancel();
      } catch (error) {
        log.failure('Exception raised from user supplied canceller', error);
      }
    }
  }

  private succeeded(result: unknown, index: number): unknown {
    this.record([SUCCESS, result], index);
    if (!this.called) {
      if (this.fireOnOneCallback) this.finish([result, index]);
      else this.finishWhenAllHave();
    }
    return result;
  }

  private failed(failure: Failure, index: number): Failure | undefined {
    this.record([FAILURE, failure], index);
    if (!this.called) {
      if (this.fireOnOneErrback) this.errback(new FirstError(failure, index));
      else this.finishWhenAllHave();
    }
    return this.consumeErrors ? undefined : failure;
  }

  private record(item: DeferredListItem<unknown>, index: number): void {
    this.resultList[index] = item;
    this.finishedCount++;
  }

  private finishWhenAllHave(): void {
    if (this.finishedCount === this.resultList.length) this.finish(this.resultList);
  }

  private finish(result: unknown): void {
    this.callback(result as DeferredListResult<D, O>);
  }
}

/**
 * Fires with the results of all of the given Deferreds, in order, or fails with a `FirstError` as soon as one fails (the others
 * go on). Cancelling it cancels them all.
 *
 * @example
 * gatherResults([lookUp('a'), lookUp('b')]).addCallback(([a, b]) => a + b);
 */
export function gatherResults<const D extends readonly Deferred[]>(
  deferredList: D,
  options?: { readonly consumeErrors?: boolean },
): Deferred<ResultsOf<D>>;
export function gatherResults<T>(
  deferredList: Iterable<Deferred<T>>,
  options?: { readonly consumeErrors?: boolean },
): Deferred<T[]>;
export function gatherResults(
  deferredList: Iterable<Deferred>,
  options: { readonly consumeErrors?: boolean } = {},
): Deferred<unknown[]> {
  return new DeferredList(deferredList, {
    fireOnOneErrback: true,
    consumeErrors: options.consumeErrors ?? false,
  }).addCallback((items) => (items as readonly DeferredListItem<unknown>[]).map(([, result]) => result));
}

/**
 * Fires with `[index, result]` of the Deferred that succeeds first, after cancelling the others; fails with a `FailureGroup` when
 * all fail. Takes the results over: the Deferreds go on with undefined. Without any it never fires. Cancelling it cancels them.
 */
export function race<T>(ds: Iterable<Deferred<T>>): Deferred<[index: number, result: T]> {
  const contenders = [...ds];
  const failures: [index: number, failure: Failure][] = [];
  let won = false;
  const final = new Deferred<[number, T]>(() => {
    for (const d of contenders) d.cancel();
  });
  for (const [index, d] of contenders.entries()) {
    addWithoutContext(
      d,
      (result) => {
        // A loser whose canceller fires it with a result gets here, too.
        if (won) return;
        won = true;
        for (const other of contenders) if (other !== d) other.cancel();
        final.callback([index, result as T]);
      },
      (failure) => {
        failures.push([index, failure as Failure]);
        if (failures.length !== contenders.length) return;
        failures.sort(([a], [b]) => a - b);
        final.errback(new FailureGroup(failures.map(([, each]) => each)));
      },
      null,
    );
  }
  return final;
}
