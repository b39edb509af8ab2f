/** The guide's configurable quote of the day: the factory's default `buildProtocol`. Try `nc 127.0.0.1 8007`. */
import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { TCP4ServerEndpoint } from '@skein/endpoints';
import { Factory, Protocol } from '@skein/protocols';

// #region factory
class QOTD extends Protocol {
  declare factory: QOTDFactory;

  override connectionMade() {
    // this.factory was set by the factory's default buildProtocol:
    this.transport.write(this.factory.quote + '\r\n');
    this.transport.loseConnection();
  }
}

class QOTDFactory extends Factory {
  // This will be used by the default buildProtocol to create new protocols:
  override protocol = QOTD;
  quote: string;

  constructor(quote: string | null = null) {
    super();
    this.quote = quote ?? 'An apple a day keeps the doctor away';
  }
}
// #endregion

export function main(reactor: IReactorTCP, port = 8007, quote: string | null = 'configurable quote') {
  const endpoint = new TCP4ServerEndpoint(reactor, port, { interface: '127.0.0.1' });
  return endpoint.listen(new QOTDFactory(quote));
}

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
