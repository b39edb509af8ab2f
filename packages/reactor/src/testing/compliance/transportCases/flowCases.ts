/**
 * Pausing and resuming what a transport delivers.
 */
import { claim, claimEqual } from '../claims';
import { claimPattern, pattern } from '../pattern';
import { transportCase } from '../transportCase';

export const flowCases = [
  transportCase('flow control', 'ITCPTransport.pauseProducing inside connectionMade holds data back', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
    client.write(pattern(1000));
    await stage.look();
    claimEqual(server.events, ['made'], 'events while paused');
    server.resume();
    await server.receives(1000);
    claimPattern(server.received, 1000, 'what came');
  }),

  transportCase(
    'flow control',
    'ITCPTransport.pauseProducing inside dataReceived takes effect at once',
    async (stage) => {
      const { server, client } = await stage.connection({ server: { data: (peer) => peer.pause() } });
      client.write(pattern(500_000));
      let rounds = 0;
      while (server.receivedLength < 500_000) {
        const before = server.receivedLength;
        await server.receives(before + 1);
        claim(++rounds < 500_001, 'it never ends');
        server.resume();
      }
      claimPattern(server.received, 500_000, 'what came');
    },
  ),

  transportCase('flow control', 'ITCPTransport.pauseProducing holds the notice of the end back', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
    client.write(pattern(1000));
    client.lose();
    await stage.look();
    claimEqual(server.events, ['made'], 'events while paused');
    server.resume();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimEqual(server.events, ['made', 'data', 'lost(ConnectionDone)'], 'events');
    claimPattern(server.received, 1000, 'what came');
  }),

  transportCase(
    'flow control',
    'ITCPTransport.pauseProducing inside the last dataReceived holds the end back',
    async (stage) => {
      const { server, client } = await stage.connection({
        server: {
          data(peer) {
            if (peer.receivedLength === 1000) peer.pause();
          },
        },
      });
      client.write(pattern(1000));
      client.lose();
      await server.receives(1000);
      await stage.look();
      claimEqual(server.events, ['made', 'data'], 'events while paused');
      server.resume();
      await server.losesFor('ConnectionDone');
      await client.losesFor('ConnectionDone');
    },
  ),

  transportCase('flow control', 'ITCPTransport.pauseProducing does not keep this side from writing', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
    server.write(pattern(300_000));
    await client.receives(300_000);
    claimPattern(client.received, 300_000, 'what came');
  }),

  transportCase('flow control', 'ITCPTransport.pauseProducing and resumeProducing may be repeated', async (stage) => {
    const { server, client } = await stage.connection();
    server.resume();
    server.pause();
    server.pause();
    client.write('text');
    await stage.look();
    claimEqual(server.receivedLength, 0, 'what came while paused');
    server.resume();
    server.resume();
    await server.receives(4);
    server.pause();
    server.resume();
    client.write('more');
    await server.receives(8);
  }),

  transportCase('flow control', 'ITCPTransport.pauseProducing makes no difference to loseConnection', async (stage) => {
    const { server, client } = await stage.connection();
    server.pause();
    server.write('last');
    server.lose();
    await client.losesFor('ConnectionDone');
    await server.losesFor('ConnectionDone');
    claimEqual(client.received.toString(), 'last', 'what came');
  }),

  transportCase('flow control', 'ITCPTransport.resumeProducing does nothing after loseConnection', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
    client.write('unread');
    await stage.look();
    server.write(pattern(200_000));
    server.lose();
    server.resume();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone', 'ConnectionLost');
    claimEqual(server.receivedLength, 0, 'what came after loseConnection');
  }),

  transportCase(
    'flow control',
    'ITCPTransport.pauseProducing keeps a fast sender waiting, and loses no byte',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.write(pattern(1_000_000));
      for (let i = 0; i < 10 && server.receivedLength < 1_000_000; i++) {
        server.pause();
        await stage.after(0.002);
        const before = server.receivedLength;
        server.resume();
        await server.receives(Math.min(before + 50_000, 1_000_000));
      }
      await server.receives(1_000_000);
      claimPattern(server.received, 1_000_000, 'what came');
    },
  ),
];
