/**
 * Ports and connectors: ceasing to listen, and how a client's factory hears of attempts and ends.
 */
import { claim, claimEqual } from '../claims';
import { PeerFactory } from '../peerFactory';
import { claimThrows } from '../thrown';
import { transportCase } from '../transportCase';
import type { TransportStage } from '../transportStage';

export const portCases = [
  transportCase('ports', 'IListeningPort.stopListening leaves connections alone', async (stage) => {
    const pair = await stage.connection();
    let result: unknown = 'none';
    stage.port.stopListening()?.addBoth((value: unknown) => {
      result = value;
      stage.saw('stopListening done');
      return null;
    });
    claimEqual(result, 'none', 'result when stopListening has returned');
    await stage.until('the result of stopListening', () => result !== 'none');
    claimEqual(result, null, 'result');
    claimEqual(stage.serverFactory.events.at(-1), 'doStop', 'what the factory was told last');
    await stage.claimWorks(pair);
    claimEqual(stage.port.stopListening(), null, 'what stopListening returns on a port that does not listen');
  }),

  transportCase('ports', 'IListeningPort.stopListening lets nobody in any more', async (stage) => {
    await stopped(stage);
    const factory = new PeerFactory('client factory', stage);
    const connector = stage.connect(factory);
    await factory.has('doStop');
    claimEqual(factory.events.slice(0, 2), ['doStart', 'startedConnecting(connecting)'], 'how it began');
    claim(/^failed\(.*Error\)$/.test(factory.events[2] ?? ''), `it went on with ${String(factory.events[2])}`);
    claimEqual([factory.events.length, connector.state], [4, 'disconnected'], 'number of events, and state');
    claimEqual(stage.serverFactory.addresses.length, 0, 'protocols built');
  }),

  transportCase(
    'ports',
    'IProtocolFactory is started and stopped once for each time its port listens',
    async (stage) => {
      claimEqual(stage.serverFactory.events, ['doStart'], 'events when it listens');
      await stopped(stage);
      claimEqual(stage.serverFactory.events, ['doStart', 'doStop'], 'events when it has stopped');
      claim(stage.port.getHost().equals(stage.port.getHost()), 'the address is gone');
    },
  ),

  transportCase('connectors', 'IClientFactory is told each step of a connection, in order', async (stage) => {
    const { client, factory, connector } = await stage.connection({
      client: { lost: (peer) => peer.note(`the factory knows of ${factoryEvents().length} events`) },
    });
    const factoryEvents = (): readonly string[] => factory.events;
    claimEqual(connector.state, 'connected', 'state when connected');
    client.lose();
    await factory.has('doStop');
    claimEqual(
      factory.events,
      ['doStart', 'startedConnecting(connecting)', 'buildProtocol', 'lost(ConnectionDone)', 'doStop'],
      'events of the factory',
    );
    claimEqual(client.events.at(-1), 'the factory knows of 3 events', 'what came before it');
  }),

  transportCase('connectors', 'IConnector.connect in clientConnectionLost connects again', async (stage) => {
    const { server, client, factory, connector } = await stage.connection();
    const again = [stage.peer('server'), stage.peer('client')] as const;
    stage.serverFactory.prepare(again[0]);
    factory.prepare(again[1]);
    factory.onEnd = () => {
      factory.onEnd = () => undefined;
      connector.connect();
    };
    server.lose();
    await client.losesFor('ConnectionDone');
    await again[1].has('made');
    await again[0].has('made');
    claim(!factory.events.includes('doStop'), 'the factory was stopped in between');
    claimEqual(factory.events.filter((event) => event === 'doStart').length, 1, 'number of starts');
    claimThrows('RuntimeError', () => connector.connect());
  }),

  transportCase('connectors', 'IConnector.stopConnecting fails the attempt at once with UserError', async (stage) => {
    const { client, factory, connector } = stage.begin();
    claimEqual(connector.state, 'connecting', 'state');
    connector.stopConnecting();
    claimEqual(
      factory.events,
      ['doStart', 'startedConnecting(connecting)', 'failed(UserError)', 'doStop'],
      'events of the factory',
    );
    claimThrows('NotConnectingError', () => connector.stopConnecting());
    await stage.look();
    claimEqual([client.events, connector.state], [[], 'disconnected'], 'what the protocol was told, and the state');
  }),

  transportCase('connectors', 'IConnector.disconnect loses the connection', async (stage) => {
    const { server, client, connector } = await stage.connection();
    client.write('last words');
    connector.disconnect();
    await client.losesFor('ConnectionDone');
    await server.losesFor('ConnectionDone');
    claimEqual(server.received.toString(), 'last words', 'what came');
    connector.disconnect();
  }),
];

/** Waits until the port has ceased to listen. */
async function stopped(stage: TransportStage): Promise<void> {
  let isStopped = false;
  stage.port.stopListening()?.addCallback(() => {
    isStopped = true;
    stage.saw('stopListening done');
    return null;
  });
  await stage.until('stopListening', () => isStopped);
}
