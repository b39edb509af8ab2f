/** The listings of docs/howto/clients.md. */
import { ConnectionDone } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { IConnector, IReactorTCP } from '@skein/reactor/interfaces';
import { ClientFactory, LineReceiver } from '@skein/protocols';

/** What the listings have to say. */
export type Say = (text: string) => void;

// #region client
export class Asker extends LineReceiver {
  declare factory: AskerFactory;

  override connectionMade(): void {
    this.sendLine(this.factory.question);
  }

  override lineReceived(line: string): void {
    this.factory.say(line);
    this.transport.loseConnection();
  }
}

export class AskerFactory extends ClientFactory {
  override protocol = Asker;
  readonly question: string;
  readonly say: Say;

  constructor(question: string, say: Say) {
    super();
    this.question = question;
    this.say = say;
  }

  override clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.say(`cannot reach ${connector.getDestination().toString()}: ${reason.value.name}`);
  }

  override clientConnectionLost(_connector: IConnector, reason: Failure): void {
    this.say(reason.check(ConnectionDone) ? 'done' : 'cut off');
  }
}
// #endregion

// #region connect
export function ask(reactor: IReactorTCP, port: number, factory: AskerFactory): IConnector {
  return reactor.connectTCP('127.0.0.1', port, factory, { timeout: 5 });
}
// #endregion
