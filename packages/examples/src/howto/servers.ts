/** The listings of docs/howto/servers.md. */
import type { IPv4Address, Reactor } from '@skein/reactor';
import type { Failure } from '@skein/reactor/failure';
import type { IListeningPort, IReactorCore, IReactorTCP, IReactorUNIX } from '@skein/reactor/interfaces';
import { Connections } from '@skein/reactor/streams';
import { Factory, LineReceiver } from '@skein/protocols';

// #region protocol
export class Counter extends LineReceiver {
  declare factory: CounterFactory;

  override connectionMade(): void {
    this.factory.open += 1;
    this.sendLine(`you are one of ${this.factory.open}`);
  }

  override lineReceived(line: string): void {
    if (line === 'quit') this.transport.loseConnection();
    else this.sendLine(String(line.length));
  }

  override connectionLost(_reason: Failure): void {
    this.factory.open -= 1;
  }
}

export class CounterFactory extends Factory {
  override protocol = Counter;
  open = 0; // what connections share lives in the factory
}
// #endregion

// #region listen
export function listen(reactor: IReactorTCP, port: number): number {
  const listening = reactor.listenTCP(port, new CounterFactory(), { interface: '127.0.0.1' });
  return (listening.getHost() as IPv4Address).port; // bound already: known even for port 0
}
// #endregion

// #region unix
export function listenLocally(reactor: IReactorUNIX, path: string): IListeningPort {
  // With the lock, the socket's file that a crashed predecessor has left is removed; a living one is not disturbed.
  return reactor.listenUNIX(path, new CounterFactory(), { mode: 0o600, wantPID: true });
}
// #endregion

// #region stop
export function serve(reactor: IReactorCore): Promise<void> {
  return reactor.run({ graceful: 10 }); // SIGTERM: no new connections, and ten seconds for those that are open
}
// #endregion

// #region connections
export async function shout(reactor: Reactor, connections = new Connections()): Promise<void> {
  reactor.listenTCP(8001, connections, { interface: '127.0.0.1' });
  for await (const connection of connections) {
    connection.once('data', (data: Buffer) => connection.end(data.toString().toUpperCase()));
    connection.on('error', () => connection.destroy());
  }
}
// #endregion
