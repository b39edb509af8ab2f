/**
 * Each direction's end by itself, where the kind of stream has it.
 */
import { claim, claimEqual } from '../claims';
import { claimPattern, pattern } from '../pattern';
import { type TransportCase, transportCase } from '../transportCase';
import { boom, type TransportStage } from '../transportStage';

function halfCloseCase(name: string, act: (stage: TransportStage) => Promise<void>): TransportCase {
  return transportCase('half-close', name, act, ({ halfCloses }) => halfCloses);
}

export const halfCloseCases = [
  halfCloseCase('ITCPTransport.loseWriteConnection sends what was written, and ends one direction', async (stage) => {
    const { server, client } = await stage.connection({ half: 'both' });
    client.write(pattern(300_000));
    client.loseWrite();
    claimEqual(client.events, ['made'], 'events when loseWriteConnection has returned');
    await server.has('readLost');
    await client.has('writeLost');
    claimPattern(server.received, 300_000, 'what came before it');
    server.write(pattern(300_000));
    await client.receives(300_000);
    await stage.look();
    claimEqual(server.events, ['made', 'data', 'readLost'], 'events of the side that reads no more');
    claimEqual(client.events, ['made', 'writeLost', 'data'], 'events of the side that writes no more');
  }),

  halfCloseCase('ITCPTransport.loseWriteConnection twice is once', async (stage) => {
    const { server, client } = await stage.connection({ half: 'both' });
    client.loseWrite();
    client.loseWrite();
    await client.has('writeLost');
    client.loseWrite();
    await server.has('readLost');
    await stage.look();
    claimEqual(client.events, ['made', 'writeLost'], 'events');
  }),

  halfCloseCase('ITransport.write does nothing once the write side is closed', async (stage) => {
    const { server, client } = await stage.connection({ half: 'both' });
    client.loseWrite();
    await client.has('writeLost');
    await server.has('readLost');
    client.transport.write('nobody gets this');
    client.transport.writeSequence(['nor', 'this']);
    await stage.look();
    claimEqual(server.receivedLength, 0, 'what came');
  }),

  halfCloseCase('ITCPTransport stays when both directions have ended, until someone loses it', async (stage) => {
    const { server, client } = await stage.connection({ half: 'both' });
    client.loseWrite();
    await server.has('readLost');
    server.loseWrite();
    await client.has('readLost');
    await server.has('writeLost');
    await stage.look();
    claim(!server.isLost && !client.isLost, 'it was lost though nobody lost it');
    claimEqual(client.events, ['made', 'writeLost', 'readLost'], 'events of the one that ended first');
    claimEqual(server.events, ['made', 'readLost', 'writeLost'], 'events of the one that ended last');
    // The one re-entrant case.
    client.transport.loseConnection();
    claim(client.isLost, 'loseConnection with nothing left to flush has not lost the connection at once');
    server.transport.loseConnection();
    claim(server.isLost, 'loseConnection with nothing left to flush has not lost the connection at once');
    await client.losesFor('ConnectionDone');
    await server.losesFor('ConnectionDone');
  }),

  halfCloseCase('ITransport.loseConnection after loseWriteConnection is carried out at once', async (stage) => {
    const { server, client } = await stage.connection({ half: 'client' });
    client.pause();
    client.loseWrite();
    await client.has('writeLost');
    client.transport.loseConnection();
    claimEqual(client.events, ['made', 'writeLost', 'lost(ConnectionDone)'], 'events when it has returned');
    await server.losesFor('ConnectionDone');
  }),

  halfCloseCase('ITransport.loseConnection after readConnectionLost sends what was written', async (stage) => {
    const { server, client } = await stage.connection({
      half: 'both',
      server: {
        readLost(peer) {
          peer.write(pattern(300_000));
          peer.lose();
        },
      },
      client: { readLost: ({ transport }) => transport.loseConnection() },
    });
    client.loseWrite();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimPattern(client.received, 300_000, 'what came');
    claimEqual(server.events, ['made', 'readLost', 'lost(ConnectionDone)'], 'events');
  }),

  halfCloseCase('IProtocol that is not half-closeable is lost by the end of one direction', async (stage) => {
    const { server, client } = await stage.connection({ half: 'client' });
    client.write('last words');
    client.loseWrite();
    await server.losesFor('ConnectionDone');
    await client.has('readLost');
    claimEqual(server.events, ['made', 'data', 'lost(ConnectionDone)'], 'events of the one that is not');
    claimEqual(client.events, ['made', 'writeLost', 'readLost'], 'events of the one that is');
  }),

  halfCloseCase('ITCPTransport.pauseProducing holds readConnectionLost back', async (stage) => {
    const { server, client } = await stage.connection({ half: 'both', server: { made: (peer) => peer.pause() } });
    client.write('text');
    client.loseWrite();
    await client.has('writeLost');
    await stage.look();
    claimEqual(server.events, ['made'], 'events while paused');
    server.resume();
    await server.has('readLost');
    claimEqual(server.events, ['made', 'data', 'readLost'], 'events');
  }),

  halfCloseCase(
    'IHalfCloseableProtocol.readConnectionLost that throws ends that connection and no other',
    async (stage) => {
      const other = await stage.connection({ half: 'both' });
      const { server, client } = await stage.connection({ half: 'both', server: { readLost: boom } });
      client.loseWrite();
      await server.losesFor('CaseError');
      stage.claimLogged('boom');
      await client.has('readLost');
      await stage.claimWorks(other);
    },
  ),

  halfCloseCase(
    'IHalfCloseableProtocol.writeConnectionLost that throws ends that connection and no other',
    async (stage) => {
      const other = await stage.connection({ half: 'both' });
      const { server, client } = await stage.connection({ half: 'both', client: { writeLost: boom } });
      client.loseWrite();
      await client.losesFor('CaseError');
      stage.claimLogged('boom');
      await server.has('readLost');
      await stage.claimWorks(other);
    },
  ),
];
