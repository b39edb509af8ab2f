/** The guide's echo server that counts its open connections in the factory. Try two `nc 127.0.0.1 8000` side by side. */
import { reactor } from '@skein/reactor';
import type { Failure } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory, Protocol } from '@skein/protocols';

// #region server
class Echo extends Protocol {
  declare factory: EchoFactory;

  constructor(factory: EchoFactory) {
    super();
    this.factory = factory;
  }

  override connectionMade() {
    this.factory.numProtocols = this.factory.numProtocols + 1;
    this.transport.write(`Welcome! There are currently ${this.factory.numProtocols} open connections.\n`);
  }

  override connectionLost(_reason: Failure) {
    this.factory.numProtocols = this.factory.numProtocols - 1;
  }

  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

class EchoFactory extends Factory {
  numProtocols = 0;

  override buildProtocol() {
    return new Echo(this);
  }
}
// #endregion

export function main(reactor: IReactorTCP, port = 8000) {
  return reactor.listenTCP(port, new EchoFactory(), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
