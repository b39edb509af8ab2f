/**
 * What becomes of connections that are lost while there is more to send than the network holds: in virtual time, so that the
 * limit of a minute costs none.
 */
import { ConnectionDone, ConnectionLost } from '../../src/error';
import { Simulation } from '../../src/simulation';
import { toDuplex } from '../../src/streams';

import { connect, TalkerFactory } from './conversing';

const MUCH = 'x'.repeat(4_000_000);

/** Two hosts with a connection between them: each end's protocol. */
async function connected() {
  const sim = new Simulation({ seed: 1n });
  const factory = new TalkerFactory();
  sim.host('server', (reactor) => void reactor.listenTCP(7, factory));
  const { reactor } = sim.host('client');
  const clients = connect(reactor, 'server');
  await sim.runUntil(() => factory.talkers.length === 1 && clients.talkers.length === 1);
  return { sim, reactor, server: factory.only, client: clients.only };
}

describe('ITransport.loseConnection', () => {
  it('of both sides, each with megabytes to send, ends both without waiting for a limit', async () => {
    const { sim, reactor, server, client } = await connected();
    const begun = reactor.seconds();
    for (const { transport } of [server, client]) {
      transport.write(MUCH);
      transport.loseConnection();
    }
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(reactor.seconds() - begun).toBeLessThan(30);
    expect([server.received, client.received]).toEqual(['', '']);
  });

  it('with a peer that does not read ends after a minute in which nothing was taken, and the peer learns of the cut', async () => {
    const { sim, reactor, server, client } = await connected();
    server.transport.pauseProducing();
    client.transport.write(MUCH);
    client.transport.loseConnection();
    const begun = reactor.seconds();
    await sim.runUntil(() => client.lost !== null, { limit: 1000 });
    expect(client.lost?.check(ConnectionLost)).not.toBeNull();
    expect(client.lost?.value.message).toContain('took nothing of what was to be sent for 60 seconds');
    expect(reactor.seconds() - begun).toBeGreaterThanOrEqual(60);
    expect(reactor.seconds() - begun).toBeLessThanOrEqual(120);
    server.transport.resumeProducing();
    await sim.runUntil(() => server.lost !== null);
    expect(server.lost?.check(ConnectionLost)).not.toBeNull();
  });

  it('with a peer that reads a little every fifty seconds sends it everything, hours later', async () => {
    const { sim, reactor, server, client } = await connected();
    server.transport.pauseProducing();
    server.onData = () => server.transport.pauseProducing();
    const readOn = (): void => {
      server.transport.resumeProducing();
      if (server.lost === null) reactor.callLater(50, readOn);
    };
    client.transport.write(MUCH);
    client.transport.loseConnection();
    reactor.callLater(50, readOn);
    const begun = reactor.seconds();
    await sim.runUntil(() => server.lost !== null, { limit: 100_000 });
    expect(reactor.seconds() - begun).toBeGreaterThan(1000);
    expect([server.lost?.check(ConnectionDone), client.lost?.check(ConnectionDone)]).toEqual(
      Array(2).fill(ConnectionDone),
    );
    expect(server.received.length).toBe(MUCH.length);
  });
});

describe('toDuplex', () => {
  it.each(['writes', 'has ended'])(
    'gives up after a minute, by `await using`, on a peer that takes nothing, whether it still %s or not',
    async (state) => {
      const { sim, reactor, server, client } = await connected();
      server.transport.pauseProducing();
      const duplex = toDuplex(client.transport);
      duplex.write(MUCH);
      duplex.write('more, which waits for room');
      if (state === 'has ended') duplex.end();
      const begun = reactor.seconds();
      const over = duplex[Symbol.asyncDispose]();
      await sim.runUntil(() => !client.transport.connected, { limit: 1000 });
      await over;
      expect(reactor.seconds() - begun).toBeGreaterThanOrEqual(60);
      expect(reactor.seconds() - begun).toBeLessThanOrEqual(120);
      server.transport.resumeProducing();
      await sim.runUntil(() => server.lost !== null);
      expect(server.lost?.check(ConnectionLost)).not.toBeNull();
    },
  );

  it('sends, by `await using`, what an `end` waits to send, though the peer reads later', async () => {
    const { sim, reactor, server, client } = await connected();
    server.transport.pauseProducing();
    reactor.callLater(50, () => server.transport.resumeProducing());
    const duplex = toDuplex(client.transport);
    duplex.write(MUCH);
    await sim.runUntil(() => duplex.writableNeedDrain);
    duplex.end('the end');
    const over = duplex[Symbol.asyncDispose]();
    await sim.runUntil(() => server.lost !== null, { limit: 1000 });
    await over;
    expect(server.received.length).toBe(MUCH.length + 'the end'.length);
    expect(server.lost?.check(ConnectionDone)).not.toBeNull();
  });
});
