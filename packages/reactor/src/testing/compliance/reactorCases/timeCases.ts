/**
 * Timed calls, and calls from threads.
 */
import { claim, claimEqual } from '../claims';
import type { ReactorUnderTest } from '../complianceWorld';
import { reactorCase } from '../reactorCase';
import { claimThrows } from '../thrown';

import { Journal } from './journal';

const SOON = 0.003;

export const timeCases = [
  reactorCase('time', 'IReactorTime.seconds never goes back', async (stage) => {
    const reactor = stage.reactor();
    let last = reactor.seconds();
    for (let i = 0; i < 1000; i++) {
      const now = reactor.seconds();
      claim(now >= last, `seconds() went from ${last} to ${now}`);
      last = now;
    }
    await stage.after(SOON);
    claim(reactor.seconds() > last, 'seconds() stood still while time passed');
  }),

  reactorCase(
    'time',
    'IReactorTime.callLater calls with its arguments, once, when it is due and not before',
    async (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      const start = reactor.seconds();
      for (const delay of [0.02, 0, SOON]) {
        const call = reactor.callLater(
          delay,
          (...args: unknown[]) => {
            claim(reactor.seconds() >= start + delay, 'it was called early');
            journal.note(args);
          },
          'after',
          delay,
        );
        claim(Math.abs(call.getTime() - (start + delay)) < 1, 'getTime is not when the call is due');
      }
      claimEqual(journal.entries, [], 'calls made inside callLater');
      await journal.has(3);
      await stage.look();
      claimEqual(
        journal.entries,
        [
          ['after', 0],
          ['after', SOON],
          ['after', 0.02],
        ],
        'calls',
      );
    },
  ),

  reactorCase('time', 'IReactorTime.callLater(0) calls in the order in which the calls were made', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    for (let i = 0; i < 100; i++) reactor.callLater(0, () => journal.note(i));
    await journal.has(100);
    claimEqual(
      journal.entries,
      Array.from({ length: 100 }, (_, i) => i),
      'order',
    );
  }),

  reactorCase('time', 'IReactorTime.callLater orders calls by the time they are due', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    const delays = Array.from({ length: 30 }, (_, i) => ((i * 17) % 30) / 1000);
    // By the time itself: a machine that is busy between two of these calls puts the later one off.
    const due = delays.map((delay, i) => ({ i, time: reactor.callLater(delay, () => journal.note(i)).getTime() }));
    await journal.has(30);
    claimEqual(
      journal.entries,
      due.sort((a, b) => a.time - b.time).map(({ i }) => i),
      'order',
    );
  }),

  reactorCase('time', 'IReactorTime.callLater(0) inside a timed call waits for the next turn', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    reactor.callLater(0, () => {
      journal.note('first');
      reactor.callLater(0, () => journal.note('made inside'));
    });
    reactor.callLater(0, () => journal.note('second'));
    await journal.has(3);
    claimEqual(journal.entries, ['first', 'second', 'made inside'], 'order');
  }),

  reactorCase('time', 'IReactorTime.callLater that throws is logged, and the others are called', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    reactor.callLater(0, () => journal.note('before'));
    reactor.callLater(0, () => {
      throw new RangeError('in a timed call');
    });
    reactor.callLater(0, () => journal.note('after'));
    await journal.has(2);
    claimEqual(journal.entries, ['before', 'after'], 'calls');
    stage.claimLogged('in a timed call');
  }),

  reactorCase('time', 'IReactorTime.callLater refuses a negative delay', (stage) => {
    const reactor = stage.reactor();
    claimThrows('AssertionError', () => reactor.callLater(-1, () => undefined));
    claimEqual(reactor.getDelayedCalls().length, 0, 'calls to come');
  }),

  reactorCase('time', 'IReactorTime.callLater before run waits for it', async (stage) => {
    const reactor = stage.world.makeReactor();
    const journal = new Journal(stage);
    reactor.callLater(0, () => journal.note('called'));
    await stage.look();
    claimEqual(journal.entries, [], 'calls before run');
    stage.run(reactor);
    await journal.has(1);
  }),

  reactorCase('time', 'IDelayedCall.cancel takes a call back, also from inside another', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    const [first, second] = ['first', 'second'].map((name) => reactor.callLater(SOON, () => journal.note(name)));
    first?.cancel();
    reactor.callLater(0, () => second?.cancel());
    reactor.callLater(2 * SOON, () => journal.note('third'));
    await journal.has(1);
    claimEqual(journal.entries, ['third'], 'calls');
    claim(first?.active() === false && second?.active() === false, 'a call that was cancelled is active');
  }),

  reactorCase('time', 'IDelayedCall refuses what comes too late', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    const call = reactor.callLater(0, () => {
      // It counts as called while it runs.
      journal.note(call.active());
      claimAllThrow('AlreadyCalled', call);
    });
    claim(call.active(), 'a call to come is not active');
    await journal.has(1);
    claimEqual(journal.entries, [false], 'active from inside');
    claimAllThrow('AlreadyCalled', call);
    const cancelled = reactor.callLater(1, () => undefined);
    cancelled.cancel();
    claimAllThrow('AlreadyCancelled', cancelled);
  }),

  reactorCase('time', 'IDelayedCall.reset counts from now, and delay from when the call was due', async (stage) => {
    const reactor = stage.reactor();
    const journal = new Journal(stage);
    const sooner = reactor.callLater(1000, () => journal.note('sooner'));
    const later = reactor.callLater(0.001, () => journal.note('later'));
    const brought = reactor.callLater(1000, () => journal.note('brought forward'));
    reactor.callLater(0.015, () => journal.note('between'));
    const before = later.getTime();
    sooner.reset(0.002);
    later.delay(0.03);
    brought.delay(-999.993);
    claim(Math.abs(later.getTime() - before - 0.03) < 1e-6, 'delay is not added to the time the call was due');
    await journal.has(4);
    claimEqual(journal.entries, ['sooner', 'brought forward', 'between', 'later'], 'order');
  }),

  reactorCase('time', 'IReactorTime.getDelayedCalls gives the calls to come', async (stage) => {
    const reactor = stage.reactor();
    await stage.look();
    const calls = [10, 20, 0].map((delay) => reactor.callLater(delay, () => stage.saw('called')));
    claimEqual(reactor.getDelayedCalls().length, 3, 'calls to come');
    claim(
      calls.every((call) => reactor.getDelayedCalls().includes(call)),
      'a call to come is not among them',
    );
    calls[1]?.cancel();
    claimEqual(reactor.getDelayedCalls().length, 2, 'calls to come when one was cancelled');
    await stage.until('the call that is due', () => calls[2]?.active() === false);
    claim(
      reactor.getDelayedCalls().length === 1 && reactor.getDelayedCalls()[0] === calls[0],
      'a call that was made is still to come',
    );
    calls[0]?.cancel();
    claimEqual(reactor.getDelayedCalls(), [], 'calls to come in the end');
  }),

  reactorCase(
    'threads',
    'IReactorFromThreads.callFromThread calls in order, later, and before timed calls',
    async (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      reactor.callLater(0, () => {
        reactor.callLater(0, () => journal.note('timed'));
        for (let i = 0; i < 5; i++) reactor.callFromThread((...args: unknown[]) => journal.note(args), 'thread', i);
        journal.note('made');
      });
      await journal.has(7);
      claimEqual(journal.entries, ['made', ...Array.from({ length: 5 }, (_, i) => ['thread', i]), 'timed'], 'order');
    },
  ),

  reactorCase(
    'threads',
    'IReactorFromThreads.callFromThread inside such a call waits for the next turn',
    async (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      reactor.callFromThread(() => {
        reactor.callFromThread(() => journal.note('made inside'));
        reactor.callLater(0, () => journal.note('timed'));
      });
      reactor.callFromThread(() => journal.note('second'));
      await journal.has(3);
      claimEqual(journal.entries, ['second', 'timed', 'made inside'], 'order');
    },
  ),

  reactorCase('threads', 'IReactorFromThreads.callFromThread waits for run', async (stage) => {
    const reactor = stage.world.makeReactor();
    const journal = new Journal(stage);
    reactor.callFromThread(() => journal.note('called'));
    await stage.look();
    claimEqual(journal.entries, [], 'calls before run');
    stage.run(reactor);
    await journal.has(1);
  }),

  reactorCase(
    'threads',
    'IReactorFromThreads.callFromThread that throws is logged, and the others are called',
    async (stage) => {
      const reactor = stage.reactor();
      const journal = new Journal(stage);
      reactor.callFromThread(() => {
        throw new RangeError('in a call from a thread');
      });
      reactor.callFromThread(() => journal.note('after'));
      await journal.has(1);
      stage.claimLogged('in a call from a thread');
    },
  ),
];

function claimAllThrow(name: string, call: ReturnType<ReactorUnderTest['callLater']>): void {
  claimThrows(name, () => call.cancel());
  claimThrows(name, () => call.reset(1));
  claimThrows(name, () => call.delay(1));
}
