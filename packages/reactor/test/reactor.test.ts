import { AssertionError } from '../src/error';
import {
  IReactor,
  IReactorCore,
  IReactorFromThreads,
  IReactorRandom,
  IReactorTCP,
  IReactorTime,
} from '../src/interfaces';

import { expectNoLoggedErrors, makeReactor, runReactor } from './core/recording';

expectNoLoggedErrors();

const nothing = (): void => undefined;

describe('Reactor', () => {
  it.each([IReactor, IReactorCore, IReactorTime, IReactorTCP, IReactorFromThreads, IReactorRandom])(
    'provides $interfaceName',
    (companion) => {
      expect(companion.providedBy(makeReactor().reactor)).toBe(true);
    },
  );

  it('has the time and the chance of its driver', () => {
    const { driver, reactor } = makeReactor();
    driver.time = 12.5;
    expect([reactor.seconds(), reactor.random()]).toEqual([12.5, 0.5]);
  });

  it('lives beside others in one process', () => {
    const one = runReactor();
    const two = runReactor();
    const log: string[] = [];
    one.reactor.callLater(1, () => log.push('one'));
    two.reactor.callLater(1, () => log.push('two'));
    two.driver.advance(1);
    expect(log).toEqual(['two']);
    two.reactor.stop();
    two.driver.settle();
    expect([one.reactor.running, two.reactor.running]).toEqual([true, false]);
  });
});

describe('Reactor.callLater', () => {
  it('calls with the arguments, at the time, never before it has returned', () => {
    const { driver, reactor } = runReactor();
    const log: unknown[] = [];
    reactor.callLater(0, (...args: unknown[]) => log.push(args), 1, 'two');
    const late = reactor.callLater(2.5, () => log.push(reactor.seconds()));
    expect([log, late.getTime()]).toEqual([[], 2.5]);
    driver.advance(3);
    expect(log).toEqual([[1, 'two'], 2.5]);
  });

  it('wakes the driver for a call that is brought forward', () => {
    const { driver, reactor } = runReactor();
    const log: unknown[] = [];
    const call = reactor.callLater(10, () => log.push(reactor.seconds()));
    call.reset(1);
    driver.advance(1);
    const other = reactor.callLater(10, () => log.push(reactor.seconds()));
    other.delay(-9);
    driver.advance(1);
    expect(log).toEqual([1, 2]);
  });

  it('throws AssertionError with the text of Twisted for a negative delay, and schedules nothing', () => {
    const { reactor } = makeReactor();
    expect(() => reactor.callLater(-1, nothing)).toThrow(
      new AssertionError('-1 is not greater than or equal to 0 seconds'),
    );
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it.each([
    [NaN, RangeError],
    [Infinity, RangeError],
    ['1', TypeError],
    [null, TypeError],
    [undefined, TypeError],
  ])('throws for the delay %p, and schedules nothing', (delay, error) => {
    const { reactor } = makeReactor();
    expect(() => reactor.callLater(delay as number, nothing)).toThrow(error);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it('throws AssertionError for what is no function', () => {
    expect(() => makeReactor().reactor.callLater(0, 'x' as never)).toThrow(new AssertionError('x is not callable'));
  });
});

describe('Reactor.getDelayedCalls', () => {
  it('has the calls to come, and no others', () => {
    const { driver, reactor } = runReactor();
    const cancelled = reactor.callLater(1, nothing);
    const done = reactor.callLater(1, nothing);
    const pending = reactor.callLater(3, nothing);
    cancelled.cancel();
    driver.advance(1);
    expect([done.active(), reactor.getDelayedCalls()]).toEqual([false, [pending]]);
  });
});

describe('Reactor.callFromThread', () => {
  it('throws AssertionError for what is no function', () => {
    expect(() => {
      makeReactor().reactor.callFromThread(null as never);
    }).toThrow(new AssertionError('null is not callable'));
  });
});

describe('Reactor.fireSystemEvent', () => {
  it('calls the triggers of an event of the application, with or without the reactor running', () => {
    const { reactor } = makeReactor();
    const log: unknown[] = [];
    reactor.addSystemEventTrigger('after', 'harvest', (what: string) => log.push(what), 'apples');
    reactor.fireSystemEvent('harvest');
    reactor.fireSystemEvent('harvest');
    expect(log).toEqual(['apples']);
  });
});
