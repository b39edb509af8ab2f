/** The listings of docs/howto/simulation.md. */
import type { Failure } from '@skein/reactor';
import { ConnectionLost } from '@skein/reactor/error';
import { forEachSeed, Simulation, WIDE_AREA } from '@skein/reactor/simulation';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';

import { main as chat } from '../../src/chat';
import { PatientClient, scenario } from '../../src/simulation/lateReply';

class Echo extends Protocol {
  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

class Client extends Protocol {
  received = '';
  lost: Failure | null = null;

  override connectionMade() {
    this.transport.write('hello');
  }

  override dataReceived(data: Buffer) {
    this.received += data.toString();
  }

  override connectionLost(reason: Failure) {
    this.lost = reason;
  }
}

// #region first
test('the server answers in two round trips', async () => {
  const sim = new Simulation();
  sim.host('server', (reactor) => reactor.listenTCP(7, Factory.forProtocol(Echo)));
  const client = new Client();
  const factory = new ClientFactory();
  factory.buildProtocol = () => client;
  sim.host('client').reactor.connectTCP('server', 7, factory);
  sim.link('client', 'server').set({ latency: 0.08 });

  await sim.runUntil(() => client.received === 'hello');
  expect(sim.seconds()).toBeCloseTo(0.321, 3); // looking the name up took a millisecond
});
// #endregion

// #region faults
test('whoever writes to a server that has crashed and come back is told', async () => {
  const sim = new Simulation(WIDE_AREA);
  const server = sim.host('server', (reactor) => reactor.listenTCP(7, Factory.forProtocol(Echo)));
  const client = new Client();
  const factory = new ClientFactory();
  factory.buildProtocol = () => client;
  sim.host('client').reactor.connectTCP('server', 7, factory);
  await sim.runUntil(() => client.received === 'hello');

  server.crash(); // the power is gone: nobody is told
  server.restart({ after: 3 });
  await sim.advance(60);
  expect(client.lost).toBeNull();

  client.transport.write('still there?');
  await sim.runUntil(() => client.lost !== null);
  expect(client.lost?.check(ConnectionLost)).toBe(ConnectionLost);
});
// #endregion

// #region seeds
test("every reply is its request's", async () => {
  await expect(forEachSeed(200, (sim) => scenario(sim, PatientClient))).resolves.toBe(200);
});
// #endregion

// #region swap
test('the chat of the guide listens, on whatever reactor it is given', () => {
  const { reactor } = new Simulation().host('server');
  expect(String(chat(reactor).getHost())).toBe("IPv4Address(type='TCP', host='127.0.0.1', port=8123)");
});
// #endregion
