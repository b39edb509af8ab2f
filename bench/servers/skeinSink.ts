import { createNodeReactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { announce } from './announce';

class Sink extends Protocol {
  received = 0;

  override dataReceived(data: Buffer): void {
    this.received += data.length;
  }
}

const reactor = createNodeReactor();
announce(reactor.listenTCP(0, Factory.forProtocol(Sink), { interface: '127.0.0.1' }));
void reactor.run();
