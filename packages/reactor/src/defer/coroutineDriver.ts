/**
 * Runs a generator whose `yield`s wait for Deferreds.
 *
 * @twisted twisted.internet.defer._inlineCallbacks, _cancellableInlineCallbacks
 *
 * One object and one closure for a coroutine, none for a step; a Deferred that has fired does not suspend the generator and
 * uses no stack. The driver is given the operations on Deferreds that it needs, so that `Deferred.fromCoroutine` can use
 * it without a circle of imports.
 */
import { types } from 'node:util';

import { type Failure, isFailure } from '../failure';

import { type AsyncContext, captureContext } from './asyncContext';
import type { AnyDeferred, Deferred } from './deferred';

/** What `returnValue` throws. No `Error`: code that catches errors by class lets it pass. */
export class ReturnValue {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Stands for "no result to be had at once". */
export const NO_RESULT: unique symbol = Symbol('no result');

/** How the driver handles Deferreds. */
export interface DeferredOperations {
  /** A new Deferred. */
  make(canceller: (deferred: AnyDeferred) => void): Deferred;
  /** The Deferred to wait for when a generator yields `value`, or null for a plain value. */
  awaitable(value: unknown): AnyDeferred | null;
  /** Takes the result out of a Deferred that has one and nothing more to run; `NO_RESULT` otherwise. */
  stealResult(deferred: AnyDeferred): unknown;
  /** Adds `callback` to both sides, in no async context of its own, for the coroutine of that name. */
  listen(deferred: AnyDeferred, callback: (result: unknown) => void, name: string): void;
  /** Puts `errback` before everything in the chain of an unfired Deferred and fires it with `error`. */
  interrupt(deferred: AnyDeferred, error: Error, errback: (failure: Failure) => unknown): void;
}

/** What the Deferred of a cancelled coroutine fails with, inwardly: nobody sees it. */
class CoroutineCancelled extends Error {}

/** What every coroutine is: a generator of any types. */
export type AnyGenerator = Generator<unknown, unknown, never>;

/** A running generator. */
export class Coroutine {
  /** Fires with what the generator returns or throws; changes when the one given out is cancelled. */
  deferred: Deferred;

  private readonly operations: DeferredOperations;
  private readonly generator: Generator<unknown, unknown, unknown>;
  /** For people. */
  private readonly name: string;
  private waitingOn: AnyDeferred | null = null;
  private context: AsyncContext | null = null;
  /** Whether `advance` is at work adding a callback, so that a result that comes at once is left for it to pick up. */
  private listening = false;
  private arrived: unknown = NO_RESULT;

  constructor(generator: AnyGenerator, operations: DeferredOperations, name: string) {
    this.generator = generator;
    this.name = name;
    this.operations = operations;
    this.deferred = operations.make(this.cancel);
  }

  /** Resumes the generator with results until it waits or ends. */
  advance(result: unknown): void {
    const { generator, operations } = this;
    for (;;) {
      let step: IteratorResult<unknown, unknown>;
      try {
        step = isFailure(result) ? generator.throw(result.value) : generator.next(result);
      } catch (error) {
        if (error instanceof ReturnValue) this.deferred.callback(error.value);
        else this.deferred.errback(error);
        return;
      }
      if (step.done === true) {
        this.deferred.callback(step.value);
        return;
      }
      result = step.value;
      const awaited = operations.awaitable(result);
      if (awaited === null) continue;
      result = operations.stealResult(awaited);
      if (result !== NO_RESULT) continue;
      this.listening = true;
      operations.listen(awaited, this.gotResult, this.name);
      this.listening = false;
      result = this.arrived;
      if (result === NO_RESULT) {
        this.waitingOn = awaited;
        this.context ??= captureContext();
        return;
      }
      this.arrived = NO_RESULT;
    }
  }

  private readonly gotResult = (result: unknown): void => {
    if (this.listening) this.arrived = result;
    else if (this.context === null) this.advance(result);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is given its `this`, without a closure
    else this.context.runInAsyncScope(this.advance, this, result);
  };

  /** The canceller of the coroutine's Deferred: it goes on to wait for the generator, which sees what it awaits cancelled. */
  private readonly cancel = (deferred: AnyDeferred): void => {
    this.operations.interrupt(deferred, new CoroutineCancelled(), (failure) => {
      failure.trap(CoroutineCancelled);
      this.deferred = this.operations.make(this.cancel);
      const successor = this.deferred;
      this.waitingOn?.cancel();
      return successor;
    });
  };
}

/** Whether a value is a generator object, of any realm. */
export function isGenerator(value: unknown): value is AnyGenerator {
  return types.isGeneratorObject(value);
}
