/** What real sockets on one machine were seen to do, on simulated ones: each line of a table that was recorded with `node:net` on Linux. */
import { CannotListenError, ConnectionDone, ConnectionLost, ConnectionRefusedError } from '../../src/error';
import { LOOPBACK, Simulation } from '../../src/simulation';

import { connect, type Talker, TalkerFactory } from './conversing';

/** A client and a server on one machine, connected. */
async function connected(): Promise<{ readonly sim: Simulation; readonly client: Talker; readonly server: Talker }> {
  const sim = new Simulation(LOOPBACK);
  const { reactor } = sim.host('machine');
  const served = new TalkerFactory();
  reactor.listenTCP(7, served);
  const factory = connect(reactor, '127.0.0.1');
  await sim.runUntil(() => served.talkers.length === 1 && factory.talkers.length === 1);
  return { sim, client: factory.only, server: served.only };
}

const reason = ({ lost }: Talker): unknown => lost?.value?.constructor;

describe('a connection on one simulated machine', () => {
  it('ends in order for both when both close', async () => {
    const { sim, client, server } = await connected();
    client.transport.write('bye');
    client.transport.loseConnection();
    await sim.advance(1);
    expect([server.received, reason(server), reason(client)]).toEqual(['bye', ConnectionDone, ConnectionDone]);
  });

  it('is reset for the other end when a process dies with something unread, and ends in order with nothing unread', async () => {
    for (const [text, expected] of [
      ['', ConnectionDone],
      ['unread', ConnectionLost],
    ] as const) {
      const sim = new Simulation(LOOPBACK);
      const served = new TalkerFactory();
      sim.host('server').reactor.listenTCP(7, served);
      const client = sim.host('client');
      const factory = connect(client.reactor, 'server');
      await sim.runUntil(() => served.talkers.length === 1 && factory.talkers.length === 1);
      factory.only.transport.pauseProducing();
      served.only.transport.write(text);
      await sim.advance(1);
      client.kill();
      await sim.advance(1);
      expect(reason(served.only)).toBe(expected);
    }
  });

  it('is reset for the other end when one aborts, idle', async () => {
    const { sim, client, server } = await connected();
    client.transport.abortConnection();
    await sim.advance(1);
    expect(reason(server)).toBe(ConnectionLost);
  });

  it('lets an end that has closed its half read what the other writes, and then ends in order', async () => {
    const { sim, client, server } = await connected();
    Object.assign(server, { readConnectionLost: () => undefined, writeConnectionLost: () => undefined });
    client.transport.loseWriteConnection();
    await sim.advance(1);
    server.transport.write(Buffer.alloc(500));
    server.transport.loseConnection();
    await sim.advance(1);
    expect([client.received.length, reason(client), reason(server)]).toEqual([500, ConnectionDone, ConnectionDone]);
  });

  it('is lost for who goes on writing to an end that is fully closed', async () => {
    const sim = new Simulation(LOOPBACK);
    const server = sim.host('server', (reactor) => reactor.listenTCP(7, new TalkerFactory()));
    const factory = connect(sim.host('client').reactor, 'server', 7, (talker) =>
      Object.assign(talker, { readConnectionLost: () => undefined, writeConnectionLost: () => undefined }),
    );
    await sim.runUntil(() => factory.talkers.length === 1);
    await sim.advance(1);
    server.kill(); // nothing is unread: an end in order
    await sim.advance(1);
    expect(reason(factory.only)).toBeUndefined();
    factory.only.transport.write('anybody?'); // answered by a reset, which who reads no more sees when it writes again
    await sim.advance(1);
    expect(reason(factory.only)).toBeUndefined();
    factory.only.transport.write('hello?');
    await sim.advance(1);
    expect(reason(factory.only)).toBe(ConnectionLost);
  });

  it('carries a megabyte in 16 pieces of 65,536 bytes', async () => {
    const { sim, client, server } = await connected();
    client.transport.write(Buffer.alloc(1 << 20));
    await sim.advance(1);
    expect(server.chunks.map(({ length }) => length)).toEqual(Array<number>(16).fill(65_536));
  });

  it('is refused where nobody listens, later; and a port that is taken is refused at once', async () => {
    const sim = new Simulation(LOOPBACK);
    const { reactor } = sim.host('machine');
    const factory = connect(reactor, '127.0.0.1');
    expect(factory.failed).toBeNull();
    await sim.advance(1);
    expect(factory.failed?.check(ConnectionRefusedError)).toBe(ConnectionRefusedError);
    reactor.listenTCP(7, new TalkerFactory());
    expect(() => reactor.listenTCP(7, new TalkerFactory())).toThrow(CannotListenError);
  });
});
