import { createNodeReactor } from '../../src/default';
import type { Reactor } from '../../src/reactor';
import { until } from '../live/running';
import { Witness, WitnessClientFactory, WitnessFactory } from '../live/witness';

interface Scene {
  readonly reactor: Reactor;
  readonly over: Promise<void>;
  readonly server: Witness;
  readonly client: Witness;
  readonly factory: WitnessFactory;
}

/** A running reactor with a port and one connection. */
async function connected(options: Parameters<Reactor['run']>[0] = {}): Promise<Scene> {
  const reactor = createNodeReactor();
  const over = reactor.run({ installSignalHandlers: false, ...options });
  const [server, client] = [new Witness(), new Witness()];
  const factory = new WitnessFactory(server);
  const port = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
  const { port: number } = port.getHost() as unknown as { port: number };
  reactor.connectTCP('127.0.0.1', number, new WitnessClientFactory(client));
  await Promise.all([server.made, client.made]);
  return { reactor, over, server, client, factory };
}

describe('Reactor.stop with a time to finish', () => {
  it('closes ports at once, and ends when the last connection has', async () => {
    const { reactor, over, server, client, factory } = await connected();
    reactor.stop({ graceful: 60 });
    await until(reactor, () => factory.events.includes('stop'));
    expect(reactor.running).toBe(true);
    client.transport.write('one more thing');
    expect(await server.received(14)).toBe('one more thing');
    server.transport.loseConnection();
    await over;
    expect([server.events, client.events]).toEqual(Array(2).fill(['made', 'lost ConnectionDone']));
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it('aborts what remains at the deadline', async () => {
    const { reactor, over, server, client } = await connected();
    reactor.stop({ graceful: 0.05 });
    await over;
    expect(
      [server.events, client.events]
        .flat()
        .filter((event) => event.startsWith('lost'))
        .sort(),
    ).toEqual(['lost ConnectionAborted', 'lost ConnectionAborted']);
  });

  it('ends at once without connections', async () => {
    const reactor = createNodeReactor();
    const over = reactor.run({ installSignalHandlers: false });
    const factory = new WitnessFactory();
    reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
    reactor.stop({ graceful: 60 });
    await over;
    expect(factory.events).toEqual(['start', 'stop']);
  });

  it('runs beside the "before shutdown" triggers of the program, and before the others', async () => {
    const { reactor, over, server } = await connected();
    const log: string[] = [];
    reactor.addSystemEventTrigger('before', 'shutdown', () => {
      log.push('before');
      server.transport.loseConnection();
    });
    reactor.addSystemEventTrigger('during', 'shutdown', () => log.push(`during ${server.events.at(-1)!}`));
    reactor.stop({ graceful: 60 });
    await over;
    expect(log).toEqual(['before', 'during lost ConnectionDone']);
  });

  it('is the default of a reactor that was run so', async () => {
    const { reactor, over, server } = await connected({ graceful: 60 });
    reactor.stop();
    await until(reactor, () => server.transport.connected);
    server.transport.loseConnection();
    await over;
    expect(server.events).toEqual(['made', 'lost ConnectionDone']);
  });

  it('is cut short by crash', async () => {
    const { reactor, over, server } = await connected();
    reactor.stop({ graceful: 60 });
    await new Promise(setImmediate);
    reactor.crash();
    await over;
    expect(server.events).toEqual(['made']);
    reactor.disconnectAll();
    expect(server.events).toEqual(['made', 'lost ConnectionLost']);
  });

  it('wants a number of seconds, and takes anything else that a promise passes on for nothing', async () => {
    const { reactor, over } = await connected();
    for (const graceful of [-1, NaN, Infinity]) expect(() => reactor.stop({ graceful })).toThrow(RangeError);
    expect(() => reactor.stop({ graceful: '1' as unknown as number })).toThrow(TypeError);
    expect(() => void createNodeReactor().run({ graceful: -1 })).toThrow(RangeError);
    void Promise.resolve(null).then((value) => reactor.stop(value as unknown as undefined));
    await over;
  });
});

describe('Reactor.disconnectAll', () => {
  it('ends connections, ports and attempts, and the reactor goes on', async () => {
    const { reactor, over, server, client, factory } = await connected();
    const attempt = new WitnessClientFactory();
    reactor.connectTCP('127.0.0.1', 1, attempt);
    reactor.disconnectAll();
    expect([server.events, client.events]).toEqual(Array(2).fill(['made', 'lost ConnectionLost']));
    expect(factory.events).toEqual(['start', 'stop']);
    expect(attempt.events).toEqual(['start', 'failed ConnectError', 'stop']);
    expect(reactor.running).toBe(true);
    reactor.stop();
    await over;
  });
});

describe('Reactor[Symbol.asyncDispose]', () => {
  it('stops a reactor that runs, and waits for it', async () => {
    const { reactor, server } = await connected();
    await reactor[Symbol.asyncDispose]();
    expect([reactor.running, server.events]).toEqual([false, ['made', 'lost ConnectionLost']]);
    await reactor[Symbol.asyncDispose]();
  });

  it('waits for a reactor that is stopping already', async () => {
    const { reactor, server } = await connected();
    reactor.stop({ graceful: 60 });
    const disposed = reactor[Symbol.asyncDispose]();
    server.transport.loseConnection();
    await disposed;
    expect(reactor.running).toBe(false);
  });

  it('closes the ports of a reactor that never ran', async () => {
    const reactor = createNodeReactor();
    const factory = new WitnessFactory();
    reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
    await reactor[Symbol.asyncDispose]();
    expect(factory.events).toEqual(['start', 'stop']);
  });
});
