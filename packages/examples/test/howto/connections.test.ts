import { Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { ITCPTransport } from '@skein/reactor/interfaces';
import { Connections } from '@skein/reactor/streams';
import { Factory, Protocol } from '@skein/protocols';

import { ask, AskerFactory } from '../../src/howto/clients';
import { Counting, Download, Pieces, Relay } from '../../src/howto/producers';
import { CounterFactory, listen, listenLocally, serve, shout } from '../../src/howto/servers';
import { portOf, served } from '../served';

/** Everything that comes from a socket until it ends. */
async function all(socket: net.Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What a client is sent by a protocol that does `act` when it is connected. */
async function sentBy(act: (transport: ITCPTransport) => void): Promise<string> {
  class Acting extends Protocol {
    override connectionMade(): void {
      act(this.transport);
    }
  }
  return sentByProtocol(() => new Acting());
}

async function sentByProtocol(make: () => Protocol): Promise<string> {
  const reactor = createNodeReactor();
  const over = reactor.run({ installSignalHandlers: false });
  const port = portOf(reactor.listenTCP(0, Factory.forProtocol(make), { interface: '127.0.0.1' }));
  const text = await all(net.connect(port, '127.0.0.1'));
  reactor.stop();
  await over;
  return text;
}

describe('docs/howto/servers.md', () => {
  it('protocol: the factory counts what its connections share', async () => {
    await served(
      (reactor, port) => reactor.listenTCP(port, new CounterFactory(), { interface: '127.0.0.1' }),
      async ({ connect }) => {
        const first = await connect();
        await first.receives('you are one of 1\r\n');
        const second = await connect();
        await second.receives('you are one of 2\r\n');
        await first.send('twisted\r\nquit\r\n');
        await first.receives('7\r\n');
      },
    );
  });

  it('listen: the port is known at once', async () => {
    const reactor = createNodeReactor();
    expect(listen(reactor, 0)).toBeGreaterThan(0);
    await reactor[Symbol.asyncDispose]();
  });

  it('unix and stop: a local server stops gracefully', async () => {
    const reactor = createNodeReactor();
    const path = join(tmpdir(), `skein-${randomUUID()}`);
    listenLocally(reactor, path);
    const over = serve(reactor);
    const socket = net.connect(path);
    socket.once('data', () => {
      reactor.stop();
      socket.write('quit\r\n');
    });
    expect(await all(socket)).toBe('you are one of 1\r\n');
    await over;
  });

  it('connections: each is a Duplex', async () => {
    const reactor = createNodeReactor();
    const over = reactor.run({ installSignalHandlers: false });
    const connections = new Connections();
    const listenOnAnyPort = {
      listenTCP: (_: number, ...rest: [Connections]) => (port = reactor.listenTCP(0, ...rest)),
    };
    let port = null as unknown as ReturnType<Reactor['listenTCP']>;
    const shouting = shout(listenOnAnyPort as unknown as Reactor, connections);
    const socket = net.connect(portOf(port), '127.0.0.1');
    socket.write('hello');
    expect(await all(socket)).toBe('HELLO');
    await port.stopListening();
    await shouting;
    reactor.stop();
    await over;
  });
});

describe('docs/howto/clients.md', () => {
  it('client: asks, hears the answer, and is told of the end', async () => {
    await served(
      (reactor, port) => reactor.listenTCP(port, new CounterFactory(), { interface: '127.0.0.1' }),
      async ({ reactor, port, listening }) => {
        const said: string[] = [];
        await new Promise<void>((resolve) => {
          ask(
            reactor,
            port,
            new AskerFactory('hello', (text) => {
              said.push(text);
              if (text === 'done') resolve();
            }),
          );
        });
        expect(said).toEqual(['you are one of 1', 'done']);
        await listening.stopListening();
        const refused = await new Promise<string>((resolve) => {
          ask(reactor, port, new AskerFactory('hello', resolve));
        });
        expect(refused).toBe(
          `cannot reach IPv4Address(type='TCP', host='127.0.0.1', port=${port}): ConnectionRefusedError`,
        );
      },
    );
  });
});

describe('docs/howto/producers.md', () => {
  it('push: sends all of it, as fast as it is taken', async () => {
    const text = await sentBy((transport) => new Counting(transport, 100_000).start());
    expect(text.split('\n')).toHaveLength(100_001);
  });

  it('pull: is asked for each piece', async () => {
    expect(await sentBy((transport) => new Pieces(transport, ['a', 'b', 'c']))).toBe('abc');
  });

  it('reading: two connections are joined', async () => {
    const [a, b] = [new Relay(), new Relay()];
    const reactor = createNodeReactor();
    const over = reactor.run({ installSignalHandlers: false });
    const waiting = [a, b];
    const port = portOf(
      reactor.listenTCP(
        0,
        Factory.forProtocol(() => waiting.shift()!),
        { interface: '127.0.0.1' },
      ),
    );
    const connect = (): Promise<net.Socket> =>
      new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
      });
    const [left, right] = [await connect(), await connect()];
    while (b.transport === undefined || !b.connected) await new Promise(setImmediate);
    a.join(b);
    left.write('through');
    expect(String(await new Promise((resolve) => right.once('data', resolve)))).toBe('through');
    left.destroy();
    right.destroy();
    reactor.stop();
    await over;
  });

  it('stream: a Node stream goes out', async () => {
    expect(await sentByProtocol(() => new Download(Readable.from(['one ', 'two'])))).toBe('one two');
  });
});
