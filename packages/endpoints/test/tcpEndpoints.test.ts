import { HostnameAddress, IPv6Address } from '@skein/reactor/address';
import {
  CannotListenError,
  ConnectingCancelledError,
  ConnectionDone,
  ConnectionRefusedError,
  DNSLookupError,
  NoProtocol,
} from '@skein/reactor/error';
import { IHalfCloseableProtocol, type IProtocol, type IProtocolFactory } from '@skein/reactor/interfaces';

import { TCP4ClientEndpoint, TCP4ServerEndpoint, TCP6ClientEndpoint, TCP6ServerEndpoint } from '../src';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingFactory, RecordingProtocol } from './recordingProtocol';

describe.each([
  { Endpoint: TCP4ServerEndpoint, any: '' },
  { Endpoint: TCP6ServerEndpoint, any: '::' },
])('$Endpoint.name', ({ Endpoint, any }) => {
  test('listen hands the factory to listenTCP and has fired with the port when it returns', () => {
    const reactor = new FakeReactor();
    const factory = new RecordingFactory();
    const listening = outcomeOf(new Endpoint(reactor, 8007).listen(factory));
    expect(listening.result).toBe(reactor.listeningPort);
    expect(reactor.listened).toEqual([{ port: 8007, factory, options: { interface: any } }]);
  });

  test('listen passes backlog and interface on', () => {
    const reactor = new FakeReactor();
    void new Endpoint(reactor, 1, { backlog: 7, interface: '::1' }).listen(new RecordingFactory());
    expect(reactor.listened[0]?.options).toEqual({ backlog: 7, interface: '::1' });
  });

  test('listen never throws: what listenTCP throws is the failure', () => {
    const reactor = new FakeReactor();
    reactor.failure = new CannotListenError('', 80, new Error('taken'));
    expect(outcomeOf(new Endpoint(reactor, 80).listen(new RecordingFactory())).error).toBe(reactor.failure);
  });
});

describe.each([
  { Endpoint: TCP4ClientEndpoint, host: '127.0.0.1' },
  { Endpoint: TCP6ClientEndpoint, host: '::1' },
])('$Endpoint.name', ({ Endpoint, host }) => {
  function connecting(factory: RecordingFactory = new RecordingFactory()) {
    const reactor = new FakeReactor();
    const deferred = new Endpoint(reactor, host, 8007).connect(factory);
    return { reactor, factory, deferred, outcome: outcomeOf(deferred), connector: reactor.connector() };
  }

  test('connect calls connectTCP, by default with 30 seconds and no bind address', () => {
    const { connector } = connecting();
    expect([connector.host, connector.port]).toEqual([host, 8007]);
    expect(connector.options).toEqual({ timeout: 30, bindAddress: null });
  });

  test('connect passes timeout and bindAddress on', () => {
    const reactor = new FakeReactor();
    const options = { timeout: 3, bindAddress: ['::2', 9] as const };
    void new Endpoint(reactor, host, 8007, options).connect(new RecordingFactory());
    expect(reactor.connector().options).toEqual(options);
  });

  test('connect fires with the protocol after connectionMade has returned, and before any data', () => {
    const protocol = new RecordingProtocol();
    const { deferred, outcome, connector } = connecting(new RecordingFactory(() => protocol));
    deferred.addCallback(() => void protocol.log.push('fired'));
    expect(outcome.fired).toBe(false);
    const wrapping = connector.succeed();
    wrapping?.dataReceived(Buffer.from('hello'));
    expect(outcome.result).toBe(protocol);
    expect(protocol.log).toEqual(['connectionMade', 'fired', 'dataReceived hello']);
  });

  test('connect gives the protocol the real transport', () => {
    const { outcome, connector } = connecting();
    connector.succeed();
    expect(outcome.result).toHaveProperty('transport', connector.transport);
  });

  test('connect calls doStart, buildProtocol and doStop of the factory, and nothing else', () => {
    const { factory, outcome, connector } = connecting();
    connector.succeed();
    connector.lose(new ConnectionDone());
    expect(outcome.result).toBeInstanceOf(RecordingProtocol);
    expect(factory.log).toEqual([
      'startFactory',
      'buildProtocol',
      'connectionMade',
      'connectionLost ConnectionDone',
      'stopFactory',
    ]);
  });

  test('connect fails with the reason when the attempt fails, without telling the factory', () => {
    const { factory, outcome, connector } = connecting();
    const refused = new ConnectionRefusedError('ECONNREFUSED');
    connector.fail(refused);
    expect(outcome.error).toBe(refused);
    expect(factory.log).toEqual(['startFactory', 'stopFactory']);
  });

  test('connect fails with NoProtocol when the factory builds nothing', () => {
    const { outcome, connector } = connecting(new RecordingFactory(() => null));
    expect(connector.succeed()).toBeNull();
    expect(outcome.error).toBeInstanceOf(NoProtocol);
  });

  test('connect fails with what buildProtocol throws', () => {
    const wrong = new RangeError('wrong');
    const { outcome, connector } = connecting(
      new RecordingFactory(() => {
        throw wrong;
      }),
    );
    expect(connector.succeed()).toBeNull();
    expect(outcome.error).toBe(wrong);
  });

  test('connect fails with what ended the connection when connectionMade throws', () => {
    const wrong = new RangeError('wrong');
    class Broken extends RecordingProtocol {
      override connectionMade(): void {
        throw wrong;
      }
    }
    const { outcome, connector } = connecting(new RecordingFactory(() => new Broken()));
    expect(() => connector.succeed()).toThrow(wrong);
    expect(outcome.fired).toBe(false);
    connector.lose(wrong);
    expect(outcome.error).toBe(wrong);
  });

  test('connect never throws: what connectTCP throws is the failure', () => {
    const reactor = new FakeReactor();
    reactor.failure = new RangeError('port');
    expect(outcomeOf(new Endpoint(reactor, host, 99999).connect(new RecordingFactory())).error).toBe(reactor.failure);
  });

  test('connect fails with TypeError for what is no factory', () => {
    const reactor = new FakeReactor();
    const nothing = null as unknown as IProtocolFactory;
    expect(outcomeOf(new Endpoint(reactor, host, 1).connect(nothing)).error).toEqual(
      new TypeError('connect wants a factory, not null'),
    );
  });

  test('cancelling connect fails with ConnectingCancelledError and stops the attempt', () => {
    const { deferred, outcome, connector, factory } = connecting();
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(outcome.error).toHaveProperty('address', new HostnameAddress(host, 8007));
    expect(connector.calls).toEqual(['stopConnecting']);
    expect(factory.log).toEqual(['startFactory', 'stopFactory']);
  });

  test('cancelling connect from inside connectionMade loses the connection', () => {
    class Cancelling extends RecordingProtocol {
      override connectionMade(): void {
        deferred.cancel();
      }
    }
    const { deferred, outcome, connector } = connecting(new RecordingFactory(() => new Cancelling()));
    connector.succeed();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(connector.transport?.calls).toEqual(['loseConnection']);
  });

  test('connect builds no protocol for a connection that comes after it was cancelled', () => {
    const { deferred, outcome, connector, factory } = connecting();
    deferred.cancel();
    expect(connector.succeed()).toBeNull();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(factory.log).not.toContain('buildProtocol');
  });

  test('connect keeps half-close notifications for protocols that take them, and only for those', () => {
    class HalfCloseable extends RecordingProtocol {
      readConnectionLost(): void {
        this.log.push('readConnectionLost');
      }
      writeConnectionLost(): void {
        this.log.push('writeConnectionLost');
      }
    }
    const half = connecting(new RecordingFactory((log) => new HalfCloseable(log)));
    const wrapping: unknown = half.connector.succeed();
    expect(IHalfCloseableProtocol.providedBy(wrapping)).toBe(true);
    if (IHalfCloseableProtocol.providedBy(wrapping)) {
      wrapping.readConnectionLost();
      wrapping.writeConnectionLost();
    }
    expect(half.factory.log.slice(-2)).toEqual(['readConnectionLost', 'writeConnectionLost']);
    expect(IHalfCloseableProtocol.providedBy(connecting().connector.succeed())).toBe(false);
  });

  test('connect logs under the name of the wrapped protocol', () => {
    const { connector } = connecting();
    const wrapping: (IProtocol & { logPrefix?: () => string }) | null = connector.succeed();
    expect(wrapping?.logPrefix?.()).toBe('RecordingProtocol');
  });
});

describe('TCP6ClientEndpoint with a name', () => {
  test('connect looks up IPv6 addresses only, and connects to the first', () => {
    const reactor = new FakeReactor();
    const outcome = outcomeOf(new TCP6ClientEndpoint(reactor, 'host.example', 80).connect(new RecordingFactory()));
    const lookup = reactor.lookup();
    expect([lookup.name, lookup.options]).toEqual(['host.example', { portNumber: 80, addressTypes: ['IPv6'] }]);
    expect(reactor.connectors).toEqual([]);
    lookup.complete(new IPv6Address('TCP', '2001:db8::1', 80), new IPv6Address('TCP', '2001:db8::2', 80));
    expect(reactor.connectors.map(({ host }) => host)).toEqual(['2001:db8::1']);
    reactor.connector().succeed();
    expect(outcome.result).toBeInstanceOf(RecordingProtocol);
  });

  test('connect fails with DNSLookupError when the name has no IPv6 address', () => {
    const reactor = new FakeReactor();
    const outcome = outcomeOf(new TCP6ClientEndpoint(reactor, 'host.example', 80).connect(new RecordingFactory()));
    reactor.lookup().complete();
    expect(outcome.error).toEqual(new DNSLookupError('no results for hostname lookup: host.example'));
  });

  test('cancelling connect while the name is looked up ends the lookup', () => {
    const reactor = new FakeReactor();
    const deferred = new TCP6ClientEndpoint(reactor, 'host.example', 80).connect(new RecordingFactory());
    const outcome = outcomeOf(deferred);
    deferred.cancel();
    expect(reactor.lookup().cancelled).toBe(true);
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    reactor.lookup().complete(new IPv6Address('TCP', '2001:db8::1', 80));
    expect(reactor.connectors).toEqual([]);
  });

  test('cancelling connect after the lookup stops the attempt', () => {
    const reactor = new FakeReactor();
    const deferred = new TCP6ClientEndpoint(reactor, 'host.example', 80).connect(new RecordingFactory());
    const outcome = outcomeOf(deferred);
    reactor.lookup().complete(new IPv6Address('TCP', '2001:db8::1', 80));
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(reactor.connector().calls).toEqual(['stopConnecting']);
  });

  test('connect says what is missing when the reactor looks no names up', () => {
    const { listenTCP, connectTCP } = FakeReactor.prototype;
    const outcome = outcomeOf(
      new TCP6ClientEndpoint({ listenTCP, connectTCP }, 'host.example', 80).connect(new RecordingFactory()),
    );
    expect(outcome.error.message).toContain("cannot look up 'host.example'");
  });
});
