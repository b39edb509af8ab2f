/** The server of the README, whole: it writes back whatever is written to it. Try `nc 127.0.0.1 8000`. */
// #region server
import { reactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

class Echo extends Protocol {
  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

reactor.listenTCP(8000, Factory.forProtocol(Echo));
void reactor.run();
// #endregion
