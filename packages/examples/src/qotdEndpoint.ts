/** The guide's first complete server: quote of the day, listening through an endpoint. Try `nc 127.0.0.1 8007`. */
import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { TCP4ServerEndpoint } from '@skein/endpoints';
import { Factory, Protocol } from '@skein/protocols';

class QOTD extends Protocol {
  override connectionMade() {
    this.transport.write('An apple a day keeps the doctor away\r\n');
    this.transport.loseConnection();
  }
}

// #region factory
class QOTDFactory extends Factory {
  override buildProtocol() {
    return new QOTD();
  }
}

export function main(reactor: IReactorTCP, port = 8007) {
  // 8007 is the port you want to run under. Choose something >1024
  const endpoint = new TCP4ServerEndpoint(reactor, port, { interface: '127.0.0.1' });
  return endpoint.listen(new QOTDFactory());
}
// #endregion

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
