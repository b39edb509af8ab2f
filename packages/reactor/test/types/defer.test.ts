/** Compile-time tests: `tsc -p tsconfig.test.json` is what runs them. The one run-time test keeps jest content. */
import { expectTypeOf } from 'expect-type';

import {
  Deferred,
  DeferredList,
  type DeferredListItem,
  DeferredLock,
  DeferredQueue,
  ensureDeferred,
  execute,
  fail,
  gatherResults,
  inlineCallbacks,
  logError,
  maybeDeferred,
  race,
  succeed,
} from '../../src/defer';
import { Failure } from '../../src/failure';
import { Clock, deferLater, LoopingCall } from '../../src/task';

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- gives a value of any type
declare const never: <T>() => T;

/** Never called: only its types count. */
function types(): void {
  const d = new Deferred<number>();

  // The chain's type follows its callbacks.
  expectTypeOf(d.addCallback((n) => String(n))).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(d.addCallback((n) => succeed(n > 1))).toEqualTypeOf<Deferred<boolean>>();
  expectTypeOf(d.addCallback((n) => (n > 1 ? String(n) : succeed(true)))).toEqualTypeOf<Deferred<string | boolean>>();
  expectTypeOf(d.addCallback((n): Failure | string => (n > 1 ? 'a' : new Failure(n)))).toEqualTypeOf<
    Deferred<string>
  >();
  expectTypeOf(d.addCallback(() => undefined)).toEqualTypeOf<Deferred<undefined>>();
  expectTypeOf(
    d.addCallback(() => {
      // Returns nothing.
    }),
  ).toEqualTypeOf<Deferred<void>>();
  expectTypeOf(
    d
      .addCallback((n) => [n])
      .addCallback((list) => list.length)
      .addErrback(() => null),
  ).toEqualTypeOf<Deferred<number | null>>();
  expectTypeOf(d.addErrback((failure) => failure.getErrorMessage())).toEqualTypeOf<Deferred<number | string>>();
  expectTypeOf(d.addErrback((failure) => failure)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(d.addErrback(logError)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(d.addCallback((n) => new Failure(n))).toEqualTypeOf<Deferred<never>>();
  expectTypeOf(d.addBoth((result) => (Failure.isFailure(result) ? 0 : result))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(
    d.addCallbacks(
      (n) => String(n),
      () => false,
    ),
  ).toEqualTypeOf<Deferred<string | boolean>>();
  expectTypeOf(d.addTimeout(1, new Clock())).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(d.addTimeout(1, new Clock(), () => 'late')).toEqualTypeOf<Deferred<number | string>>();
  expectTypeOf(d.addAbortSignal(never<AbortSignal>())).toEqualTypeOf<Deferred<number>>();

  // A promise is passed on as it is, and its type says so.
  expectTypeOf(d.addCallback(async (n) => Promise.resolve(n))).toEqualTypeOf<Deferred<Promise<number>>>();

  // Extra arguments are checked against the function.
  d.addCallback((n, more: string) => n + more.length, 'more');
  // @ts-expect-error -- a string is wanted
  d.addCallback((n, more: string) => n + more.length, 1);
  // @ts-expect-error -- the extra argument is missing
  d.addCallback((n, more: string) => n + more.length);
  // @ts-expect-error -- the result is a number
  d.addCallback((text: string) => text);
  // @ts-expect-error -- an errback gets a Failure
  d.addErrback((n: number) => n);
  // @ts-expect-error -- addBoth may get a Failure
  d.addBoth((n: number) => n);

  // Firing.
  d.callback(1);
  d.callback(new Failure(new Error('x')));
  // @ts-expect-error -- a number is wanted
  d.callback('1');
  // @ts-expect-error -- a number is wanted
  d.callback();
  new Deferred<void>().callback();

  // A Deferred of something narrower is one of something wider, not the other way round.
  const wide: Deferred<number | string> = d;
  expectTypeOf(wide).toEqualTypeOf<Deferred<number | string>>();
  // @ts-expect-error -- it may give a string
  const narrow: Deferred<number> = new Deferred<number | string>();
  void narrow;

  // Generic code.
  const twice = <T>(given: Deferred<T>): Deferred<[T, T]> => given.addCallback((x): [T, T] => [x, x]);
  expectTypeOf(twice(d)).toEqualTypeOf<Deferred<[number, number]>>();

  // await
  expectTypeOf(async () => await d).returns.resolves.toEqualTypeOf<number>();
  expectTypeOf(d.asPromise()).toEqualTypeOf<Promise<number>>();

  // Making Deferreds.
  expectTypeOf(succeed('x')).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(fail(new Error('x'))).toEqualTypeOf<Deferred<never>>();
  expectTypeOf(execute((n: number) => n > 1, 1)).toEqualTypeOf<Deferred<boolean>>();
  expectTypeOf(maybeDeferred(() => 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(maybeDeferred(() => succeed(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(maybeDeferred(async () => Promise.resolve('x'))).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(ensureDeferred(Promise.resolve(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(Deferred.fromPromise(Promise.resolve(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(Deferred.fromCoroutine(async () => Promise.resolve(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(
    Deferred.fromCoroutine(function* () {
      return yield* succeed(1);
    }),
  ).toEqualTypeOf<Deferred<number>>();
  // @ts-expect-error -- there is nothing to wait for
  ensureDeferred(1);

  // Several.
  expectTypeOf(gatherResults([succeed(1), succeed('x')])).toEqualTypeOf<Deferred<[number, string]>>();
  expectTypeOf(gatherResults(never<Deferred<number>[]>())).toEqualTypeOf<Deferred<number[]>>();
  new DeferredList([succeed(1), succeed('x')]).addCallback(([a, b]) => {
    expectTypeOf(a).toEqualTypeOf<DeferredListItem<number>>();
    expectTypeOf(b).toEqualTypeOf<DeferredListItem<string>>();
  });
  new DeferredList([succeed(1), succeed('x')], { fireOnOneCallback: true }).addCallback(([result, index]) => {
    expectTypeOf(result).toEqualTypeOf<number | string>();
    expectTypeOf(index).toEqualTypeOf<number>();
  });
  expectTypeOf(race([succeed(1), succeed(2)])).toEqualTypeOf<Deferred<[index: number, result: number]>>();

  // inlineCallbacks: yield* has the type, yield is unknown.
  const f = inlineCallbacks(function* (n: number, text: string) {
    const got = yield* succeed(text);
    expectTypeOf(got).toEqualTypeOf<string>();
    const plain = yield succeed(n);
    expectTypeOf(plain).toBeUnknown();
    return got.length + n;
  });
  expectTypeOf(f).parameters.toEqualTypeOf<[n: number, text: string]>();
  expectTypeOf(f).returns.toEqualTypeOf<Deferred<number>>();
  // @ts-expect-error -- a number is wanted
  f('1', 'x');
  // @ts-expect-error -- no generator
  inlineCallbacks(() => 1);

  // Locks, queues, time.
  const lock = new DeferredLock();
  expectTypeOf(lock.acquire()).toEqualTypeOf<Deferred<DeferredLock>>();
  expectTypeOf(lock.run(() => succeed(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(lock.run(async (n: number) => Promise.resolve(n), 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(new DeferredQueue<string>().get()).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(deferLater(new Clock(), 1)).toEqualTypeOf<Deferred<void>>();
  expectTypeOf(deferLater(new Clock(), 1, (n: number) => succeed(String(n)), 1)).toEqualTypeOf<Deferred<string>>();
  // @ts-expect-error -- a number is wanted
  deferLater(new Clock(), 1, (n: number) => n, '1');
  new LoopingCall((n: number) => n, 1);
  // @ts-expect-error -- the argument is missing
  new LoopingCall((n: number) => n);
}

describe('types', () => {
  it('Deferred and its like have the types that this file says (checked by tsc)', () => {
    expect(types).toBeInstanceOf(Function);
  });
});
