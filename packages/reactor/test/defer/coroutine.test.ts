/* eslint-disable @typescript-eslint/no-deprecated -- what Twisted deprecates is tested, too */
import { AsyncLocalStorage } from 'node:async_hooks';

import {
  CancelledError,
  Deferred,
  ensureDeferred,
  fail,
  flushUnhandledErrors,
  inlineCallbacks,
  NotACoroutineError,
  returnValue,
  succeed,
} from '../../src/defer';

describe('inlineCallbacks', () => {
  it('inlineCallbacks runs synchronously to the first Deferred that has not fired', () => {
    const log: unknown[] = [];
    const later = new Deferred<string>();
    const f = inlineCallbacks(function* (start: number) {
      log.push(start);
      const next = yield* succeed(start + 1);
      log.push(next);
      const text = yield* later;
      log.push(text);
      return text.length;
    });
    const d = f(1);
    expect(log).toEqual([1, 2]);
    later.callback('abc');
    expect(log).toEqual([1, 2, 'abc']);
    expect(d.result).toBe(3);
  });

  it('inlineCallbacks gives plain yields back, waits for promises, and runs generators', async () => {
    const inner = function* (): Generator<unknown, number, unknown> {
      return ((yield succeed(20)) as number) + 1;
    };
    const f = inlineCallbacks(function* () {
      const plain = yield 1;
      const promised = yield Promise.resolve(2);
      const run = yield inner();
      return [plain, promised, run];
    });
    await expect(f()).resolves.toEqual([1, 2, 21]);
  });

  it('inlineCallbacks throws a failure at the yield, for yield and yield*', () => {
    const error = new RangeError('x');
    const f = inlineCallbacks(function* (late: Deferred<number>) {
      const caught: unknown[] = [];
      for (const wait of [fail(error), late]) {
        try {
          yield* wait;
        } catch (thrown) {
          caught.push(thrown);
        }
      }
      try {
        yield fail(error);
      } catch (thrown) {
        caught.push(thrown);
      }
      return caught;
    });
    const late = new Deferred<number>();
    const d = f(late);
    late.errback(error);
    expect(d.result).toEqual([error, error, error]);
    expect(flushUnhandledErrors()).toBe(0);
  });

  it('inlineCallbacks fails with what the generator throws', () => {
    const error = new RangeError('x');
    const d = inlineCallbacks(function* () {
      yield* succeed(1);
      throw error;
    })();
    let seen: unknown;
    d.addErrback((failure) => {
      seen = failure.value;
    });
    expect(seen).toBe(error);
  });

  it('inlineCallbacks keeps `this` and its arguments', () => {
    class Greeter {
      readonly greeting = 'Hello';
      readonly greet = inlineCallbacks(function* (this: Greeter, name: string) {
        return `${this.greeting} ${yield* succeed(name)}`;
      });
    }
    expect(new Greeter().greet('Ada').result).toBe('Hello Ada');
  });

  it('inlineCallbacks needs no stack for 100,000 fired Deferreds, nor for 100,000 coroutines in a row', () => {
    const f = inlineCallbacks(function* () {
      let sum = 0;
      for (let i = 0; i < 100_000; i++) sum += yield* succeed(1);
      for (let i = 0; i < 100_000; i++) sum += Number(yield succeed(1));
      return sum;
    });
    expect(f().result).toBe(200_000);
  });

  it('inlineCallbacks, cancelled, cancels what it waits for; the generator may catch that and go on', () => {
    const waited = new Deferred<number>();
    const d = inlineCallbacks(function* () {
      try {
        yield* waited;
      } catch (error) {
        return error;
      }
      return null;
    })();
    d.cancel();
    expect(waited.called).toBe(true);
    expect(d.result).toBeInstanceOf(CancelledError);
  });

  it('inlineCallbacks runs the generator in the async context of the call', () => {
    const storage = new AsyncLocalStorage<string>();
    const later = new Deferred<number>();
    const seen: unknown[] = [];
    const f = inlineCallbacks(function* () {
      seen.push(storage.getStore());
      yield* later;
      seen.push(storage.getStore());
      yield* succeed(1);
      seen.push(storage.getStore());
    });
    storage.run('call', () => f());
    storage.run('fire', () => {
      later.callback(1);
    });
    expect(seen).toEqual(['call', 'call', 'call']);
  });

  it('inlineCallbacks throws TypeError for a function that gives no generator', () => {
    const f = inlineCallbacks((() => 1) as unknown as () => Generator<unknown, number, unknown>);
    expect(() => f()).toThrow(/^inlineCallbacks requires .* to produce a generator; instead got 1$/);
    const g = inlineCallbacks(() => returnValue(1));
    expect(() => g()).toThrow('instead caught returnValue being used in a non-generator');
  });

  it('returnValue ends the generator with a result', () => {
    const d = inlineCallbacks(function* (): Generator<unknown, number, unknown> {
      yield* succeed(1);
      return returnValue(5);
    })();
    expect(d.result).toBe(5);
  });

  it('yield* on a paused Deferred waits until it is unpaused', () => {
    const d = succeed(1);
    d.pause();
    const got = inlineCallbacks(function* () {
      return yield* d;
    })();
    expect(got.called).toBe(false);
    d.unpause();
    expect(got.result).toBe(1);
  });
});

describe('yield*', () => {
  it('yield* on a Deferred that an earlier callback pauses gets the result (Twisted: loops for ever)', () => {
    const d = new Deferred<number>();
    d.addCallback((n) => {
      d.pause();
      return n;
    });
    const got = inlineCallbacks(function* () {
      return yield* d;
    })();
    d.callback(1);
    expect(got.result).toBe(1);
  });
});

describe('Deferred.fromCoroutine', () => {
  it('Deferred.fromCoroutine runs a generator at once, an async function only up to its first await', async () => {
    const log: string[] = [];
    const generator = Deferred.fromCoroutine(function* () {
      log.push(`generator ${String(yield* succeed(1))}`);
      return 'done';
    });
    const asynchronous = Deferred.fromCoroutine(async () => {
      log.push('async begins');
      log.push(`async ${String(await succeed(1))}`);
      return 'done';
    });
    log.push('returned');
    expect(generator.called).toBe(true);
    expect(asynchronous.called).toBe(false);
    await expect(asynchronous).resolves.toBe('done');
    expect(log).toEqual(['generator 1', 'async begins', 'returned', 'async 1']);
  });

  it('Deferred.fromCoroutine takes generators and promises; ensureDeferred Deferreds, too', async () => {
    const d = succeed(1);
    expect(ensureDeferred(d)).toBe(d);
    const generator = (function* (): Generator<unknown, number, never> {
      yield null;
      return 2;
    })();
    expect(ensureDeferred(generator).result).toBe(2);
    await expect(Deferred.fromCoroutine(Promise.resolve(3))).resolves.toBe(3);
  });

  it.each([[1], [{}], [() => 1]])('Deferred.fromCoroutine throws NotACoroutineError for %p', (value) => {
    expect(() => Deferred.fromCoroutine(value as never)).toThrow(NotACoroutineError);
    expect(() => ensureDeferred(value as never)).toThrow(/is not a coroutine or a Deferred$/);
  });
});
