/** What a simulation says of Deferreds that are waited for. */
import { Deferred, gatherResults, inlineCallbacks, setDebugging } from '../../src/defer';
import { forEachSeed, Simulation, SimulationStalled } from '../../src/simulation';

/** What never comes. */
const never = (): Deferred<string> => new Deferred<string>();

function gotReply(): void {}

/** What a report says of Deferreds: who waits. */
function waiters(report: string): string[] {
  return report.split('\n').flatMap((line) => /^ {2}<\w*Deferred.*> awaited since .* by (.*)/.exec(line)?.[1] ?? []);
}

/** A simulation with one host that does `what` after a second, and has stalled: what it says. */
async function stalled(what: () => void): Promise<string> {
  const sim = new Simulation();
  sim.host('client', (reactor) => void reactor.callLater(1, what));
  const error: unknown = await sim.runUntil(() => false).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SimulationStalled);
  return (error as Error).message;
}

describe('SimulationStalled', () => {
  it('SimulationStalled lists the Deferreds that a host waits for, since when, and for whom', async () => {
    const message = await stalled(() => void never().addCallback(gotReply));
    expect(message).toContain('is up\n  <Deferred> awaited since 1.000000 s by gotReply');
  });

  it('SimulationStalled names callbacks, coroutines, awaits and Deferreds that wait for another', async () => {
    const message = await stalled(() => {
      never()
        .addErrback(gotReply)
        .addCallback((reply) => reply);
      void inlineCallbacks(function* login() {
        yield* never();
      })();
      void (async () => {
        await never();
      })();
      const outer = new Deferred<null>();
      outer.addCallback(never);
      outer.callback(null);
    });
    expect(waiters(message)).toEqual([
      'gotReply, (reply) => reply',
      'coroutine login',
      '<Deferred waiting on Deferred>',
      'a promise', // the await: it begins to wait in a microtask
    ]);
  });

  it('SimulationStalled lists what the test itself waits for, runUntil among it', async () => {
    const sim = new Simulation();
    never().addCallback(gotReply);
    await expect(sim.runUntil(never())).rejects.toThrow(
      'the test\n  <Deferred> awaited since 0.000000 s by gotReply\n  <Deferred> awaited since 0.000000 s by runUntil',
    );
  });

  it('SimulationStalled says where a Deferred was made, when debugging is on', async () => {
    setDebugging(true);
    try {
      expect(await stalled(() => void never().addCallback(gotReply))).toMatch(
        /by gotReply\n {4}at never \(.*waits\.test/,
      );
    } finally {
      setDebugging(false);
    }
  });

  it('SimulationStalled shows the first twenty of a host, and counts the others', async () => {
    const message = await stalled(() => {
      for (let i = 0; i < 50; i++) never().addCallback(gotReply);
    });
    expect(waiters(message)).toHaveLength(20);
    expect(message).toContain('… and 30 more Deferreds');
  });
});

describe('Simulation.report', () => {
  it('Simulation.report forgets a Deferred when it fires or is cancelled, and when its process is gone', async () => {
    const sim = new Simulation();
    const fired = never();
    const cancelled = never();
    const host = sim.host('server', () => {
      for (const each of [fired, cancelled, never()]) each.addBoth(gotReply);
    });
    expect(waiters(sim.report())).toHaveLength(3);
    fired.callback('');
    cancelled.cancel();
    expect(waiters(sim.report())).toHaveLength(1);
    host.crash();
    expect(waiters(sim.report())).toEqual([]);
    host.restart();
    await sim.advance(1);
    expect(waiters(sim.report())).toHaveLength(1); // the third, of the new process: the others have fired
  });

  it('Simulation.report says nothing of Deferreds that have results, or that nobody waits for', () => {
    const sim = new Simulation();
    sim.host('client', () => {
      never();
      gatherResults([]).addCallback(gotReply);
    });
    expect(sim.report()).not.toContain('Deferred');
  });

  it('Simulation.report knows the last ten thousand', () => {
    const sim = new Simulation();
    sim.host('client', () => {
      for (let i = 0; i <= 10_000; i++) never().addCallback(gotReply);
    });
    expect(sim.report()).toContain('… and 9980 more Deferreds');
  });

  it('Simulation.report is the same in every run, whatever the collector does', async () => {
    const reports = new Set<string>();
    await forEachSeed(20, (sim) => {
      const { reactor } = sim.host('client');
      for (let i = 0; i < 5; i++) reactor.callLater(i, () => void never().addCallback(gotReply));
      sim.advanceSync(10);
      reports.add(sim.report());
    });
    expect(reports.size).toBe(1);
  });

  it('Simulation.report knows nothing of what begins to be awaited after forEachSeed, or in another simulation', async () => {
    let first: Simulation | null = null;
    await forEachSeed(1, (sim) => void (first = sim), { checkEvery: 0 });
    never().addCallback(gotReply);
    expect((first as Simulation | null)?.report()).not.toContain('gotReply');
  });
});
