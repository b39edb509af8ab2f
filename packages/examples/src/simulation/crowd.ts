/**
 * A hundred thousand connections in one process: to a server that greets everybody, from four machines. Run it:
 * `npm run example packages/examples/src/simulation/crowd.ts`.
 */
import { Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';

// #region crowd
class Greeting extends Protocol {
  override connectionMade() {
    this.transport.write('hello');
  }
}

/** Connects so many clients, all at once, and returns how many of them were greeted. */
export function crowd(sim: Simulation, size: number): number {
  sim.host('server', (reactor) => {
    const factory = Factory.forProtocol(Greeting);
    factory.noisy = false;
    reactor.listenTCP(80, factory, { backlog: 65535 });
  });
  let greeted = 0;
  class Guest extends Protocol {
    override dataReceived() {
      greeted += 1;
    }
  }
  // A machine has 28,232 ports of its own to connect from.
  for (let left = size; left > 0; left -= 25_000) {
    const { reactor } = sim.host(`guests ${sim.hosts.size}`);
    const factory = ClientFactory.forProtocol(Guest);
    factory.noisy = false;
    for (let i = 0; i < Math.min(left, 25_000); i++) reactor.connectTCP('10.0.0.1', 80, factory);
  }
  sim.runUntilSync(() => greeted === size);
  return greeted;
}
// #endregion

if (require.main === module) {
  const size = Number(process.argv[2] ?? 100_000);
  const before = process.memoryUsage();
  const begin = performance.now();
  const sim = new Simulation({ traceCapacity: 0 });
  crowd(sim, size);
  const seconds = (performance.now() - begin) / 1000;
  const { heapUsed, rss } = process.memoryUsage();
  console.log(`${size} clients connected to one server, and were greeted: ${sim.events} events.`);
  console.log(`For them it took ${(sim.seconds() * 1000).toFixed(1)} ms, for you ${seconds.toFixed(1)} s.`);
  console.log(
    `A connection, both its ends with their protocols, takes about ${((heapUsed - before.heapUsed) / size / 1000).toFixed(1)} kB ` +
      `(garbage included); the process has ${(rss / 1e6).toFixed(0)} MB.`,
  );
}
