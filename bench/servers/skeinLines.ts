import { createNodeReactor } from '@skein/reactor';
import { Factory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

import { announce } from './announce';

class EchoLines extends LineReceiver {
  override lineReceived(line: string): void {
    this.sendLine(line);
  }
}

const reactor = createNodeReactor();
announce(reactor.listenTCP(0, Factory.forProtocol(EchoLines), { interface: '127.0.0.1' }));
void reactor.run();
