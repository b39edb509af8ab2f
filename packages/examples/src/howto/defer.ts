/** The listings of docs/howto/defer.md. */
import { AsyncLocalStorage } from 'node:async_hooks';

import {
  CancelledError,
  Deferred,
  DeferredLock,
  fail,
  flushUnhandledErrors,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  setDebugging,
  succeed,
} from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IReactorTime } from '@skein/reactor/interfaces';

/** What the listings have to say. */
export type Say = (text: string) => void;

// #region first
export function first(say: Say): void {
  const d = new Deferred<string>();
  d.addCallback((text) => Number(text))
    .addCallback((n) => n + 1)
    .addCallback((n) => {
      say(`got ${String(n)}`);
    });
  d.callback('41');
  say('callback has returned');
}
// #endregion

// #region errors
export function errors(say: Say): void {
  const d = new Deferred<string>();
  d.addCallback((text) => {
    if (text === '') throw new RangeError('nothing to parse');
    return text.length;
  })
    .addErrback((failure: Failure) => {
      failure.trap(RangeError); // throws any other error on
      return 0;
    })
    .addCallback((length) => {
      say(`length ${String(length)}`);
    });
  d.callback('');
}
// #endregion

// #region chaining
export function chaining(say: Say, fetch: (name: string) => Deferred<string>): void {
  fetch('index')
    .addCallback((name) => fetch(name)) // the next callback waits for it
    .addCallback((text) => {
      say(text);
    });
}
// #endregion

// #region inline
export const greet = inlineCallbacks(function* (lookUp: (user: string) => Deferred<string>, user: string) {
  try {
    const language = yield* lookUp(user); // a string, for the type checker, too
    return language === 'fr' ? 'Bonjour' : 'Hello';
  } catch (error) {
    return `Hello (${(error as Error).message})`;
  }
});
// #endregion

// #region timing
export async function timing(say: Say): Promise<void> {
  Deferred.fromCoroutine(function* () {
    say(`generator: ${yield* succeed('at once')}`);
  });
  const d = Deferred.fromCoroutine(async () => {
    say(`async function: ${await succeed('later')}`);
  });
  say('both have been called');
  await d;
}
// #endregion

// #region several
export function several(say: Say, fetch: (name: string) => Deferred<number>): void {
  gatherResults([fetch('a'), fetch('b')])
    .addCallback(([a, b]) => {
      say(`sum ${String(a + b)}`);
    })
    .addErrback((failure) => {
      say(failure.getErrorMessage());
    });
}
// #endregion

// #region cancel
export function cancel(say: Say, clock: IReactorTime): Deferred<string> {
  const call = clock.callLater(10, () => {
    d.callback('done');
  });
  const d = new Deferred<string>(() => {
    call.cancel();
  });
  return d.addErrback((failure) => {
    failure.trap(CancelledError);
    say('given up');
    return 'nothing';
  });
}
// #endregion

// #region timeout
export function withTimeout(request: () => Deferred<string>, clock: IReactorTime): Deferred<string> {
  return request().addTimeout(5, clock); // fails with defer.TimeoutError
}
// #endregion

// #region abort
export function abortable(request: () => Deferred<string>, signal: AbortSignal): Deferred<string> {
  return request().addAbortSignal(signal); // cancels; the listener is removed with the result
}
// #endregion

// #region promises
export async function promises(say: Say): Promise<void> {
  const d = Deferred.fromPromise(Promise.resolve('from a promise'));
  say(await d);
  const either = maybeDeferred(async (n: number) => Promise.resolve(n + 1), 1);
  say(String(await either));
}
// #endregion

// #region lock
export function oneAtATime(request: (name: string) => Deferred<string>): Deferred<string>[] {
  const lock = new DeferredLock();
  return ['a', 'b'].map((name) => lock.run(request, name)); // b is asked for when a has answered
}
// #endregion

// #region context
export function context(say: Say): void {
  const user = new AsyncLocalStorage<string>();
  const answer = new Deferred<number>();
  user.run('ada', () => {
    answer.addCallback(() => {
      say(`asked by ${String(user.getStore())}`);
    });
  });
  user.run('the network', () => {
    answer.callback(42);
  });
}
// #endregion

// #region unhandled
export function unhandled(): number {
  setDebugging(true); // the report says where the Deferred was made
  fail(new Error('nobody listens'));
  setDebugging(false);
  return flushUnhandledErrors(); // reports now instead of when it is collected
}
// #endregion
