import fc from 'fast-check';

import { AlreadyCalled, AlreadyCancelled } from '../../src/error';
import { checkSeconds, TimerQueue } from '../../src/time';
import { Heap } from '../../src/time/heap';

/** A queue with a hand-set time that logs the labels of the calls it runs. */
function handSet() {
  const world = { now: 0, earlier: 0, log: [] as unknown[] };
  const queue = new TimerQueue(
    () => world.now,
    () => {
      world.earlier++;
    },
  );
  const add = (delay: number, label: unknown, then: () => void = () => undefined) =>
    queue.add(
      delay,
      (...args) => {
        world.log.push(...args);
        then();
      },
      [label],
    );
  const pass = (seconds: number): void => {
    world.now += seconds;
    queue.runDue(world.now, (callable, args) => {
      callable(...args);
    });
  };
  return { world, queue, add, pass };
}

describe('TimerQueue', () => {
  it('TimerQueue runs calls by time, equal times in the order they were added', () => {
    const { world, add, pass } = handSet();
    for (const [i, delay] of [3, 1, 2, 1, 3, 1].entries()) add(delay, `${String(delay)} ${String(i)}`);
    pass(3);
    expect(world.log).toEqual(['1 1', '1 3', '1 5', '2 2', '3 0', '3 4']);
  });

  it('TimerQueue.runDue leaves a call made meanwhile for the next iteration', () => {
    const { world, add, pass } = handSet();
    add(0, 'outer', () => add(0, 'inner'));
    pass(0);
    expect(world.log).toEqual(['outer']);
    pass(0);
    expect(world.log).toEqual(['outer', 'inner']);
  });

  it('TimerQueue.runDue runs a call that is brought forward meanwhile', () => {
    const { world, queue, add, pass } = handSet();
    const late = add(9, 'late');
    queue.nextTime();
    add(1, 'early', () => {
      late.reset(0);
    });
    pass(1);
    expect(world.log).toEqual(['early', 'late']);
  });

  it('TimerQueue.nextTime keeps the old time of a call that was put off until that time comes', () => {
    const { queue, add, pass } = handSet();
    const call = add(1, 'x');
    expect(queue.nextTime()).toBe(1);
    call.reset(5);
    expect(call.getTime()).toBe(5);
    expect(queue.nextTime()).toBe(1);
    pass(1);
    expect(queue.nextTime()).toBe(5);
    expect(queue.nextDue()).toBe(5);
  });

  it('TimerQueue.nextTime is null when nothing is to come, cancelled calls notwithstanding', () => {
    const { queue, add } = handSet();
    const call = add(1, 'x');
    queue.nextTime();
    call.cancel();
    expect(queue.nextTime()).toBeNull();
    expect(queue.nextDue()).toBeNull();
    expect([queue.size, queue.pending()]).toEqual([0, []]);
  });

  it('TimerQueue says when the next call has become earlier, once for each time', () => {
    const { world, queue, add } = handSet();
    add(5, 'a');
    add(6, 'b');
    expect(world.earlier).toBe(1);
    queue.nextTime();
    const late = add(9, 'c');
    expect(world.earlier).toBe(1);
    late.reset(1);
    expect(world.earlier).toBe(2);
  });

  it('DelayedCall.cancel, reset and delay throw when it is too late; active tells', () => {
    const { add, pass } = handSet();
    const called = add(1, 'a');
    const cancelled = add(1, 'b');
    expect([called.active(), cancelled.active()]).toEqual([true, true]);
    cancelled.cancel();
    pass(1);
    expect([called.active(), called.called, cancelled.active(), cancelled.cancelled]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    for (const method of ['cancel', 'reset', 'delay'] as const) {
      expect(() => {
        called[method](1);
      }).toThrow(AlreadyCalled);
      expect(() => {
        cancelled[method](1);
      }).toThrow(AlreadyCancelled);
    }
  });

  it('DelayedCall counts as called while its function runs', () => {
    const { add, pass } = handSet();
    const call = add(1, 'x', () => {
      expect(() => {
        call.cancel();
      }).toThrow(AlreadyCalled);
    });
    pass(1);
    expect(call.called).toBe(true);
  });

  it('DelayedCall lets go of function and arguments when it is over', () => {
    const { queue, pass } = handSet();
    const big = { big: true };
    function work(): void {
      // Nothing to do.
    }
    const called = queue.add(1, work, [big]);
    const cancelled = queue.add(1, work, [big]);
    expect(String(called)).toBe('<DelayedCall [1s] called=0 cancelled=0 work({ big: true })>');
    cancelled.cancel();
    pass(1);
    expect([called.args, cancelled.args, called.callable === work]).toEqual([[], [], false]);
    expect(String(called)).toBe('<DelayedCall [0s] called=1 cancelled=0>');
  });

  it('TimerQueue lets what a call throws out; the call is gone, the rest stays due', () => {
    const { world, add, pass } = handSet();
    add(1, 'a', () => {
      throw new Error('x');
    });
    add(1, 'b');
    expect(() => {
      pass(1);
    }).toThrow('x');
    pass(0);
    expect(world.log).toEqual(['a', 'b']);
  });

  it.each([['1'], [null], [undefined]])('checkSeconds throws TypeError for %p', (seconds) => {
    expect(() => checkSeconds(seconds, 'wait')).toThrow(TypeError);
  });

  it.each([[Number.NaN], [Infinity], [-Infinity]])('checkSeconds throws RangeError for %p', (seconds) => {
    expect(() => checkSeconds(seconds, 'wait')).toThrow(RangeError);
  });

  it('TimerQueue does what a sorted list does, whatever the operations', () => {
    const operation = fc.record({
      do: fc.constantFrom('add', 'cancel', 'reset', 'delay', 'pass', 'ask'),
      on: fc.nat(),
      by: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const { world, queue, add, pass } = handSet();
        const calls: ReturnType<typeof add>[] = [];
        const due: [time: number, label: number][] = [];
        const expected: unknown[] = [];
        for (const { do: what, on, by } of operations) {
          const label = on % Math.max(1, calls.length);
          const call = calls[label];
          const model = due.find((entry) => entry[1] === label);
          if (what === 'add') {
            due.push([world.now + by, calls.length]);
            calls.push(add(by, calls.length));
          } else if (what === 'pass') {
            pass(by);
            const now = due.filter(([time]) => time <= world.now).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
            expected.push(...now.map((entry) => entry[1]));
            for (const entry of now) due.splice(due.indexOf(entry), 1);
          } else if (what === 'ask') {
            queue.nextTime();
          } else if (call !== undefined && model !== undefined) {
            if (what === 'cancel') {
              call.cancel();
              due.splice(due.indexOf(model), 1);
            } else if (what === 'reset') {
              call.reset(by);
              model[0] = world.now + by;
            } else {
              call.delay(by - 10);
              model[0] += by - 10;
            }
          }
          expect(queue.size).toBe(due.length);
        }
        expect(world.log).toEqual(expected);
        expect(queue.nextDue()).toBe(due.length === 0 ? null : Math.min(...due.map(([time]) => time)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('Heap', () => {
  it('Heap gives items by time and sequence number, whatever is pushed, moved and removed', () => {
    const operation = fc.record({
      do: fc.constantFrom('push', 'push', 'push', 'move', 'remove', 'pop'),
      on: fc.nat(),
      time: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const heap = new Heap<number>();
        let model: { time: number; sequence: number; slot: number }[] = [];
        let sequence = 0;
        for (const { do: what, on, time } of operations) {
          const one = model[on % Math.max(1, model.length)];
          if (what === 'push') {
            sequence++;
            model.push({ time, sequence, slot: heap.push(time, sequence, sequence) });
          } else if (one !== undefined) {
            if (what === 'move') {
              one.time = time;
              heap.move(one.slot, time, one.sequence);
            } else {
              const gone = what === 'remove' ? one : model.find((each) => each.sequence === heap.first());
              if (gone === undefined) throw new Error('the heap has an item nobody pushed');
              heap.remove(gone.slot);
              model = model.filter((each) => each !== gone);
            }
          }
          model.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
          expect(heap.size).toBe(model.length);
          expect(heap.firstTime()).toBe(model[0]?.time ?? Infinity);
          expect(heap.size === 0 ? undefined : heap.first()).toBe(model[0]?.sequence);
        }
        expect([...heap.all()].sort((a, b) => a - b)).toEqual(model.map((each) => each.sequence).sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});
