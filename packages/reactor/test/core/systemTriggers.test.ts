import { Dispatch } from '../../src/core/dispatch';
import { ReactorEvents } from '../../src/core/reactorEvents';
import { SystemTriggers } from '../../src/core/systemTriggers';
import { Deferred, fail, succeed } from '../../src/defer';
import { AssertionError, ValueError } from '../../src/error';
import type { TriggerID, TriggerPhase } from '../../src/interfaces';
import { flushLoggedErrors } from '../../src/logger';

import { expectNoLoggedErrors, loggedMessages } from './recording';

expectNoLoggedErrors();

/** Adds a trigger of the event `harvest` that notes its label, and acts. */
type Add = (phase: TriggerPhase, label: string, act?: () => unknown) => TriggerID;

function setUp(): { triggers: SystemTriggers; log: unknown[]; add: Add } {
  const log: unknown[] = [];
  const triggers = new SystemTriggers(new Dispatch(new ReactorEvents(() => undefined)));
  const add: Add = (phase, label, act = () => null) =>
    triggers.add(
      phase,
      'harvest',
      () => {
        log.push(label);
        return act();
      },
      [],
    );
  return { triggers, log, add };
}

describe('SystemTriggers', () => {
  it('fire calls the phases in order, and within a phase first in, first out', () => {
    const { triggers, log, add } = setUp();
    add('after', 'a1');
    add('during', 'd1');
    add('before', 'b1');
    add('before', 'b2');
    add('after', 'a2');
    triggers.fire('harvest');
    expect(log).toEqual(['b1', 'b2', 'd1', 'a1', 'a2']);
  });

  it('add passes the arguments on', () => {
    const { triggers, log } = setUp();
    triggers.add('during', 'harvest', (...args: unknown[]) => log.push(args), [1, 'two']);
    triggers.fire('harvest');
    expect(log).toEqual([[1, 'two']]);
  });

  it('fire uses the triggers up', () => {
    const { triggers, log, add } = setUp();
    add('during', 'd');
    triggers.fire('harvest');
    triggers.fire('harvest');
    triggers.fire('nobody knows this event');
    expect(log).toEqual(['d']);
  });

  it('fire waits for every Deferred of the before phase, having called all of that phase, and for how they end does not care', () => {
    const { triggers, log, add } = setUp();
    const one = new Deferred();
    const two = new Deferred();
    add('before', 'b1', () => one);
    add('before', 'b2', () => two);
    add('before', 'b3', () => succeed(null));
    add('during', 'd');
    triggers.fire('harvest');
    expect(log).toEqual(['b1', 'b2', 'b3']);
    two.errback(new RangeError('no harvest'));
    expect(log).toEqual(['b1', 'b2', 'b3']);
    one.callback(null);
    expect(log).toEqual(['b1', 'b2', 'b3', 'd']);
    expect(flushLoggedErrors(RangeError)).toHaveLength(1);
  });

  it('fire leaves the results of the before phase as they were', () => {
    const { triggers, add } = setUp();
    const results: unknown[] = [];
    const bag = new Deferred();
    add('before', 'b', () => bag);
    triggers.fire('harvest');
    bag.callback('apples');
    bag.addCallback((value) => results.push(value));
    expect(results).toEqual(['apples']);
  });

  it('fire goes on at once when all Deferreds of the before phase have fired already', () => {
    const { triggers, log, add } = setUp();
    add('before', 'b1', () => succeed(null));
    add('before', 'b2', () => fail(new RangeError('rotten')));
    add('after', 'a');
    triggers.fire('harvest');
    expect(log).toEqual(['b1', 'b2', 'a']);
    expect(flushLoggedErrors(RangeError)).toHaveLength(1);
  });

  it('fire does not wait for the Deferreds of the other phases', () => {
    const { triggers, log, add } = setUp();
    add('during', 'd', () => new Deferred());
    add('after', 'a', () => new Deferred());
    triggers.fire('harvest');
    expect(log).toEqual(['d', 'a']);
  });

  it.each(['before', 'during', 'after'] as const)(
    'fire logs what a trigger throws in the "%s" phase, and calls the others',
    (phase) => {
      const { triggers, log, add } = setUp();
      add(phase, 'one', () => {
        throw new RangeError('rotten');
      });
      add(phase, 'two');
      add('after', 'last');
      triggers.fire('harvest');
      expect(log).toEqual(['one', 'two', 'last']);
      expect(loggedMessages()).toEqual(['rotten']);
    },
  );

  it('fire logs a rejection of an async trigger, and does not wait for it', async () => {
    const { triggers, log, add } = setUp();
    const rejection = Promise.reject(new RangeError('late'));
    add('before', 'b', () => rejection);
    add('during', 'd');
    triggers.fire('harvest');
    expect(log).toEqual(['b', 'd']);
    await rejection.catch(() => undefined);
    expect(loggedMessages()).toEqual(['late']);
  });

  it('add from inside a trigger takes part in the present and in later phases, not in an earlier one', () => {
    const { triggers, log, add } = setUp();
    add('during', 'd', () => {
      add('before', 'late');
      add('during', 'd2');
      add('after', 'a');
    });
    triggers.fire('harvest');
    expect(log).toEqual(['d', 'd2', 'a']);
    triggers.fire('harvest');
    expect(log).toEqual(['d', 'd2', 'a', 'late']);
  });

  it('hasten ends the wait for the before phase, and a Deferred that fires later changes nothing', () => {
    const { triggers, log, add } = setUp();
    const slow = new Deferred();
    add('before', 'b', () => slow);
    add('during', 'd');
    triggers.fire('harvest');
    triggers.hasten('harvest');
    triggers.hasten('harvest');
    slow.callback(null);
    expect(log).toEqual(['b', 'd']);
  });

  it('hasten does nothing when nothing waits', () => {
    const { triggers, log, add } = setUp();
    add('during', 'd');
    triggers.hasten('harvest');
    triggers.hasten('nobody knows this event');
    expect(log).toEqual([]);
  });

  it('remove takes a trigger back, from inside another one too', () => {
    const { triggers, log, add } = setUp();
    const first = add('before', 'b1');
    const last = add('after', 'a');
    add('before', 'b2', () => {
      triggers.remove(last);
    });
    triggers.remove(first);
    triggers.fire('harvest');
    expect(log).toEqual(['b2']);
  });

  it('remove of a before trigger from inside itself, or while the event waits for its result, does nothing', () => {
    const { triggers, log, add } = setUp();
    const done = new Deferred();
    const id = add('before', 'b', () => {
      triggers.remove(id);
      return done;
    });
    add('during', 'd');
    triggers.fire('harvest');
    triggers.remove(id);
    done.callback(null);
    expect(log).toEqual(['b', 'd']);
    expect(() => {
      triggers.remove(id);
    }).toThrow(ValueError);
  });

  it('remove throws ValueError for a trigger that was removed, or has run', () => {
    const { triggers, add } = setUp();
    const removed = add('before', 'b');
    const run = add('during', 'd');
    triggers.remove(removed);
    triggers.fire('harvest');
    for (const id of [removed, run]) {
      expect(() => {
        triggers.remove(id);
      }).toThrow(ValueError);
    }
  });

  it('remove throws TypeError for what is no name of a trigger', () => {
    const { triggers } = setUp();
    expect(() => {
      triggers.remove('b' as unknown as TriggerID);
    }).toThrow(new TypeError("b is not a trigger's ID"));
  });

  it('add throws for what is no function, and for what is no phase', () => {
    const { triggers } = setUp();
    expect(() => triggers.add('before', 'harvest', 'x' as never, [])).toThrow(new AssertionError('x is not callable'));
    expect(() => triggers.add('soon' as TriggerPhase, 'harvest', () => null, [])).toThrow(
      "invalid phase 'soon', wanted before, during or after",
    );
  });
});
