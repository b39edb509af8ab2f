/** Windows that close, and what becomes of a writer that waits for room when the word that there is some, or nobody, gets lost. */
import { ConnectionLost, TimeoutError } from '../../src/error';
import { Simulation, type SimulatedHost, SimulationStalled } from '../../src/simulation';

import { connect, type Talker, TalkerFactory } from './conversing';

const TOTAL = 50_000;

interface Blocked {
  readonly sim: Simulation;
  readonly server: SimulatedHost;
  readonly writer: Talker;
  readonly reader: Talker;
}

/** A client that has written more than both buffers hold, to a server that does not read. */
async function blocked(): Promise<Blocked> {
  const sim = new Simulation({ tcp: { sendBuffer: 4000, receiveWindow: 2000 } });
  const served = new TalkerFactory();
  const server = sim.host('server');
  server.reactor.listenTCP(7, served);
  const factory = connect(sim.host('client').reactor, 'server');
  await sim.runUntil(() => factory.talkers.length === 1 && served.talkers.length === 1);
  const [writer, reader] = [factory.only, served.only];
  reader.transport.pauseProducing();
  writer.transport.write(Buffer.alloc(TOTAL));
  await sim.advance(1);
  return { sim, server, writer, reader };
}

const probes = (sim: Simulation): number[] =>
  sim.trace.events().flatMap(({ kind, time }) => (kind === 'probe' ? [Number((time / 1e6).toFixed(1))] : []));

describe('a writer that waits for room', () => {
  it('is told when there is some, and nobody asks', async () => {
    const { sim, reader } = await blocked();
    reader.transport.resumeProducing();
    await sim.runUntil(() => reader.received.length === TOTAL, { limit: 1 });
    expect(probes(sim)).toEqual([]);
  });

  it('asks, after waits that double, when that is lost: it goes on soon after the partition', async () => {
    const { sim, reader } = await blocked();
    sim.partitionOneWay('server', 'client');
    reader.transport.resumeProducing();
    await sim.advance(9);
    expect(reader.received.length).toBe(2000);
    expect(probes(sim)).toEqual([1.4, 3, 6.2]); // 0.2, 0.6, 1.4, … after the window was closed
    sim.repair('server', 'client');
    await sim.runUntil(() => reader.received.length === TOTAL, { limit: 6 });
    expect(probes(sim)).toEqual([1.4, 3, 6.2, 12.6]);
  });

  it('asks, too, when a partition begins while the word is on its way', async () => {
    const { sim, reader } = await blocked();
    sim.link('server', 'client').setOneWay({ latency: 1 });
    reader.transport.resumeProducing();
    await sim.advance(0.5);
    sim.partition('client', 'server');
    await sim.advance(1);
    sim.repair('client', 'server');
    await sim.runUntil(() => reader.received.length === TOTAL, { limit: 60 });
    expect(probes(sim).length).toBeGreaterThan(0);
  });

  it('finds out that its peer is gone, though the reset was lost', async () => {
    const { sim, server, writer } = await blocked();
    sim.partition('client', 'server');
    server.kill();
    await sim.advance(5);
    expect(writer.lost).toBeNull();
    sim.repair('client', 'server');
    await sim.runUntil(() => writer.lost !== null, { limit: 10 });
    expect(writer.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('finds out that its peer lost its power and has come back', async () => {
    const { sim, server, writer } = await blocked();
    server.crash();
    server.restart({ after: 20 });
    await sim.advance(20);
    expect(writer.lost).toBeNull();
    await sim.runUntil(() => writer.lost !== null, { limit: 20 });
    expect(writer.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it.each(['partition', 'crash'] as const)(
    'gives up when nobody answers for a quarter of an hour: %s',
    async (fault) => {
      const { sim, server, writer } = await blocked();
      if (fault === 'crash') server.crash();
      else sim.partition('client', 'server');
      await sim.advance(900);
      expect(writer.lost).toBeNull();
      await sim.runUntil(() => writer.lost !== null, { limit: 200 });
      expect(writer.lost?.check(ConnectionLost, TimeoutError)).not.toBeNull();
    },
  );

  it('and a reader that does not read stall a simulation, as long as nothing is lost', async () => {
    const { sim, writer, reader } = await blocked();
    await expect(sim.runUntil(() => false)).rejects.toThrow(SimulationStalled);
    sim.partition('client', 'server');
    sim.repair('client', 'server');
    await expect(sim.runUntil(() => false)).rejects.toThrow(SimulationStalled);
    expect([writer.lost, reader.lost]).toEqual([null, null]);
  });
});

describe('an end', () => {
  it('that finds a host which knows nothing of the connection is answered with a reset', async () => {
    const sim = new Simulation();
    const server = sim.host('server', (reactor) => reactor.listenTCP(7, new TalkerFactory()));
    const factory = connect(sim.host('client').reactor, 'server');
    await sim.runUntil(() => factory.talkers.length === 1);
    server.crash();
    server.restart();
    await sim.advance(1);
    factory.only.transport.loseWriteConnection();
    await sim.runUntil(() => factory.only.lost !== null, { limit: 10 });
    expect(factory.only.lost?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it('of a process that has closed is not answered', async () => {
    const sim = new Simulation({ link: { latency: 0.1 } });
    const served = new TalkerFactory();
    sim.host('server').reactor.listenTCP(7, served);
    const factory = connect(sim.host('client').reactor, 'server');
    await sim.runUntil(() => served.talkers.length === 1 && factory.talkers.length === 1);
    served.only.transport.loseConnection();
    factory.only.transport.loseConnection();
    await sim.advance(10);
    expect(sim.trace.events().some(({ kind }) => kind === 'reset')).toBe(false);
  });
});
