/**
 * Every error of the module.
 *
 * @twisted twisted.internet.defer
 *
 * `defer.TimeoutError` and `error.TimeoutError` are two classes, in Twisted and here; `addTimeout` fails with this one.
 */
import type { Failure } from '../failure';

/** Puts a literal name on the prototype: no own property for every error made, and safe from minifiers. */
function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** `callback` or `errback` was called on a Deferred that one of them had been called on. When debugging, says where. */
export class AlreadyCalledError extends Error {
  static {
    nameError(this, 'AlreadyCalledError');
  }
}

/** What a Deferred fails with when it is cancelled and its canceller has nothing else to say. */
export class CancelledError extends Error {
  static {
    nameError(this, 'CancelledError');
  }
}

/** What a Deferred fails with when `addTimeout` cancelled it. */
export class TimeoutError extends Error {
  static {
    nameError(this, 'TimeoutError');
  }

  /** How long was waited, in seconds; null when the message says it. */
  readonly timeout: number | null;

  /** @param timeout - seconds, or a whole message */
  constructor(timeout: number | string, what = 'Deferred') {
    super(typeof timeout === 'string' ? timeout : `(${String(timeout)}, '${what}')`);
    this.timeout = typeof timeout === 'string' ? null : timeout;
  }
}

/** A coroutine was wanted: an async function's promise, or a generator. */
export class NotACoroutineError extends TypeError {
  static {
    nameError(this, 'NotACoroutineError');
  }
}

/** The first failure of a `DeferredList` with `fireOnOneErrback`, and so of `gatherResults`. */
export class FirstError extends Error {
  static {
    nameError(this, 'FirstError');
  }

  /** The failure that happened. */
  readonly subFailure: Failure;
  /** The place in the list, from 0, of the Deferred that failed. */
  readonly index: number;

  constructor(failure: Failure, index: number) {
    super(`FirstError[#${String(index)}, ${failure.value.name}: ${failure.value.message}]`, { cause: failure.value });
    this.subFailure = failure;
    this.index = index;
  }
}

/** All of the Deferreds of a `race` failed. */
export class FailureGroup extends Error {
  static {
    nameError(this, 'FailureGroup');
  }

  /** The failures, in the order of the Deferreds. */
  readonly failures: readonly Failure[];
  /** Their errors, as `AggregateError.errors`. */
  readonly errors: readonly Error[];

  constructor(failures: readonly Failure[]) {
    super(failures.map(({ value }) => `${value.name}: ${value.message}`).join('; '));
    this.failures = failures;
    this.errors = failures.map(({ value }) => value);
  }
}

/** `DeferredQueue.put` on a queue that is full. */
export class QueueOverflow extends Error {
  static {
    nameError(this, 'QueueOverflow');
  }
}

/** `DeferredQueue.get` on an empty queue for which too many wait already. */
export class QueueUnderflow extends Error {
  static {
    nameError(this, 'QueueUnderflow');
  }
}

/** `DeferredFilesystemLock.deferUntilLocked` was called while an earlier call was still trying. */
export class AlreadyTryingToLockError extends Error {
  static {
    nameError(this, 'AlreadyTryingToLockError');
  }
}
