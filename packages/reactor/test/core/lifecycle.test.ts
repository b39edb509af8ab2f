import { Deferred, fail } from '../../src/defer';
import { ReactorAlreadyRunning, ReactorNotRestartable, ReactorNotRunning } from '../../src/error';
import { flushLoggedErrors } from '../../src/logger';
import type { Reactor } from '../../src/reactor';

import type { FakeDriver } from './fakeDriver';
import { expectNoLoggedErrors, loggedMessages, makeReactor, runReactor } from './recording';

expectNoLoggedErrors();

/** Whether a promise is settled, once everything that is under way has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

/** Adds triggers to every phase of startup and shutdown that note their name and what `running` is. */
function noteEvents(reactor: Reactor): unknown[] {
  const log: unknown[] = [];
  for (const event of ['startup', 'shutdown']) {
    for (const phase of ['before', 'during', 'after'] as const) {
      reactor.addSystemEventTrigger(phase, event, () => {
        log.push([phase, event, reactor.running]);
      });
    }
  }
  return log;
}
const STARTED = [
  ['before', 'startup', false],
  ['during', 'startup', true],
  ['after', 'startup', true],
];
const STOPPED = [
  ['before', 'shutdown', true],
  ['during', 'shutdown', false],
  ['after', 'shutdown', false],
];

describe('Reactor.run', () => {
  it('fires startup before it returns, and keeps the driver going', async () => {
    const { driver, reactor } = makeReactor();
    const log = noteEvents(reactor);
    const over = reactor.run();
    expect([log, driver.started, reactor.running]).toEqual([STARTED, true, true]);
    driver.settle();
    expect(await isSettled(over)).toBe(false);
  });

  it('settles its promise after the last shutdown trigger, when the driver has stopped', async () => {
    const { driver, reactor } = makeReactor();
    const log = noteEvents(reactor);
    const over = reactor.run();
    log.splice(0);
    reactor.stop();
    expect([log, reactor.running]).toEqual([[], true]);
    driver.settle();
    expect([log, reactor.running, driver.started]).toEqual([STOPPED, false, false]);
    await expect(over).resolves.toBeUndefined();
  });

  it('throws ReactorAlreadyRunning at once when called twice, from anywhere', () => {
    const { reactor } = makeReactor();
    const errors: unknown[] = [];
    const again = (): void => {
      try {
        void reactor.run();
      } catch (error) {
        errors.push(error);
      }
    };
    reactor.addSystemEventTrigger('before', 'startup', again);
    reactor.callWhenRunning(again);
    void reactor.run();
    again();
    expect(errors).toEqual([new ReactorAlreadyRunning(), new ReactorAlreadyRunning(), new ReactorAlreadyRunning()]);
  });

  it('throws ReactorNotRestartable after a stop', async () => {
    const { driver, reactor, over } = runReactor();
    reactor.stop();
    driver.settle();
    await over;
    expect(() => reactor.run()).toThrow(ReactorNotRestartable);
  });

  it('waits with the phases after "before" for the Deferreds of startup', () => {
    const { driver, reactor } = makeReactor();
    const log: string[] = [];
    const ready = new Deferred();
    reactor.addSystemEventTrigger('before', 'startup', () => ready);
    reactor.callWhenRunning(() => log.push('running'));
    reactor.callLater(1, () => {
      ready.callback(null);
    });
    void reactor.run();
    driver.settle();
    expect([log, reactor.running]).toEqual([[], false]);
    driver.advance(1);
    expect([log, reactor.running]).toEqual([['running'], true]);
  });

  it('reports at its end the errors that nobody handled', async () => {
    const { driver, reactor, over } = runReactor();
    fail(new RangeError('nobody cared'));
    reactor.stop();
    driver.settle();
    await over;
    expect(loggedMessages()).toEqual(['nobody cared']);
  });
});

describe('Reactor.callWhenRunning', () => {
  it('calls at once, with the arguments, when the reactor runs', () => {
    const { reactor } = runReactor();
    const log: unknown[] = [];
    expect(reactor.callWhenRunning((...args: unknown[]) => log.push(args), 1, 'two')).toBeNull();
    expect(log).toEqual([[1, 'two']]);
  });

  it('calls in order once it does, and can be taken back', () => {
    const { reactor } = makeReactor();
    const log: string[] = [];
    reactor.callWhenRunning(() => log.push('one'));
    const second = reactor.callWhenRunning(() => log.push('two'));
    reactor.callWhenRunning(() => log.push('three'));
    reactor.removeSystemEventTrigger(second!);
    void reactor.run();
    expect(log).toEqual(['one', 'three']);
  });
});

describe('Reactor.stop', () => {
  it('only asks: the present call goes on, and what else is due in this turn runs', () => {
    const { driver, reactor } = runReactor();
    const log: string[] = [];
    reactor.addSystemEventTrigger('before', 'shutdown', () => log.push('shutdown'));
    reactor.callLater(0, () => {
      reactor.stop();
      log.push('first call');
    });
    reactor.callLater(0, () => log.push('second call'));
    driver.turn();
    expect(log).toEqual(['first call', 'second call', 'shutdown']);
  });

  it('throws ReactorNotRunning before run, the second time, during shutdown and afterwards', async () => {
    const { driver, reactor } = makeReactor();
    const stop = (): void => {
      reactor.stop();
    };
    const error = new ReactorNotRunning("Can't stop reactor that isn't running.");
    expect(stop).toThrow(error);
    const over = reactor.run();
    stop();
    expect(stop).toThrow(error);
    reactor.addSystemEventTrigger('before', 'shutdown', () => {
      expect(stop).toThrow(error);
    });
    reactor.addSystemEventTrigger('after', 'shutdown', () => {
      expect(stop).toThrow(error);
    });
    driver.settle();
    await over;
    expect(stop).toThrow(error);
  });

  it('during startup lets startup end first, and the callWhenRunning functions run', () => {
    const { driver, reactor } = makeReactor();
    const log = noteEvents(reactor);
    reactor.addSystemEventTrigger('before', 'startup', () => {
      reactor.stop();
    });
    reactor.callWhenRunning(() => log.push('whenRunning'));
    void reactor.run();
    driver.settle();
    expect(log).toEqual([...STARTED, 'whenRunning', ...STOPPED]);
  });

  it('ends also when what the shutdown waited for comes with an event, outside of any turn', async () => {
    const { driver, reactor, over } = runReactor();
    const done = new Deferred();
    reactor.addSystemEventTrigger('before', 'shutdown', () => done);
    reactor.stop();
    driver.settle();
    expect(driver.wantsTurn).toBe(false);
    done.callback(null);
    driver.settle();
    await over;
    expect(driver.started).toBe(false);
  });

  it('waits for the Deferreds of "before shutdown" with the loop going on', async () => {
    const { driver, reactor, over } = runReactor();
    const done = new Deferred();
    const log: unknown[] = [];
    reactor.addSystemEventTrigger('before', 'shutdown', () => done);
    reactor.stop();
    driver.settle();
    reactor.callLater(5, () => {
      log.push(['timed call', reactor.running]);
      done.callback(null);
    });
    driver.advance(4.9);
    expect([log, await isSettled(over)]).toEqual([[], false]);
    driver.advance(0.1);
    expect([log, await isSettled(over)]).toEqual([[['timed call', true]], true]);
  });
});

describe('Reactor.crash', () => {
  it('ends the run without a shutdown trigger, and the reactor can be run again', async () => {
    const { driver, reactor } = makeReactor();
    const log = noteEvents(reactor);
    const over = reactor.run();
    log.splice(0);
    reactor.crash();
    expect(reactor.running).toBe(false);
    driver.settle();
    await over;
    expect([log, driver.started]).toEqual([[], false]);
    const overAgain = reactor.run();
    expect(reactor.running).toBe(true);
    reactor.stop();
    driver.settle();
    await overAgain;
    expect(log).toEqual(STOPPED);
  });

  it('keeps timed calls and calls from threads for the next run', async () => {
    const { driver, reactor, over } = runReactor();
    const log: string[] = [];
    reactor.callLater(0, () => log.push('timed call'));
    reactor.callFromThread(() => log.push('thread call'));
    reactor.crash();
    driver.settle();
    await over;
    expect(log).toEqual([]);
    void reactor.run();
    driver.settle();
    expect(log).toEqual(['thread call', 'timed call']);
  });

  it('from a timed call lets the other calls of this turn run', () => {
    const { driver, reactor } = runReactor();
    const log: string[] = [];
    reactor.callLater(0, () => {
      reactor.crash();
    });
    reactor.callLater(0, () => log.push('second call'));
    driver.settle();
    expect([log, driver.started]).toEqual([['second call'], false]);
  });

  it('does nothing before run', () => {
    const { reactor } = makeReactor();
    reactor.crash();
    void reactor.run();
    expect(reactor.running).toBe(true);
  });

  it('does not allow run before the crashed run has ended', async () => {
    const { driver, reactor, over } = runReactor();
    reactor.crash();
    expect(() => reactor.run()).toThrow(ReactorAlreadyRunning);
    driver.settle();
    await over;
    expect(() => reactor.run()).not.toThrow();
  });

  it('may be followed by stop, which makes it final', async () => {
    const { driver, reactor, over } = runReactor();
    reactor.crash();
    reactor.stop();
    driver.settle();
    await over;
    expect(() => reactor.run()).toThrow(ReactorNotRestartable);
    expect(() => {
      reactor.stop();
    }).toThrow(ReactorNotRunning);
  });

  it('may be followed by stop in the same turn, which then still fires shutdown', () => {
    const { driver, reactor } = runReactor();
    const log: string[] = [];
    reactor.addSystemEventTrigger('after', 'shutdown', () => log.push('shutdown'));
    reactor.callLater(0, () => {
      reactor.crash();
      reactor.stop();
    });
    driver.settle();
    expect([log, driver.started]).toEqual([['shutdown'], false]);
  });

  it('during shutdown ends the run, which cannot be repeated', async () => {
    const { driver, reactor, over } = runReactor();
    reactor.addSystemEventTrigger('before', 'shutdown', () => new Deferred());
    reactor.stop();
    driver.settle();
    reactor.crash();
    driver.settle();
    await over;
    expect(() => reactor.run()).toThrow(ReactorNotRestartable);
  });
});

describe('Reactor, sent a signal', () => {
  it('listens for signals between startup and its end only', async () => {
    const { driver, reactor } = makeReactor();
    expect(driver.signal).toBeNull();
    const over = reactor.run();
    expect(driver.signal).not.toBeNull();
    reactor.stop();
    driver.settle();
    await over;
    expect(driver.signal).toBeNull();
  });

  it('does not listen for signals when told not to', () => {
    const { driver, reactor } = makeReactor();
    void reactor.run({ installSignalHandlers: false });
    expect(driver.signal).toBeNull();
  });

  it('listens again when it is run again after a crash', async () => {
    const { driver, reactor, over } = runReactor();
    reactor.crash();
    driver.settle();
    await over;
    expect(driver.signal).toBeNull();
    void reactor.run();
    expect(driver.signal).not.toBeNull();
  });

  it('stops, in its next turn', async () => {
    const { driver, over } = runReactor();
    driver.signal?.('SIGINT');
    expect(await isSettled(over)).toBe(false);
    driver.settle();
    await over;
  });

  /** A reactor whose shutdown hangs, stopped by a signal. */
  function hanging(): { driver: FakeDriver; over: Promise<void>; log: string[] } {
    const { driver, reactor, over } = runReactor();
    const log: string[] = [];
    reactor.addSystemEventTrigger('before', 'shutdown', () => new Deferred());
    reactor.addSystemEventTrigger('during', 'shutdown', () => log.push('during'));
    driver.signal?.('SIGINT');
    driver.settle();
    return { driver, over, log };
  }

  it('a second time while it shuts down logs ReactorNotRunning, and gives the shutdown half a second more', async () => {
    const { driver, over, log } = hanging();
    driver.advance(60);
    driver.signal?.('SIGINT');
    driver.advance(0.49);
    expect(flushLoggedErrors(ReactorNotRunning)).toHaveLength(1);
    expect([log, await isSettled(over)]).toEqual([[], false]);
    driver.advance(0.01);
    await over;
    expect(log).toEqual(['during']);
  });

  it('a third time while it shuts down waits no longer', async () => {
    const { driver, over, log } = hanging();
    driver.signal?.('SIGINT');
    driver.signal?.('SIGTERM');
    driver.settle();
    await over;
    expect(log).toEqual(['during']);
  });
});
