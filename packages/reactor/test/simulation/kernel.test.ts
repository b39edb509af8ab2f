/** What a simulated kernel and network do to a connection, claim by claim: the model that ARCHITECTURE.md and the howto describe. */
import { ConnectionDone, ConnectionLost, TCPTimedOutError, TimeoutError } from '../../src/error';
import type { Reactor } from '../../src/reactor';
import { Simulation, type SimulatedHost, type SimulationOptions } from '../../src/simulation';

import { connect, echo, type Talker, TalkerFactory } from './conversing';

interface Pair {
  readonly sim: Simulation;
  readonly server: SimulatedHost;
  readonly client: SimulatedHost;
  readonly served: TalkerFactory;
}

function pair(options: SimulationOptions = {}, prepare?: (talker: Talker) => void): Pair {
  const sim = new Simulation(options);
  const server = sim.host('server');
  const served = new TalkerFactory(prepare);
  server.reactor.listenTCP(7, served);
  return { sim, server, client: sim.host('client'), served };
}

/** A pair with one connection. */
async function connected(
  options: SimulationOptions = {},
): Promise<Pair & { readonly near: Talker; readonly far: Talker }> {
  const made = pair(options);
  const factory = connect(made.client.reactor, 'server');
  await made.sim.runUntil(() => factory.talkers.length === 1 && made.served.talkers.length === 1);
  return { ...made, near: factory.only, far: made.served.only };
}

describe('buffers', () => {
  it('what is lent is taken back: a protocol that borrows and keeps all the same finds out', async () => {
    const { sim, near, far } = await connected();
    const kept: Buffer[] = [];
    Object.assign(far, { borrowsData: true, onData: (data: Buffer) => kept.push(data) });
    for (const word of ['one', 'two', 'three']) {
      near.transport.write(word);
      await sim.advance(1);
    }
    expect(far.chunks).toEqual(['one', 'two', 'three']);
    // The first is given: a connection lends from the first look at its protocol on.
    expect(kept.map((data) => data.toString('hex'))).toEqual([
      Buffer.from('one').toString('hex'),
      'fefefe',
      'fefefefefe',
    ]);
  });

  it('a slow reader holds up the writer: no more than both buffers is under way', async () => {
    const { sim, server, client, near, far } = await connected({ tcp: { sendBuffer: 10_000, receiveWindow: 5000 } });
    far.transport.pauseProducing();
    near.transport.write(Buffer.alloc(100_000));
    await sim.advance(60);
    expect(sim.netstat(client)).toMatchObject([{ sendQueue: 10_000 }]);
    expect(sim.netstat(server)[1]).toMatchObject({ receiveQueue: 5000 });
    expect(far.received).toHaveLength(0);
    far.transport.resumeProducing();
    await sim.quiesce();
    expect(far.received).toHaveLength(100_000);
  });

  it('a push producer is paused while they are full, and resumed when there is room', async () => {
    const { sim, near, far } = await connected({ tcp: { sendBuffer: 10_000, receiveWindow: 5000 } });
    const log: string[] = [];
    far.transport.pauseProducing();
    near.transport.registerProducer(
      {
        pauseProducing: () => void log.push('pause'),
        resumeProducing: () => void log.push('resume'),
        stopProducing: () => void log.push('stop'),
      },
      true,
    );
    near.transport.write(Buffer.alloc(200_000));
    await sim.advance(10);
    expect(log).toEqual(['pause']);
    far.transport.resumeProducing();
    await sim.quiesce();
    expect(log).toEqual(['pause', 'resume']);
    near.transport.unregisterProducer();
  });

  it('throughput is the window divided by the round trip, where that is less than the bandwidth', async () => {
    const { sim, near, far } = await connected({ link: { latency: 0.05 }, tcp: { receiveWindow: 10_000 } });
    const begin = sim.seconds();
    near.transport.write(Buffer.alloc(100_000));
    await sim.runUntil(() => far.received.length === 100_000);
    // Ten windows, each of them a round trip; the last one arrives after half of it.
    expect(sim.seconds() - begin).toBeGreaterThan(0.9);
    expect(sim.seconds() - begin).toBeLessThan(1.1);
  });

  it('two connections share the bandwidth of their link', async () => {
    const made = pair({ link: { bandwidth: 100_000 } });
    const factories = [connect(made.client.reactor, 'server'), connect(made.client.reactor, 'server')];
    await made.sim.runUntil(() => made.served.talkers.length === 2);
    for (const { only } of factories) only.transport.write(Buffer.alloc(100_000));
    const begin = made.sim.seconds();
    await made.sim.runUntil(() => made.served.talkers.every(({ received }) => received.length === 100_000));
    expect(made.sim.seconds() - begin).toBeCloseTo(2, 1);
  });
});

describe('chunks', () => {
  /** How ten writes of ten bytes come out at the other end. */
  async function chunks(options: SimulationOptions, apart: number): Promise<number[]> {
    const { sim, near, far, client } = await connected(options);
    for (let i = 0; i < 10; i++) client.reactor.callLater(i * apart, () => near.transport.write('0123456789'));
    await sim.advance(20);
    expect(far.received).toBe('0123456789'.repeat(10));
    return far.chunks.map(({ length }) => length);
  }

  it('are as they were written, when nothing happens to them', async () => {
    expect(await chunks({}, 1)).toEqual(Array<number>(10).fill(10));
  });

  it('are joined when they arrive together', async () => {
    expect(await chunks({}, 0)).toEqual([100]);
    const { sim, near, far, server } = await connected();
    server.pause(5);
    near.transport.write('one ');
    await sim.advance(1);
    near.transport.write('two');
    await sim.advance(10);
    expect(far.chunks).toEqual(['one two']);
  });

  it('are split by the seed: another seed, other places, the same bytes', async () => {
    const [first, again, other] = [
      await chunks({ seed: 1, tcp: { splitRate: 1 } }, 1),
      await chunks({ seed: 1, tcp: { splitRate: 1 } }, 1),
      await chunks({ seed: 2, tcp: { splitRate: 1 } }, 1),
    ];
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(first.length).toBeGreaterThan(10);
  });

  it('are no larger than one read takes', async () => {
    expect(await chunks({ tcp: { largestRead: 30 } }, 0)).toEqual([30, 30, 30, 10]);
  });
});

describe('ends', () => {
  it('an end is told after all data, and the other direction goes on', async () => {
    const { sim, near, far } = await connected();
    const ends: string[] = [];
    Object.assign(far, { readConnectionLost: () => ends.push('read'), writeConnectionLost: () => ends.push('write') });
    near.transport.write('last words');
    near.transport.loseWriteConnection();
    await sim.advance(1);
    expect(far.received).toBe('last words');
    expect(ends).toEqual(['read']);
    far.transport.write('answer');
    await sim.advance(1);
    expect(near.received).toBe('answer');
    expect([near.lost, far.lost]).toEqual([null, null]);
    far.transport.loseConnection();
    await sim.advance(1);
    expect(near.lost?.check(ConnectionDone)).toBe(ConnectionDone);
    expect(far.lost?.check(ConnectionDone)).toBe(ConnectionDone);
  });

  it('a process that dies with something unread resets the connection', async () => {
    const { sim, server, near, far } = await connected();
    far.transport.pauseProducing();
    near.transport.write('nobody reads this');
    await sim.advance(1);
    server.kill();
    await sim.advance(1);
    expect(near.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('loseConnection of a protocol that does not read throws away what came, and ends in order', async () => {
    const { sim, near, far } = await connected();
    far.transport.pauseProducing();
    near.transport.write('nobody reads this');
    await sim.advance(1);
    far.transport.loseConnection();
    await sim.advance(1);
    expect(far.received).toBe('');
    expect(near.lost?.check(ConnectionDone)).toBe(ConnectionDone);
  });

  it('abortConnection resets the connection, and drops what was to be sent', async () => {
    const { sim, near, far } = await connected({ link: { bandwidth: 1000 } });
    near.transport.write(Buffer.alloc(100_000));
    near.transport.abortConnection();
    await sim.advance(10);
    expect(far.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(far.received.length).toBeLessThan(100_000);
  });

  it('both ends may close at once', async () => {
    const { sim, near, far } = await connected({ link: { latency: 0.1 } });
    near.transport.loseConnection();
    far.transport.loseConnection();
    await sim.advance(1);
    expect(near.lost?.check(ConnectionDone)).toBe(ConnectionDone);
    expect(far.lost?.check(ConnectionDone)).toBe(ConnectionDone);
  });
});

describe('connecting', () => {
  it('a request that nobody answers is repeated after 1, 2, 4, … seconds, and given up after the last', async () => {
    const { sim, client } = pair({ tcp: { connectRetries: 3 } });
    sim.partition('client', 'server');
    const factory = new TalkerFactory();
    client.reactor.connectTCP('server', 7, factory, { timeout: 1000 });
    await sim.runUntil(() => factory.failed !== null);
    expect(factory.failed?.check(TCPTimedOutError)).toBe(TCPTimedOutError);
    expect(sim.seconds()).toBeCloseTo(1 + 2 + 4 + 8, 1);
    const requests = sim.trace.events().filter(({ kind }) => kind === 'connect');
    expect(requests.map(({ time }) => Math.round(time / 1e6))).toEqual([0, 1, 3, 7]);
  });

  it('a request is answered after a partition ends', async () => {
    const { sim, client } = pair();
    sim.partition('client', 'server');
    const factory = connect(client.reactor, 'server');
    await sim.advance(2);
    sim.repair('client', 'server');
    await sim.advance(2);
    expect(factory.only.made).toBe(1);
  });

  it('a full backlog leaves requests without an answer until there is room', async () => {
    const sim = new Simulation();
    const server = sim.host('server');
    const served = new TalkerFactory();
    server.reactor.listenTCP(7, served, { backlog: 2 });
    const { reactor } = sim.host('client');
    server.pause(2);
    const factories: TalkerFactory[] = [];
    for (let i = 0; i < 3; i++) {
      factories.push(connect(reactor, 'server'));
      await sim.advance(0.5);
    }
    const madeBy = (): number => factories.filter(({ talkers }) => talkers.length === 1).length;
    expect(madeBy()).toBe(2);
    await sim.advance(5);
    expect(madeBy()).toBe(3);
    expect(served.talkers).toHaveLength(3);
  });

  it('an address that nobody has is a black hole', async () => {
    const { sim, client } = pair();
    const factory = new TalkerFactory();
    client.reactor.connectTCP('192.0.2.1', 7, factory, { timeout: 5 });
    await sim.advance(4.9);
    expect(factory.failed).toBeNull();
    await sim.advance(0.2);
    expect(factory.failed?.check(TimeoutError)).toBe(TimeoutError);
  });
});

describe('partitions and holds', () => {
  it('what is under way when a partition begins is lost, and sent again when it is over', async () => {
    const { sim, near, far } = await connected({ link: { latency: 1 } });
    near.transport.write('on its way');
    await sim.advance(0.5);
    sim.partition('client', 'server');
    await sim.advance(10);
    expect(far.received).toBe('');
    sim.repair('client', 'server');
    await sim.advance(30);
    expect(far.received).toBe('on its way');
  });

  it('one way: who can send is heard and hears nothing', async () => {
    const { sim, near, far } = await connected();
    sim.partitionOneWay('client', 'server');
    near.transport.write('lost');
    far.transport.write('heard');
    await sim.advance(5);
    expect([near.received, far.received]).toEqual(['heard', '']);
    expect(sim.link('client', 'server').up).toBe(false);
    sim.repair('client', 'server');
    expect(sim.link('client', 'server').up).toBe(true);
    await sim.quiesce();
    expect(far.received).toBe('lost');
  });

  it('a partition longer than a connection lives ends it, with a time-out', async () => {
    const { sim, near } = await connected({ tcp: { giveUpAfter: 100 } });
    sim.partition('client', 'server');
    near.transport.write('hello?');
    await sim.runUntil(() => near.lost !== null);
    expect(near.lost?.check(ConnectionLost, TimeoutError)).not.toBeNull();
    expect(sim.seconds()).toBeGreaterThan(100);
  });

  it('hold keeps requests to connect, data and ends, and release sends them in order', async () => {
    const { sim, client, near, far, served } = await connected();
    sim.hold('client', 'server');
    near.transport.write('a');
    near.transport.loseConnection();
    const second = connect(client.reactor, 'server');
    await sim.advance(20);
    expect([far.received, far.lost, second.talkers.length]).toEqual(['', null, 0]);
    sim.release('client', 'server');
    await sim.advance(1);
    expect(far.received).toBe('a');
    expect(far.lost?.check(ConnectionDone)).toBe(ConnectionDone);
    expect(served.talkers).toHaveLength(2);
  });
});

describe('keep-alive', () => {
  async function keptAlive(options: SimulationOptions = {}): Promise<Awaited<ReturnType<typeof connected>>> {
    const made = await connected(options);
    made.near.transport.setTcpKeepAlive(true);
    return made;
  }

  it('is off by default: whoever waits for a host that has lost its power waits for ever', async () => {
    const { sim, near, server } = await connected();
    server.crash();
    await sim.advance(1_000_000);
    expect(near.lost).toBeNull();
  });

  it('ends a connection whose other end has lost its power: two hours, and ten probes', async () => {
    const { sim, near, server } = await keptAlive();
    server.crash();
    await sim.runUntil(() => near.lost !== null, { limit: 20_000 });
    expect(near.lost?.check(ConnectionLost, TimeoutError)).not.toBeNull();
    expect(sim.seconds()).toBeCloseTo(7200 + 9 * 75, -1);
  });

  it('finds out by the first probe that a host has come back and knows nothing', async () => {
    const { sim, near, server } = await keptAlive({ tcp: { keepAliveAfter: 60 } });
    server.crash();
    server.restart({ after: 1 });
    await sim.runUntil(() => near.lost !== null);
    expect(near.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(sim.seconds()).toBeCloseTo(60, 0);
  });

  it('leaves a connection alone that is answered, or on which something is heard', async () => {
    const { sim, near, far, server } = await keptAlive({ tcp: { keepAliveAfter: 60, keepAliveEvery: 10 } });
    await sim.advance(1000);
    expect(near.lost).toBeNull();
    sim.partition('client', 'server');
    await sim.advance(80);
    sim.repair('client', 'server');
    await sim.advance(1000);
    expect(near.lost).toBeNull();
    far.transport.write('hello');
    await sim.advance(1);
    expect(near.received).toBe('hello');
    near.transport.setTcpKeepAlive(false);
    server.crash();
    await sim.advance(10_000);
    expect(near.lost).toBeNull();
  });
});

it('UNIX sockets have no network: a partition of everything from everything does nothing to them', async () => {
  const sim = new Simulation();
  const { reactor } = sim.host('a');
  sim.host('b');
  const serve = (it: Reactor): TalkerFactory => {
    const factory = new TalkerFactory((talker) => {
      talker.onData = (data) => talker.transport.write(data);
    });
    it.listenUNIX('/run/echo', factory);
    return factory;
  };
  serve(reactor);
  sim.partition(['a', 'b'], ['a', 'b']);
  const client = new TalkerFactory();
  reactor.connectUNIX('/run/echo', client);
  await sim.advance(1);
  client.only.transport.write('hello');
  await sim.advance(1);
  expect(client.only.received).toBe('hello');
});

it('a host can talk to itself, by name, and a server that starts later is found', async () => {
  const sim = new Simulation();
  const { reactor } = sim.host('a');
  reactor.callLater(5, () => void echo(reactor));
  const early = connect(reactor, 'a');
  await sim.advance(6);
  expect(early.failed).not.toBeNull();
  const late = connect(reactor, 'a');
  await sim.advance(1);
  expect(late.only.made).toBe(1);
});
