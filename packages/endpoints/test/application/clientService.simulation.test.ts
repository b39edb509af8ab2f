/** `ClientService` in virtual time, against a server whose process is killed and restarted: every attempt at its exact time. */
import { Simulation } from '@skein/reactor/simulation';
import { Factory, Protocol } from '@skein/protocols';

import { type IProtocolFactoryOf, TCP4ClientEndpoint } from '../../src';
import { backoffPolicy, ClientService } from '../../src/application/internet';
import { outcomeOf } from '../outcome';
import { QuietFactory } from '../talking';

const ROUNDS = 50;
/** Seconds one way; a refusal takes a round trip. */
const LATENCY = 0.01;
/** What the default policy waits after the first failure in a row, the second, …, without its jitter. */
const DELAYS = [1.5, 2.25, 3.375, 5.0625, 7.59375, 11.390625, 17.085938, 25.628906, 38.443359, 57.665039, 60, 60];

class CountedFactory extends QuietFactory {
  override protocol = Protocol;
  starts = 0;
  stops = 0;

  override startFactory(): void {
    this.starts += 1;
  }

  override stopFactory(): void {
    this.stops += 1;
  }
}

function serving() {
  const sim = new Simulation({ link: { latency: LATENCY } });
  const server = sim.host('server', (reactor) => {
    const factory = Factory.forProtocol(Protocol);
    factory.noisy = false;
    reactor.listenTCP(80, factory);
  });
  const client = sim.host('client');
  const { reactor } = client;
  const endpoint = new TCP4ClientEndpoint(reactor, server.addresses[0], 80);
  const attempts: number[] = [];
  const factory = new CountedFactory() as CountedFactory & IProtocolFactoryOf<Protocol>;
  const noting = {
    connect<P extends Protocol>(made: IProtocolFactoryOf<P>) {
      attempts.push(sim.seconds());
      return endpoint.connect(made);
    },
  };
  const service = new ClientService(noting as TCP4ClientEndpoint, factory, {
    clock: reactor,
    retryPolicy: backoffPolicy({ jitter: () => 0 }),
  });
  /** What the client's machine holds now. */
  const holds = () => ({ connections: sim.netstat('client').length, timers: reactor.getDelayedCalls().length });
  return { sim, server, service, factory, attempts, holds };
}

describe('ClientService in the simulation', () => {
  test('ClientService finds a server again that is killed 50 times, with the documented waits, and leaves nothing', async () => {
    const { sim, server, service, factory, attempts, holds } = serving();
    service.startService();
    const protocols = new Set<Protocol>();
    for (let round = 0; round < ROUNDS; round++) {
      const protocol = await sim.runUntil(service.whenConnected());
      protocols.add(protocol);
      expect(protocol.transport.connected).toBe(true);
      expect(outcomeOf(service.whenConnected()).result).toBe(protocol);
      await sim.advance(1);
      expect(holds()).toEqual({ connections: 1, timers: 0 });

      // So many attempts are refused before the server is back: from none to as many as there are waits.
      const refusals = round % DELAYS.length;
      attempts.length = 0;
      server.kill();
      const lostAt = sim.seconds() + LATENCY;
      const expected = [lostAt + DELAYS[0]!];
      for (let n = 1; n <= refusals; n++) expected.push(expected[n - 1]! + 2 * LATENCY + DELAYS[n]!);
      server.restart({ after: expected.at(-1)! - sim.seconds() });
      await sim.advance(2 * LATENCY);
      expect(holds()).toEqual({ connections: 0, timers: 1 });
      const next = outcomeOf(service.whenConnected());
      expect(next.fired).toBe(false);
      await sim.runUntil(() => next.fired, { limit: 600 });
      // (The turns of a reactor are a microsecond apart.)
      expect(attempts).toEqual(expected.map((at) => expect.closeTo(at, 4) as number));
    }
    expect(protocols.size).toBe(ROUNDS);

    await sim.runUntil(service.stopService());
    await sim.advance(200);
    expect(holds()).toEqual({ connections: 0, timers: 0 });
    expect(factory.stops).toBe(factory.starts);
  });

  test('ClientService.whenConnected(2) fails at the second refusal, at its time, and the service goes on', async () => {
    const { sim, server, service, holds } = serving();
    server.kill();
    const failing = outcomeOf(service.whenConnected(2));
    const patient = outcomeOf(service.whenConnected());
    service.startService();
    await sim.runUntil(() => failing.fired);
    expect(failing.error?.name).toBe('ConnectionRefusedError');
    expect(sim.seconds()).toBeCloseTo(1.5 + 4 * LATENCY, 5);
    server.restart();
    await sim.runUntil(() => patient.fired);
    expect(sim.seconds()).toBeCloseTo(1.5 + 2.25 + 6 * LATENCY, 5);
    await sim.runUntil(service.stopService());
    expect(holds()).toEqual({ connections: 0, timers: 0 });
  });
});
