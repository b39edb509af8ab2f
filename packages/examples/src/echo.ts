/** The guide's echo server: it writes back whatever is written to it. Try `nc 127.0.0.1 8000`. */
// #region server
import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory, Protocol } from '@skein/protocols';

class Echo extends Protocol {
  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

export function main(reactor: IReactorTCP, port = 8000) {
  return reactor.listenTCP(port, Factory.forProtocol(Echo), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
// #endregion
