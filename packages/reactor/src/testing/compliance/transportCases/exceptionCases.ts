/**
 * What throws, costs that connection and no other; and it is logged.
 */
import { claim, claimEqual } from '../claims';
import { pattern } from '../pattern';
import { RecordingProducer } from '../recordingProducer';
import { claimThrows } from '../thrown';
import { transportCase } from '../transportCase';
import { boom } from '../transportStage';

export const exceptionCases = [
  transportCase('exceptions', 'IProtocol.dataReceived that throws ends that connection and no other', async (stage) => {
    const other = await stage.connection();
    const { server, client } = await stage.connection({ server: { data: boom } });
    client.write('x');
    await server.losesFor(stage.thrownReason('CaseError'));
    await client.losesFor(...stage.cutReasons);
    stage.claimLogged('boom');
    claimEqual(server.events.length, 3, 'number of events');
    await stage.claimWorks(other);
  }),

  transportCase(
    'exceptions',
    'IProtocol.dataReceived that throws on the client is told to the factory',
    async (stage) => {
      const { server, client, factory } = await stage.connection({ client: { data: boom } });
      server.write('x');
      await client.losesFor(stage.thrownReason('CaseError'));
      await server.losesFor(...stage.cutReasons);
      await factory.has('lost(CaseError)');
      stage.claimLogged('boom');
    },
  ),

  transportCase('exceptions', 'IProtocol.dataReceived that throws throws away what was written', async (stage) => {
    const { server, client } = await stage.connection({
      server: {
        data(peer) {
          peer.write(pattern(1000));
          boom();
        },
      },
    });
    client.write('x');
    await server.losesFor(stage.thrownReason('CaseError'));
    await client.losesFor(...stage.cutReasons);
    claimEqual(client.receivedLength, 0, 'what came');
    stage.claimLogged('boom');
  }),

  transportCase(
    'exceptions',
    'IProtocol.dataReceived that throws after abortConnection is the reason',
    async (stage) => {
      const { server, client } = await stage.connection({
        server: {
          data(peer) {
            peer.abort();
            boom();
          },
        },
      });
      client.write('x');
      await server.losesFor(stage.thrownReason('CaseError'));
      await client.losesFor('ConnectionDone', 'ConnectionLost');
      stage.claimLogged('boom');
    },
  ),

  transportCase('exceptions', 'IProtocol.connectionMade that throws on the server costs nothing', async (stage) => {
    const { server, client } = await stage.connection({ server: { made: boom } });
    stage.claimLogged('boom');
    client.write('still here');
    await server.receives(10);
    claimEqual(server.events, ['made', 'data'], 'events');
  }),

  transportCase(
    'exceptions',
    'IProtocol.connectionMade that throws on the client ends that connection',
    async (stage) => {
      const other = await stage.connection();
      const { client, factory } = stage.begin({ client: { made: boom } });
      await client.losesFor(stage.thrownReason('CaseError'));
      await factory.has('lost(CaseError)');
      await factory.has('doStop');
      stage.claimLogged('boom');
      await stage.look();
      await stage.claimWorks(other);
    },
  ),

  transportCase(
    'exceptions',
    'IHandshakeListener.handshakeCompleted that throws ends that connection and no other',
    async (stage) => {
      const other = await stage.connection();
      const { server, client } = stage.begin({ client: { shaken: boom } });
      await client.losesFor(stage.thrownReason('CaseError'));
      await server.losesFor(...stage.cutReasons);
      stage.claimLogged('boom');
      await stage.claimWorks(other);
    },
    ({ secured }) => secured,
  ),

  transportCase('exceptions', 'IProtocol.connectionLost that throws is logged', async (stage) => {
    const other = await stage.connection();
    const { server, client } = await stage.connection({ server: { lost: boom } });
    client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    stage.claimLogged('boom');
    await stage.claimWorks(other);
  }),

  transportCase(
    'exceptions',
    'IProtocol.connectionLost that throws on the client keeps the factory from being told',
    async (stage) => {
      const { server, client, factory } = await stage.connection({ client: { lost: boom } });
      server.lose();
      await client.losesFor('ConnectionDone');
      await stage.look();
      claim(!factory.events.some((event) => event.startsWith('lost(')), 'clientConnectionLost was called');
      stage.claimLogged('boom');
    },
  ),

  transportCase('exceptions', 'IClientFactory.clientConnectionLost that throws is logged', async (stage) => {
    const { server, factory } = await stage.connection();
    factory.onEnd = boom;
    server.lose();
    await factory.has('lost(ConnectionDone)');
    await stage.look();
    stage.claimLogged('boom');
  }),

  transportCase(
    'exceptions',
    'IProtocolFactory.buildProtocol that throws on the server costs that connection alone',
    async (stage) => {
      const other = await stage.connection();
      const { build } = stage.serverFactory;
      stage.serverFactory.build = boom;
      const { client } = stage.begin();
      await stage.serverFactory.has('buildProtocol', 2);
      stage.serverFactory.build = build;
      // The peer is closed at once, or when nothing holds its socket any more.
      await stage.look();
      claim(['ConnectionDone', 'ConnectionLost', undefined].includes(client.reason?.value.name), 'another reason');
      stage.claimLogged('boom');
      await stage.claimWorks(other);
    },
  ),

  transportCase(
    'exceptions',
    'IProtocolFactory.buildProtocol that throws on the client is a failed attempt',
    async (stage) => {
      const other = await stage.connection();
      const { client, factory, connector } = stage.begin();
      factory.build = boom;
      await factory.has('doStop');
      claimEqual(
        factory.events,
        ['doStart', 'startedConnecting(connecting)', 'buildProtocol', 'failed(ConnectError)', 'doStop'],
        'events of the factory',
      );
      claimEqual([client.events, connector.state], [[], 'disconnected'], 'what the protocol was told, and the state');
      stage.claimLogged('boom');
      await stage.look();
      await stage.claimWorks(other);
    },
  ),

  transportCase(
    'exceptions',
    'IProtocolFactory.buildProtocol that returns null on the server closes the connection',
    async (stage) => {
      const other = await stage.connection();
      const { build } = stage.serverFactory;
      stage.serverFactory.build = () => null;
      const { client } = stage.begin();
      await client.losesFor('ConnectionDone', 'ConnectionLost');
      stage.serverFactory.build = build;
      await stage.claimWorks(other);
    },
  ),

  transportCase(
    'exceptions',
    'IProtocolFactory.buildProtocol that returns null on the client loses the connection',
    async (stage) => {
      const { server, factory, connector } = stage.begin();
      factory.build = () => null;
      await factory.has('doStop');
      claim(
        factory.events.some((event) => event.startsWith('lost(')),
        'clientConnectionLost was not called',
      );
      claimEqual(connector.state, 'disconnected', 'state of the connector');
      if (server.isMade) await server.losesFor(...stage.cutReasons);
      await stage.look();
    },
  ),

  transportCase(
    'exceptions',
    'IPullProducer.resumeProducing that throws ends that connection and no other',
    async (stage) => {
      const other = await stage.connection();
      const { server, client } = await stage.connection();
      let calls = 0;
      const producer = new RecordingProducer(client, () => {
        if (++calls > 1) boom();
        client.write('piece');
      });
      client.register(producer, false);
      await client.losesFor(stage.thrownReason('CaseError'));
      await server.losesFor(...stage.cutReasons);
      claimEqual(client.events.slice(0, 4), ['made', 'resume', 'resume', 'stop'], 'events');
      stage.claimLogged('boom');
      await stage.claimWorks(other);
    },
  ),

  transportCase(
    'exceptions',
    'IPushProducer.resumeProducing that throws ends that connection and no other',
    async (stage) => {
      const other = await stage.connection();
      const { server, client } = await stage.connection();
      client.register(new RecordingProducer(client, boom), true);
      client.write(pattern(70_000));
      await client.losesFor(stage.thrownReason('CaseError'));
      await server.losesFor(...stage.cutReasons);
      claimEqual(client.events.slice(0, 4), ['made', 'pause', 'resume', 'stop'], 'events');
      stage.claimLogged('boom');
      await stage.claimWorks(other);
    },
  ),

  transportCase('exceptions', 'IPushProducer.pauseProducing that throws comes out of write', async (stage) => {
    const { server, client } = await stage.connection();
    const producer = new RecordingProducer(client);
    producer.pauseProducing = boom;
    client.register(producer, true);
    claimThrows('CaseError', () => client.write(pattern(70_000)));
    client.unregister();
    await server.receives(70_000);
  }),

  transportCase(
    'exceptions',
    'IProducer.stopProducing that throws does not keep connectionLost from coming',
    async (stage) => {
      const other = await stage.connection();
      const { server, client } = await stage.connection();
      const producer = new RecordingProducer(client);
      producer.stopProducing = boom;
      client.register(producer, true);
      server.lose();
      await client.losesFor('ConnectionDone');
      stage.claimLogged('boom');
      await stage.claimWorks(other);
    },
  ),
];
