/* eslint-disable @typescript-eslint/no-deprecated -- what Twisted deprecates is tested, too */
import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';

import {
  AlreadyCalledError,
  CancelledError,
  Deferred,
  fail,
  flushUnhandledErrors,
  getDebugging,
  maybeDeferred,
  setDebugging,
  succeed,
  TimeoutError,
  timeout,
  timeoutDeferred,
} from '../../src/defer';
import { Failure, NoCurrentExceptionError } from '../../src/failure';
import { capturedLogs } from '../../src/logger';
import { Clock } from '../../src/task';
import type * as DeferModule from '../../src/defer';

/** What a Deferred has come to: its result or its failure's error. */
function outcome(d: Deferred): unknown {
  let seen: unknown = 'nothing yet';
  d.addBoth((result) => {
    seen = Failure.isFailure(result) ? result.value : result;
  });
  return seen;
}

describe('Deferred', () => {
  it('Deferred.callback runs the chain before it returns', () => {
    const log: unknown[] = [];
    const d = new Deferred<number>();
    d.addCallback((n) => {
      log.push(n);
      return String(n + 1);
    }).addCallback((text) => {
      log.push(text);
    });
    d.callback(1);
    expect(log).toEqual([1, '2']);
    expect(d.called).toBe(true);
  });

  it('Deferred passes extra arguments after the result', () => {
    const log: unknown[] = [];
    const record = (...args: unknown[]): void => void log.push(args);
    succeed(1).addCallback(record, 'a', 'b');
    fail(new Error('x')).addErrback((failure, more: string) => {
      record(failure.getErrorMessage(), more);
    }, 'c');
    succeed(2).addBoth(record, 'd');
    succeed(3).addCallbacks(record, record, { callbackArgs: ['e'], errbackArgs: ['f'] });
    fail(new Error('y')).addCallbacks(
      record,
      (_failure, more: string) => {
        record(more);
      },
      { errbackArgs: ['f'] },
    );
    expect(log).toEqual([[1, 'a', 'b'], ['x', 'c'], [2, 'd'], [3, 'e'], ['f']]);
  });

  it('Deferred.addCallback throws TypeError at once for what is no function', () => {
    const d = new Deferred();
    expect(() => d.addCallback(undefined as never)).toThrow("Cannot add callback 'undefined', wanted a function");
    expect(() => d.addCallbacks(() => null, 'x' as never)).toThrow(TypeError);
  });

  it('Deferred.errback without an error throws NoCurrentExceptionError', () => {
    const d = new Deferred();
    expect(() => {
      d.errback(...([] as unknown as [unknown]));
    }).toThrow(NoCurrentExceptionError);
    expect(() => fail(...([] as unknown as [unknown]))).toThrow(NoCurrentExceptionError);
  });

  it('Deferred.callback hands promises and Deferreds to the first callback as they are', async () => {
    const promise = Promise.resolve(1);
    const inner = new Deferred();
    expect(outcome(succeed(promise))).toBe(promise);
    let seen: unknown;
    succeed(inner).addCallback((d) => {
      seen = d;
      return null;
    });
    expect(seen).toBe(inner);
    await promise;
  });

  it('Deferred runs a chain of 100,000 returned Deferreds without stack', () => {
    const first = new Deferred<number>();
    let last: Deferred<number> = first;
    for (let i = 0; i < 100_000; i++) {
      const inner = last;
      last = succeed(null).addCallback(() => inner);
    }
    let seen: unknown;
    last.addCallback((result) => {
      seen = result;
    });
    first.callback(42);
    expect(seen).toBe(42);
  });

  it('Deferred runs a chain of 100,000 returned Deferreds that have fired, and 100,000 callbacks, without stack', () => {
    const d = new Deferred<number>();
    for (let i = 0; i < 100_000; i++) d.addCallback((n) => succeed(n + 1));
    d.callback(0);
    expect(outcome(d)).toBe(100_000);
  });

  it('Deferred cancels through a chain of 100,000 without stack', () => {
    const first = new Deferred<number>();
    let last: Deferred<number> = first;
    for (let i = 0; i < 100_000; i++) {
      const inner = last;
      last = succeed(null).addCallback(() => inner);
    }
    last.cancel();
    expect(outcome(last)).toBeInstanceOf(CancelledError);
  });

  it('Deferred.cancel does nothing in a circle of Deferreds that wait for each other', () => {
    const ring: Deferred[] = [];
    for (let i = 0; i < 5; i++) ring.push(new Deferred().addCallback(() => ring[(i + 1) % 5]));
    for (const d of ring) d.callback(null);
    for (const d of ring) d.cancel();
    expect(ring.map((d) => d.paused)).toEqual([1, 1, 1, 1, 1]);
  });

  it('Deferred that returns itself from a callback logs a warning', () => {
    const d = new Deferred();
    d.addCallback(function loop() {
      return d;
    });
    const events = capturedLogs(() => {
      d.callback(1);
    });
    expect(events).toMatchObject([{ log_level: 'warn', callback: 'loop' }]);
  });

  it('Deferred.cancel swallows exactly one later callback', () => {
    const d = new Deferred();
    d.cancel();
    d.callback(1);
    expect(() => {
      d.callback(2);
    }).toThrow(AlreadyCalledError);
    expect(outcome(d)).toBeInstanceOf(CancelledError);
  });

  it('Deferred.addTimeout cancels, converts, and takes its timer back', () => {
    const clock = new Clock();
    const late = new Deferred().addTimeout(5, clock);
    const early = new Deferred<number>();
    early.addTimeout(5, clock);
    early.callback(1);
    expect(clock.getDelayedCalls()).toHaveLength(1);
    clock.advance(5);
    const error = outcome(late);
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as TimeoutError).timeout).toBe(5);
    expect((error as TimeoutError).message).toBe("(5, 'Deferred')");
  });

  it('timeoutDeferred is addTimeout with the clock first; timeout fails a Deferred', () => {
    const clock = new Clock();
    const d = new Deferred<number>();
    const timed = timeoutDeferred(clock, d, 1, () => 7);
    clock.advance(1);
    expect(outcome(timed)).toBe(7);
    const old = new Deferred();
    timeout(old);
    expect(outcome(old)).toMatchObject({ name: 'TimeoutError', message: 'Callback timed out' });
  });

  it('Deferred inspects as its state', () => {
    const waiting = succeed(null).addCallback(() => new Deferred());
    const paused = new Deferred();
    paused.pause();
    expect(inspect(new Deferred())).toBe('<Deferred>');
    expect(inspect(succeed({ a: 1 }))).toBe('<Deferred current result: { a: 1 }>');
    expect(inspect(waiting)).toBe('<Deferred waiting on Deferred>');
    expect(String(paused)).toBe('<Deferred paused: 1>');
  });

  it('Deferred.result is undefined before firing and the result after', () => {
    const d = new Deferred<number>();
    expect(d.result).toBeUndefined();
    d.callback(3);
    expect(d.result).toBe(3);
  });

  it('Deferred of another copy of the module is a Deferred, and can be returned from a callback', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module is wanted
      const other = require('../../src/defer') as typeof DeferModule;
      const foreign = new other.Deferred<number>();
      expect(other.Deferred).not.toBe(Deferred);
      expect(foreign).toBeInstanceOf(Deferred);
      class Special extends Deferred {}
      expect(foreign).not.toBeInstanceOf(Special);
      const d = succeed(null).addCallback(() => foreign);
      foreign.callback(5);
      expect(outcome(d)).toBe(5);
      const cancelled = new other.Deferred<number>();
      const waiting = succeed(null).addCallback(() => cancelled);
      waiting.cancel();
      expect(outcome(waiting)).toMatchObject({ name: 'CancelledError' });
    });
  });
});

describe('Deferred and promises', () => {
  it('await on a Deferred gives its result, or throws its error', async () => {
    const d = new Deferred<number>();
    const error = new Error('x');
    const awaited = (async () => (await d) + 1)();
    d.callback(1);
    await expect(awaited).resolves.toBe(2);
    await expect(fail(error)).rejects.toBe(error);
    expect(flushUnhandledErrors()).toBe(0);
  });

  it('Deferred.asPromise takes the result over', async () => {
    const d = succeed(1);
    const promise = d.asPromise();
    expect(outcome(d)).toBeUndefined();
    await expect(promise).resolves.toBe(1);
  });

  it('an async function that returns a Deferred fulfils with its result, as JavaScript has it', async () => {
    const returnsDeferred = async (): Promise<number> => succeed(9);
    await expect(returnsDeferred()).resolves.toBe(9);
  });

  it('a callback that returns a promise passes the promise on', async () => {
    const promise = Promise.resolve(1);
    expect(outcome(succeed(null).addCallback(() => promise))).toBe(promise);
    await promise;
  });

  it('Deferred.fromPromise fires in a microtask, with result or error', async () => {
    const good = Deferred.fromPromise(Promise.resolve(1));
    const bad = Deferred.fromPromise(Promise.reject(new RangeError('r')));
    expect(good.called).toBe(false);
    await Promise.resolve();
    expect(outcome(good)).toBe(1);
    expect(outcome(bad)).toBeInstanceOf(RangeError);
  });

  it('Deferred.fromPromise, cancelled, fails at once and hears no more from the promise', async () => {
    const controller = new AbortController();
    let settle: (value: number) => void = () => undefined;
    const promise = new Promise<number>((resolve) => {
      settle = resolve;
    });
    const plain = Deferred.fromPromise(promise);
    const aborting = Deferred.fromPromise(promise, () => {
      controller.abort();
    });
    plain.cancel();
    aborting.cancel();
    settle(1);
    await promise;
    expect(controller.signal.aborted).toBe(true);
    expect(outcome(plain)).toBeInstanceOf(CancelledError);
    expect(outcome(aborting)).toBeInstanceOf(CancelledError);
  });

  it('maybeDeferred waits for the promise of an async function', async () => {
    const d = maybeDeferred(async (n: number) => Promise.resolve(n + 1), 1);
    expect(d.called).toBe(false);
    await expect(d).resolves.toBe(2);
  });
});

describe('Deferred.addAbortSignal', () => {
  it('Deferred.addAbortSignal cancels when the signal aborts, with its reason as the cause', () => {
    const controller = new AbortController();
    const d = new Deferred().addAbortSignal(controller.signal);
    controller.abort('enough');
    expect(outcome(d)).toMatchObject({ name: 'CancelledError', cause: 'enough' });
  });

  it('Deferred.addAbortSignal cancels at once when the signal has aborted', () => {
    const d = new Deferred().addAbortSignal(AbortSignal.abort('before'));
    expect(outcome(d)).toMatchObject({ name: 'CancelledError', cause: 'before' });
  });

  it('Deferred.addAbortSignal leaves no listener after 1,000 uses of one signal', () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 1000; i++) {
      const d = new Deferred<number>().addAbortSignal(signal);
      if (i % 3 === 0) d.callback(i);
      else if (i % 3 === 1) d.errback(new Error('x'));
      else d.cancel();
      d.addErrback(() => null);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('Deferred.addAbortSignal does nothing to a Deferred that has fired', () => {
    const controller = new AbortController();
    const d = succeed(1).addAbortSignal(controller.signal);
    controller.abort();
    expect(outcome(d)).toBe(1);
  });
});

describe('Deferred and async context', () => {
  const storage = new AsyncLocalStorage<string>();

  it('a callback runs in the context in which it was added', () => {
    const d = new Deferred<number>();
    const seen: unknown[] = [];
    const look = (): void => void seen.push(storage.getStore());
    storage.run('one', () => d.addCallback(look));
    storage.run('two', () => d.addErrback(look).addBoth(look));
    d.addCallback(look);
    storage.run('firing', () => {
      d.callback(1);
    });
    expect(seen).toEqual(['one', 'two', undefined]);
  });

  it('a callback added to a Deferred that has fired runs in the context it is added in', () => {
    let seen: unknown;
    const d = storage.run('fired', () => succeed(1));
    storage.run('added', () =>
      d.addCallback(() => {
        seen = storage.getStore();
      }),
    );
    expect(seen).toBe('added');
  });

  it('the context of the one who fires is back afterwards, also when a callback throws', () => {
    const d = new Deferred<number>();
    storage.run('added', () =>
      d
        .addCallback(() => {
          throw new Error('x');
        })
        .addErrback(() => null),
    );
    const after = storage.run('firing', () => {
      d.callback(1);
      return storage.getStore();
    });
    expect(after).toBe('firing');
  });

  it('the context crosses a returned Deferred', () => {
    const inner = new Deferred<number>();
    let seen: unknown;
    storage.run('outer', () =>
      succeed(null)
        .addCallback(() => inner)
        .addCallback(() => {
          seen = storage.getStore();
        }),
    );
    storage.run('inner', () => {
      inner.callback(1);
    });
    expect(seen).toBe('outer');
  });
});

describe('setDebugging', () => {
  afterEach(() => {
    setDebugging(false);
  });

  it('setDebugging makes AlreadyCalledError say where the Deferred was made and fired', () => {
    setDebugging(true);
    expect(getDebugging()).toBe(true);
    const d = (function maker() {
      return new Deferred();
    })();
    (function firer() {
      d.callback(1);
    })();
    let message = '';
    try {
      d.callback(2);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/C: Deferred was created:\n C:\s+at maker /);
    expect(message).toMatch(/I: First Invoker was:\n I:\s+at firer /);
  });

  it('without debugging AlreadyCalledError says nothing', () => {
    const d = succeed(1);
    expect(() => {
      d.callback(2);
    }).toThrow(new AlreadyCalledError(''));
  });
});
