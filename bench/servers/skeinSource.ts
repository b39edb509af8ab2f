import { createNodeReactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { announce } from './announce';

const PIECE = Buffer.alloc(64 * 1024, 'x');

/** Sends for ever, as fast as it is taken. */
class Source extends Protocol {
  #paused = false;

  override connectionMade(): void {
    this.transport.registerProducer(this, true);
    this.resumeProducing();
  }

  pauseProducing(): void {
    this.#paused = true;
  }

  resumeProducing(): void {
    this.#paused = false;
    while (!this.#paused) this.transport.write(PIECE);
  }

  stopProducing(): void {
    this.#paused = true;
  }
}

const reactor = createNodeReactor();
announce(reactor.listenTCP(0, Factory.forProtocol(Source), { interface: '127.0.0.1' }));
void reactor.run();
