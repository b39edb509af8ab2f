/** Answers each string with itself: netstrings, or strings with two bytes of length, as the argument says. */
import { createNodeReactor } from '@skein/reactor';
import { Factory } from '@skein/protocols';
import { Int16StringReceiver, NetstringReceiver } from '@skein/protocols/basic';

import { announce } from './announce';

class EchoNetstrings extends NetstringReceiver {
  override stringReceived(string: Buffer): void {
    this.sendString(string);
  }
}
class EchoInt16 extends Int16StringReceiver {
  override stringReceived(string: Buffer): void {
    this.sendString(string);
  }
}

const reactor = createNodeReactor();
const factory = Factory.forProtocol(process.argv[2] === 'netstring' ? EchoNetstrings : EchoInt16);
announce(reactor.listenTCP(0, factory, { interface: '127.0.0.1' }));
void reactor.run();
