/** Scenarios of which every event counts: for tests that two runs are the same. */
import { HOSTILE, type Simulation, type SimulationOptions } from '../../src/simulation';
import { LoopingCall } from '../../src/task';

import { connect, echo, type Talker, TalkerFactory } from './conversing';

/** Bad, and yet every attempt to connect succeeds within its thirty seconds. */
export const BAD: SimulationOptions = { ...HOSTILE, link: { ...HOSTILE.link, lossRate: 0.03 } };

/** Sends ten messages over a bad link, and returns what came back, chunk by chunk. */
export async function conversation(sim: Simulation): Promise<string[]> {
  sim.host('server', (reactor) => void echo(reactor));
  const factory = connect(sim.host('client').reactor, 'server', 7, (talker) => {
    talker.onMade = () => {
      for (let i = 0; i < 10; i++) talker.transport.write(`message ${String(i)}\n`);
    };
  });
  await sim.runUntil(() => factory.talkers[0]?.received.length === 100);
  return factory.only.chunks;
}

/** Talks until the third answer, and then closes, half or whole, or resets. */
function greeting(ending: 'loseConnection' | 'loseWriteConnection' | 'abortConnection') {
  return new TalkerFactory((talker: Talker) => {
    talker.onMade = () => talker.transport.write('hello');
    talker.onData = async () => {
      await Promise.resolve();
      if (talker.chunks.length < 3) talker.transport.write('again');
      else talker.transport[ending]();
    };
  });
}

/**
 * Two seconds in which a bit of everything happens: names, UNIX sockets, half-close and resets, pauses, crashes and
 * restarts, partitions, holds, repeating calls, chance of the hosts' own, promises.
 */
export async function eventful(sim: Simulation): Promise<void> {
  const server = sim.host('server', async (reactor) => {
    const echoes = echo(reactor);
    await Promise.resolve();
    reactor.listenUNIX('/run/echo', echoes, { wantPID: true });
    reactor.connectUNIX('/run/echo', greeting('loseConnection'));
  });
  const endings = ['loseConnection', 'loseWriteConnection', 'abortConnection'] as const;
  const clients = endings.map((ending) => {
    const client = sim.host(ending);
    const { reactor } = client;
    const looping = new LoopingCall(() => reactor.connectTCP('service', 7, greeting(ending), { timeout: 1 }));
    looping.clock = reactor;
    void looping.start(0.3 + reactor.random() / 3);
    reactor.callLater(1.5, () => looping.stop());
    return client;
  });
  sim.link('loseConnection', 'server').set({ latency: 0.1 / 3, jitter: 0.7 / 3 });
  sim.dns.set('service', ['server']);
  const world = sim.host('world').reactor;
  for (let i = 0; i < 6; i++) {
    const client = clients[Math.floor(3 * sim.random('whom'))]!;
    const faults = [
      () => sim.partition(client, server),
      () => sim.partitionOneWay(server, client),
      () => sim.hold(client, server),
      () => server.pause(0.2),
      () => server.restart({ after: 0.1 }),
      () => {
        server.crash();
        server.restart({ after: 0.3 });
      },
    ];
    const at = 1.5 * sim.random('faults');
    world.callLater(at, faults[Math.floor(faults.length * sim.random('what'))]!);
    world.callLater(at + sim.random('faults') / 2, () => {
      sim.repair(client, server);
      sim.release(client, server);
    });
  }
  await sim.advance(2);
}
