import { createNodeReactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { announce } from './announce';

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const reactor = createNodeReactor();
announce(reactor.listenTCP(0, Factory.forProtocol(Echo), { interface: '127.0.0.1' }));
void reactor.run();
