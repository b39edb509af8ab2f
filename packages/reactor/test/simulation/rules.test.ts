import { ConnectionDone, ConnectionLost, ConnectionRefusedError } from '../../src/error';
import { HostError, type Segment, Simulation, type SimulationOptions } from '../../src/simulation';

import { connect, echo, type TalkerFactory } from './conversing';

interface Pair {
  readonly sim: Simulation;
  readonly served: TalkerFactory;
  /** Connects another client. */
  readonly dial: () => TalkerFactory;
}

function pair(options: SimulationOptions = {}): Pair {
  const sim = new Simulation({ link: { latency: 0.01 }, ...options });
  const served = echo(sim.host('server').reactor);
  const { reactor } = sim.host('client');
  return { sim, served, dial: () => connect(reactor, 'server') };
}

describe('Simulation.rule', () => {
  it('is asked about every request, every piece and every end, and told which they are', async () => {
    const { sim, dial } = pair();
    const seen: Segment[] = [];
    sim.rule((segment) => void seen.push(segment));
    const factory = dial();
    await sim.advance(1);
    factory.only.transport.write('hello');
    await sim.advance(1);
    factory.only.transport.write('again');
    await sim.advance(1);
    factory.only.transport.loseConnection();
    await sim.advance(1);
    const told = seen.map(({ kind, from, to, isReply, bytes, offset }) => ({ kind, from, to, isReply, bytes, offset }));
    const there = { from: 'client', to: 'server', isReply: false };
    const back = { from: 'server', to: 'client', isReply: true };
    expect(told).toEqual([
      { kind: 'connect', ...there, bytes: 0, offset: 0 },
      { kind: 'data', ...there, bytes: 5, offset: 0 },
      { kind: 'data', ...back, bytes: 5, offset: 0 },
      { kind: 'data', ...there, bytes: 5, offset: 5 },
      { kind: 'data', ...back, bytes: 5, offset: 5 },
      { kind: 'fin', ...there, bytes: 0, offset: 10 },
      { kind: 'fin', ...back, bytes: 0, offset: 10 },
    ]);
    expect(new Set(seen.map(({ port, connection, attempt }) => [port, connection, attempt].join()))).toEqual(
      new Set(['7,1,0']),
    );
  });

  it('drop: a piece is sent again, and says that it was', async () => {
    const { sim, dial, served } = pair();
    const attempts: number[] = [];
    const rule = sim.rule(({ kind, isReply, attempt }) => {
      if (kind !== 'data' || isReply) return null;
      attempts.push(attempt);
      return attempt < 2 ? 'drop' : null;
    });
    const factory = dial();
    await sim.advance(1);
    factory.only.transport.write('hello');
    await sim.advance(0.5);
    expect(served.only.received).toBe('');
    await sim.advance(0.5);
    expect(factory.only.received).toBe('hello');
    expect(attempts).toEqual([0, 1, 2]);
    expect(rule.hits).toBe(2);
  });

  it('drop: a request to connect is repeated after a second, and then after two', async () => {
    const { sim, dial } = pair();
    sim.rule(({ kind, attempt }) => (kind === 'connect' && attempt < 2 ? 'drop' : null));
    const factory = dial();
    await sim.runUntil(() => factory.talkers.length === 1);
    expect(sim.seconds()).toBeCloseTo(3.02, 1);
  });

  it('delay: a piece is late, and what follows it stays behind it', async () => {
    const { sim, dial, served } = pair();
    const factory = dial();
    await sim.advance(1);
    using rule = sim.rule(({ kind, offset, isReply }) =>
      kind === 'data' && !isReply && offset === 0 ? { delay: 5 } : null,
    );
    factory.only.transport.write('first ');
    await sim.advance(1);
    factory.only.transport.write('second');
    await sim.advance(3.9);
    expect(served.only.received).toBe('');
    await sim.advance(0.2);
    expect(served.only.received).toBe('first second');
    expect(rule.hits).toBe(1);
  });

  it('refuse: one attempt to connect finds nobody, the next is served', async () => {
    const { sim, dial } = pair();
    sim.rule(({ kind, connection }) => (kind === 'connect' && connection === 1 ? 'refuse' : null));
    const [first, second] = [dial(), dial()];
    await sim.advance(1);
    expect(first.failed?.check(ConnectionRefusedError)).toBe(ConnectionRefusedError);
    expect(second.only.made).toBe(1);
  });

  it('reset: the connection is cut, and both ends are told', async () => {
    const { sim, dial, served } = pair();
    const factory = dial();
    await sim.advance(1);
    sim.rule(({ kind, isReply }) => (kind === 'data' && isReply ? 'reset' : null));
    factory.only.transport.write('hello');
    await sim.advance(1);
    expect(served.only.received).toBe('hello');
    expect(factory.only.received).toBe('');
    expect(factory.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(served.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(sim.netstat().filter(({ state }) => state === 'open')).toEqual([]);
  });

  it('resetAfter: exactly so many bytes get through', async () => {
    const { sim, dial, served } = pair();
    const LIMIT = 12;
    sim.rule(({ kind, isReply, offset, bytes }) =>
      kind === 'data' && !isReply && offset + bytes > LIMIT ? { resetAfter: LIMIT - offset } : null,
    );
    const factory = dial();
    await sim.advance(1);
    factory.only.transport.write('0123456789');
    await sim.advance(1);
    factory.only.transport.write('abcdefghij');
    await sim.advance(1);
    expect(served.only.received).toBe('0123456789ab');
    expect(served.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(factory.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('remove ends a rule; the first that decides counts', async () => {
    const { sim, dial } = pair();
    const refusing = sim.rule(({ kind }) => (kind === 'connect' ? 'refuse' : null));
    const late = sim.rule(() => ({ delay: 100 }));
    const first = dial();
    await sim.advance(1);
    expect([refusing.hits, late.hits]).toEqual([1, 0]);
    refusing.remove();
    late.remove();
    const second = dial();
    await sim.advance(1);
    expect(first.talkers).toHaveLength(0);
    expect(second.only.made).toBe(1);
  });

  it('what a rule throws fails the simulation; what it returns has to be a verdict', async () => {
    const broken = pair();
    broken.sim.rule(() => {
      throw new TypeError('no such port');
    });
    broken.dial();
    await expect(broken.sim.advance(1)).rejects.toThrow(HostError);
    const strange = pair();
    strange.sim.rule(() => 'lose' as never);
    strange.dial();
    await expect(strange.sim.advance(1)).rejects.toThrow(
      /a rule: Cannot follow a rule that says "lose", wanted 'drop'/,
    );
  });

  it('decides by the seed, when it asks sim.random: the same again', async () => {
    const run = async (seed: number): Promise<string> => {
      const { sim, dial } = pair({ seed });
      sim.rule(({ kind }) => (kind === 'data' && sim.random('drops') < 0.5 ? 'drop' : null));
      const factory = dial();
      await sim.advance(1);
      for (let i = 0; i < 10; i++) factory.only.transport.write(`message ${String(i)}`);
      await sim.quiesce();
      return sim.trace.hash;
    };
    expect(await run(1)).toBe(await run(1));
    expect(new Set([await run(1), await run(2), await run(3), await run(4)]).size).toBeGreaterThan(1);
  });
});

describe('SimulatedNames', () => {
  it('set gives one name a latency of its own; fail fails so many times', async () => {
    const sim = new Simulation();
    echo(sim.host('server').reactor);
    const { reactor } = sim.host('client');
    sim.dns.set('slow', ['server'], { latency: 2 });
    sim.dns.fail('server', { code: 'EAI_AGAIN', times: 2 });
    const attempts = [connect(reactor, 'server'), connect(reactor, 'server'), connect(reactor, 'server')];
    const slow = connect(reactor, 'slow');
    await sim.advance(1);
    expect(attempts.map(({ talkers }) => talkers.length)).toEqual([0, 0, 1]);
    expect(attempts[0]?.failed?.value.cause).toMatchObject({ code: 'EAI_AGAIN' });
    expect(slow.talkers).toHaveLength(0);
    await sim.advance(1.1);
    expect(slow.only.made).toBe(1);
  });

  it('fail refuses to fail less than once', () => {
    expect(() => new Simulation().dns.fail('x', { times: 0 })).toThrow(RangeError);
  });
});

it('Simulation.rule costs the run nothing once it is gone: the trace is that of a run without', async () => {
  const run = async (withRule: boolean): Promise<string> => {
    const { sim, dial } = pair({ seed: 3, link: { latency: 0.01, jitter: 0.05, lossRate: 0.2 } });
    if (withRule) sim.rule(() => 'drop').remove();
    const factory = dial();
    await sim.runUntil(() => factory.talkers.length === 1);
    factory.only.transport.write('x'.repeat(1000));
    await sim.quiesce();
    factory.only.transport.loseConnection();
    await sim.quiesce();
    expect(factory.only.lost?.check(ConnectionDone)).toBe(ConnectionDone);
    return sim.trace.hash;
  };
  expect(await run(true)).toBe(await run(false));
});
