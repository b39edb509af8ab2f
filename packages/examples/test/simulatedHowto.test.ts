/**
 * The listings of the howtos on the simulation: every program that is given a reactor, over three kinds of network.
 *
 * What they do exactly is tested beside this, on Node or in memory (./howto). Here they are shown to do it in virtual time too.
 */
import { Readable } from 'node:stream';

import type { Reactor } from '@skein/reactor';
import type { IProtocolFactory, IReactorTCP, ITCPTransport } from '@skein/reactor/interfaces';
import { HOSTILE, LOOPBACK, type NetworkPreset, WIDE_AREA } from '@skein/reactor/simulation';
import { Connections } from '@skein/reactor/streams';
import { TCP4ClientEndpoint } from '@skein/endpoints';
import { ClientFactory, Factory, LineReceiver, Protocol } from '@skein/protocols';

import * as classics from '../src/howto/classics';
import { ask, AskerFactory } from '../src/howto/clients';
import * as policies from '../src/howto/policies';
import { Counting, Download, Pieces, Relay } from '../src/howto/producers';
import * as protocols from '../src/howto/protocols';
import { CounterFactory, listen, listenLocally, shout } from '../src/howto/servers';

import { servedOn, type SimulatedClient, type SimulatedServed } from './simulatedServed';

const NETWORKS: [string, NetworkPreset][] = [
  ['loopback', LOOPBACK],
  ['wide-area', WIDE_AREA],
  ['hostile', HOSTILE],
];

const receivesTheEnd = async (client: SimulatedClient): Promise<void> => {
  const ending = await client.isClosed();
  if (ending !== 'closed') throw new Error(`wanted the connection to be closed, it was ${ending}`);
};

describe.each(NETWORKS)('the howtos on the simulation, over %s links', (_, preset) => {
  const serving = (
    make: (reactor: Reactor) => IProtocolFactory,
    body: (server: SimulatedServed) => Promise<void>,
  ): Promise<void> =>
    servedOn(preset, (reactor, port) => reactor.listenTCP(port, make(reactor), { interface: '127.0.0.1' }), body);

  /** What a client is sent, and that it is all: the connection is closed behind it. */
  const saysAndCloses = (make: () => Protocol, text: string): Promise<void> =>
    serving(
      () => Factory.forProtocol(make),
      async ({ connect }) => {
        const client = await connect();
        await client.receives(text);
        await receivesTheEnd(client);
      },
    );

  /** What a host asks and hears, when it asks at a port of its own. */
  async function asked({ sim }: SimulatedServed, connect: (factory: AskerFactory) => unknown) {
    const said: string[] = [];
    connect(new AskerFactory('hello', (text) => said.push(text)));
    await sim.runUntil(() => said.length === 2);
    return said;
  }

  /** A protocol that does something as soon as it is connected. */
  const acting = (act: (transport: ITCPTransport) => void) => () => {
    const protocol = new Protocol();
    protocol.connectionMade = () => act(protocol.transport);
    return protocol;
  };

  describe('servers.ts and clients.ts', () => {
    it('ask asks what listen serves', () =>
      serving(
        () => new CounterFactory(),
        async (server) => {
          const port = listen(server.reactor, 0);
          const said = await asked(server, (factory) => ask(server.reactor, port, factory));
          expect(said).toEqual(['you are one of 1', 'done']);
        },
      ));

    it('listenLocally serves UNIX sockets', () =>
      serving(
        () => new CounterFactory(),
        async (server) => {
          listenLocally(server.reactor, '/run/counter');
          const said = await asked(server, (factory) => server.reactor.connectUNIX('/run/counter', factory));
          expect(said).toEqual(['you are one of 1', 'done']);
        },
      ));

    it('shout serves connections that are streams', () => {
      const connections = new Connections();
      return servedOn(
        preset,
        (reactor) => {
          let listening = null as ReturnType<IReactorTCP['listenTCP']> | null;
          const onAnyPort = {
            listenTCP: (_port: number, ...rest: [Connections]) => (listening = reactor.listenTCP(0, ...rest)),
          };
          void shout(onAnyPort as unknown as Reactor, connections);
          return listening!;
        },
        async ({ connect }) => {
          const client = await connect();
          await client.send('h');
          await client.receives('H');
          expect(await client.isClosed()).toBe('closed');
        },
      );
    });
  });

  describe('producers.ts', () => {
    const lines = Array.from({ length: 20_000 }, (_each, i) => `${i}\n`).join('');

    it('Counting sends all of it', () =>
      saysAndCloses(
        acting((transport) => new Counting(transport, 20_000).start()),
        lines,
      ));
    it('Pieces sends each', () =>
      saysAndCloses(
        acting((transport) => new Pieces(transport, ['a', 'b', 'c'])),
        'abc',
      ));
    it('Download sends a stream', () => saysAndCloses(() => new Download(Readable.from(['one ', 'two'])), 'one two'));

    it('Relay joins two connections', () => {
      const relays: Relay[] = [];
      return serving(
        () =>
          Factory.forProtocol(() => {
            relays.push(new Relay());
            return relays.at(-1)!;
          }),
        async ({ sim, connect }) => {
          const [left, right] = [await connect(), await connect()];
          await sim.runUntil(() => relays.length === 2 && relays.every(({ connected }) => connected));
          relays[0]!.join(relays[1]!);
          await left.send('through');
          await right.receives('through');
        },
      );
    });
  });

  describe('protocols.ts', () => {
    /** What a server answers to what is sent. */
    const receivesAnswer = (make: () => IProtocolFactory, question: string, answer: string): Promise<void> =>
      serving(make, async ({ connect }) => {
        const client = await connect();
        await client.send(question);
        await client.receives(answer);
      });

    it('Visitors counts', () => receivesAnswer(() => new protocols.Visitors(), 'hi', 'You are number 1\r\nhi'));
    it('Calculator sums', () =>
      receivesAnswer(() => Factory.forProtocol(protocols.Calculator), '1+2\r\n3+4\r\n', '3\r\n7\r\n'));
    it('Joiner joins', () =>
      receivesAnswer(() => Factory.forProtocol(protocols.Joiner), '5:hello,5:world,0:,', '11:hello world,'));

    it('Uploads takes bodies', () => {
      let bodies = '';
      const make = () => {
        const uploads = new protocols.Uploads();
        uploads.bodyReceived = (piece) => void (bodies += piece.toString());
        return uploads;
      };
      return serving(
        () => Factory.forProtocol(make),
        async ({ sim, connect }) => {
          await (await connect()).send('5\r\nhello3\r\nyou');
          await expect(sim.runUntil(() => bodies === 'helloyou')).resolves.toBeUndefined();
        },
      );
    });

    it('greet greets through an endpoint', () =>
      serving(
        () => new protocols.Visitors(),
        async ({ sim, reactor, port, hasRead }) => {
          const greeter = await sim.runUntil(protocols.greet(new TCP4ClientEndpoint(reactor, '127.0.0.1', port)));
          expect(greeter).toBeInstanceOf(protocols.Greeter);
          await hasRead('Hello, Alice\r\n'.length);
        },
      ));

    it('Persistent comes back when it is cut off', () => {
      const visitors = new protocols.Visitors();
      const made: Protocol[] = [];
      const { buildProtocol } = visitors;
      visitors.buildProtocol = (address) => {
        made.push(buildProtocol.call(visitors, address) as Protocol);
        return made.at(-1)!;
      };
      return serving(
        () => visitors,
        async ({ sim, reactor, port }) => {
          const persistent = new protocols.Persistent();
          persistent.clock = reactor;
          reactor.connectTCP('127.0.0.1', port, persistent);
          await sim.runUntil(() => visitors.connections === 1, { limit: 300 });
          made[0]!.transport.abortConnection();
          await expect(
            sim.runUntil(() => made.length === 2 && visitors.connections === 1, { limit: 300 }),
          ).resolves.toBeUndefined();
          persistent.stopTrying();
        },
      );
    });
  });

  describe('policies.ts', () => {
    const shouting = () => Factory.forProtocol(policies.Shout);
    it.each<[string, (reactor: Reactor) => IProtocolFactory, string]>([
      ['guarded', policies.guarded, ''],
      ['FewConnections', () => new policies.FewConnections(), ''],
      ['withoutIdlers', (reactor) => policies.withoutIdlers(shouting(), reactor), ''],
      ['throttled', (reactor) => policies.throttled(shouting(), reactor), ''],
      ['behindAProxy', () => policies.behindAProxy(shouting()), 'PROXY TCP4 203.0.113.7 192.0.2.1 56324 80\r\n'],
      ['CountingFactory', () => new policies.CountingFactory(shouting()), ''],
    ])('%s lets the words through', (_name, make, before) =>
      serving(make, async ({ connect }) => {
        const client = await connect();
        await client.send(`${before}hello\r\n`);
        await client.receivesLine('HELLO');
        await client.close();
      }),
    );

    it('Login waits for half a minute of virtual time', () =>
      serving(
        (reactor) =>
          Factory.forProtocol(() => {
            const login = new policies.Login();
            login.clock = reactor;
            return login;
          }),
        async ({ connect }) => {
          const client = await connect();
          await client.receives('name?\r\ntoo late\r\n');
          expect(await client.isClosed()).toBe('closed');
        },
      ));

    it('Asked has twenty seconds for its line', () =>
      serving(
        (reactor) => policies.withoutIdlers(Factory.forProtocol(policies.Asked), reactor),
        async ({ sim, connect }) => {
          const client = await connect();
          const begin = sim.seconds();
          expect(await client.isClosed()).toBe('ECONNRESET');
          expect(sim.seconds() - begin).toBeGreaterThan(9);
        },
      ));
  });

  describe('classics.ts', () => {
    it('Users answers a finger', () =>
      serving(
        () => Factory.forProtocol(classics.Users),
        async ({ connect }) => {
          const client = await connect();
          await client.send('ada\r\n');
          await client.receivesLine('Ada Lovelace');
          expect(await client.isClosed()).toBe('closed');
        },
      ));

    it('proxy connects to this host', () =>
      serving(
        (reactor) => {
          reactor.listenTCP(8000, Factory.forProtocol(policies.Shout), { interface: '127.0.0.1' });
          return classics.proxy(reactor);
        },
        async ({ connect }) => {
          const client = await connect();
          await client.send(Buffer.from([4, 1, 0x1f, 0x40, 127, 0, 0, 1, 0])); // 127.0.0.1:8000
          await client.receives(Buffer.from([0, 90, 0x1f, 0x40, 127, 0, 0, 1]).toString('latin1'));
          await client.send('hello\r\n');
          await client.receivesLine('HELLO');
        },
      ));

    it('visits counts', () =>
      serving(
        () =>
          Factory.forProtocol(() => {
            const memcached = new LineReceiver();
            memcached.lineReceived = (line) => {
              if (line.startsWith('add ')) memcached.sendLine('NOT_STORED');
              if (line.startsWith('incr ')) memcached.sendLine('42');
            };
            return memcached;
          }),
        async ({ sim, reactor, port }) => {
          expect(await sim.runUntil(classics.visits(reactor, port))).toBe(42);
        },
      ));

    it('aliases answers Postfix', () =>
      serving(
        (reactor) => {
          const { buildProtocol } = classics.aliases;
          return Object.assign(ClientFactory.forProtocol(Protocol), {
            buildProtocol(address: Parameters<typeof buildProtocol>[0]) {
              const table = buildProtocol.call(classics.aliases, address)!;
              (table as InstanceType<typeof classics.aliases.protocol>).clock = reactor;
              return table;
            },
          });
        },
        async ({ connect }) => {
          const client = await connect();
          await client.send('get ada@example.org\n');
          await client.receives('200 ada\n');
        },
      ));

    it('shape lets a host have what its bucket has room for, and more with time', () =>
      serving(
        (reactor) => {
          const factory = new Factory();
          classics.shape(factory, reactor);
          return factory;
        },
        async ({ sim, reactor, port }) => {
          const client = new Protocol();
          let received = 0;
          client.dataReceived = (data) => void (received += data.length);
          reactor.connectTCP(
            '127.0.0.1',
            port,
            ClientFactory.forProtocol(() => client),
          );
          await expect(sim.runUntil(() => received > 20_000, { limit: 300 })).resolves.toBeUndefined();
          client.transport.abortConnection();
        },
      ));
  });
});
