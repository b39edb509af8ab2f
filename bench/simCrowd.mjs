/**
 * The child of bench/sim.ts that makes a hundred thousand simulated connections, from the built packages: a process that also holds
 * a compiler would not say what they weigh. Prints its figures as JSON. Run with --expose-gc.
 */
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import { Simulation } from '@skein/reactor/simulation';

const COUNT = 100_000;

class Echo extends Protocol {
  dataReceived(data) {
    this.transport.write(data);
  }
}

function quiet(factory) {
  factory.noisy = false;
  return factory;
}

const before = process.memoryUsage();
const cpu = process.cpuUsage();
const sim = new Simulation({ traceCapacity: 0 });
sim.host('server', (reactor) => reactor.listenTCP(80, quiet(Factory.forProtocol(Echo)), { backlog: 65535 }));
let made = 0;
// A host has 28,000 ports of its own.
for (let left = COUNT; left > 0; left -= 25_000) {
  const { reactor } = sim.host(`client ${left}`);
  const factory = quiet(new ClientFactory());
  factory.buildProtocol = () => {
    made += 1;
    return new Protocol();
  };
  for (let i = 0; i < Math.min(left, 25_000); i++) reactor.connectTCP('10.0.0.1', 80, factory);
}
sim.runUntilSync(() => made === COUNT);
const { user, system } = process.cpuUsage(cpu);
sim.advanceSync(1);
// What an attempt leaves behind is garbage: V8 takes some collections, and a moment, to give its pages back.
for (let i = 0; i < 3; i++) globalThis.gc();
await new Promise((resolve) => setTimeout(resolve, 200));
const after = process.memoryUsage();
console.log(
  JSON.stringify({
    seconds: (user + system) / 1e6,
    bytesEach: (after.heapUsed - before.heapUsed) / COUNT,
    rss: after.rss,
    peak: process.resourceUsage().maxRSS * 1024,
    connections: sim.netstat().length,
  }),
);
