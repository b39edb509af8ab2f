/** Clients that keep a connection: through crashes and partitions there is one, and after the end there is none. */
import type { Simulation } from '@skein/reactor/simulation';
import type { IConnector } from '@skein/reactor/interfaces';
import { CancelledError, logError } from '@skein/reactor/defer';
import { TCP4ClientEndpoint } from '@skein/endpoints';
import { ClientService } from '@skein/endpoints/application/internet';
import { Factory, Protocol, ReconnectingClientFactory } from '@skein/protocols';
import { WrappingFactory } from '@skein/protocols/policies';

import { between, flaps, holds, isAtRest } from './rough';

/** The server says hello; now and then it closes the connection, dies, or loses its power. */
function unsteadyServer(sim: Simulation, within: number, outage: number) {
  class Hello extends Protocol {
    override connectionMade() {
      this.transport.write('hello');
    }
  }
  const accepted = new Set<Protocol>();
  const server = sim.host('server', (reactor, host) => {
    accepted.clear();
    host.disk.set('booted', sim.seconds());
    const factory = new Factory();
    factory.noisy = false;
    factory.buildProtocol = () => {
      const protocol = new Hello();
      accepted.add(protocol);
      return protocol;
    };
    // Wrapped, as it would be by a policy.
    reactor.listenTCP(80, new WrappingFactory(factory));
  });
  const world = sim.host('world').reactor;
  const faults = [
    () => {
      for (const { transport } of accepted) transport.loseConnection();
      accepted.clear();
    },
    () => server.restart({ after: sim.random('after') }),
    () => {
      server.crash();
      server.restart({ after: outage * sim.random('after') });
    },
  ];
  for (let i = 0; i < 6; i++)
    world.callLater(within * sim.random('fault'), () => faults[between(sim, 'which', 0, faults.length - 1)]?.());
  return server;
}

/** How a client is doing: told of the beginning once, of the end once, and one at a time. */
class Client extends Protocol {
  readonly now: Set<Client>;
  heard = '';

  constructor(now: Set<Client>) {
    super();
    this.now = now;
  }

  override connectionMade() {
    this.now.add(this);
    holds(this.now.size === 1, 'there are two connections at a time');
  }

  override dataReceived(data: Buffer) {
    holds(this.now.has(this), 'data came on a connection that is lost');
    this.heard += data.toString();
    holds('hello'.startsWith(this.heard), `heard '${this.heard}'`);
  }

  override connectionLost() {
    holds(this.now.delete(this), 'the connection was lost twice');
  }
}

const WITHIN = 30;
/** The longest time without power. */
const OUTAGE = 90;
/** The longest time that a client may take to connect when all is well again: an attempt that began before, and a wait. */
const PATIENCE = 5 + 8 + 5;

export function reconnecting(sim: Simulation): void {
  const server = unsteadyServer(sim, WITHIN, OUTAGE);
  const client = sim.host('client');
  const { reactor } = client;
  const now = new Set<Client>();
  let isStopped = false;
  class Persistent extends ReconnectingClientFactory {
    override noisy = false;
    override maxDelay = 5;
    override clock = reactor;

    override startedConnecting(connector: IConnector) {
      this.connector = connector; // for stopTrying, before anything has failed
      holds(!isStopped, 'it tries again after stopTrying');
    }

    override buildProtocol() {
      this.resetDelay();
      return new Client(now);
    }
  }
  const factory = new Persistent();
  reactor.connectTCP('server', 80, factory, { timeout: 5 });
  flaps(sim, client, server, 4, WITHIN);
  sim.advanceSync((WITHIN + OUTAGE) * sim.random('until'));
  if (sim.random('stop') > 0.3) {
    factory.stopTrying();
    isStopped = true;
    for (const { transport } of now) transport.abortConnection();
    sim.advanceSync(1);
    isAtRest(sim, client);
  } else {
    while (sim.seconds() < WITHIN + OUTAGE) {
      sim.advanceSync(1);
      const wellSince = Math.max(server.disk.get('booted') as number, WITHIN + 3);
      const isWell = server.state === 'up' && sim.seconds() - wellSince > PATIENCE;
      holds(now.size === 1 || !isWell, 'it does not connect again');
    }
  }
}

export function service(sim: Simulation): void {
  const server = unsteadyServer(sim, WITHIN, 30);
  const client = sim.host('client');
  const { reactor } = client;
  const now = new Set<Client>();
  const build = () => new Client(now);
  const endpoint = new TCP4ClientEndpoint(reactor, 'server', 80, { timeout: 5 });
  const patience = (failures: number) => Math.min(2 ** failures, 5) * (0.5 + reactor.random());
  const connecting = { doStart() {}, doStop() {}, buildProtocol: build };
  const kept = new ClientService(endpoint, connecting, { clock: reactor, retryPolicy: patience });
  kept.startService();
  flaps(sim, client, server, 3, WITHIN);
  let asked = 0;
  let answered = 0;
  let isStopping = false;
  const ask = () => {
    asked += 1;
    kept
      .whenConnected(sim.random('patience') > 0.8 ? 2 : null)
      .addCallbacks(
        (protocol) => {
          holds(now.has(protocol), 'given a protocol that is not connected');
          holds(!isStopping, 'given a protocol of a service that was stopped');
        },
        (failure) => holds(!isStopping || failure.check(CancelledError) !== null, 'not cancelled when stopped'),
      )
      .addCallback(() => {
        answered += 1;
      })
      .addErrback(logError); // a logged error fails the simulation
  };
  const world = sim.hosts.get('world')!.reactor;
  for (let i = 0; i < 20; i++) world.callLater((WITHIN + 10) * sim.random('ask'), ask);
  let isStopped = false;
  world.callLater(WITHIN + 10 * sim.random('until'), () => {
    isStopping = true;
    kept.stopService().addCallback(() => {
      isStopped = true;
    });
    ask();
  });
  sim.runUntilSync(() => isStopped, { limit: 3600 });
  isAtRest(sim, client);
  sim.advanceSync(60);
  holds(answered === asked, `${String(asked)} asked for a connection, ${String(answered)} were told`);
  holds(now.size === 0, 'a stopped service is connected');
  isAtRest(sim, client);
}
