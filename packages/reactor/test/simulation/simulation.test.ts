import { Deferred } from '../../src/defer';
import { ConnectionDone, ConnectionLost, ConnectionRefusedError, DNSLookupError, TimeoutError } from '../../src/error';
import type { Reactor } from '../../src/reactor';
import {
  HostError,
  LivelockError,
  PromiseActivityError,
  Simulation,
  type SimulatedHost,
  SimulationStalled,
  TimeLimit,
} from '../../src/simulation';
import { LoopingCall } from '../../src/task';

import { connect, echo, TalkerFactory } from './conversing';

interface Pair {
  readonly sim: Simulation;
  readonly server: SimulatedHost;
  readonly client: SimulatedHost;
  /** What each boot of the server made. */
  readonly boots: TalkerFactory[];
}

function pair(options: ConstructorParameters<typeof Simulation>[0] = {}): Pair {
  const sim = new Simulation(options);
  const boots: TalkerFactory[] = [];
  const server = sim.host('server', (reactor) => {
    boots.push(echo(reactor));
  });
  return { sim, server, client: sim.host('client'), boots };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('wanted an error');
}

describe('time', () => {
  it('Simulation.advance lets every call see its own time (twisted#9819)', async () => {
    const sim = new Simulation();
    const { reactor } = sim.host('a');
    const seen: number[] = [];
    const again = (): void => {
      seen.push(reactor.seconds());
      if (seen.length < 5) reactor.callLater(1, again);
    };
    reactor.callLater(1, again);
    await sim.advance(10);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(sim.seconds()).toBe(10);
  });

  it('Simulation.advance waits for awaits, however many, before time moves', async () => {
    const sim = new Simulation();
    const a = sim.host('a').reactor;
    const b = sim.host('b').reactor;
    const log: string[] = [];
    a.callLater(1, async () => {
      for (let i = 0; i < 120; i++) await Promise.resolve();
      log.push(`A@${String(a.seconds())}`);
      a.callLater(1, () => log.push(`A2@${String(a.seconds())}`));
    });
    b.callLater(1, () => {
      log.push(`B@${String(b.seconds())}`);
      b.callLater(0.5, () => log.push(`B2@${String(b.seconds())}`));
    });
    await sim.advance(3);
    expect(log).toEqual(['A@1', 'B@1', 'B2@1.5', 'A2@2']);
  });

  it.each(['auto', 'always'] as const)('Simulation gives one trace, draining %s', async (drain) => {
    const run = async (how: 'auto' | 'always'): Promise<string> => {
      const { sim, client } = pair({ seed: 5, drain: how, link: { jitter: 0.01 } });
      const factory = connect(client.reactor, 'server', 7, (talker) => {
        talker.onMade = () => talker.transport.write('hello');
        talker.onData = async () => {
          await Promise.resolve();
          if (talker.chunks.length < 20) talker.transport.write('again');
        };
      });
      await sim.advance(5);
      expect(factory.only.chunks).toHaveLength(20);
      return sim.trace.hash;
    };
    expect(await run(drain)).toBe(await run('auto'));
  });

  it('Simulation.advanceSync drives code without promises', () => {
    const { sim, client } = pair();
    const factory = connect(client.reactor, 'server', 7, (talker) => {
      talker.onMade = () => talker.transport.write('hello');
    });
    sim.advanceSync(1);
    expect(factory.only.received).toBe('hello');
  });

  it('Simulation.advanceSync throws when a promise is touched', () => {
    const sim = new Simulation();
    sim.host('a').reactor.callLater(1, async () => {
      await Promise.resolve();
    });
    expect(() => sim.advanceSync(2)).toThrow(PromiseActivityError);
  });

  it('Simulation.advanceSync does not mind that a host boots and stops', () => {
    const { sim, server } = pair();
    server.signal('SIGTERM');
    sim.advanceSync(1);
    expect(server.state).toBe('stopped');
    server.restart();
    sim.advanceSync(1);
    expect(server.state).toBe('up');
  });

  it('Simulation.advance throws while it is driven already', async () => {
    const sim = new Simulation();
    const first = sim.advance(1);
    await expect(sim.advance(1)).rejects.toThrow('being driven already');
    await first;
  });

  it('Simulation.advance refuses what is no time', async () => {
    await expect(new Simulation().advance(-1)).rejects.toThrow(RangeError);
    await expect(new Simulation().advance(NaN)).rejects.toThrow(RangeError);
  });
});

describe('waiting', () => {
  it('Simulation.runUntil resolves at the instant at which a condition becomes true', async () => {
    const sim = new Simulation();
    let done = false;
    sim.host('a').reactor.callLater(2.5, () => (done = true));
    sim.host('b').reactor.callLater(60, () => undefined);
    await sim.runUntil(() => done);
    expect(sim.seconds()).toBe(2.5);
  });

  it('Simulation.runUntil resolves with the result of a Deferred, and rejects with its failure', async () => {
    const sim = new Simulation();
    const { reactor } = sim.host('a');
    const good = new Deferred<number>();
    const bad = new Deferred<number>();
    reactor.callLater(1, () => good.callback(42));
    reactor.callLater(2, () => bad.errback(new RangeError('no')));
    await expect(sim.runUntil(good)).resolves.toBe(42);
    expect(sim.seconds()).toBe(1);
    await expect(sim.runUntil(bad)).rejects.toThrow(RangeError);
  });

  it('Simulation.runUntilSync gives the result of a Deferred', () => {
    const sim = new Simulation();
    const d = new Deferred<string>();
    sim.host('a').reactor.callLater(1, () => d.callback('x'));
    expect(sim.runUntilSync(d)).toBe('x');
  });

  it('Simulation.runUntil says that it is stalled, and shows sockets, calls and what was waited for', async () => {
    const { sim, client } = pair();
    connect(client.reactor, 'server');
    const error = await rejection(sim.runUntil(new Deferred<null>()));
    expect(error).toBeInstanceOf(SimulationStalled);
    expect(error.message).toMatch(/nothing is to happen any more, but .*Deferred.* has no result/);
    expect(error.message).toContain('host server (10.0.0.1) is up');
    expect(error.message).toContain('listening on 0.0.0.0:7');
    expect(error.message).toMatch(/open 10\.0\.0\.2:\d+ to 10\.0\.0\.1:7/);
  });

  it('Simulation.runUntil says that the limit was reached, and names the calls that are pending', async () => {
    const sim = new Simulation();
    const { reactor } = sim.host('a');
    const heartbeat = new LoopingCall(() => undefined);
    heartbeat.clock = reactor;
    void heartbeat.start(1);
    reactor.callLater(1000, function wakeTheNeighbours() {});
    const error = await rejection(sim.runUntil(() => false, { limit: 10 }));
    expect(error).toBeInstanceOf(TimeLimit);
    expect(error.message).toContain('wakeTheNeighbours');
    expect(sim.seconds()).toBe(10);
    heartbeat.stop();
  });

  it('Simulation cuts a reactor that keeps itself busy, and names host and call', async () => {
    const sim = new Simulation({ busyTurns: 1000 });
    const { reactor } = sim.host('spinner');
    const spinForEver = (): void => void reactor.callLater(0, spinForEver);
    reactor.callLater(1, spinForEver);
    const error = await rejection(sim.advance(10));
    expect(error).toBeInstanceOf(LivelockError);
    expect((error as LivelockError).host).toBe('spinner');
    expect(error.message).toContain('host spinner keeps itself busy');
    expect(sim.seconds()).toBeLessThan(1.01);
  });

  it('Simulation.external lets virtual time wait for something real, and keeps the order of asking', async () => {
    const sim = new Simulation();
    const { reactor } = sim.host('a');
    const log: string[] = [];
    let finishSlow: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (finishSlow = resolve));
    reactor.callLater(1, async () => {
      await sim.external(slow);
      log.push(`slow@${String(reactor.seconds())}`);
    });
    reactor.callLater(1, async () => {
      await sim.external(Promise.resolve());
      log.push(`quick@${String(reactor.seconds())}`);
    });
    reactor.callLater(2, () => log.push('later'));
    const over = sim.advance(3);
    // Real time passes; the simulation has come to the call that waits by then.
    setImmediate(() => setImmediate(() => setImmediate(finishSlow)));
    await over;
    expect(log[0]).toBe('slow@1');
    expect(log.at(-1)).toBe('later');
    expect(log).toContain('quick@1');
  });

  it('Simulation ends with what a host threw, which host and where', async () => {
    const { sim, client } = pair();
    connect(client.reactor, 'server', 7, (talker) => {
      talker.onMade = () => talker.transport.write('hello');
      talker.onData = () => {
        throw new TypeError('cannot read');
      };
    });
    const error = await rejection(sim.advance(1));
    expect(error).toBeInstanceOf(HostError);
    expect(error.message).toMatch(/^host client: Unhandled error in dataReceived.*cannot read/);
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('Simulation.flushErrors gives what was collected', async () => {
    const sim = new Simulation({ errors: 'collect' });
    sim.host('a').reactor.callLater(1, () => {
      throw new RangeError('expected');
    });
    await sim.advance(2);
    expect(sim.flushErrors(TypeError)).toHaveLength(0);
    expect(sim.flushErrors(RangeError)).toHaveLength(1);
    expect(sim.flushErrors()).toHaveLength(0);
  });

  it('Simulation fails when a boot rejects', async () => {
    const sim = new Simulation();
    sim.host('a', async () => {
      await Promise.resolve();
      throw new RangeError('no disk');
    });
    await expect(sim.advance(1)).rejects.toThrow('host a: boot: no disk');
  });
});

describe('the network', () => {
  it('SimulatedLink.set gives latency: a connection takes a round trip, and the reply another', async () => {
    const { sim, client } = pair();
    sim.link('client', 'server').set({ latency: 0.1 });
    let connected = 0;
    const factory = connect(client.reactor, '10.0.0.1', 7, (talker) => {
      talker.onMade = () => {
        connected = sim.seconds();
        talker.transport.write('ping');
      };
    });
    await sim.runUntil(() => factory.talkers[0]?.received === 'ping');
    expect(connected).toBeCloseTo(0.2, 4);
    expect(sim.seconds()).toBeCloseTo(0.4, 4);
  });

  it('SimulatedLink.set gives bandwidth: bulk takes its size divided by it', async () => {
    const { sim, client, boots } = pair();
    sim.link('client', 'server').set({ bandwidth: 100_000, latency: 0.001 });
    connect(client.reactor, 'server', 7, (talker) => {
      talker.onMade = () => talker.transport.write(Buffer.alloc(1_000_000));
    });
    await sim.runUntil(() => boots[0]?.talkers[0]?.received.length === 1_000_000);
    expect(sim.seconds()).toBeGreaterThan(9.9);
    expect(sim.seconds()).toBeLessThan(11);
  });

  it('Simulation.partition lets nothing through, and after repair everything arrives, in order', async () => {
    const { sim, client } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    sim.partition('client', 'server');
    factory.only.transport.write('one ');
    await sim.advance(5);
    factory.only.transport.write('two');
    await sim.advance(5);
    expect(factory.only.received).toBe('');
    sim.repair('client', 'server');
    await sim.advance(30);
    expect(factory.only.received).toBe('one two');
  });

  it('Simulation.partitionOneWay holds up one direction only', async () => {
    const { sim, client, boots } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    sim.partitionOneWay('server', 'client');
    factory.only.transport.write('hello');
    await sim.advance(5);
    expect(boots[0]?.only.received).toBe('hello');
    expect(factory.only.received).toBe('');
  });

  it('Simulation.hold keeps what is sent, and release sends it', async () => {
    const { sim, client, boots } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    sim.hold('client', 'server');
    factory.only.transport.write('a');
    await sim.advance(60);
    expect(boots[0]?.only.received).toBe('');
    sim.release('client', 'server');
    await sim.advance(0.1);
    expect(factory.only.received).toBe('a');
  });

  it('Simulation.partition of groups leaves the links within a group alone', async () => {
    const sim = new Simulation();
    for (const name of ['a', 'b', 'c', 'd']) sim.host(name, (reactor) => echo(reactor));
    sim.partition(['a', 'b'], ['c', 'd']);
    const reached = async (from: string, to: string): Promise<boolean> => {
      const factory = connect((sim.hosts.get(from) as SimulatedHost).reactor, to);
      await sim.advance(1);
      return factory.talkers.length === 1;
    };
    expect(await reached('a', 'b')).toBe(true);
    expect(await reached('a', 'c')).toBe(false);
    expect(await reached('d', 'c')).toBe(true);
  });

  it('Simulation.partition throws for a host that is not there', () => {
    const { sim } = pair();
    expect(() => sim.partition('client', 'srever')).toThrow("Cannot find host 'srever'");
  });

  it('Simulation.quiesce heals everything and waits until nothing is under way', async () => {
    const { sim, client, server } = pair({ link: { bandwidth: 100_000 } });
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    sim.partition('client', 'server');
    server.pause(10_000);
    factory.only.transport.write(Buffer.alloc(500_000));
    await sim.advance(10);
    await sim.quiesce();
    expect(factory.only.received).toHaveLength(500_000);
  });

  it('Simulation refuses connections nobody listens for', async () => {
    const { sim, client } = pair();
    const factory = connect(client.reactor, 'server', 99);
    await sim.advance(1);
    expect(factory.failed?.check(ConnectionRefusedError)).toBe(ConnectionRefusedError);
  });

  it('Simulation lets an attempt to connect time out through a partition', async () => {
    const { sim, client } = pair();
    sim.partition('client', 'server');
    const factory = connect(client.reactor, 'server');
    await sim.runUntil(() => factory.failed !== null);
    expect(factory.failed?.check(TimeoutError)).toBe(TimeoutError);
    expect(sim.seconds()).toBeCloseTo(30, 1);
  });

  it('SimulatedNames.set, fail and forget decide what a name is', async () => {
    const { sim, client } = pair();
    sim.dns.set('database', ['server']);
    sim.dns.latency = 0.5;
    const good = connect(client.reactor, 'database');
    await sim.advance(0.4);
    expect(good.talkers).toHaveLength(0);
    await sim.advance(0.2);
    expect(good.only.made).toBe(1);
    sim.dns.fail('server');
    const bad = connect(client.reactor, 'server');
    await sim.advance(1);
    expect(bad.failed?.check(DNSLookupError)).toBe(DNSLookupError);
    sim.dns.forget('server');
    const again = connect(client.reactor, 'server');
    await sim.advance(1);
    expect(again.only.made).toBe(1);
  });

  it('Simulation gives each host UNIX paths of its own', async () => {
    const sim = new Simulation();
    const factories = ['a', 'b'].map((name) => {
      const { reactor } = sim.host(name);
      const factory = echoOnPath(reactor);
      return { reactor, factory };
    });
    const [a, b] = factories as [(typeof factories)[0], (typeof factories)[0]];
    const client = connectPath(a.reactor);
    await sim.advance(1);
    expect(client.only.made).toBe(1);
    expect(a.factory.talkers).toHaveLength(1);
    expect(b.factory.talkers).toHaveLength(0);
  });

  it('Simulation.netstat lists sockets with what is queued', async () => {
    const { sim, client, server } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.pause(100);
    factory.only.transport.write('12345');
    await sim.advance(1);
    expect(sim.netstat('server')).toEqual([
      { host: 'server', state: 'listening', local: '0.0.0.0:7', peer: '*', sendQueue: 0, receiveQueue: 0 },
      {
        host: 'server',
        state: 'open',
        local: '10.0.0.1:7',
        peer: '10.0.0.2:32768',
        sendQueue: 0,
        receiveQueue: 5,
      },
    ]);
  });
});

function echoOnPath(reactor: Reactor): TalkerFactory {
  const factory = new TalkerFactory();
  reactor.listenUNIX('/run/echo', factory);
  return factory;
}

function connectPath(reactor: Reactor): TalkerFactory {
  const factory = new TalkerFactory();
  reactor.connectUNIX('/run/echo', factory);
  return factory;
}

describe('hosts', () => {
  it('SimulatedHost.kill closes the connections, as a kernel does', async () => {
    const { sim, client, server } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.kill();
    await sim.advance(1);
    expect(factory.only.lost?.check(ConnectionDone)).toBe(ConnectionDone);
  });

  it('SimulatedHost.kill while a connection to it is being made resets that', async () => {
    const { sim, server, client } = pair({ link: { latency: 0.1 } });
    const { talkers } = connect(client.reactor, 'server');
    client.reactor.callLater(0.15, () => server.kill()); // the request is there, the answer is not
    await sim.runUntil(() => talkers.length === 1);
    expect(talkers[0]?.lost).toBeNull();
    await sim.runUntil(() => talkers[0]?.lost !== null);
    expect(talkers[0]?.lost?.check(ConnectionLost)).toBe(ConnectionLost);
    // Half a round trip for the acknowledgement, another for the reset.
    expect(sim.seconds()).toBeCloseTo(0.401, 3);
  });

  it('SimulatedHost.kill with something unread resets the connection', async () => {
    const { sim, client, server } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.pause(100);
    factory.only.transport.write('unread');
    await sim.advance(1);
    server.kill();
    await sim.advance(1);
    expect(factory.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('SimulatedHost.crash tells nobody; whoever sends after the restart is reset', async () => {
    const { sim, client, server } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.crash();
    server.restart({ after: 5 });
    await sim.advance(100);
    expect(factory.only.lost).toBeNull();
    factory.only.transport.write('are you there?');
    await sim.advance(1);
    expect(factory.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('SimulatedHost.crash without a restart: the sender gives up in the end', async () => {
    const { sim, client, server } = pair({ tcp: { giveUpAfter: 60 } });
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.crash();
    factory.only.transport.write('are you there?');
    await sim.advance(30);
    expect(factory.only.lost).toBeNull();
    await sim.advance(200);
    expect(factory.only.lost).not.toBeNull();
  });

  it('SimulatedHost.restart boots again, with a fresh reactor and the old disk', async () => {
    const sim = new Simulation();
    const reactors = new Set<Reactor>();
    const host = sim.host('a', (reactor, { disk }) => {
      reactors.add(reactor);
      disk.set('boots', ((disk.get('boots') as number | undefined) ?? 0) + 1);
    });
    host.crash();
    host.restart({ after: 3 });
    await sim.advance(2);
    expect(host.state).toBe('crashed');
    await sim.advance(2);
    expect(host.state).toBe('up');
    expect(host.disk.get('boots')).toBe(2);
    expect(reactors.size).toBe(2);
    expect(host.reactor.running).toBe(true);
  });

  it('SimulatedHost.kill ends everything the process had scheduled', async () => {
    const sim = new Simulation();
    let ran = false;
    const host = sim.host('a', (reactor) => {
      reactor.callLater(1, () => (ran = true));
    });
    const dead = host.reactor;
    host.kill();
    host.restart({ after: 10 });
    dead.callLater(0.5, () => (ran = true));
    await sim.advance(5);
    expect(ran).toBe(false);
    expect(() => dead.listenTCP(1, { doStart() {}, doStop() {}, buildProtocol: () => null })).toThrow();
  });

  it('SimulatedHost.pause delays everything, and loses nothing', async () => {
    const { sim, client, server } = pair();
    const factory = connect(client.reactor, 'server');
    await sim.advance(1);
    server.pause(10);
    factory.only.transport.write('a');
    await sim.advance(9);
    expect(factory.only.received).toBe('');
    await sim.advance(2);
    expect(factory.only.received).toBe('a');
  });

  it('SimulatedHost.signal stops a reactor in an orderly way', async () => {
    const { sim, server } = pair();
    let shutDown = 0;
    server.reactor.addSystemEventTrigger('before', 'shutdown', () => (shutDown += 1));
    server.signal('SIGINT');
    await sim.advance(1);
    expect(shutDown).toBe(1);
    expect(server.state).toBe('stopped');
  });

  it('SimulatedHost.signal kills a process that does not listen for it', () => {
    const { server } = pair();
    server.signal('SIGHUP');
    expect(server.state).toBe('killed');
  });

  it('SimulatedHost.reactor draws its chance from the seed', () => {
    const draw = (seed: number): number[] => {
      const { reactor } = new Simulation({ seed }).host('a');
      return [reactor.random(), reactor.random()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
