/** Much data to a slow reader, over one connection or forwarded; and connections of which one half ends first. */
import type { Failure } from '@skein/reactor';
import { ConnectionDone } from '@skein/reactor/error';
import type { IPushProducer } from '@skein/reactor/interfaces';
import type { Simulation, SimulatedHost } from '@skein/reactor/simulation';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import { FileSender } from '@skein/protocols/basic';
import { ProxyFactory } from '@skein/protocols/portforward';

import { between, flaps, holds } from './rough';

/** The most that a transport keeps before it pauses its producer, and one piece more; and what kernels and links keep. */
const KEPT = 65536 + 2 * 4096 + 16384;

/** What a reader got, in the end. */
interface Outcome {
  bytes: number;
  ending: Failure | null;
}

/** Connects, and reads slowly: it pauses now and then. */
function slowReader(sim: Simulation, client: SimulatedHost, host: string, onRead: (outcome: Outcome) => void): Outcome {
  const outcome: Outcome = { bytes: 0, ending: null };
  class Slow extends Protocol {
    override dataReceived(data: Buffer) {
      outcome.bytes += data.length;
      onRead(outcome);
      if (sim.random('pause') < 0.9) return;
      this.transport.pauseProducing();
      client.reactor.callLater(0.2 * sim.random('pause'), () => this.transport.resumeProducing());
    }

    override connectionLost(reason: Failure) {
      holds(outcome.ending === null, 'the connection was lost twice');
      outcome.ending = reason;
    }
  }
  const factory = ClientFactory.forProtocol(Slow);
  factory.noisy = false;
  client.reactor.connectTCP(host, 80, factory);
  return outcome;
}

/** Writes pieces until it is paused, and closes the connection after the last. */
class Pieces extends Protocol implements IPushProducer {
  readonly total: number;
  readonly soon: (f: () => void) => unknown;
  produced = 0;
  isPaused = false;
  isStopped = false;

  constructor(total: number, soon: (f: () => void) => unknown) {
    super();
    this.total = total;
    this.soon = soon;
  }

  override connectionMade() {
    this.transport.registerProducer(this, true);
    this.resumeProducing();
  }

  resumeProducing() {
    this.isPaused = false;
    this.soon(() => this.produce());
  }

  produce() {
    if (this.isPaused || this.isStopped) return;
    const size = Math.min(4096, this.total - this.produced);
    this.produced += size;
    this.transport.write(Buffer.alloc(size, 0x78));
    if (this.produced < this.total) this.soon(() => this.produce());
    else {
      this.isStopped = true;
      this.transport.unregisterProducer();
      this.transport.loseConnection();
    }
  }

  pauseProducing() {
    this.isPaused = true;
  }

  stopProducing() {
    this.isStopped = true;
  }
}

/** One of our producers feeds a slow reader. */
export function producing(sim: Simulation): void {
  const total = between(sim, 'total', 150_000, 300_000);
  let source: Pieces | null = null;
  const server = sim.host('server', (reactor) => {
    const factory = new Factory();
    factory.buildProtocol = () => (source = new Pieces(total, (f) => reactor.callLater(0, f)));
    reactor.listenTCP(80, factory);
  });
  const client = sim.host('client');
  const outcome = slowReader(sim, client, 'server', ({ bytes }) => {
    const ahead = (source?.produced ?? 0) - bytes;
    holds(ahead <= KEPT, `${String(ahead)} bytes are kept for a slow reader`);
  });
  flaps(sim, client, server, 1, 5);
  sim.runUntilSync(() => outcome.ending !== null, { limit: 3600 });
  holds(outcome.bytes === total, `${String(outcome.bytes)} of ${String(total)} bytes came`);
  holds(outcome.ending?.check(ConnectionDone) === ConnectionDone, `it ended with ${String(outcome.ending)}`);
}

/** A file is sent to a reader that may go away; the sender hears of the end, either way, once. */
export function files(sim: Simulation): void {
  const total = between(sim, 'total', 0, 60_000);
  let begun = 0;
  let told = 0;
  let isWhole = false;
  let isSent = false;
  const server = sim.host('server', (reactor) => {
    class Sending extends Protocol {
      override connectionMade() {
        begun += 1;
        let left = total;
        const file = {
          read: (size: number) => {
            const piece = Buffer.alloc(Math.min(size, left), 0x78);
            left -= piece.length;
            return piece;
          },
        };
        new FileSender().beginFileTransfer(file, this.transport).addCallbacks(
          () => {
            told += 1;
            isWhole = true;
            this.transport.loseConnection();
          },
          () => {
            told += 1;
          },
        );
      }

      override connectionLost() {
        isSent = true;
      }
    }
    reactor.listenTCP(80, Factory.forProtocol(Sending));
  });
  const client = sim.host('client');
  const outcome = slowReader(sim, client, 'server', () => undefined);
  if (sim.random('goes') > 0.5) client.reactor.callLater(4 * sim.random('goes'), () => client.kill());
  flaps(sim, client, server, 1, 5);
  // It may be that the reader goes away before it is connected.
  sim.runUntilSync(() => isSent || (begun === 0 && client.state !== 'up'), { limit: 3600 });
  sim.advanceSync(10);
  holds(told === begun, `the sender of the file was told ${String(told)} times`);
  if (client.state !== 'up') return;
  holds(isWhole && outcome.bytes === total, `${String(outcome.bytes)} of ${String(total)} bytes came`);
}

/** The same through a forwarder, in between; which keeps no more than a transport does. */
export function forwarding(sim: Simulation): void {
  const total = between(sim, 'total', 1000, 200_000);
  const server = sim.host('server', (reactor) => {
    const factory = new Factory();
    factory.buildProtocol = () => new Pieces(total, (f) => reactor.callLater(0, f));
    reactor.listenTCP(80, factory);
  });
  const between_ = sim.host('forwarder', (reactor) => {
    const factory = new ProxyFactory('server', 80, { reactor });
    factory.noisy = false;
    reactor.listenTCP(80, factory);
  });
  let read = 0;
  between_.reactor.events.on('bytesRead', (_transport, count) => (read += count));
  const client = sim.host('client');
  const outcome = slowReader(sim, client, 'forwarder', ({ bytes }) => {
    const kept = read - bytes;
    holds(kept <= KEPT, `${String(kept)} bytes are kept for a slow reader`);
  });
  flaps(sim, client, between_, 1, 3);
  flaps(sim, server, between_, 1, 3);
  sim.runUntilSync(() => outcome.ending !== null, { limit: 3600 });
  holds(outcome.bytes === total, `${String(outcome.bytes)} of ${String(total)} bytes came`);
  holds(outcome.ending?.check(ConnectionDone) === ConnectionDone, `it ended with ${String(outcome.ending)}`);
}

/** A client says all it has to say and ends its half; the server answers at leisure. */
export function halves(sim: Simulation): void {
  const question = 'x'.repeat(between(sim, 'question', 1, 5000));
  const answer = between(sim, 'answer', 1, 20_000);
  const server = sim.host('server', (reactor) => {
    class Answering extends Protocol {
      got = 0;
      ends = 0;

      override dataReceived(data: Buffer) {
        holds(this.ends === 0, 'data came after the end');
        this.got += data.length;
      }

      readConnectionLost() {
        this.ends += 1;
        holds(this.ends === 1, 'the end came twice');
        holds(this.got === question.length, 'the end came before all of the question');
        reactor.callLater(3 * sim.random('thinks'), () => {
          this.transport.write(Buffer.alloc(answer, 0x78));
          this.transport.loseConnection();
        });
      }

      writeConnectionLost() {}

      override connectionLost() {
        holds(this.ends === 1, 'the connection was lost, and its read half was not');
      }
    }
    reactor.listenTCP(80, Factory.forProtocol(Answering));
  });
  const client = sim.host('client');
  const outcome: Outcome = { bytes: 0, ending: null };
  class Asking extends Protocol {
    override connectionMade() {
      this.transport.write(question);
      (this.transport as { loseWriteConnection?(): void }).loseWriteConnection?.();
    }

    override dataReceived(data: Buffer) {
      outcome.bytes += data.length;
    }

    override connectionLost(reason: Failure) {
      holds(outcome.ending === null, 'the connection was lost twice');
      outcome.ending = reason;
    }
  }
  client.reactor.connectTCP('server', 80, ClientFactory.forProtocol(Asking));
  flaps(sim, client, server, 2, 4);
  sim.runUntilSync(() => outcome.ending !== null, { limit: 3600 });
  holds(outcome.bytes === answer, `${String(outcome.bytes)} of ${String(answer)} bytes came`);
}
