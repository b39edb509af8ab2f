/** Our WebSockets and those of `ws`, and Node's own, over real sockets. */
import net from 'node:net';

import type { Reactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import { Deferred } from '@skein/reactor/defer';
import { ConnectionDone } from '@skein/reactor/error';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { WebSocket, WebSocketServer } from 'ws';

import { connectProtocol, quoteStringArgument, serverFromString, TCP4ClientEndpoint } from '../../src';
import { WebSocketClientEndpoint } from '../../src/websocket';
import { portOf, running } from '../running';

import { Recorder, RecorderFactory } from './recorder';

/** Listens for WebSockets, runs `peer` until what it gives is fulfilled, and stops. */
function serving(
  factory: RecorderFactory,
  peer: (port: number, reactor: Reactor) => Promise<unknown>,
  description = 'ws:0:interface=127.0.0.1',
): Promise<unknown> {
  return running((reactor) =>
    serverFromString<string>(reactor, description)
      .listen(factory)
      .addCallback((port: IListeningPort) =>
        Deferred.fromPromise(peer(portOf(port), reactor)).addBoth((result: unknown) =>
          port.stopListening()?.addCallback(() => result),
        ),
      ),
  ).then(({ result }) => result);
}

class Echo extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}

/** What a WebSocket of `ws` says until it closes. */
function said(socket: WebSocket, asks: (socket: WebSocket) => void): Promise<{ messages: string[]; code: number }> {
  return new Promise((resolve, reject) => {
    const messages: string[] = [];
    socket.on('open', () => asks(socket));
    socket.on('message', (data: Buffer, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data.length}`));
    socket.on('close', (code) => resolve({ messages, code }));
    socket.on('error', reject);
  });
}

describe('WebSocketServerEndpoint', () => {
  test('talks to a WebSocket of the package ws', async () => {
    const factory = new RecorderFactory(() => new Echo());
    await serving(factory, async (port) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      const heard = await said(socket, () => {
        socket.send('hello');
        socket.send(Buffer.alloc(100_000));
        socket.on('message', (data: Buffer) => data.length === 100_000 && socket.close(1000));
      });
      expect(heard).toEqual({ messages: ['binary 5', 'binary 100000'], code: 1000 });
    });
    expect(factory.built[0]?.lost).toBeInstanceOf(ConnectionDone);
  });

  test('ends a WebSocket of the package ws with its code, after what was written', async () => {
    class Closing extends Recorder {
      override connectionMade(): void {
        this.transport.write('x'.repeat(500_000));
        this.transport.closeConnection(4000, 'done');
      }
    }
    const factory = new RecorderFactory(() => new Closing());
    await serving(factory, async (port) => {
      const heard = await said(new WebSocket(`ws://127.0.0.1:${port}/`), () => {});
      expect(heard).toEqual({ messages: ['binary 500000'], code: 4000 });
    });
  });

  test('behind a proxy knows who the peer is, and talks to it', async () => {
    class Peer extends Recorder {
      override dataReceived(data: Buffer): void {
        this.transport.write(`${data.toString()} ${(this.transport.getPeer() as IPv4Address).host}`);
      }
    }
    await serving(
      new RecorderFactory(() => new Peer()),
      async (port) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
          createConnection: () => {
            const connection = net.connect(port, '127.0.0.1');
            connection.write('PROXY TCP4 192.0.2.7 192.0.2.8 4000 80\r\n');
            return connection;
          },
        });
        let answer = '';
        const heard = await said(socket, () => {
          socket.send('you are');
          socket.on('message', (data: Buffer) => {
            answer = data.toString();
            socket.close(1000);
          });
        });
        expect(answer).toBe('you are 192.0.2.7');
        expect(heard.code).toBe(1000);
      },
      `ws:endpoint=${quoteStringArgument(`haproxy:tcp:0:interface=127.0.0.1`)}`,
    );
  });

  test('tells a WebSocket of the package ws that its message is too big', async () => {
    const factory = new RecorderFactory(() => new Recorder());
    const description = 'ws:0:interface=127.0.0.1:maxPayload=1000';
    await serving(
      factory,
      async (port) => {
        const heard = await said(new WebSocket(`ws://127.0.0.1:${port}/`), (socket) =>
          socket.send('x'.repeat(2_000_000)),
        );
        expect(heard.code).toBe(1009);
      },
      description,
    );
    expect(factory.built[0]?.lost).toMatchObject({ closeCode: 1009 });
  });
});

describe('WebSocketClientEndpoint', () => {
  test('talks to a WebSocketServer of the package ws', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'chat' });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        socket.ping();
        socket.send(data, { binary: isBinary });
        socket.close(1000);
      });
    });
    const { port } = server.address() as { port: number };
    const { result } = await running((reactor) => {
      const ended = new Deferred<Recorder>();
      class Asking extends Recorder {
        override connectionMade(): void {
          this.transport.write('hello');
        }
        override connectionLost(reason: Parameters<Recorder['connectionLost']>[0]): void {
          super.connectionLost(reason);
          ended.callback(this);
        }
      }
      const below = new TCP4ClientEndpoint(reactor, '127.0.0.1', port);
      const endpoint = new WebSocketClientEndpoint(reactor, below, `ws://127.0.0.1:${port}/`, {
        frames: 'text',
        subprotocols: ['chat'],
      });
      return connectProtocol(endpoint, new Asking()).addCallback(() => ended);
    });
    expect(result.received).toEqual(['hello']);
    expect(result.lost).toBeInstanceOf(ConnectionDone);
    expect(result.transport.handshake.subprotocol).toBe('chat');
    await new Promise((resolve) => server.close(resolve));
  });
});
