/**
 * Losing a connection in order, and aborting it: in every state, from everywhere, and more than once.
 */
import { claim, claimEqual } from '../claims';
import type { Peer } from '../peer';
import { claimPattern, pattern } from '../pattern';
import { transportCase } from '../transportCase';

/** Everything that ends a connection, which together are to be no more than the first of them. */
function endRepeatedly(peer: Peer): void {
  peer.lose();
  peer.lose();
  peer.abort();
  peer.lose();
  peer.abort();
}

export const loseCases = [
  transportCase('losing', 'ITransport.loseConnection ends both sides with ConnectionDone, once', async (stage) => {
    const { server, client } = await stage.connection();
    client.lose();
    claim(client.transport.disconnecting, 'disconnecting is false after loseConnection');
    claim(client.transport.connected, 'connected is false before connectionLost');
    claimEqual(client.events, ['made'], 'events when loseConnection has returned');
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    await stage.look();
    claimEqual(client.events, ['made', 'lost(ConnectionDone)'], 'events of this side');
    claimEqual(server.events, ['made', 'lost(ConnectionDone)'], 'events of the other');
  }),

  transportCase('losing', 'ITransport.loseConnection of the server is the same', async (stage) => {
    const { server, client, factory, connector } = await stage.connection();
    server.lose();
    await client.losesFor('ConnectionDone');
    await server.losesFor('ConnectionDone');
    await factory.has('doStop');
    claimEqual(connector.state, 'disconnected', 'state of the connector');
  }),

  ...[1, 65_536, 1_000_000].map((size) =>
    transportCase(
      'losing',
      `ITransport.loseConnection first sends the ${size} bytes that were written`,
      async (stage) => {
        const { server, client } = await stage.connection();
        client.write(pattern(size));
        client.lose();
        await server.losesFor('ConnectionDone');
        await client.losesFor('ConnectionDone');
        claimPattern(server.received, size, 'what came before the end');
      },
    ),
  ),

  transportCase('losing', 'ITransport.loseConnection several times is once', async (stage) => {
    const { server, client } = await stage.connection();
    client.write(pattern(100_000));
    client.lose();
    client.lose();
    client.transport.stopProducing();
    await stage.after(0.001);
    if (!client.isLost) client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimPattern(server.received, 100_000, 'what came before the end');
  }),

  transportCase('losing', 'ITransport.loseConnection of both sides at once ends both', async (stage) => {
    const { server, client } = await stage.connection();
    client.lose();
    server.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
  }),

  transportCase(
    'losing',
    'ITransport.loseConnection of both sides ends both, though each has more to send than the network holds',
    async (stage) => {
      const { server, client } = await stage.connection();
      const much = Buffer.alloc(16_000_000);
      for (const peer of [client, server]) {
        peer.write(much);
        peer.lose();
      }
      // Who is done first goes with data unread: that may well be a reset.
      await Promise.all([client, server].map((peer) => peer.losesFor('ConnectionDone', 'ConnectionLost')));
      claimEqual([client.receivedLength, server.receivedLength], [0, 0], 'what came after loseConnection');
    },
  ),

  transportCase('losing', 'ITransport.loseConnection inside dataReceived lets nothing more come', async (stage) => {
    const { server, client } = await stage.connection({
      server: {
        data(peer) {
          if (!peer.transport.disconnecting) peer.write('enough');
          peer.lose();
        },
      },
    });
    client.write(pattern(1_000_000));
    await server.losesFor('ConnectionDone');
    claim(server.receivedLength < 1_000_000, 'everything was received in one piece');
    // It goes with data unread: that may well be a reset.
    await client.losesFor('ConnectionDone', 'ConnectionLost');
  }),

  transportCase('losing', 'ITransport.loseConnection inside connectionLost does nothing', async (stage) => {
    const { server, client } = await stage.connection({
      server: { lost: endRepeatedly },
      client: { lost: endRepeatedly },
    });
    client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
  }),

  transportCase(
    'losing',
    'ITransport.write after loseConnection is sent while there is something to flush',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.write('before, ');
      client.lose();
      client.write('after, ');
      client.writeSequence(['and ', 'after']);
      await server.losesFor('ConnectionDone');
      await client.losesFor('ConnectionDone');
      claimEqual(server.received.toString(), 'before, after, and after', 'what came');
    },
    ({ losesLateWrites }) => !losesLateWrites,
  ),

  transportCase(
    'losing',
    'ITransport.write after loseConnection is dropped',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.write('before');
      client.lose();
      client.write('after');
      client.writeSequence(['and ', 'after']);
      await server.losesFor('ConnectionDone');
      await client.losesFor('ConnectionDone');
      claimEqual(server.received.toString(), 'before', 'what came');
    },
    ({ losesLateWrites }) => losesLateWrites,
  ),

  transportCase('aborting', 'ITCPTransport.abortConnection ends both sides, and not from inside', async (stage) => {
    const { server, client } = await stage.connection();
    client.abort();
    claimEqual(client.events, ['made'], 'events when abortConnection has returned');
    await client.losesFor(stage.traits.abortReason);
    await server.losesFor(...stage.resetReasons);
    await stage.look();
    claimEqual([client.events.length, server.events.length], [2, 2], 'numbers of events');
  }),

  transportCase('aborting', 'ITCPTransport.abortConnection of the server does the same', async (stage) => {
    const { server, client } = await stage.connection();
    server.abort();
    await server.losesFor(stage.traits.abortReason);
    await client.losesFor(...stage.resetReasons);
  }),

  transportCase('aborting', 'ITCPTransport.abortConnection drops what was written in the same turn', async (stage) => {
    const { server, client } = await stage.connection({
      server: {
        data(peer) {
          peer.write(pattern(500_000));
          peer.abort();
          peer.write('more');
        },
      },
    });
    client.write('go');
    await server.losesFor(stage.traits.abortReason);
    await client.losesFor(...stage.resetReasons);
    claimEqual(client.receivedLength, 0, 'what came');
  }),

  transportCase(
    'aborting',
    'ITCPTransport.abortConnection twice, and loseConnection after it, change nothing',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.abort();
      client.abort();
      client.lose();
      await client.losesFor(stage.traits.abortReason);
      await server.losesFor(...stage.resetReasons);
    },
  ),

  transportCase('aborting', 'ITCPTransport.abortConnection cuts loseConnection short', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
    client.write(pattern(8_000_000));
    client.lose();
    await stage.look();
    claim(!client.isLost, 'it was lost before everything was sent');
    client.abort();
    await client.losesFor(stage.traits.abortReason);
    server.resume();
    // A reset that comes behind data is not always told from an end.
    await server.losesFor('ConnectionDone', 'ConnectionLost');
    claim(server.receivedLength < 8_000_000, 'everything came although it was aborted');
  }),

  transportCase('aborting', 'ITCPTransport.abortConnection works while reading is paused', async (stage) => {
    const { server, client } = await stage.connection({ client: { made: (peer) => peer.pause() } });
    server.write('unread');
    await stage.look();
    client.abort();
    await client.losesFor(stage.traits.abortReason);
    await server.losesFor(...stage.resetReasons);
  }),

  transportCase('aborting', 'ITCPTransport.abortConnection works in connectionMade', async (stage) => {
    const { server } = stage.begin({ server: { made: (peer) => peer.abort() } });
    await server.losesFor(stage.traits.abortReason);
  }),

  transportCase(
    'aborting',
    'ITCPTransport.abortConnection in connectionMade of the client ends the attempt',
    async (stage) => {
      const { client, factory } = stage.begin({ client: { made: (peer) => peer.abort() } });
      await client.losesFor(stage.traits.abortReason);
      await factory.has('lost(');
      await factory.has('doStop');
      await stage.look();
    },
  ),

  transportCase(
    'aborting',
    'ITCPTransport.abortConnection inside dataReceived lets nothing more come',
    async (stage) => {
      const { server, client } = await stage.connection({ server: { data: (peer) => peer.abort() } });
      client.write(pattern(1_000_000));
      await server.losesFor(stage.traits.abortReason);
      await client.losesFor(...stage.resetReasons);
      claimEqual(server.events.length, 3, 'events');
    },
  ),

  transportCase(
    'aborting',
    'ITCPTransport.abortConnection works when one direction has ended',
    async (stage) => {
      const { server, client } = await stage.connection({ half: 'both' });
      client.loseWrite();
      await server.has('readLost');
      await client.has('writeLost');
      client.abort();
      await client.losesFor(stage.traits.abortReason);
      server.abort();
      await server.losesFor(stage.traits.abortReason);
    },
    ({ halfCloses }) => halfCloses,
  ),

  transportCase('aborting', 'ITCPTransport.abortConnection of one connection leaves the others', async (stage) => {
    const other = await stage.connection();
    const { server, client } = await stage.connection();
    client.abort();
    await server.losesFor(...stage.resetReasons);
    await client.losesFor(stage.traits.abortReason);
    await stage.claimWorks(other);
  }),

  transportCase(
    'losing',
    'IReactorCore.stop loses what is open with ConnectionLost, and its peers hear of it',
    async (stage) => {
      const { server, client, factory } = await stage.connection();
      stage.clientReactor.stop();
      await client.losesFor('ConnectionLost');
      await server.losesFor(...stage.cutReasons);
      claimEqual(factory.events.slice(-2), ['lost(ConnectionLost)', 'doStop'], 'the end of what the factory was told');
    },
  ),
];
