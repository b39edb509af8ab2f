/**
 * Data: all of them, in order, in any division; what may be written, and when writing does nothing.
 */
import type { ITCPTransport } from '../../../interfaces';
import { claim, claimEqual } from '../claims';
import { claimPattern, pattern } from '../pattern';
import { claimThrows } from '../thrown';
import { transportCase } from '../transportCase';

const SIZES = [1, 2, 1000, 16_384, 65_535, 65_536, 65_537, 300_000, 1_000_000];
const PIECES = [
  [1, 500],
  [7, 1000],
  [1460, 300],
  [65_536, 8],
] as const;

export const dataCases = [
  ...SIZES.map((size) =>
    transportCase('data', `ITransport.write delivers ${size} bytes whole`, async (stage) => {
      const { server, client } = await stage.connection();
      client.write(pattern(size));
      await server.receives(size);
      await stage.look();
      claimPattern(server.received, size, 'what came');
    }),
  ),

  ...PIECES.map(([size, count]) =>
    transportCase('data', `ITransport.write delivers ${count} pieces of ${size} bytes in order`, async (stage) => {
      const { server, client } = await stage.connection();
      for (let i = 0; i < count; i++) client.write(pattern(size, i * size));
      await server.receives(size * count);
      await stage.look();
      claimPattern(server.received, size * count, 'what came');
    }),
  ),

  transportCase('data', 'ITransport.write delivers what is written over time, in order', async (stage) => {
    const { server, client } = await stage.connection();
    let length = 0;
    for (let i = 1; i <= 20; i++) {
      const size = (i * 7919) % 20_000;
      client.write(pattern(size, length));
      length += size;
      if (i % 4 === 0) await stage.after(0.001);
    }
    await server.receives(length);
    claimPattern(server.received, length, 'what came');
  }),

  transportCase('data', 'ITransport.write carries both directions at once', async (stage) => {
    const { server, client } = await stage.connection();
    client.write(pattern(400_000));
    server.write(pattern(400_000));
    await server.receives(400_000);
    await client.receives(400_000);
    claimPattern(server.received, 400_000, 'what the server received');
    claimPattern(client.received, 400_000, 'what the client received');
  }),

  transportCase('data', 'ITransport.write answers from inside dataReceived', async (stage) => {
    const { server, client } = await stage.connection({ server: { data: (peer, chunk) => peer.write(chunk) } });
    client.write(pattern(200_000));
    await client.receives(200_000);
    claimPattern(client.received, 200_000, 'what came back');
    claimEqual(server.receivedLength, 200_000, 'what was answered');
  }),

  transportCase('data', 'ITransport.write takes Buffer, Uint8Array and text, which is sent as UTF-8', async (stage) => {
    const { server, client } = await stage.connection();
    client.write(Buffer.from('one '));
    client.write(new Uint8Array([116, 119, 111, 32]));
    client.write('drei: süß €');
    const wanted = 'one two drei: süß €';
    await server.receives(Buffer.byteLength(wanted));
    claimEqual(server.received.toString(), wanted, 'what came');
  }),

  transportCase('data', 'ITransport.write throws TypeError for anything else, and sends nothing', async (stage) => {
    const { server, client } = await stage.connection();
    for (const wrong of [1, null, undefined, ['text'], {}, true]) {
      claimThrows('TypeError', () => client.transport.write(wrong as never));
      claimThrows('TypeError', () => client.transport.writeSequence(['good', wrong as never]));
    }
    client.write('end');
    await server.receives(3);
    await stage.look();
    claimEqual(server.received.toString(), 'end', 'what came');
  }),

  transportCase('data', 'ITransport.write of nothing sends nothing', async (stage) => {
    const { server, client } = await stage.connection();
    client.write('');
    client.write(Buffer.alloc(0));
    client.writeSequence([]);
    client.writeSequence(['', Buffer.alloc(0)]);
    await stage.look();
    claimEqual(server.events, ['made'], 'events');
  }),

  transportCase('data', 'ITransport.writeSequence delivers its pieces in order, among writes', async (stage) => {
    const { server, client } = await stage.connection();
    client.write('a');
    client.writeSequence(['b', Buffer.from('c'), new Uint8Array([100])]);
    client.write('e');
    client.writeSequence(['f']);
    await server.receives(6);
    claimEqual(server.received.toString(), 'abcdef', 'what came');
  }),

  transportCase('data', 'ITransport.writeSequence delivers many pieces of every kind', async (stage) => {
    const { server, client } = await stage.connection();
    client.writeSequence(Array.from({ length: 2000 }, (_, i) => pattern(100, i * 100)));
    await server.receives(200_000);
    claimPattern(server.received, 200_000, 'what came');
  }),

  transportCase(
    'data',
    'ITransport.write does nothing when the connection is lost, nor inside connectionLost',
    async (stage) => {
      const { server, client } = await stage.connection({ client: { lost: ({ transport }) => commandAll(transport) } });
      client.lose();
      await client.losesFor('ConnectionDone');
      await server.losesFor('ConnectionDone');
      for (const { transport } of [server, client]) {
        stage.command(() => commandAll(transport));
        claim(!transport.connected, 'a lost transport is connected');
      }
      await stage.look();
      claimEqual(server.receivedLength, 0, 'what came');
    },
  ),

  transportCase(
    'data',
    'ITransport.write throws TypeError for what is no data on a lost connection too',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.lose();
      await client.losesFor('ConnectionDone');
      await server.losesFor('ConnectionDone');
      claimThrows('TypeError', () => client.transport.write(1 as never));
    },
  ),
];

/** Every call there is, none of which is to do anything. */
function commandAll(transport: ITCPTransport): void {
  transport.write('nobody gets this');
  transport.writeSequence(['nor', 'this']);
  transport.pauseProducing();
  transport.resumeProducing();
  transport.unregisterProducer();
  transport.loseWriteConnection();
  transport.loseConnection();
  transport.abortConnection();
  transport.loseConnection();
}
