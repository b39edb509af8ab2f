/** The listings of docs/howto/simulation.md about rules, guards, drains and what failures show. */
import { readFile } from 'node:fs/promises';

import { Deferred } from '@skein/reactor/defer';
import {
  LivelockError,
  PromiseActivityError,
  RealWorldError,
  Simulation,
  SimulationStalled,
} from '@skein/reactor/simulation';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import { AccumulatingProtocol } from '@skein/protocols/testing';

class Echo extends Protocol {
  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

/** A server that echoes, and a client that is about to connect to it. */
function echoing(sim: Simulation): AccumulatingProtocol {
  sim.host('server', (reactor) => reactor.listenTCP(7, Factory.forProtocol(Echo)));
  const client = new AccumulatingProtocol();
  const factory = new ClientFactory();
  factory.noisy = false;
  factory.buildProtocol = () => client;
  sim.host('client').reactor.connectTCP('server', 7, factory);
  return client;
}

// #region rule
test('the first reply is lost twice, and arrives', async () => {
  const sim = new Simulation();
  const client = echoing(sim);
  await sim.runUntil(() => client.made);

  using rule = sim.rule(({ kind, from, attempt }) =>
    kind === 'data' && from === 'server' && attempt < 2 ? 'drop' : null,
  );
  client.transport.write('hello');
  await sim.runUntil(() => client.data.length > 0);
  expect(client.data.toString()).toBe('hello');
  expect(rule.hits).toBe(2);
});
// #endregion

// #region guard
test('a host that looks at the real clock is found out', async () => {
  const sim = new Simulation({ guard: 'throw' });
  sim.host('watch').reactor.callLater(1, () => Date.now());
  await expect(sim.advance(2)).rejects.toThrow(RealWorldError); // host watch called Date.now() at …
});
// #endregion

// #region external
test('virtual time stands still while a host reads a real file', async () => {
  const sim = new Simulation({ guard: 'throw' });
  const { reactor } = sim.host('reader');
  let read = '';
  reactor.callLater(1, async () => {
    const text = await sim.external(() => readFile(__filename, 'utf8'));
    read = `${String(text.length > 0)} at ${String(reactor.seconds())}`;
  });
  await sim.advance(2);
  expect(read).toBe('true at 1');
});
// #endregion

// #region drain
test('promises need a simulation that waits for them', async () => {
  const patient = new Simulation();
  let ran = false;
  patient.host('a').reactor.callLater(1, async () => {
    await Promise.resolve();
    ran = true;
  });
  await patient.advance(1);
  expect(ran).toBe(true);

  const sync = new Simulation({ drain: 'sync' });
  sync.host('a').reactor.callLater(1, () => void Promise.resolve().then(() => undefined));
  await expect(sync.advance(1)).rejects.toThrow(PromiseActivityError);
});
// #endregion

// #region stalled
test('waiting for what never comes says what there is', async () => {
  const sim = new Simulation();
  const client = echoing(sim);
  await sim.runUntil(() => client.made);
  const greeting = new Deferred<string>(); // nobody is ever going to fire it
  const checkGreeting = (text: string) => text === 'hello';
  const stalled = sim.runUntil(greeting.addCallback(checkGreeting));
  await expect(stalled).rejects.toThrow(SimulationStalled);
  await expect(stalled).rejects.toThrow('listening on 0.0.0.0:7');
  await expect(stalled).rejects.toThrow('by checkGreeting, runUntil');
});
// #endregion

// #region livelock
test('a host that keeps itself busy is cut, and named', async () => {
  const sim = new Simulation({ busyTurns: 1000 });
  const { reactor } = sim.host('spinner');
  const spin = () => void reactor.callLater(0, spin);
  reactor.callLater(1, spin);
  const error = await sim.advance(10).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LivelockError);
  expect(error).toMatchObject({ host: 'spinner' });
});
// #endregion

// #region netstat
test('a server that reads nothing lets what it is sent pile up', async () => {
  const sim = new Simulation();
  const client = echoing(sim);
  await sim.runUntil(() => client.made);
  sim.hosts.get('server')?.pause(10);
  client.transport.write(Buffer.alloc(1000));
  await sim.advance(1);
  const unread = sim.netstat('server').map(({ state, receiveQueue }) => [state, receiveQueue]);
  expect(unread).toEqual([
    ['listening', 0],
    ['open', 1000],
  ]);
});
// #endregion

// #region trace
test('two runs that differ part at one event', async () => {
  const run = async (greeting: string) => {
    const sim = new Simulation();
    const client = echoing(sim);
    await sim.runUntil(() => client.made);
    client.transport.write(greeting);
    await sim.advance(1);
    return sim.trace;
  };
  const [one, same, other] = [await run('hello'), await run('hello'), await run('hello!')];
  expect(same.hash).toBe(one.hash);
  expect(one.diff(same)).toBeNull();
  expect(one.diff(other)).toMatch(/- .*client +send #1 5\n\+ .*client +send #1 6$/);
});
// #endregion
