/** A module for `skein run`: sends a line back, and is done. */
import { Factory, LineReceiver } from '@skein/protocols';

class EchoOnce extends LineReceiver {
  override delimiter = '\n';

  override lineReceived(line: string): void {
    this.sendLine(line);
    this.transport.loseConnection();
  }
}

export const factory = Factory.forProtocol(EchoOnce);
