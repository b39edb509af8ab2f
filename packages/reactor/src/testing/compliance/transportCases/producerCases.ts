/**
 * Producers: when they are paused, resumed and stopped, and how the end of a connection waits for them.
 */
import { claim, claimEqual } from '../claims';
import { claimPattern, pattern } from '../pattern';
import { RecordingProducer } from '../recordingProducer';
import { claimThrows } from '../thrown';
import { transportCase } from '../transportCase';

/** Twisted's `bufferSize`: a push producer is paused when more than this waits to be sent. */
const LIMIT = 65_536;

export const producerCases = [
  transportCase('producers', `IConsumer.write of ${LIMIT} bytes does not pause a push producer`, async (stage) => {
    const { server, client } = await stage.connection();
    client.register(new RecordingProducer(client), true);
    client.write(pattern(LIMIT));
    await server.receives(LIMIT);
    await stage.look();
    claimEqual(client.events, ['made'], 'events');
    client.unregister();
  }),

  transportCase(
    'producers',
    `IConsumer.write of ${LIMIT + 1} bytes pauses a push producer, inside the call`,
    async (stage) => {
      const { server, client } = await stage.connection();
      client.register(new RecordingProducer(client), true);
      client.write(pattern(LIMIT + 1));
      claimEqual(client.events, ['made', 'pause'], 'events when write has returned');
      await server.receives(LIMIT + 1);
      await client.has('resume');
      await stage.look();
      claimEqual(client.events, ['made', 'pause', 'resume'], 'events');
      client.unregister();
    },
  ),

  transportCase(
    'producers',
    'IConsumer.write counts all that waits, and pauses again at each write over the limit',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.register(new RecordingProducer(client), true);
      client.write(pattern(LIMIT));
      client.write(pattern(1, LIMIT));
      claimEqual(client.events, ['made', 'pause'], 'events after the byte too much');
      client.writeSequence([pattern(1, LIMIT + 1), pattern(1, LIMIT + 2)]);
      claimEqual(client.events, ['made', 'pause', 'pause'], 'events after more');
      await server.receives(LIMIT + 3);
      await client.has('resume');
      claimPattern(server.received, LIMIT + 3, 'what came');
      client.unregister();
    },
  ),

  transportCase(
    'producers',
    'IPushProducer.resumeProducing comes when everything was sent, and not before',
    async (stage) => {
      const size = 8_000_000;
      const { server, client } = await stage.connection({ server: { made: (peer) => peer.pause() } });
      client.register(new RecordingProducer(client), true);
      client.write(pattern(size));
      await stage.look();
      claimEqual(client.events, ['made', 'pause'], 'events while nobody reads');
      server.resume();
      await server.receives(size);
      await client.has('resume');
      client.unregister();
    },
  ),

  transportCase('producers', 'IPushProducer.pauseProducing may come again inside resumeProducing', async (stage) => {
    const { server, client } = await stage.connection();
    const total = 4 * (LIMIT + 1);
    let sent = 0;
    const produce = (): void => {
      if (sent === total) client.unregister();
      else {
        sent += LIMIT + 1;
        client.write(pattern(LIMIT + 1, sent - LIMIT - 1));
      }
    };
    client.register(new RecordingProducer(client, produce), true);
    produce();
    await server.receives(total);
    await stage.until('the last resumeProducing', () => client.events.length === 9);
    claimPattern(server.received, total, 'what came');
    claimEqual(client.events.slice(1).join(' '), Array(4).fill('pause resume').join(' '), 'events');
  }),

  transportCase(
    'producers',
    'IConsumer.registerProducer asks a pull producer at once, and whenever all is sent',
    async (stage) => {
      const { server, client } = await stage.connection();
      let pieces = 0;
      const producer = new RecordingProducer(client, () => {
        if (pieces === 20) client.unregister();
        else client.write(pattern(10_000, 10_000 * pieces++));
      });
      client.register(producer, false);
      claimEqual(client.events, ['made', 'resume'], 'events when registerProducer has returned');
      await server.receives(200_000);
      await stage.until('the last resumeProducing', () => client.events.length === 22);
      await stage.look();
      claimPattern(server.received, 200_000, 'what came');
      claimEqual(new Set(client.events.slice(1)).size, 1, 'kinds of calls');
    },
  ),

  transportCase('producers', 'IConsumer.registerProducer throws RuntimeError when there is one', async (stage) => {
    const { server, client } = await stage.connection();
    for (const streaming of [true, false]) {
      client.register(new RecordingProducer(client), streaming);
      claimThrows('RuntimeError', () => client.register(new RecordingProducer(server), true));
      claimThrows('RuntimeError', () => client.register(new RecordingProducer(server), false));
      client.unregister();
    }
    client.unregister();
    claimEqual(server.events, ['made'], 'what the producers refused were told');
  }),

  transportCase(
    'producers',
    'IConsumer.registerProducer on a lost connection stops the producer at once',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.lose();
      await client.losesFor('ConnectionDone');
      await server.losesFor('ConnectionDone');
      client.register(new RecordingProducer(client), true);
      client.register(new RecordingProducer(client), false);
      claimEqual(client.events, ['made', 'lost(ConnectionDone)', 'stop', 'stop'], 'events');
      client.unregister();
    },
  ),

  transportCase('producers', 'IConsumer.unregisterProducer ends all calls', async (stage) => {
    const { server, client } = await stage.connection();
    client.unregister();
    client.register(new RecordingProducer(client), true);
    client.write(pattern(LIMIT + 1));
    client.unregister();
    await server.receives(LIMIT + 1);
    await stage.look();
    claimEqual(client.events, ['made', 'pause'], 'events');
    client.lose();
    await client.losesFor('ConnectionDone');
    claimEqual(client.events, ['made', 'pause', 'lost(ConnectionDone)'], 'events');
  }),

  ...[true, false].flatMap((streaming) => [
    transportCase(
      'producers',
      `IProducer.stopProducing comes before connectionLost when the peer goes (${streaming ? 'push' : 'pull'})`,
      async (stage) => {
        const { server, client } = await stage.connection();
        client.register(new RecordingProducer(client), streaming);
        server.lose();
        await client.losesFor('ConnectionDone');
        claimEqual(
          client.events.filter((event) => event !== 'resume'),
          ['made', 'stop', 'lost(ConnectionDone)'],
          'events',
        );
      },
    ),

    transportCase(
      'producers',
      `IProducer.stopProducing comes before connectionLost after abortConnection (${streaming ? 'push' : 'pull'})`,
      async (stage) => {
        const { server, client } = await stage.connection();
        client.register(new RecordingProducer(client), streaming);
        client.abort();
        await client.losesFor(stage.traits.abortReason);
        await server.losesFor(...stage.resetReasons);
        claimEqual(
          client.events.filter((event) => event !== 'resume'),
          ['made', 'stop', `lost(${stage.traits.abortReason})`],
          'events',
        );
      },
    ),
  ]),

  transportCase('producers', 'ITransport.loseConnection waits for a pull producer to unregister', async (stage) => {
    const { server, client } = await stage.connection();
    let pieces = 0;
    const producer = new RecordingProducer(client, () => {
      if (pieces === 10) client.unregister();
      else client.write(pattern(1000, 1000 * pieces++));
    });
    client.register(producer, false);
    client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimPattern(server.received, 10_000, 'what came');
    claim(!client.events.includes('stop'), 'a producer that had unregistered was stopped');
  }),

  transportCase('producers', 'ITransport.loseConnection waits for a push producer that is paused', async (stage) => {
    const { server, client } = await stage.connection();
    const producer = new RecordingProducer(client, () => {
      client.write(pattern(1000, LIMIT + 1));
      client.unregister();
    });
    client.register(producer, true);
    client.write(pattern(LIMIT + 1));
    client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimPattern(server.received, LIMIT + 1001, 'what came');
    claimEqual(client.events, ['made', 'pause', 'resume', 'lost(ConnectionDone)'], 'events');
  }),

  transportCase(
    'producers',
    'ITransport.loseConnection does not wait for a push producer that is not paused',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.register(new RecordingProducer(client), true);
      client.write('all');
      client.lose();
      await server.losesFor('ConnectionDone');
      await client.losesFor('ConnectionDone');
      claimEqual(client.events, ['made', 'stop', 'lost(ConnectionDone)'], 'events');
      claimEqual(server.received.toString(), 'all', 'what came');
    },
    ({ waitsForProducers }) => !waitsForProducers,
  ),

  transportCase(
    'producers',
    'ITransport.loseConnection waits for a push producer though it is not paused',
    async (stage) => {
      const { server, client } = await stage.connection();
      client.register(new RecordingProducer(client), true);
      client.write('some');
      client.lose();
      await stage.look();
      claimEqual(client.events, ['made'], 'events before it unregisters');
      client.write(', more');
      client.unregister();
      await server.losesFor('ConnectionDone');
      await client.losesFor('ConnectionDone');
      claimEqual(server.received.toString(), 'some, more', 'what came');
    },
    ({ waitsForProducers }) => waitsForProducers,
  ),
];
