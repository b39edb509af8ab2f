/**
 * Deferreds and what is built on them.
 *
 * @twisted twisted.internet.defer
 */
export { inlineCallbacks, returnValue } from './coroutine';
export { getDebugging, setDebugging } from './debugging';
export { type AnyDeferred, type CallbacksOptions, Deferred, type Result, type ResultOf } from './deferred';
export {
  DeferredList,
  type DeferredListItem,
  type DeferredListOptions,
  type DeferredListResult,
  FAILURE,
  gatherResults,
  race,
  type ResultsOf,
  SUCCESS,
} from './deferredList';
export {
  AlreadyCalledError,
  AlreadyTryingToLockError,
  CancelledError,
  FailureGroup,
  FirstError,
  NotACoroutineError,
  QueueOverflow,
  QueueUnderflow,
  TimeoutError,
} from './errors';
export { DeferredFilesystemLock, FilesystemLock, isLocked } from './filesystemLock';
export { DeferredLock, DeferredSemaphore } from './locks';
export { DeferredQueue, type DeferredQueueOptions } from './queue';
export {
  ensureDeferred,
  execute,
  fail,
  logError,
  type MaybeDeferredOf,
  maybeDeferred,
  passthru,
  succeed,
} from './results';
export { timeout, timeoutDeferred } from './timeouts';
export { flushUnhandledErrors } from './unhandled';
