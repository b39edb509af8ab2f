import { createNodeReactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { announce } from './announce';

class Reply extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
    this.transport.loseConnection();
  }
}

const reactor = createNodeReactor();
announce(reactor.listenTCP(0, Factory.forProtocol(Reply)));
void reactor.run();
