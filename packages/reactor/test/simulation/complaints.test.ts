/** What Twisted's users complained of, answered: docs/howto/simulation.md names the same four. (For twisted#9819: `simulation.test.ts`.) */
import { ConnectionLost } from '../../src/error';
import { Reactor } from '../../src/reactor';
import { LOOPBACK, Simulation } from '../../src/simulation';
import { MemoryReactor } from '../../src/testing';
import { reactorSuite, transportSuite } from '../../src/testing/compliance';
import { NODE_TCP, simTCP } from '../compliance/worlds';

import { connect, TalkerFactory } from './conversing';

it('Simulation is no loopback of low fidelity: writes are cut up, a slow reader pauses a producer, an abort is a reset (twisted#2578)', async () => {
  const sim = new Simulation({ ...LOOPBACK, tcp: { sendBuffer: 8192, receiveWindow: 8192, splitRate: 1 } });
  const served = new TalkerFactory((talker) => {
    talker.onMade = () => {
      talker.transport.pauseProducing();
    };
  });
  sim.host('server').reactor.listenTCP(7, served);
  const factory = connect(sim.host('client').reactor, 'server');
  await sim.runUntil(() => served.talkers.length === 1 && factory.talkers.length === 1);
  const [near, far] = [factory.only, served.only];
  const log: string[] = [];
  near.transport.registerProducer(
    {
      pauseProducing: () => void log.push('pause'),
      resumeProducing: () => void log.push('resume'),
      stopProducing: () => void log.push('stop'),
    },
    true,
  );
  near.transport.write(Buffer.alloc(100_000));
  await sim.advance(1);
  expect(log).toEqual(['pause']);
  far.transport.resumeProducing();
  await sim.quiesce();
  expect(log).toEqual(['pause', 'resume']);
  expect(far.received).toHaveLength(100_000);
  expect(far.chunks.length).toBeGreaterThan(1);
  near.transport.abortConnection();
  await sim.advance(1);
  expect(far.lost?.check(ConnectionLost)).toBe(ConnectionLost);
});

it('MemoryReactor takes whatever a real reactor can be asked to listen on or connect to (twisted#9695)', () => {
  const sockets = ({ prototype }: { readonly prototype: object }): string[] =>
    Object.getOwnPropertyNames(prototype)
      .filter((name) => /^(listen|connect|adopt)[A-Z]/.test(name) && name !== 'connectHandle')
      .sort();
  expect(sockets(MemoryReactor)).toEqual(sockets(Reactor));
});

it('Simulation is held to what real reactors are held to: no case of a compliance suite is passed over (twisted#5629)', () => {
  const names = { known: { name: 'host', hosts: ['10.0.0.1'] }, unknown: 'nobody' };
  const [real, simulated] = [
    { ...NODE_TCP, names },
    { ...simTCP(LOOPBACK), names },
  ];
  for (const suite of [reactorSuite, transportSuite]) {
    const applying = suite.filter((each) => each.appliesTo(simulated)).map(({ name }) => name);
    expect(applying).toEqual(suite.filter((each) => each.appliesTo(real)).map(({ name }) => name));
    expect(applying.length).toBeGreaterThan(30);
  }
});
