/** A server that is asked to stop while it has many connections. Says when it has them all, and in the end how they ended. */
import { reactor } from '@skein/reactor';
import type { Failure } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

const [port = 0, wanted = 0] = process.argv.slice(2).map(Number);

const reasons = new Map<string, number>();
let made = 0;
let stopped = 0;

class Counted extends Protocol {
  override connectionMade() {
    made += 1;
    if (made === wanted) console.log('all are connected');
  }

  override connectionLost(reason: Failure) {
    const { name } = reason.value.constructor;
    reasons.set(name, (reasons.get(name) ?? 0) + 1);
  }
}

class CountedFactory extends Factory {
  override stopFactory() {
    stopped += 1;
  }
}

const factory = CountedFactory.forProtocol(Counted);
reactor.listenTCP(port, factory, { interface: '127.0.0.1' });
reactor.listenTCP(0, factory, { interface: '127.0.0.1' });

console.log('listening');
void reactor.run().then(() => {
  console.log(JSON.stringify({ made, lost: Object.fromEntries(reasons), stopped, numPorts: factory.numPorts }));
});
