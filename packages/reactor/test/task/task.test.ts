import { Deferred, fail, succeed } from '../../src/defer';
import { AssertionError, ReactorNotRunning, ValueError } from '../../src/error';
import type { Failure } from '../../src/failure';
import type { IReactorCore } from '../../src/interfaces';
import { collectLoggedErrors, flushLoggedErrors } from '../../src/logger';
import {
  Clock,
  Cooperator,
  deferLater,
  LoopingCall,
  NotPaused,
  react,
  SchedulerStopped,
  SystemExit,
  TaskDone,
  TaskFailed,
  TaskStopped,
} from '../../src/task';

describe('Clock', () => {
  it('Clock.advance runs what is due, in order, with arguments', () => {
    const clock = new Clock();
    const log: unknown[] = [];
    clock.callLater(2, (...args: number[]) => log.push(args), 1, 2);
    clock.callLater(1, () => log.push('first'));
    clock.advance(2);
    expect(log).toEqual(['first', [1, 2]]);
    expect(clock.seconds()).toBe(2);
  });

  it('Clock.advance jumps to the end by default, as Twisted does: a chained call counts from there', () => {
    const clock = new Clock();
    const log: number[] = [];
    const again = (): void => {
      log.push(clock.seconds());
      clock.callLater(1, again);
    };
    clock.callLater(1, again);
    clock.advance(3);
    expect(log).toEqual([3]);
    expect(clock.getDelayedCalls().map((call) => call.getTime())).toEqual([4]);
  });

  it('Clock with stepwise goes from call to call', () => {
    const clock = new Clock({ stepwise: true });
    const log: number[] = [];
    const again = (): void => {
      log.push(clock.seconds());
      clock.callLater(1, again);
    };
    clock.callLater(1, again);
    clock.advance(3.5);
    expect(log).toEqual([1, 2, 3]);
    expect(clock.seconds()).toBe(3.5);
  });

  it('Clock with stepwise stays where a call has advanced it to, and runs overdue calls at the present time', () => {
    const clock = new Clock({ stepwise: true });
    const log: number[] = [];
    clock.callLater(1, () => {
      clock.advance(5);
    });
    clock.callLater(-1, () => log.push(clock.seconds()));
    clock.callLater(3, () => log.push(clock.seconds()));
    clock.advance(2);
    expect(log).toEqual([0, 3]);
    expect(clock.seconds()).toBe(6);
  });

  it('Clock with stepwise lets errors out; the time is that of the call, the rest stays due', () => {
    const clock = new Clock({ stepwise: true });
    const log: number[] = [];
    clock.callLater(1, () => {
      throw new RangeError('x');
    });
    clock.callLater(2, () => log.push(clock.seconds()));
    expect(() => {
      clock.advance(2);
    }).toThrow('x');
    expect(clock.seconds()).toBe(1);
    clock.advance(1);
    expect(log).toEqual([2]);
  });

  it('Clock.pump advances by each amount', () => {
    const clock = new Clock();
    const log: number[] = [];
    clock.callLater(1, () => clock.callLater(1, () => log.push(clock.seconds())));
    clock.pump([1, 1]);
    expect(log).toEqual([2]);
  });

  it('Clock refuses delays that are no numbers, functions that are none, and odd advances', () => {
    const clock = new Clock();
    expect(() => clock.callLater(Number.NaN, () => null)).toThrow(RangeError);
    expect(() => clock.callLater('1' as never, () => null)).toThrow(TypeError);
    expect(() => clock.callLater(1, null as never)).toThrow(TypeError);
    expect(() => {
      clock.advance(Infinity);
    }).toThrow(RangeError);
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});

describe('LoopingCall', () => {
  it('LoopingCall keeps to the grid and skips what it missed', () => {
    const clock = new Clock();
    const times: number[] = [];
    const loop = new LoopingCall(() => times.push(clock.seconds()));
    loop.clock = clock;
    const ended = loop.start(2);
    clock.pump([2, 5, 1]);
    expect(times).toEqual([0, 2, 7, 8]);
    loop.stop();
    expect(ended.result).toBe(loop);
  });

  it('LoopingCall waits for the promise of an async function', async () => {
    const clock = new Clock();
    let settle: (value: null) => void = () => undefined;
    const loop = new LoopingCall(
      (text: string) =>
        new Promise((resolve) => {
          settle = resolve;
          expect(text).toBe('x');
        }),
      'x',
    );
    loop.clock = clock;
    loop.start(1, { now: false });
    clock.advance(1);
    expect(clock.getDelayedCalls()).toEqual([]);
    settle(null);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.getDelayedCalls()).toHaveLength(1);
    loop.stop();
  });

  it('LoopingCall.withCount passes how many intervals have gone by', () => {
    const clock = new Clock();
    const counts: number[] = [];
    const loop = LoopingCall.withCount((count) => counts.push(count));
    loop.clock = clock;
    loop.start(1);
    clock.pump([1, 3]);
    expect(counts).toEqual([1, 1, 3]);
    expect(String(loop)).toMatch(/^LoopingCall<1>\(/);
  });

  it('LoopingCall throws for misuse', () => {
    const loop = new LoopingCall(() => null);
    loop.clock = new Clock();
    expect(() => {
      loop.stop();
    }).toThrow(new AssertionError('Tried to stop a LoopingCall that was not running.'));
    expect(() => {
      loop.reset();
    }).toThrow(AssertionError);
    expect(() => loop.start(-1)).toThrow(new ValueError('interval must be >= 0'));
    expect(() => loop.start(Number.NaN)).toThrow(RangeError);
    loop.start(1);
    expect(() => loop.start(1)).toThrow('Tried to start an already running LoopingCall.');
  });

  it('LoopingCall fails with what its function throws, and stops', () => {
    const loop = new LoopingCall(() => {
      throw new RangeError('x');
    });
    loop.clock = new Clock();
    let failure: Failure | null = null;
    loop.start(1).addErrback((each) => {
      failure = each;
    });
    expect(failure).toMatchObject({ value: { message: 'x' } });
    expect(loop.running).toBe(false);
  });
});

describe('deferLater', () => {
  it('deferLater calls later and fires with the result; without a function, with undefined', () => {
    const clock = new Clock();
    const d = deferLater(clock, 1, (a: number, b: number) => succeed(a + b), 1, 2);
    const pause = deferLater(clock, 2);
    clock.advance(2);
    expect([d.result, pause.called, pause.result]).toEqual([3, true, undefined]);
  });

  it('deferLater, cancelled, takes the call back', () => {
    const clock = new Clock();
    const d = deferLater(clock, 1);
    d.cancel();
    d.addErrback(() => null);
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});

describe('Cooperator', () => {
  const oneStepATick = (clock: Clock): Cooperator =>
    new Cooperator({ terminationPredicateFactory: () => () => true, scheduler: (f) => clock.callLater(1, f) });

  function* steps(log: unknown[], name: string, n: number): Generator<unknown, undefined, undefined> {
    for (let i = 0; i < n; i++) {
      log.push(name + String(i));
      yield;
    }
    return undefined;
  }

  it('Cooperator takes steps of its tasks in turn', () => {
    const clock = new Clock();
    const log: unknown[] = [];
    const cooperator = oneStepATick(clock);
    const iterator = steps(log, 'a', 2);
    const done = cooperator.coiterate(iterator);
    cooperator.cooperate(steps(log, 'b', 2));
    clock.pump([1, 1, 1, 1, 1, 1]);
    expect(log).toEqual(['a0', 'b0', 'a1', 'b1']);
    expect(done.result).toBe(iterator);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it('Cooperator waits for a Deferred or a promise that a task yields', async () => {
    const clock = new Clock();
    const log: unknown[] = [];
    const later = new Deferred();
    const task = oneStepATick(clock).cooperate(
      (function* (): Generator<unknown, undefined, undefined> {
        yield later;
        log.push('deferred');
        yield Promise.resolve();
        log.push('promise');
        return undefined;
      })(),
    );
    clock.pump([1, 1]);
    expect(log).toEqual([]);
    later.callback(null);
    clock.advance(1);
    expect(log).toEqual(['deferred']);
    await Promise.resolve();
    clock.pump([1, 1]);
    expect(log).toEqual(['deferred', 'promise']);
    expect(() => {
      task.stop();
    }).toThrow(TaskDone);
  });

  it('Cooperator begins a round of its own for tasks that come after the last one has left', () => {
    const clock = new Clock();
    const log: unknown[] = [];
    const cooperator = new Cooperator({
      terminationPredicateFactory: () => () => false,
      scheduler: (f) => clock.callLater(1, f),
    });
    const later = new Deferred();
    cooperator.cooperate(
      (function* (): Generator<unknown, undefined, undefined> {
        yield later;
        log.push('a');
        return undefined;
      })(),
    );
    clock.advance(1);
    cooperator.cooperate(steps(log, 'b', 1));
    later.callback(null); // the first task is back, behind the new one
    clock.advance(1);
    expect(log).toEqual(['b0', 'a']);
  });

  it('CooperativeTask says what has become of it', () => {
    const clock = new Clock();
    const cooperator = oneStepATick(clock);
    const log: unknown[] = [];
    const stopped = cooperator.cooperate(steps(log, 'a', 9));
    expect(() => {
      stopped.resume();
    }).toThrow(NotPaused);
    stopped.pause();
    clock.advance(5);
    expect(log).toEqual([]);
    stopped.stop();
    const failed = cooperator.cooperate(
      (function* (): Generator<unknown, undefined, undefined> {
        yield fail(new RangeError('x'));
        return undefined;
      })(),
    );
    clock.advance(1);
    const errors: string[] = [];
    for (const task of [stopped, failed]) {
      task.whenDone().addErrback((failure) => {
        errors.push(failure.value.name);
      });
      expect(() => {
        task.pause();
      }).toThrow(task === stopped ? TaskStopped : TaskFailed);
    }
    expect(errors).toEqual(['TaskStopped', 'RangeError']);
  });

  it('Cooperator.stop fails its task; start makes it usable again', () => {
    const clock = new Clock();
    const cooperator = oneStepATick(clock);
    const log: unknown[] = [];
    const errors: (typeof SchedulerStopped | null)[] = [];
    const note = (failure: Failure): void => void errors.push(failure.check(SchedulerStopped));
    cooperator.coiterate(steps(log, 'a', 9)).addErrback(note);
    cooperator.stop();
    cooperator.coiterate(steps(log, 'b', 9)).addErrback(note);
    expect([cooperator.running, errors]).toEqual([false, [SchedulerStopped, SchedulerStopped]]);
    cooperator.start();
    cooperator.cooperate(steps(log, 'c', 1));
    clock.advance(1);
    expect(log).toEqual(['c0']);
  });
});

/** As much of a reactor as `react` wants: runs until it is stopped. */
function fakeReactor(): IReactorCore & { readonly stops: number } {
  const triggers: (() => unknown)[] = [];
  const calls: (() => unknown)[] = [];
  let end: () => void = () => undefined;
  const reactor = {
    running: false,
    stops: 0,
    addSystemEventTrigger: (_phase: unknown, _event: unknown, f: () => unknown) => triggers.push(f),
    callWhenRunning: (f: (...args: unknown[]) => unknown, ...args: unknown[]) => {
      if (reactor.running) f(...args);
      else calls.push(() => f(...args));
    },
    run: () => {
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      reactor.running = true;
      for (const call of calls) call();
      return ended;
    },
    stop: () => {
      if (!reactor.running) throw new ReactorNotRunning("Can't stop reactor that isn't running.");
      reactor.stops++;
      reactor.running = false;
      for (const trigger of triggers) trigger();
      end();
    },
  };
  return reactor as unknown as IReactorCore & { readonly stops: number };
}

describe('react', () => {
  const codes: number[] = [];
  const exit = (code: number): void => void codes.push(code);
  beforeEach(() => {
    codes.length = 0;
  });

  it('react calls main with the reactor and argv, stops once, and exits with 0', async () => {
    const reactor = fakeReactor();
    const main = jest.fn((_reactor: unknown, ..._argv: unknown[]) => succeed('done'));
    await expect(react(main, ['a', 1], { reactor, exit })).resolves.toBe(0);
    expect(main).toHaveBeenCalledWith(reactor, 'a', 1);
    expect([codes, reactor.stops]).toEqual([[0], 1]);
  });

  it('react logs a failure and exits with 1, also of an async main', async () => {
    const logged = collectLoggedErrors();
    const main = async (): Promise<void> => Promise.reject(new RangeError('x'));
    await expect(react(main, [], { reactor: fakeReactor(), exit })).resolves.toBe(1);
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['x']);
    logged.stop();
  });

  it('react exits with the code of a SystemExit', async () => {
    await react(() => fail(new SystemExit(7)), [], { reactor: fakeReactor(), exit });
    expect(codes).toEqual([7]);
  });

  it('react sets the exit code of the process unless told otherwise', async () => {
    const before = process.exitCode;
    await react(() => fail(new SystemExit(3)), [], { reactor: fakeReactor() });
    expect(process.exitCode).toBe(3);
    process.exitCode = before;
  });

  it('react lets out what main throws, and does not run the reactor', () => {
    const reactor = fakeReactor();
    const main = (): Deferred => {
      throw new RangeError('x');
    };
    expect(() => void react(main, [], { reactor, exit })).toThrow('x');
    expect(reactor.running).toBe(false);
  });

  it('react does not stop a reactor that is stopped already', async () => {
    const reactor = fakeReactor();
    const d = new Deferred();
    const done = react(() => d, [], { reactor, exit });
    reactor.stop();
    d.callback(null);
    await expect(done).resolves.toBe(0);
    expect(reactor.stops).toBe(1);
  });
});
