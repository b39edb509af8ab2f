/** The guide's quote of the day (after RFC 865): a quote for everyone who connects, and good-bye. Try `nc 127.0.0.1 8017`. */
import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory, Protocol } from '@skein/protocols';

// #region protocol
class QOTD extends Protocol {
  override connectionMade() {
    this.transport.write('An apple a day keeps the doctor away\r\n');
    this.transport.loseConnection();
  }
}
// #endregion

export function main(reactor: IReactorTCP, port = 8017) {
  return reactor.listenTCP(port, Factory.forProtocol(QOTD), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
