/**
 * Setting up: the protocol is built, given its transport and told, before anything else; and addresses.
 */
import { claim, claimEqual } from '../claims';
import { transportCase } from '../transportCase';

export const setUpCases = [
  transportCase('setting up', 'IProtocol.connectionMade comes once, and before all data', async (stage) => {
    const { server, client } = await stage.connection({
      server: { made: (peer) => peer.write('welcome') },
      client: { made: (peer) => peer.write('hello') },
    });
    await server.receives(5);
    await client.receives(7);
    claimEqual(server.events, ['made', 'data'], 'events of the server');
    claimEqual(client.events, ['made', 'data'], 'events of the client');
    claimEqual([server.received.toString(), client.received.toString()], ['hello', 'welcome'], 'what came');
  }),

  transportCase('setting up', 'IProtocol has its transport, which is connected, in connectionMade', async (stage) => {
    const seen: unknown[] = [];
    const made = ({ transport }: { transport: { connected: boolean; disconnecting: boolean } }): void => {
      seen.push([transport.connected, transport.disconnecting]);
    };
    await stage.connection({ server: { made }, client: { made } });
    claimEqual(
      seen,
      [
        [true, false],
        [true, false],
      ],
      'connected and disconnecting',
    );
  }),

  transportCase('setting up', 'IProtocolFactory.buildProtocol is called once for each connection', async (stage) => {
    const pairs = Array.from({ length: 10 }, () => stage.begin());
    for (const { server, client } of pairs) {
      await server.has('made');
      await client.has('made');
    }
    for (const { factory } of pairs) await factory.has('buildProtocol');
    await stage.serverFactory.has('buildProtocol', 10);
    await stage.look();
    claimEqual(stage.serverFactory.addresses.length, 10, 'protocols built by the server');
    claim(
      pairs.every(({ factory }) => factory.addresses.length === 1),
      'a client built more than one protocol',
    );
    // Which peers met is for the network to say.
    for (const { server, client } of pairs) server.partner = client.partner = null;
  }),

  transportCase(
    'setting up',
    'ITransport.loseConnection in connectionMade of the client ends both sides',
    async (stage) => {
      const { server, client } = stage.begin({ client: { made: (peer) => peer.lose() } });
      await client.losesFor(...stage.cutReasons);
      await server.losesFor(...stage.cutReasons);
      claimEqual(client.events.length, 2, 'events of the client');
    },
  ),

  transportCase(
    'setting up',
    'ITransport.loseConnection in connectionMade of the server ends both sides',
    async (stage) => {
      const { server, client } = stage.begin({ server: { made: (peer) => peer.lose() } });
      await client.losesFor(...stage.cutReasons);
      await server.losesFor(...stage.cutReasons);
      claimEqual(server.events.length, 2, 'events of the server');
    },
  ),

  transportCase('setting up', 'ITransport.loseConnection in connectionMade sends what was written', async (stage) => {
    const { server, client } = stage.begin({
      client: {
        made(peer) {
          peer.write('said and gone');
          peer.lose();
        },
      },
    });
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimEqual(server.received.toString(), 'said and gone', 'what came');
    claimEqual(server.events, ['made', 'data', 'lost(ConnectionDone)'], 'events of the server');
  }),

  transportCase(
    'addresses',
    'ITransport.getPeer is where the other side is, and getHost where this one is',
    async (stage) => {
      const { server, client, factory, connector } = await stage.connection();
      const [listened, connected] = [server.transport, client.transport];
      claim(connected.getPeer().equals(listened.getHost()), "the client's peer is not the server's host");
      claim(listened.getPeer().equals(connected.getHost()), "the server's peer is not the client's host");
      claim(connector.getDestination().equals(connected.getPeer()), 'the destination is not where it connected to');
      claim(factory.addresses[0]?.equals(connected.getPeer()) === true, 'buildProtocol got another address (client)');
      claim(
        stage.serverFactory.addresses[0]?.equals(listened.getPeer()) === true,
        'buildProtocol got another address (server)',
      );
    },
  ),

  transportCase(
    'setting up',
    'ITCPTransport says what was set: no-delay, on at first, and keep-alive',
    async (stage) => {
      const { server, client } = await stage.connection();
      const { transport } = client;
      const settings = (): boolean[] => [transport.getTcpNoDelay(), transport.getTcpKeepAlive()];
      claimEqual(settings(), [true, false], 'settings at first');
      transport.setTcpNoDelay(false);
      transport.setTcpKeepAlive(true);
      claimEqual(settings(), [false, true], 'settings after they were changed');
      await stage.claimWorks({ server, client });
    },
  ),

  transportCase('addresses', 'ITransport.getPeer and getHost stay when the connection is lost', async (stage) => {
    const { server, client } = await stage.connection();
    const shown = (): string[] =>
      [server, client].flatMap(({ transport }) => [String(transport.getPeer()), String(transport.getHost())]);
    const before = shown();
    client.lose();
    await server.losesFor('ConnectionDone');
    await client.losesFor('ConnectionDone');
    claimEqual(shown(), before, 'addresses');
  }),
];
