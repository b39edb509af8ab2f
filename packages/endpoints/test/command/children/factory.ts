/** A module for `skein run`: an echo server as a factory. */
import { Factory, Protocol } from '@skein/protocols';

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

export const factory = Factory.forProtocol(Echo);
