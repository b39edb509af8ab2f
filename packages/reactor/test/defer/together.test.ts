import {
  CancelledError,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  execute,
  fail,
  FailureGroup,
  FirstError,
  gatherResults,
  maybeDeferred,
  passthru,
  QueueOverflow,
  QueueUnderflow,
  race,
  succeed,
} from '../../src/defer';
import { Failure } from '../../src/failure';
import { capturedLogs } from '../../src/logger';

function errorOf(d: Deferred): Error {
  let error: Error | null = null;
  d.addErrback((failure) => {
    error = failure.value;
  });
  if (error === null) throw new Error('there is no failure');
  return error;
}

describe('DeferredList', () => {
  it('DeferredList fires with a pair for each Deferred, in order', () => {
    const [a, b] = [new Deferred<number>(), new Deferred<string>()];
    const list = new DeferredList([a, b], { consumeErrors: true });
    b.callback('b');
    expect(list.called).toBe(false);
    const error = new RangeError('a');
    a.errback(error);
    const [[okA, failure], [okB, result]] = list.result as [[boolean, Failure], [boolean, string]];
    expect([okA, failure.value, okB, result]).toEqual([false, error, true, 'b']);
    expect(a.result).toBeUndefined();
  });

  it('DeferredList takes any iterable, and logs what a canceller throws', () => {
    const angry = new Deferred(() => {
      throw new Error('no');
    });
    const calm = new Deferred<number>();
    const list = new DeferredList(new Set<Deferred>([angry, calm]));
    const events = capturedLogs(() => {
      list.cancel();
    });
    expect(events.map((event) => event.log_failure?.value.message)).toEqual(['no']);
    expect(calm.called).toBe(true);
    calm.addErrback(() => null);
  });

  it('gatherResults fails with FirstError, whose cause is the error', () => {
    const error = new RangeError('x');
    const first = errorOf(gatherResults([succeed(1), fail(error)], { consumeErrors: true }));
    expect(first).toBeInstanceOf(FirstError);
    expect(first).toMatchObject({ index: 1, cause: error, message: 'FirstError[#1, RangeError: x]' });
    expect((first as FirstError).subFailure.value).toBe(error);
  });

  it('race gives index and result of the first, and FailureGroup when all fail', () => {
    const loser = new Deferred<number>();
    expect(race([loser, succeed(5)]).result).toEqual([1, 5]);
    expect(loser.called).toBe(true);
    const group = errorOf(race([fail(new RangeError('a')), fail(new TypeError('b'))]));
    expect(group).toBeInstanceOf(FailureGroup);
    expect(group.message).toBe('RangeError: a; TypeError: b');
    const none = race([new Deferred()]);
    none.cancel();
    expect((errorOf(none) as FailureGroup).errors).toEqual([new CancelledError()]);
  });
});

describe('functions that give Deferreds', () => {
  it('execute gives what a function returns as it is, or what it throws', () => {
    expect(execute((n: number) => n + 1, 1).result).toBe(2);
    expect(
      errorOf(
        execute(() => {
          throw new RangeError('x');
        }),
      ),
    ).toBeInstanceOf(RangeError);
  });

  it('maybeDeferred leaves a Deferred alone and fails for a Failure', () => {
    const d = new Deferred<number>();
    expect(maybeDeferred(() => d)).toBe(d);
    expect(errorOf(maybeDeferred(() => new Failure(new RangeError('x'))))).toBeInstanceOf(RangeError);
    expect(passthru(d)).toBe(d);
  });
});

describe('locks and queues', () => {
  it('DeferredLock.run releases when the Deferred or the promise of the function is done', async () => {
    const lock = new DeferredLock();
    const first = new Deferred<string>();
    const one = lock.run(() => first);
    const two = lock.run(async (text: string) => Promise.resolve(text), 'two');
    const three = lock.run(() => lock.waiting.length);
    first.callback('one');
    expect(one.result).toBe('one');
    await expect(two).resolves.toBe('two');
    await expect(three).resolves.toBe(0);
    expect(lock.locked).toBe(false);
  });

  it('DeferredLock.hold releases at the end of `await using`', async () => {
    const lock = new DeferredLock();
    await lock.acquire();
    await lock.hold()[Symbol.asyncDispose]();
    expect(lock.locked).toBe(false);
  });

  it('DeferredSemaphore lets so many in, and the next when one leaves', () => {
    const semaphore = new DeferredSemaphore(2);
    const entered = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()].map((d) => d.called);
    expect(entered).toEqual([true, true, false]);
    semaphore.release();
    expect(semaphore.waiting).toEqual([]);
    expect(() => new DeferredSemaphore(Number.NaN)).toThrow('DeferredSemaphore requires tokens >= 1');
  });

  it('DeferredQueue throws when it is full, and when too many wait', () => {
    const queue = new DeferredQueue<number>({ size: 1, backlog: 1 });
    queue.put(1);
    expect(() => {
      queue.put(2);
    }).toThrow(QueueOverflow);
    expect(queue.get().result).toBe(1);
    const waiting = queue.get();
    expect(() => queue.get()).toThrow(QueueUnderflow);
    waiting.cancel();
    waiting.addErrback(() => null);
    queue.put(3);
    expect(queue.pending).toEqual([3]);
  });
});
