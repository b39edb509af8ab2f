/**
 * `Deferred`: a result that comes later, and the chain of callbacks it runs through.
 *
 * @twisted twisted.internet.defer.Deferred
 *
 * Callbacks run inside `callback()`/`errback()`, or inside `addCallback` when there is a result already: never in a later
 * turn. That is the difference from a promise, and the reason it is not built on one. A callback that returns a Deferred
 * makes this one wait for it; chains of any length use no stack.
 *
 * Left out: `errback(None)` (no current exception in JavaScript), keyword arguments for callbacks, `asFuture`'s loop
 * argument (`asPromise` here). Added: `await`, `addAbortSignal`, async context for callbacks, `instanceof` across copies.
 *
 * To change the loop in `run`, know its rules: a callback never runs recursively for one Deferred (`running`), a Deferred
 * that waits is `paused` once more and stands in the other's queue as a continuation, and whoever hands a result on keeps null.
 */
import { inspect, types } from 'node:util';

import { BRAND, brandOf } from '../brand';
import { Failure, isFailure, NoCurrentExceptionError } from '../failure';
import type { IReactorTime } from '../interfaces/time';
import { Logger } from '../logger/logger';

import { type AsyncContext, captureContext } from './asyncContext';
import { type AnyGenerator, Coroutine, type DeferredOperations, isGenerator, NO_RESULT } from './coroutineDriver';
import { AlreadyCalledError, CancelledError, NotACoroutineError, TimeoutError } from './errors';
import { DebugInfo, noteHandled, noteUnhandled } from './unhandled';
import { nameOf, type Waiters, type WaitingObserver } from './waiting';

const log = new Logger({ namespace: 'twisted.internet.defer' });

/** What a Deferred has by way of a result. */
type State = 'unfired' | 'value' | 'failure' | 'deferred';

/** Any Deferred: for places where only the being one counts. */
export type AnyDeferred = Deferred;

/** What a callback may return for the chain to go on with a `U`: it, a Deferred of it, or a Failure. */
export type Result<U> = U | Deferred<U> | Failure;

/** What the chain goes on with after a callback that returned an `R`. */
export type ResultOf<R> = R extends Deferred<infer U> ? U : R extends Failure ? never : R;

/** Extra arguments for the two callbacks of `addCallbacks`. */
export interface CallbacksOptions<CA extends unknown[] = unknown[], EA extends unknown[] = unknown[]> {
  readonly callbackArgs?: CA;
  readonly errbackArgs?: EA;
}

/** A function in the chain, its type forgotten: the public methods have checked it. */
type Link = (result: never, ...args: never[]) => unknown;
type LooseLink = (result: unknown, ...args: readonly unknown[]) => unknown;

/** One step of a chain; a null function passes the result by, `args` follow the result. `continueTo` is a Deferred that waits for this one instead. */
class Step {
  readonly callback: LooseLink | null;
  readonly errback: LooseLink | null;
  readonly args: readonly unknown[] | null;
  readonly context: AsyncContext | null;
  readonly continueTo: AnyDeferred | null;
  next: Step | null = null;

  constructor(
    callback: LooseLink | null,
    errback: LooseLink | null,
    args: readonly unknown[] | null,
    context: AsyncContext | null,
    continueTo: AnyDeferred | null,
  ) {
    this.callback = callback;
    this.errback = errback;
    this.args = args;
    this.context = context;
    this.continueTo = continueTo;
  }
}

function stateOf(result: unknown): State {
  const brand = brandOf(result);
  return brand === undefined ? 'value' : brand === 'failure' ? 'failure' : brand === 'deferred' ? 'deferred' : 'value';
}

/** Adds a pair of functions that need no async context: for the package's own callbacks. `args` follow the result. */
export let addWithoutContext: (
  deferred: AnyDeferred,
  callback: LooseLink | null,
  errback: LooseLink | null,
  args: readonly unknown[] | null,
) => void;

/**
 * The end of a row of Deferreds that wait for each other, without recursion: the first that does not wait, or that has a `cancel` of
 * its own. Null when they wait in a circle, where nothing can be cancelled (Twisted: RecursionError).
 */
let lastAwaited: (deferred: AnyDeferred) => AnyDeferred | null;

/** What an iterator over a Deferred gives next. */
let peek: (deferred: AnyDeferred, resumed: boolean) => IteratorResult<AnyDeferred, unknown>;

/** Who is told of Deferreds that are waited for; null, as nearly always: nobody. */
let waitingObserver: WaitingObserver | null = null;

/** Has `observer` told from now on, and nobody else; null: nobody. */
export function observeWaiting(observer: WaitingObserver | null): void {
  waitingObserver = observer;
}

/** What waits for a Deferred that has not fired. */
export let waitersOf: (deferred: AnyDeferred) => Waiters;

/** Runs a generator, which has `name` for people; what `fromCoroutine` does. */
export let runCoroutine: (generator: AnyGenerator, name: string) => AnyDeferred;

/** The iterator of a Deferred, for `yield*`. */
class Waiting<T> implements Iterator<AnyDeferred, T, unknown> {
  private readonly deferred: AnyDeferred;
  private resumed = false;

  constructor(deferred: AnyDeferred) {
    this.deferred = deferred;
  }

  next(): IteratorResult<AnyDeferred, T> {
    const { resumed } = this;
    this.resumed = true;
    return peek(this.deferred, resumed) as IteratorResult<AnyDeferred, T>;
  }

  throw(error: unknown): never {
    throw error;
  }
}

/** What coroutines need of Deferreds. */
let coroutineOperations: DeferredOperations;

/** The stack without this function and its `ownFrames` callers, as text, for debugging. */
function currentStack(ownFrames: number): string {
  return (new Error().stack ?? '')
    .split('\n')
    .slice(2 + ownFrames)
    .join('\n');
}

/**
 * A result that comes later.
 *
 * @typeParam T - the result at the present end of the chain: each `add…` method returns this Deferred typed anew
 *
 * @example
 * const d = new Deferred<string>();
 * d.addCallback((text) => Number(text)).addCallback((n) => n + 1);
 * d.callback('41'); // both callbacks have run when this returns
 */
export class Deferred<out T = unknown> implements PromiseLike<Awaited<T>> {
  /** Whether Deferreds record where they are made and fired; see `setDebugging`. */
  static debug = false;

  /** Whether `callback` or `errback` has been called. */
  called = false;
  /** How many `pause()` calls are open, waiting for another Deferred included. While not 0, no callback runs. */
  paused = 0;

  private state: State = 'unfired';
  private current: unknown = undefined;
  private running = false;
  private suppressAlreadyCalled = false;
  private canceller: ((deferred: Deferred<never>) => unknown) | null;
  private chainedTo: AnyDeferred | null = null;
  private first: Step | null = null;
  private last: Step | null = null;
  private info: DebugInfo | null = null;

  /**
   * @param canceller - called by `cancel()` with this Deferred, to end whatever it stands for. It may fire the Deferred itself;
   * otherwise `cancel()` fails it with `CancelledError`. Without a canceller, one later firing is swallowed.
   */
  constructor(canceller: ((deferred: Deferred<T>) => unknown) | null = null) {
    this.canceller = canceller;
    if (Deferred.debug) {
      this.info = new DebugInfo();
      this.info.creator = currentStack(1);
    }
  }

  /** `instanceof Deferred` is true for Deferreds of any copy of this module. */
  static [Symbol.hasInstance](this: unknown, value: unknown): boolean {
    if (this === Deferred) return isDeferred(value);
    return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
  }

  /** Whether a value is a Deferred of any copy of this module. */
  static isDeferred(value: unknown): value is AnyDeferred {
    return isDeferred(value);
  }

  /** The present result: undefined before firing, the Deferred waited for while waiting. For looking, not for use. */
  get result(): T | Failure | AnyDeferred | undefined {
    return this.current as T | Failure | AnyDeferred | undefined;
  }

  /**
   * Adds a function for a good result. What it returns (or the result of the Deferred it returns) is the next one's result; what
   * it throws, or a Failure it returns, goes to the next errback. Runs at once when there is a result already.
   *
   * @param args - further arguments for the function
   */
  addCallback<A extends unknown[]>(callback: (result: T, ...args: A) => Failure, ...args: A): Deferred<never>;
  addCallback<U, A extends unknown[]>(callback: (result: T, ...args: A) => Result<U>, ...args: A): Deferred<U>;
  addCallback<R, A extends unknown[]>(callback: (result: T, ...args: A) => R, ...args: A): Deferred<ResultOf<R>>;
  addCallback(callback: Link, ...args: readonly unknown[]): Deferred<never> {
    this.push(checked(callback), null, args);
    return this as unknown as Deferred<never>;
  }

  /** Adds a function for a failure. What it returns is a good result again; a `trap` in it passes other errors on. */
  addErrback<A extends unknown[]>(errback: (failure: Failure, ...args: A) => Failure, ...args: A): Deferred<T>;
  addErrback<U, A extends unknown[]>(errback: (failure: Failure, ...args: A) => Result<U>, ...args: A): Deferred<T | U>;
  addErrback<R, A extends unknown[]>(
    errback: (failure: Failure, ...args: A) => R,
    ...args: A
  ): Deferred<T | ResultOf<R>>;
  addErrback(errback: Link, ...args: readonly unknown[]): Deferred<never> {
    this.push(null, checked(errback), args);
    return this as unknown as Deferred<never>;
  }

  /** Adds a function for either: a `finally` that sees the result, and must return it to pass it on. */
  addBoth<A extends unknown[]>(callback: (result: T | Failure, ...args: A) => Failure, ...args: A): Deferred<never>;
  addBoth<U, A extends unknown[]>(callback: (result: T | Failure, ...args: A) => Result<U>, ...args: A): Deferred<U>;
  addBoth<R, A extends unknown[]>(callback: (result: T | Failure, ...args: A) => R, ...args: A): Deferred<ResultOf<R>>;
  addBoth(callback: Link, ...args: readonly unknown[]): Deferred<never> {
    const link = checked(callback);
    this.push(link, link, args);
    return this as unknown as Deferred<never>;
  }

  /** Adds two functions at one step, of which one will run: the errback does not see what this callback throws. */
  addCallbacks<U, V = never, CA extends unknown[] = [], EA extends unknown[] = []>(
    callback: (result: T, ...args: CA) => Result<U>,
    errback?: ((failure: Failure, ...args: EA) => Result<V>) | null,
    options?: CallbacksOptions<CA, EA>,
  ): Deferred<U | V>;
  addCallbacks<R, S = never, CA extends unknown[] = [], EA extends unknown[] = []>(
    callback: (result: T, ...args: CA) => R,
    errback?: ((failure: Failure, ...args: EA) => S) | null,
    options?: CallbacksOptions<CA, EA>,
  ): Deferred<ResultOf<R> | ResultOf<S>>;
  addCallbacks(callback: Link, errback: Link | null = null, options: CallbacksOptions = {}): Deferred<never> {
    this.push(
      withArguments(checked(callback), options.callbackArgs),
      errback === null ? null : withArguments(checked(errback), options.errbackArgs),
      NO_ARGUMENTS,
    );
    return this as unknown as Deferred<never>;
  }

  /**
   * Makes `d` fire with this one's result; this one goes on with undefined. Unlike returning a Deferred from a callback, long
   * rows of such chains use stack.
   */
  chainDeferred(d: Deferred<T>): Deferred<void> {
    d.chainedTo = this;
    return this.addCallbacks(
      (result) => {
        d.callback(result);
      },
      (failure) => {
        d.errback(failure);
      },
    );
  }

  /**
   * Fires with a result; callbacks run now. A Failure is as good as `errback`. Any other value, promises and Deferreds included,
   * is handed to the first callback as it is.
   *
   * Throws `AlreadyCalledError` when fired before.
   */
  callback(result: T | Failure): void {
    this.fire(result, stateOf(result));
  }

  /** Fires with an error: a Failure, or whatever was caught. Throws `AlreadyCalledError` when fired before. */
  errback(fail: unknown): void {
    if (arguments.length === 0)
      throw new NoCurrentExceptionError('Cannot errback without an error, wanted the error that was caught');
    this.fire(isFailure(fail) ? fail : new Failure(fail), 'failure');
  }

  /** Runs no callback until `unpause()`; calls count. */
  pause(): void {
    this.paused++;
  }

  /** Takes one `pause()` back and, if it was the last, runs what has waited. */
  unpause(): void {
    this.paused--;
    if (this.paused === 0 && this.called) this.run();
  }

  /**
   * Gives up waiting. Before firing: calls the canceller, and fails with `CancelledError` unless that fired. While waiting for
   * another Deferred: cancels that one. Otherwise does nothing. What the canceller throws comes out.
   */
  cancel(): void {
    if (!this.called) {
      const { canceller } = this;
      if (canceller !== null) canceller(this as unknown as Deferred<never>);
      else this.suppressAlreadyCalled = true;
      // The canceller may have fired it, which the type checker cannot see.
      if (!(this.called as boolean)) this.errback(new CancelledError());
    } else if (this.state === 'deferred') {
      lastAwaited(this.current as AnyDeferred)?.cancel();
    }
  }

  /**
   * Cancels after `timeout` seconds, and turns the resulting `CancelledError` into a `TimeoutError`. Covers the callbacks added
   * before, not those added after. The timer goes when the result comes.
   *
   * @param clock - what measures the time: the reactor, or a `Clock`
   * @param onTimeoutCancel - called instead of the conversion, with the result at that moment and the timeout
   */
  addTimeout<U = never>(
    timeout: number,
    clock: IReactorTime,
    onTimeoutCancel: ((result: T | Failure, timeout: number) => Result<U>) | null = null,
  ): Deferred<T | U> {
    let timedOut = false;
    const delayedCall = clock.callLater(timeout, () => {
      timedOut = true;
      this.cancel();
    });
    return this.addBoth((result): Result<T | U> => {
      if (!timedOut) return result;
      if (onTimeoutCancel !== null) return onTimeoutCancel(result, timeout);
      if (!isFailure(result)) return result;
      result.trap(CancelledError);
      throw new TimeoutError(timeout);
    }).addBoth((result: T | U | Failure): Result<T | U> => {
      if (delayedCall.active()) delayedCall.cancel();
      return result;
    });
  }

  /**
   * Cancels when `signal` aborts, or now if it has. Covers the callbacks added before. The listener is removed when the result
   * comes. A `CancelledError` that comes of it has the signal's reason as its `cause`.
   */
  addAbortSignal(signal: AbortSignal): Deferred<T> {
    if (signal.aborted) {
      this.cancel();
      return this.addBoth(explainAbort<T>, signal);
    }
    const abort = (): void => {
      this.cancel();
    };
    signal.addEventListener('abort', abort, { once: true });
    return this.addBoth((result): Result<T> => {
      signal.removeEventListener('abort', abort);
      return signal.aborted ? explainAbort(result, signal) : result;
    });
  }

  /**
   * For `await`, `Promise.resolve` and the like: takes the result over, as `asPromise` does. A promise never settles with a
   * Deferred or any other thenable in it: JavaScript waits for that as well.
   */
  then<R = Awaited<T>, S = never>(
    onFulfilled?: ((value: Awaited<T>) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => S | PromiseLike<S>) | null,
  ): Promise<R | S> {
    return this.asPromise().then(onFulfilled, onRejected);
  }

  /**
   * A promise of the result. Consumes it, errors too: this Deferred goes on with undefined. Twisted's `asFuture`.
   * Callbacks of the promise run in a later microtask, as always.
   */
  asPromise(): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      const refuse = (failure: Failure): void => {
        reject(failure.value);
      };
      addWithoutContext(this, resolve as LooseLink, refuse as LooseLink, null);
    });
  }

  /**
   * For `yield*` in `inlineCallbacks`: yields this Deferred until there is a result, then returns it or throws the error.
   * Gives the typed value that a plain `yield` cannot.
   */
  [Symbol.iterator](): Iterator<AnyDeferred, T, unknown> {
    return new Waiting<T>(this);
  }

  toString(): string {
    return this.describe(String);
  }

  [inspect.custom](depth: number, options: object): string {
    return this.describe((value) => inspect(value, { ...options, depth: depth - 1 }));
  }

  private describe(show: (value: unknown) => string): string {
    const parts: string[] = [];
    if (this.chainedTo !== null) parts.push('waiting on Deferred');
    else if (this.state !== 'unfired') parts.push(`current result: ${show(this.current)}`);
    if (this.paused !== 0 && this.chainedTo === null) parts.push(`paused: ${String(this.paused)}`);
    return `<${[this.constructor.name, ...parts].join(' ')}>`;
  }

  /** Adds a step, in the async context of now, and runs it when there is a result already. */
  private push(callback: LooseLink | null, errback: LooseLink | null, args: readonly unknown[]): void {
    const runsNow = this.called && !this.running && this.paused === 0;
    this.append(new Step(callback, errback, args.length === 0 ? null : args, runsNow ? null : captureContext(), null));
    if (runsNow) this.run();
  }

  private append(step: Step): void {
    if (this.last === null) {
      this.first = step;
      if (waitingObserver !== null && !this.called) waitingObserver.began(this, null);
    } else this.last.next = step;
    this.last = step;
  }

  private fire(result: unknown, state: State): void {
    if (this.called) {
      if (this.suppressAlreadyCalled) {
        this.suppressAlreadyCalled = false;
        return;
      }
      throw new AlreadyCalledError(Deferred.debug && this.info !== null ? `\n${this.info.getDebugTracebacks()}` : '');
    }
    if (Deferred.debug) {
      this.info ??= new DebugInfo();
      this.info.invoker = currentStack(2);
    }
    if (waitingObserver !== null) waitingObserver.ended(this);
    this.called = true;
    this.canceller = null;
    this.current = result;
    this.state = state;
    this.run();
  }

  /** Gives the result away: null stays. */
  private release(): void {
    this.current = null;
    this.state = 'value';
    if (this.info !== null) noteHandled(this.info);
  }

  /** Nothing more to run for now: a failure that stands here is unhandled, for the time being. */
  private settle(): void {
    if (this.state === 'failure') noteUnhandled(this, (this.info ??= new DebugInfo()), this.current as Failure);
    else if (this.info !== null) noteHandled(this.info);
  }

  /** Runs the chain as far as it goes, and the chains of the Deferreds that wait for it. */
  private run(): void {
    if (this.running) return;
    let current: AnyDeferred = this;
    // Deferreds that have handed their result on and have more callbacks to run once the other is through.
    let unfinished: AnyDeferred[] | null = null;
    for (;;) {
      if (current.paused !== 0) return;
      current.chainedTo = null;
      let waiter: AnyDeferred | null = null;
      while (current.first !== null) {
        const step: Step = current.first;
        current.first = step.next;
        if (step.next === null) current.last = null;
        waiter = step.continueTo;
        if (waiter !== null) {
          waiter.current = current.current;
          waiter.state = current.state;
          current.release();
          waiter.paused--;
          break;
        }
        const failed = current.state === 'failure';
        const link = failed ? step.errback : step.callback;
        if (link === null) continue;
        const { args } = step;
        current.running = true;
        let result: unknown;
        let state: State;
        try {
          if (step.context !== null) {
            result =
              args === null
                ? step.context.runInAsyncScope(link, undefined, current.current)
                : step.context.runInAsyncScope(link, undefined, current.current, ...args);
          } else {
            result = args === null ? link(current.current) : link(current.current, ...args);
          }
          state = stateOf(result);
        } catch (error) {
          result = new Failure(error);
          state = 'failure';
        }
        current.running = false;
        current.current = result;
        current.state = state;
        if (state === 'deferred' && current.take(result as AnyDeferred, link)) break;
      }
      if (waiter !== null) {
        if (current.first !== null) (unfinished ??= []).push(current);
        current = waiter;
        continue;
      }
      current.settle();
      const back: AnyDeferred | undefined = unfinished?.pop();
      if (back === undefined) return;
      current = back;
    }
  }

  /** A callback returned a Deferred: takes its result if it has one, or else waits for it. Returns whether it waits. */
  private take(returned: AnyDeferred, link: LooseLink): boolean {
    if (returned === this) {
      log.warn('Callback {callback} returned the Deferred it was attached to; this breaks the callback chain', {
        callback: link.name === '' ? '<anonymous>' : link.name,
      });
    }
    const inner = isOwn(returned) ? returned : adopt(returned);
    if (inner.state === 'unfired' || inner.state === 'deferred' || inner.paused !== 0) {
      this.current = inner;
      this.paused++;
      this.chainedTo = inner;
      inner.append(new Step(null, null, null, null, this));
      return true;
    }
    this.current = inner.current;
    this.state = inner.state;
    inner.release();
    return false;
  }

  /**
   * A Deferred of a promise: Twisted's `fromFuture`. Fires in a microtask, so outside the reactor's turn.
   *
   * @param canceller - how to end what the promise stands for (`() => controller.abort()`); promises themselves cannot be
   * cancelled. With or without one, a cancelled Deferred fails at once and hears no more from the promise.
   */
  static fromPromise<T>(promise: PromiseLike<T>, canceller: (() => unknown) | null = null): Deferred<T> {
    const d = new Deferred<T>(canceller === null ? null : () => canceller());
    promise.then(
      (result) => {
        if (!d.called) d.callback(result);
      },
      (error: unknown) => {
        if (!d.called) d.errback(error);
      },
    );
    return d;
  }

  /**
   * A Deferred of what a coroutine returns or throws. The coroutine is a function that is called now, or what such a
   * function returned: a generator, which runs synchronously as `inlineCallbacks` does, or the promise of an async function,
   * which gives up the turn at every `await`. Throws `NotACoroutineError` for anything else.
   */
  static fromCoroutine<T>(coroutine: (() => Generator<unknown, T, never>) | Generator<unknown, T, never>): Deferred<T>;
  static fromCoroutine<T>(coroutine: (() => PromiseLike<T>) | PromiseLike<T>): Deferred<T>;
  static fromCoroutine(coroutine: unknown): Deferred {
    const started: unknown = typeof coroutine === 'function' ? (coroutine as () => unknown)() : coroutine;
    if (isGenerator(started)) return runCoroutine(started, typeof coroutine === 'function' ? coroutine.name : '');
    if (types.isPromise(started)) return Deferred.fromPromise(started);
    throw new NotACoroutineError(`${inspect(started)} is not a coroutine`);
  }

  static {
    addWithoutContext = (deferred, callback, errback, args) => {
      deferred.append(new Step(callback, errback, args, null, null));
      if (deferred.called) deferred.run();
    };
    lastAwaited = (deferred) => {
      let mark = deferred;
      for (let steps = 1, untilNextMark = 1; ; steps++) {
        if (!deferred.called || deferred.state !== 'deferred') return deferred;
        if (deferred.cancel !== Deferred.prototype.cancel) return deferred;
        deferred = deferred.current as AnyDeferred;
        if (deferred === mark) return null;
        if (steps === untilNextMark) {
          mark = deferred;
          untilNextMark *= 2;
          steps = 0;
        }
      }
    };
    runCoroutine = (generator, name) => {
      const running = new Coroutine(generator, coroutineOperations, name);
      const { deferred } = running;
      running.advance(undefined);
      return deferred;
    };
    waitersOf = ({ first, info }) => {
      const callbacks: string[] = [];
      for (let step = first; step !== null && callbacks.length < 3; step = step.next) {
        const link = step.callback ?? step.errback;
        callbacks.push(link === null ? String(step.continueTo) : nameOf(link));
      }
      return { callbacks, creator: info?.creator?.split('\n') ?? [] };
    };
    peek = (deferred, resumed) => {
      // Resumed by one of its callbacks, it has a result, also when an earlier callback has paused it: to wait again would never end.
      if (deferred.state === 'unfired' || (deferred.paused !== 0 && !resumed)) return { done: false, value: deferred };
      if (deferred.state === 'failure') {
        if (deferred.info !== null) noteHandled(deferred.info);
        throw (deferred.current as Failure).value;
      }
      return { done: true, value: deferred.current };
    };
    coroutineOperations = {
      make: (canceller) => new Deferred(canceller),
      awaitable(value) {
        if (typeof value !== 'object' || value === null) return null;
        if (brandOf(value) === 'deferred')
          return isOwn(value as AnyDeferred) ? (value as AnyDeferred) : adopt(value as AnyDeferred);
        if (types.isPromise(value)) return Deferred.fromPromise(value);
        return isGenerator(value) ? Deferred.fromCoroutine(value) : null;
      },
      stealResult(deferred) {
        const { state } = deferred;
        if (state === 'unfired' || state === 'deferred' || deferred.paused !== 0) return NO_RESULT;
        if (deferred.running || deferred.first !== null) return NO_RESULT;
        const result = deferred.current;
        deferred.release();
        // As after a callback that returned nothing.
        deferred.current = undefined;
        return result;
      },
      listen(deferred, callback, name) {
        deferred.append(new Step(callback, callback, null, null, null));
        if (deferred.called) deferred.run();
        else waitingObserver?.began(deferred, name);
      },
      interrupt(deferred, error, errback) {
        const step = new Step(null, errback as LooseLink, null, null, null);
        step.next = deferred.first;
        deferred.first = step;
        deferred.last ??= step;
        deferred.errback(error);
      },
    };
  }
}
Object.defineProperty(Deferred.prototype, BRAND, { value: 'deferred' });

/** Whether a value is a Deferred of any copy of this module. */
export function isDeferred(value: unknown): value is AnyDeferred {
  return brandOf(value) === 'deferred';
}

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance];

/** Whether a Deferred was made by this copy of the module, so that its private side is the one we know. */
function isOwn(deferred: AnyDeferred): boolean {
  return ordinaryHasInstance.call(Deferred, deferred);
}

/** A Deferred of ours that gets the result of another copy's. */
function adopt(foreign: AnyDeferred): AnyDeferred {
  const own = new Deferred<unknown>(() => {
    foreign.cancel();
  });
  foreign.addCallbacks(
    (result) => {
      own.callback(result);
    },
    (failure) => {
      own.errback(failure);
    },
  );
  return own;
}

function explainAbort<T>(result: T | Failure, signal: AbortSignal): T | Failure {
  if (isFailure(result) && result.value instanceof CancelledError && result.value.cause === undefined)
    result.value.cause = signal.reason;
  return result;
}

const NO_ARGUMENTS: readonly unknown[] = Object.freeze([]);

/** `link` with its extra arguments, for steps whose two functions may have different ones. */
function withArguments(link: LooseLink, args: readonly unknown[] | undefined): LooseLink {
  return args === undefined || args.length === 0 ? link : (result) => link(result, ...args);
}

function checked(link: unknown): LooseLink {
  if (typeof link !== 'function') throw new TypeError(`Cannot add callback '${inspect(link)}', wanted a function`);
  return link as LooseLink;
}
