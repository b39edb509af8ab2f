import { IPv4Address } from '@skein/reactor/address';
import { ConnectionRefusedError, ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { ConnectTCPOptions, IClientFactory, IConnector } from '@skein/reactor/interfaces';
import { capturedLogs, formatEvent } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';

import { ClientCreator, FileWrapper, Protocol, ReconnectingClientFactory } from '../../src';
import { RecordingTransport } from '../recordingTransport';

const THERE = new IPv4Address('TCP', '192.0.2.1', 80);
const REFUSED = new Failure(new ConnectionRefusedError());

class IdleConnector implements IConnector {
  readonly state = 'disconnected';
  readonly calls: string[] = [];
  connect(): void {
    this.calls.push('connect');
  }
  stopConnecting(): void {
    this.calls.push('stopConnecting');
  }
  disconnect(): void {
    this.calls.push('disconnect');
  }
  getDestination(): IPv4Address {
    return THERE;
  }
}

/** A clock that connects nobody, and has chance. */
class FakeReactor extends Clock {
  readonly connects: { host: string; port: number; factory: IClientFactory; options: ConnectTCPOptions }[] = [];
  readonly connector = new IdleConnector();
  readonly draws: number[] = [];
  listenTCP(): never {
    throw new Error('not here');
  }
  connectTCP(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions = {}): IConnector {
    this.connects.push({ host, port, factory, options });
    return this.connector;
  }
  random(): number {
    return this.draws.shift() ?? 0;
  }
}

class Greeter extends Protocol {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
}

describe('ClientCreator', () => {
  function connecting() {
    const reactor = new FakeReactor();
    const results: unknown[] = [];
    const d = new ClientCreator(reactor, Greeter, 'Alice').connectTCP('host', 80, { timeout: 7 });
    d.addBoth((result) => void results.push(result));
    return { reactor, d, results, attempt: reactor.connects[0]! };
  }

  it('ClientCreator.connectTCP fires with the protocol, in a turn after it was built', () => {
    const { reactor, results, attempt } = connecting();
    expect(attempt).toMatchObject({ host: 'host', port: 80, options: { timeout: 7 } });
    const p = attempt.factory.buildProtocol(THERE);
    p?.makeConnection(new RecordingTransport());
    expect(results).toEqual([]);
    reactor.advance(0);
    expect(results).toEqual([p]);
    expect((p as Greeter).name).toBe('Alice');
  });

  it('ClientCreator.connectUNIX and connectSSL connect where the reactor can', () => {
    const calls: unknown[][] = [];
    const [fake, context] = [new FakeReactor(), { getContext: () => ({}) }];
    const reactor = Object.assign(fake, {
      listenUNIX: fake.listenTCP,
      connectUNIX: (...args: unknown[]) => (calls.push(args), fake.connector),
      listenSSL: fake.listenTCP,
      connectSSL: (...args: unknown[]) => (calls.push(args), fake.connector),
    });
    const creator = new ClientCreator(reactor, Greeter, 'Alice');
    creator.connectUNIX('/run/socket', { checkPID: true });
    creator.connectSSL('host', 443, context as never, { timeout: 7 });
    expect(calls).toEqual([
      ['/run/socket', expect.anything(), { checkPID: true }],
      ['host', 443, expect.anything(), context, { timeout: 7 }],
    ]);
    const p = (calls[0]?.[1] as IClientFactory).buildProtocol(THERE);
    expect((p as Greeter).name).toBe('Alice');

    const without = new ClientCreator(new FakeReactor(), Greeter, 'Alice');
    expect(() => without.connectUNIX('/run/socket')).toThrow(
      new TypeError('cannot connect to "/run/socket": wanted a reactor with connectUNIX'),
    );
    expect(() => without.connectSSL('host', 443, context as never)).toThrow(
      new TypeError('cannot connect to "host": wanted a reactor with connectSSL'),
    );
  });

  it('ClientCreator.connectTCP fails as the attempt does', () => {
    const { reactor, results, attempt } = connecting();
    attempt.factory.clientConnectionFailed(reactor.connector, REFUSED);
    expect(results).toEqual([]);
    reactor.advance(0);
    expect((results[0] as Failure).value).toBe(REFUSED.value);
  });

  it('ClientCreator.connectTCP can be cancelled before and after it has connected', () => {
    const before = connecting();
    before.d.cancel();
    expect(before.reactor.connector.calls).toEqual(['disconnect']);
    expect((before.results[0] as Failure).value.name).toBe('CancelledError');

    const after = connecting();
    after.attempt.factory.buildProtocol(THERE);
    after.d.cancel();
    expect(after.reactor.connector.calls).toEqual(['disconnect']);
    expect(after.reactor.getDelayedCalls()).toEqual([]);
  });
});

describe('ReconnectingClientFactory', () => {
  function failing(draws: number[]): [ReconnectingClientFactory, FakeReactor] {
    const reactor = new FakeReactor();
    reactor.draws.push(...draws);
    const factory = new ReconnectingClientFactory();
    factory.clock = reactor;
    factory.noisy = false;
    factory.clientConnectionFailed(reactor.connector, REFUSED);
    return [factory, reactor];
  }

  it("ReconnectingClientFactory scatters its waits by the reactor's chance", () => {
    const standard = Math.E;
    const [median] = failing([0.5, 0.25]); // the cosine of a quarter turn
    expect(median.delay).toBeCloseTo(standard, 12);
    const oneDeviation = 1 - Math.exp(-0.5);
    const [later] = failing([oneDeviation, 0]);
    expect(later.delay).toBeCloseTo(standard * (1 + 0.119626565582), 12);
    const [sooner] = failing([oneDeviation, 0.5]);
    expect(sooner.delay).toBeCloseTo(standard * (1 - 0.119626565582), 12);
  });

  it.each([0, 0.5, 1 - 2 ** -53])('ReconnectingClientFactory is content with the chance %p, always', (draw) => {
    const [factory, reactor] = failing(Array<number>(10).fill(draw));
    expect(factory.delay).toBeGreaterThanOrEqual(0);
    reactor.advance(10);
    expect(reactor.connector.calls).toEqual(['connect']);
  });

  it('ReconnectingClientFactory has no jitter with a clock that has no chance', () => {
    const factory = new ReconnectingClientFactory();
    factory.clock = new Clock();
    factory.noisy = false;
    factory.clientConnectionLost(new IdleConnector(), REFUSED);
    expect(factory.delay).toBe(Math.E);
  });

  it('ReconnectingClientFactory.retry without a connector throws ValueError', () => {
    expect(() => {
      new ReconnectingClientFactory().retry();
    }).toThrow(new ValueError('no connector to retry'));
  });

  it('ReconnectingClientFactory says what it does, when it is noisy', () => {
    const connector = new IdleConnector();
    const factory = new ReconnectingClientFactory();
    factory.clock = new Clock();
    factory.maxRetries = 1;
    const events = capturedLogs(() => {
      factory.clientConnectionFailed(connector, REFUSED);
      factory.clientConnectionFailed(connector, REFUSED);
      factory.stopTrying();
      factory.retry();
    });
    const there = "IPv4Address(type='TCP', host='192.0.2.1', port=80)";
    expect(events.map(formatEvent)).toEqual([
      `${there} will retry in 2 seconds`,
      `Abandoning ${there} after 2 retries.`,
      `Abandoning ${there} on explicit request`,
    ]);
  });
});

describe('FileWrapper', () => {
  it('FileWrapper writes to a file, asks a pull producer at once, and closes', () => {
    const log: unknown[] = [];
    const wrapper = new FileWrapper({ write: (data) => log.push(String(data)), close: () => log.push('closed') });
    const p = new Protocol();
    p.makeConnection(wrapper);
    wrapper.write('a');
    wrapper.writeSequence(['b', Buffer.from('c')]);
    wrapper.registerProducer({ resumeProducing: () => log.push('resumed'), stopProducing: () => {} }, false);
    wrapper.stopConsuming();
    expect(log).toEqual(['a', 'b', 'c', 'resumed', 'closed']);
    expect([wrapper.closed, wrapper.producer, String(wrapper.getPeer())]).toEqual([true, null, 'file']);
  });

  it('FileWrapper hands errors of the file to handleException', () => {
    const seen: unknown[] = [];
    class Watching extends FileWrapper {
      override handleException(error: unknown): void {
        seen.push(error);
      }
    }
    const full = new Error('disk full');
    const wrapper = new Watching({
      write: () => {
        throw full;
      },
      close: () => {
        throw full;
      },
    });
    wrapper.write('x');
    wrapper.loseConnection();
    expect(seen).toEqual([full, full]);
  });
});
