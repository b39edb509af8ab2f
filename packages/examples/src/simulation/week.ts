/**
 * A client that reconnects, through a week in which its link flaps and its server crashes: half a million seconds of virtual
 * time, in about one of real time. Run it: `npm run example packages/examples/src/simulation/week.ts 7`.
 */
import type { IConnector, IReactorTime } from '@skein/reactor/interfaces';
import { Simulation } from '@skein/reactor/simulation';
import type { Failure } from '@skein/reactor';
import { Factory, ReconnectingClientFactory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';
import { LoopingCall } from '@skein/reactor/task';

// #region client
/** Sends a heartbeat every thirty seconds, and gives the connection up when one is not answered within ten. */
class Heartbeats extends LineReceiver {
  declare factory: HeartbeatFactory;
  unanswered = 0;
  readonly beating = new LoopingCall(() => this.beat());

  override connectionMade() {
    this.factory.resetDelay();
    this.factory.connections += 1;
    this.beating.clock = this.factory.reactor;
    void this.beating.start(30);
  }

  beat() {
    this.sendLine('beat');
    const patience = this.factory.reactor.callLater(10, () => this.transport.abortConnection());
    this.lineReceived = () => {
      this.factory.answered += 1;
      patience.cancel();
    };
    this.connectionLost = () => {
      if (patience.active()) patience.cancel();
      this.beating.stop();
    };
  }
}

export class HeartbeatFactory extends ReconnectingClientFactory {
  override protocol = Heartbeats;
  override maxDelay = 60;
  override noisy = false;
  readonly reactor: IReactorTime;
  connections = 0;
  answered = 0;
  failures = 0;

  constructor(reactor: IReactorTime) {
    super();
    this.reactor = reactor;
    this.clock = reactor;
  }

  override clientConnectionFailed(connector: IConnector, reason: Failure) {
    this.failures += 1;
    super.clientConnectionFailed(connector, reason);
  }
}
// #endregion

class Answers extends LineReceiver {
  override lineReceived(line: string) {
    this.sendLine(line);
  }
}

// #region week
const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;

/** Lives through a week, and returns the client's factory, which has counted. */
export function week(sim: Simulation): HeartbeatFactory {
  const server = sim.host('server', (reactor) => {
    const factory = Factory.forProtocol(Answers);
    factory.noisy = false;
    reactor.listenTCP(80, factory);
  });
  const { reactor } = sim.host('client');
  sim.link('client', 'server').set({ latency: 0.05, jitter: 0.05 });
  const factory = new HeartbeatFactory(reactor);
  reactor.connectTCP('server', 80, factory);

  // The link fails twice in three hours or so, for up to twenty minutes; the server crashes twice a day, for up to one hour.
  const world = sim.host('world').reactor;
  for (let at = 0; at < WEEK; at += 3 * HOUR * sim.random('flaps')) {
    world.callLater(at, () => sim.partition('client', 'server'));
    world.callLater(at + 1200 * sim.random('flaps'), () => sim.repair('client', 'server'));
  }
  for (let at = 0; at < WEEK; at += 24 * HOUR * sim.random('crashes')) {
    world.callLater(at, () => {
      server.crash();
      server.restart({ after: HOUR * sim.random('crashes') });
    });
  }
  sim.advanceSync(WEEK);
  return factory;
}
// #endregion

if (require.main === module) {
  const sim = new Simulation({ seed: Number(process.argv[2] ?? 1) });
  const begin = performance.now();
  const { connections, failures, answered } = week(sim);
  const seconds = (performance.now() - begin) / 1000;
  console.log(`A week, in which the link flapped and the server lost its power now and then: ${sim.events} events.`);
  console.log(
    `The client connected ${connections} times, and ${failures} times in vain; ${answered} heartbeats were answered.`,
  );
  console.log(
    `It took you ${seconds.toFixed(2)} s. Another seed is another week, and the same seed the same: ${sim.trace.hash}`,
  );
}
