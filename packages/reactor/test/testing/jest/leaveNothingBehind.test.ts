import { createNodeReactor } from '../../../src/default';
import type { IPv4Address } from '../../../src/address';
import { Deferred } from '../../../src/defer';
import type { IListeningPort } from '../../../src/interfaces';
import { Logger } from '../../../src/logger';
import type { Reactor } from '../../../src/reactor';
import { Simulation } from '../../../src/simulation';
import { DirtyReactorAggregateError, flushLoggedErrors, leaveNothingBehind } from '../../../src/testing/jest';
import { connect, echo, TalkerFactory } from '../../simulation/conversing';

/** Runs `test` as jest would under the helper; returns what its hooks make it fail with, or null. */
async function outcome(test: () => unknown): Promise<DirtyReactorAggregateError | null> {
  const hooks: { before: () => void; after: () => Promise<void> } = {
    before: () => undefined,
    after: () => Promise.resolve(),
  };
  leaveNothingBehind({
    hooks: { beforeEach: (hook) => (hooks.before = hook), afterEach: (hook) => (hooks.after = hook) },
  });
  hooks.before();
  await test();
  return hooks.after().then(
    () => null,
    (error: unknown) => error as DirtyReactorAggregateError,
  );
}

/** A reactor that runs while `body` does. */
async function running(body: (reactor: Reactor) => unknown): Promise<void> {
  const reactor = createNodeReactor();
  const over = reactor.run({ installSignalHandlers: false });
  try {
    await body(reactor);
  } finally {
    reactor.stop();
    await over;
  }
}

const LOOPBACK = { interface: '127.0.0.1' };

function listenForAWhile(reactor: Reactor): IListeningPort {
  return reactor.listenTCP(0, new TalkerFactory(), LOOPBACK);
}

describe('leaveNothingBehind', () => {
  it('leaveNothingBehind lets a test pass that leaves nothing', async () => {
    const left = await outcome(() =>
      running(async (reactor) => {
        const port = listenForAWhile(reactor);
        reactor.callLater(1000, () => undefined).cancel();
        await port.stopListening();
      }),
    );
    expect(left).toBeNull();
  });

  it('leaveNothingBehind names a port, and the line that made it; and stops it', async () => {
    await running(async (reactor) => {
      const stopped = new Promise((resolve) => reactor.events.on('listeningStopped', resolve));
      const left = await outcome(() => listenForAWhile(reactor));
      expect(left).toBeInstanceOf(DirtyReactorAggregateError);
      expect(left?.leftovers).toMatchObject([{ kind: 'port' }]);
      expect(left?.message).toMatch(
        /^Reactor was unclean\.\nport IPv4Address.*\n\s+at listenForAWhile \(.*leaveNothingBehind\.test\.ts:\d+:\d+\)/,
      );
      await stopped;
    });
  });

  it('leaveNothingBehind names a delayed call, and who scheduled it; and cancels it', async () => {
    const reactor = createNodeReactor();
    function remindMe(): void {
      reactor.callLater(1000, function ringTheBell() {});
    }
    const left = await outcome(remindMe);
    expect(left?.leftovers).toMatchObject([{ kind: 'delayed call' }]);
    expect(left?.message).toMatch(/delayed call .*ringTheBell.*\n\s+at remindMe \(/);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it('leaveNothingBehind names both ends of a connection, where its port and its connector were made', async () => {
    await running(async (reactor) => {
      const factory = new TalkerFactory();
      const left = await outcome(async () => {
        const port = reactor.listenTCP(0, new TalkerFactory(), LOOPBACK);
        await new Promise<void>((resolve) => {
          factory.buildProtocol = () => {
            const talker = TalkerFactory.prototype.buildProtocol.call(factory);
            talker.onMade = () => reactor.callLater(0.01, resolve);
            return talker;
          };
          reactor.connectTCP('127.0.0.1', (port.getHost() as IPv4Address).port, factory);
        });
      });
      expect(left?.leftovers.map(({ kind }) => kind)).toEqual(['port', 'connection', 'connection']);
      for (const { made } of left?.leftovers ?? []) expect(made).toContain('leaveNothingBehind.test.ts');
      expect(new Set(left?.leftovers.map(({ made }) => made.split('\n')[0])).size).toBe(2);
    });
  });

  it('leaveNothingBehind names an attempt to connect', async () => {
    const reactor = createNodeReactor();
    const left = await outcome(() => reactor.connectTCP('127.0.0.1', 9, new TalkerFactory()));
    expect(left?.leftovers.map(({ kind }) => kind)).toContain('attempt to connect');
    await running(() => undefined);
  });

  it('leaveNothingBehind finds an error that nobody handled, with where its Deferred was made', async () => {
    const left = await outcome(function forgetful() {
      new Deferred().errback(new RangeError('nobody listens'));
    });
    expect(left?.message).toContain('RangeError: nobody listens');
    expect(left?.message).toMatch(/Deferred was created:[^]*at forgetful /);
  });

  it('leaveNothingBehind finds errors in the log, but for those that the test flushes', async () => {
    const log = new Logger();
    expect(
      (await outcome(() => log.failure('while {what}', new RangeError('boom'), { what: 'greeting' })))?.message,
    ).toMatch(/^An error was logged: while greeting\n.*RangeError: boom/s);
    const flushed = await outcome(() => {
      log.failure('', new RangeError('expected'));
      expect(flushLoggedErrors(RangeError)).toHaveLength(1);
    });
    expect(flushed).toBeNull();
  });

  it('leaveNothingBehind does not mind what simulations leave, nor what was made before the test', async () => {
    await running(async (reactor) => {
      const before = listenForAWhile(reactor);
      const left = await outcome(async () => {
        const sim = new Simulation();
        echo(sim.host('server').reactor);
        const factory = connect(sim.host('client').reactor, 'server');
        await sim.advance(1);
        expect(factory.talkers).toHaveLength(1);
      });
      expect(left).toBeNull();
      await before.stopListening();
    });
  });

  it('leaveNothingBehind restores Deferred.debug, and looks at nothing between tests', async () => {
    const before = Deferred.debug;
    await outcome(() => expect(Deferred.debug).toBe(true));
    expect(Deferred.debug).toBe(before);
  });
});

describe('in a test file', () => {
  leaveNothingBehind();

  it('the hooks are jest’s own: this test passes under them', async () => {
    await running((reactor) => listenForAWhile(reactor).stopListening());
    expect(Deferred.debug).toBe(true);
  });
});
