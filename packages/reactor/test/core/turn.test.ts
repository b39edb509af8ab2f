import { Dispatch } from '../../src/core/dispatch';
import { ReactorEvents } from '../../src/core/reactorEvents';
import { Turn } from '../../src/core/turn';

import { FakeDriver } from './fakeDriver';
import { expectNoLoggedErrors, loggedMessages } from './recording';

expectNoLoggedErrors();

function setUp(): { driver: FakeDriver; turn: Turn; log: string[]; note: (what: string) => () => void } {
  const driver = new FakeDriver();
  const events = new ReactorEvents(() => undefined);
  const turn = new Turn(driver, new Dispatch(events), events);
  const log: string[] = [];
  turn.start();
  driver.settle();
  return { driver, turn, log, note: (what) => () => void log.push(what) };
}

describe('Turn', () => {
  it('runs calls from threads, then timed calls, then flushes, and asks in between whether to stop', () => {
    const { driver, turn, log, note } = setUp();
    turn.afterCalls = note('afterCalls');
    turn.flushSoon({ flush: note('flush') });
    turn.callLater(0, note('timed call'), []);
    turn.callFromThread(note('thread call'), []);
    driver.turn();
    expect(log).toEqual(['thread call', 'timed call', 'afterCalls', 'flush']);
  });

  it('passes arguments on', () => {
    const { driver, turn, log } = setUp();
    const noteArguments = (...args: unknown[]): void => void log.push(args.join());
    turn.callLater(0, noteArguments, [1, 2]);
    turn.callFromThread(noteArguments, [3, 4]);
    driver.settle();
    expect(log).toEqual(['3,4', '1,2']);
  });

  it('leaves a call made in a call of the same kind, and a flush asked for while flushing, to the next turn', () => {
    const { driver, turn, log, note } = setUp();
    turn.callFromThread(() => {
      log.push('thread call');
      turn.callFromThread(note('its thread call'), []);
    }, []);
    turn.callLater(
      0,
      () => {
        log.push('timed call');
        turn.callLater(0, note('its timed call'), []);
      },
      [],
    );
    turn.flushSoon({
      flush() {
        log.push('flush');
        turn.flushSoon({ flush: note('its flush') });
      },
    });
    driver.turn();
    expect(log.splice(0)).toEqual(['thread call', 'timed call', 'flush']);
    driver.turn();
    expect(log).toEqual(['its thread call', 'its timed call', 'its flush']);
  });

  it('runs, in the same turn, a timed call that a call from a thread made', () => {
    const { driver, turn, log, note } = setUp();
    turn.callFromThread(() => turn.callLater(0, note('timed call'), []), []);
    driver.turn();
    expect(log).toEqual(['timed call']);
  });

  it('runs calls of equal time in the order in which they were made, and earlier ones first', () => {
    const { driver, turn, log, note } = setUp();
    turn.callLater(2, note('late'), []);
    for (const name of 'abcdefgh') turn.callLater(1, note(name), []);
    driver.advance(2);
    expect(log.join('')).toBe('abcdefghlate');
  });

  it('logs what a call throws, and the others run', () => {
    const { driver, turn, log, note } = setUp();
    const boom = (): never => {
      throw new RangeError('boom');
    };
    turn.callFromThread(boom, []);
    turn.callFromThread(note('thread call'), []);
    turn.callLater(0, boom, []);
    turn.callLater(0, note('timed call'), []);
    driver.settle();
    expect(log).toEqual(['thread call', 'timed call']);
    expect(loggedMessages()).toEqual(['boom', 'boom']);
  });

  it('logs what an async call rejects with', async () => {
    const { driver, turn } = setUp();
    turn.callLater(0, () => Promise.reject(new RangeError('late')), []);
    driver.settle();
    await Promise.resolve();
    expect(loggedMessages()).toEqual(['late']);
  });

  it('has the driver wake it for the earliest call, and for nothing else', () => {
    const { driver, turn } = setUp();
    expect([driver.deadline, driver.wantsTurn]).toEqual([null, false]);
    const late = turn.callLater(5, () => undefined, []);
    expect(driver.deadline).toBe(5);
    const early = turn.callLater(2, () => undefined, []);
    expect(driver.deadline).toBe(2);
    early.cancel();
    late.reset(1);
    expect(driver.deadline).toBe(1);
    driver.advance(1);
    expect([driver.deadline, turn.getDelayedCalls()]).toEqual([null, []]);
  });

  it('has the driver wake it again for calls that a call made', () => {
    const { driver, turn } = setUp();
    turn.callLater(1, () => turn.callLater(3, () => undefined, []), []);
    driver.advance(1);
    expect(driver.deadline).toBe(4);
  });

  it('has the driver wake it soon for a call from a thread and for a flush', () => {
    const { driver, turn } = setUp();
    turn.callFromThread(() => undefined, []);
    expect(driver.wantsTurn).toBe(true);
    driver.turn();
    expect(driver.wantsTurn).toBe(false);
    turn.flushSoon({ flush: () => undefined });
    expect(driver.wantsTurn).toBe(true);
    driver.turn();
    expect(driver.wantsTurn).toBe(false);
  });

  it('keeps what was asked for before it is started, or after it was stopped, for when it is', () => {
    const driver = new FakeDriver();
    const events = new ReactorEvents(() => undefined);
    const turn = new Turn(driver, new Dispatch(events), events);
    const log: string[] = [];
    turn.callLater(0, () => log.push('timed call'), []);
    turn.callFromThread(() => log.push('thread call'), []);
    turn.flushSoon({ flush: () => log.push('flush') });
    driver.settle();
    expect(log).toEqual([]);
    turn.start();
    driver.settle();
    expect(log.splice(0)).toEqual(['thread call', 'timed call', 'flush']);
    turn.stop();
    turn.callLater(3, () => log.push('later'), []);
    turn.start();
    driver.advance(3);
    expect(log).toEqual(['later']);
  });

  it('takes no turn when the reactor is over', () => {
    const { driver, turn, log, note } = setUp();
    turn.endIfOver = () => true;
    turn.callFromThread(note('thread call'), []);
    turn.callLater(0, note('timed call'), []);
    driver.turn();
    expect(log).toEqual([]);
  });
});
