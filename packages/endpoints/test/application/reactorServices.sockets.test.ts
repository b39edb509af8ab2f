/** The services of the reactor's methods, serving and connecting over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Reactor } from '@skein/reactor';
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import { ConnectionRefusedError, ConnectError } from '@skein/reactor/error';
import { type Failure, isFailure } from '@skein/reactor/failure';
import type { IConnector, IListeningPort, IProtocol } from '@skein/reactor/interfaces';
import { leaveNothingBehind } from '@skein/reactor/testing/jest';
import { ClientFactory } from '@skein/protocols';

import { SSLClient, SSLServer, TCPClient, TCPServer, UNIXClient, UNIXServer } from '../../src/application/internet';
import type { Service } from '../../src/application/service';
import { certificate, trusting } from '../certificates';
import { portOf, running } from '../running';
import { Asking, Echo, QuietFactory } from '../talking';

/** Fires with what the one connection of the factory came to: what was received, and how it ended; or with why there was none. */
class AskingFactory extends ClientFactory {
  override noisy = false;
  readonly asking = new Asking();
  readonly done: Deferred<string> = this.asking.done;

  override buildProtocol(): IProtocol {
    return this.asking;
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.done.errback(reason);
  }
}

interface Kind {
  readonly name: string;
  readonly serve: (reactor: Reactor, factory: QuietFactory, socket: string) => Service;
  /** `port` is 0 where there is none. */
  readonly connect: (reactor: Reactor, factory: AskingFactory, port: number, socket: string) => Service;
  readonly refused: new (...args: never[]) => Error;
}

const KINDS: readonly Kind[] = [
  {
    name: 'TCPServer and TCPClient',
    serve: (reactor, factory) => new TCPServer(0, factory, { reactor, interface: '127.0.0.1' }),
    connect: (reactor, factory, port) => new TCPClient('127.0.0.1', port, factory, { reactor }),
    refused: ConnectionRefusedError,
  },
  {
    name: 'SSLServer and SSLClient',
    serve: (reactor, factory) => new SSLServer(0, factory, certificate.options(), { reactor, interface: '127.0.0.1' }),
    connect: (reactor, factory, port) => new SSLClient('127.0.0.1', port, factory, trusting(), { reactor }),
    refused: ConnectionRefusedError,
  },
  {
    name: 'UNIXServer and UNIXClient',
    serve: (reactor, factory, socket) => new UNIXServer(socket, factory, { reactor }),
    connect: (reactor, factory, _port, socket) => new UNIXClient(socket, factory, { reactor }),
    refused: ConnectError,
  },
];

/** Starts a server, and tells its port's number; 0 for a UNIX socket. */
function startedOn(reactor: Reactor, server: Service): number {
  const listened = [jest.spyOn(reactor, 'listenTCP'), jest.spyOn(reactor, 'listenSSL')];
  server.startService();
  return listened.flatMap(({ mock }) => mock.results.map(({ value }) => portOf(value as IListeningPort)))[0] ?? 0;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'skein-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
leaveNothingBehind();

describe.each(KINDS)('$name over real sockets', ({ name, serve, connect, refused }) => {
  test(`${name} talk to each other while they run, and not when the server is stopped`, async () => {
    const socket = path.join(folder, 'socket');
    const outcome = await running((reactor) => {
      const server = serve(reactor, QuietFactory.forProtocol(Echo), socket);
      const port = startedOn(reactor, server);
      const ask = (): Deferred<string> => {
        const factory = new AskingFactory();
        const client = connect(reactor, factory, port, socket);
        client.startService();
        return factory.done.addBoth((result) => {
          client.stopService();
          return result;
        });
      };
      return ask()
        .addCallback((answer) => {
          expect(answer).toBe('hello ConnectionDone');
          return maybeDeferred(() => server.stopService());
        })
        .addCallback(ask);
    });
    expect(outcome.error).toBeInstanceOf(refused);
  });

  test(`${name}: the client's stopService ends the connection, and an attempt that goes on`, async () => {
    const socket = path.join(folder, 'socket');
    const outcome = await running((reactor) => {
      const server = serve(reactor, QuietFactory.forProtocol(Echo), socket);
      const port = startedOn(reactor, server);
      const attempting = new AskingFactory();
      const early = connect(reactor, attempting, port, socket);
      early.startService();
      early.stopService();
      const factory = new AskingFactory();
      const client = connect(reactor, factory, port, socket);
      // Here the echo is what ends it otherwise; so stop it first.
      factory.asking.dataReceived = () => client.stopService();
      client.startService();
      return attempting.done
        .addBoth((end) => (isFailure(end) ? end.value.name : end))
        .addCallback((first) => factory.done.addCallback((second) => [first, second]))
        .addCallback((ends) => maybeDeferred(() => server.stopService()).addCallback(() => ends));
    });
    expect(outcome.result).toEqual(['UserError', ' ConnectionDone']);
  });
});
