import { DriverError } from '../../src/driver';
import {
  AssertionError,
  ConnectError,
  ConnectionDone,
  ConnectionRefusedError,
  DNSLookupError,
  NotConnectingError,
  RuntimeError,
  TimeoutError,
  UserError,
} from '../../src/error';
import type { Failure } from '../../src/failure';
import type { ConnectTCPOptions, IConnector } from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';

import type { FakeDriver, FakeStreamHandle } from './fakeDriver';
import {
  expectNoLoggedErrors,
  loggedMessages,
  makeReactor,
  RecordingClientFactory,
  RecordingFactory,
  RecordingProtocol,
  runReactor,
} from './recording';

expectNoLoggedErrors();

const HOST = '192.0.2.9';
const boom = (): never => {
  throw new RangeError('boom');
};

interface Connecting {
  readonly driver: FakeDriver;
  readonly reactor: Reactor;
  readonly factory: RecordingClientFactory;
  readonly connector: IConnector;
  /** The handle of the latest attempt. */
  readonly handle: () => FakeStreamHandle;
  readonly protocol: () => RecordingProtocol;
}

/** A connector whose first attempt has reached the driver. */
function connecting(options: ConnectTCPOptions = {}, host = HOST): Connecting {
  const { driver, reactor } = runReactor();
  const factory = new RecordingClientFactory();
  const connector = reactor.connectTCP(host, 80, factory, options);
  driver.settle();
  factory.taken();
  const handle = (): FakeStreamHandle => driver.connecting.at(-1) as FakeStreamHandle;
  return { driver, reactor, factory, connector, handle, protocol: () => factory.protocols.at(-1) as RecordingProtocol };
}

/** The same, connected. */
function connected(): Connecting {
  const all = connecting();
  all.handle().connects();
  all.factory.taken();
  all.protocol().taken();
  return all;
}

/** The reason that the factory was given last. */
function reasons(factory: RecordingClientFactory): Failure[] {
  const given: Failure[] = [];
  const keep = (_: IConnector, reason: Failure): void => {
    given.push(reason);
  };
  factory.reactions['clientConnectionFailed'] = keep;
  factory.reactions['clientConnectionLost'] = keep;
  return given;
}

describe('connectTCP', () => {
  it('starts the factory and tells it before it returns; the attempt itself begins in the next turn', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingClientFactory();
    const connector = reactor.connectTCP(HOST, 80, factory);
    expect(factory.taken()).toEqual(['doStart', 'startedConnecting connecting']);
    expect([connector.state, driver.connecting]).toEqual(['connecting', []]);
    driver.settle();
    expect(driver.connecting.map(({ destination, options }) => [destination, options])).toEqual([
      [{ family: 'IPv4', host: HOST, port: 80 }, {}],
    ]);
  });

  it('does nothing further before the reactor runs', () => {
    const { driver, reactor } = makeReactor();
    reactor.connectTCP(HOST, 80, new RecordingClientFactory());
    expect([driver.wantsTurn, driver.connecting]).toEqual([false, []]);
    void reactor.run();
    driver.settle();
    expect(driver.connecting).toHaveLength(1);
  });

  it('connects from bindAddress', () => {
    const { handle } = connecting({ bindAddress: ['127.0.0.1', 0] });
    expect(handle().options).toEqual({ bindAddress: { family: 'IPv4', host: '127.0.0.1', port: 0 } });
    expect(connecting({ bindAddress: ['', 99] }, '::1').handle().options).toEqual({
      bindAddress: { family: 'IPv6', host: '::', port: 99 },
    });
  });

  it('knows its destination, by address or by name', () => {
    expect(connecting().connector.getDestination().toString()).toBe(`IPv4Address(type='TCP', host='${HOST}', port=80)`);
    expect(connecting({}, '::1').connector.getDestination().toString()).toBe(
      "IPv6Address(type='TCP', host='::1', port=80, flowInfo=0, scopeID=0)",
    );
    expect(connecting({}, 'name.test').connector.getDestination()).toMatchObject({ hostname: 'name.test', port: 80 });
  });

  it.each([[-1], [65536], [2.5], ['80']])('throws RangeError for the port %p', (port) => {
    const { reactor } = makeReactor();
    expect(() => reactor.connectTCP(HOST, port as number, new RecordingClientFactory())).toThrow(RangeError);
  });

  it.each([[null], [{}], [new RecordingFactory()]])('throws TypeError for %p as a client factory', (factory) => {
    const { reactor } = makeReactor();
    expect(() => reactor.connectTCP(HOST, 80, factory as never)).toThrow(TypeError);
  });

  it.each([
    [-1, AssertionError],
    [NaN, RangeError],
    [Infinity, RangeError],
    ['30', TypeError],
  ])('throws for the timeout %p, and has not started the factory', (timeout, error) => {
    const { reactor } = makeReactor();
    const factory = new RecordingClientFactory();
    expect(() => reactor.connectTCP(HOST, 80, factory, { timeout: timeout as number })).toThrow(error);
    expect(factory.taken()).toEqual([]);
  });

  it('throws TypeError for a bindAddress that is a name', () => {
    const { reactor } = makeReactor();
    expect(() => reactor.connectTCP(HOST, 80, new RecordingClientFactory(), { bindAddress: ['localhost', 0] })).toThrow(
      new TypeError("bindAddress wants an IP address, not 'localhost'"),
    );
  });

  it('lets out what doStart throws, and nothing has begun then', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingClientFactory();
    factory.reactions['doStart'] = boom;
    expect(() => reactor.connectTCP(HOST, 80, factory)).toThrow('boom');
    driver.settle();
    expect([driver.connecting, reactor.getDelayedCalls()]).toEqual([[], []]);
  });
});

describe('StreamConnector, connected', () => {
  it('builds the protocol, makes the connection, and then reads; the timeout is over', () => {
    const { reactor, connector, factory, handle, protocol } = connecting();
    expect(reactor.getDelayedCalls()).toHaveLength(1);
    handle().connects();
    expect(factory.taken()).toEqual([`buildProtocol IPv4Address(type='TCP', host='${HOST}', port=80)`]);
    expect([connector.state, protocol().taken(), handle().reading]).toEqual(['connected', ['connectionMade'], true]);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it('tells first the protocol, then the factory that the connection is lost, and then stops the factory', () => {
    const { connector, factory, handle, protocol } = connected();
    const order: unknown[] = [];
    protocol().reactions['connectionLost'] = (): unknown => order.push(['protocol', connector.state]);
    factory.reactions['clientConnectionLost'] = (): unknown => order.push(['factory', connector.state]);
    handle().breaks('ECONNRESET');
    expect(order).toEqual([
      ['protocol', 'connected'],
      ['factory', 'disconnected'],
    ]);
    expect(factory.taken()).toEqual(['clientConnectionLost disconnected ConnectionLost', 'doStop']);
  });

  it('gives both the same reason', () => {
    const { factory, handle, protocol } = connected();
    const given = reasons(factory);
    handle().ends();
    expect(given).toEqual([protocol().reason]);
    expect(protocol().reason?.check(ConnectionDone)).toBe(ConnectionDone);
  });

  it('disconnect is loseConnection', () => {
    const { driver, connector, factory, protocol } = connected();
    connector.disconnect();
    expect(protocol().transport.disconnecting).toBe(true);
    driver.settle();
    expect(factory.taken()).toEqual(['clientConnectionLost disconnected ConnectionDone', 'doStop']);
  });

  it('ends with the error that connectionMade throws', () => {
    const { factory, handle, protocol } = connecting();
    factory.reactions['buildProtocol'] = (): RecordingProtocol => {
      const failing = new RecordingProtocol();
      failing.reactions['connectionMade'] = boom;
      factory.protocols.push(failing);
      return failing;
    };
    handle().connects();
    expect(protocol().taken()).toEqual(['connectionMade', 'connectionLost RangeError']);
    expect(factory.taken()).toContain('clientConnectionLost disconnected RangeError');
    expect(handle().commands).toEqual(['close']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('ends with the error that an async connectionMade rejects with', async () => {
    const { factory, handle, protocol } = connecting();
    factory.reactions['buildProtocol'] = (): RecordingProtocol => {
      const failing = new RecordingProtocol();
      failing.reactions['connectionMade'] = () => Promise.reject(new RangeError('late'));
      factory.protocols.push(failing);
      return failing;
    };
    handle().connects();
    expect(protocol().taken()).toEqual(['connectionMade']);
    await Promise.resolve();
    await Promise.resolve();
    expect(protocol().taken()).toEqual(['connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['late']);
  });

  it('leaves the factory untold when its protocol throws in connectionLost', () => {
    const { factory, handle, protocol } = connected();
    protocol().reactions['connectionLost'] = boom;
    handle().ends();
    expect(factory.taken()).toEqual([]);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('leaves the factory started when clientConnectionLost throws', () => {
    const { factory, handle } = connected();
    factory.reactions['clientConnectionLost'] = boom;
    handle().ends();
    expect(factory.taken()).toEqual(['clientConnectionLost disconnected ConnectionDone']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('logs what doStop throws', () => {
    const { factory, handle } = connected();
    factory.reactions['doStop'] = boom;
    handle().ends();
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('fails the attempt with ConnectError when buildProtocol throws', () => {
    const { connector, factory, handle } = connecting();
    const given = reasons(factory);
    factory.reactions['buildProtocol'] = boom;
    handle().connects();
    expect([connector.state, handle().commands]).toEqual(['disconnected', ['close']]);
    expect(factory.taken().slice(1)).toEqual(['clientConnectionFailed disconnected ConnectError', 'doStop']);
    expect(given[0]?.value.cause).toEqual(new RangeError('boom'));
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('fails the attempt with ConnectError when the factory builds what is no protocol', () => {
    const { factory, handle } = connecting();
    factory.reactions['buildProtocol'] = (): unknown => ({});
    handle().connects();
    expect(factory.taken().slice(1)).toEqual(['clientConnectionFailed disconnected ConnectError', 'doStop']);
    expect(loggedMessages()).toEqual([expect.stringMatching(/wanted a protocol or null$/)]);
  });

  it('loses the connection again when the factory builds nothing', () => {
    const { driver, connector, factory, handle } = connecting();
    factory.buildProtocol = (): null => null;
    handle().connects();
    expect([connector.state, factory.taken()]).toEqual(['connected', []]);
    driver.settle();
    expect(factory.taken()).toEqual(['clientConnectionLost disconnected ConnectionDone', 'doStop']);
    expect(handle().commands).toEqual(['close']);
  });

  it('fails the attempt when the connection is gone in the moment it was made', () => {
    const { factory, handle } = connecting();
    handle().emit('connected');
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected ConnectError', 'doStop']);
    expect(handle().commands).toEqual(['close']);
  });
});

describe('StreamConnector, not connected', () => {
  it.each([
    ['ECONNREFUSED', 'ConnectionRefusedError'],
    ['ETIMEDOUT', 'TCPTimedOutError'],
    ['ENETUNREACH', 'NoRouteError'],
    ['EACCES', 'ConnectError'],
  ])('has the error %s told as %s, and stops the factory', (code, name) => {
    const { connector, factory, handle } = connecting();
    const given = reasons(factory);
    handle().breaks(code);
    expect(factory.taken()).toEqual([`clientConnectionFailed disconnected ${name}`, 'doStop']);
    expect([connector.state, given[0]?.value]).toMatchObject(['disconnected', { osError: code, cause: { code } }]);
  });

  it('fails with TimeoutError after the timeout, 30 seconds by default, and gives the attempt up', () => {
    for (const [options, seconds] of [[{}, 30] as const, [{ timeout: 0.5 }, 0.5] as const]) {
      const { driver, factory, handle } = connecting(options);
      const given = reasons(factory);
      driver.advance(seconds - 0.01);
      expect(factory.taken()).toEqual([]);
      driver.advance(0.01);
      expect(factory.taken()).toEqual(['clientConnectionFailed disconnected TimeoutError', 'doStop']);
      expect(given[0]?.check(TimeoutError)).toBe(TimeoutError);
      expect([handle().commands, handle().eventNames()]).toEqual([['close'], []]);
    }
  });

  it('forgets the timeout when the attempt has failed', () => {
    const { driver, reactor, factory, handle } = connecting();
    handle().breaks('ECONNREFUSED');
    factory.taken();
    expect(reactor.getDelayedCalls()).toEqual([]);
    driver.advance(60);
    expect(factory.taken()).toEqual([]);
  });

  it('stopConnecting fails the attempt with UserError from inside the call', () => {
    const { connector, factory, handle } = connecting();
    const given = reasons(factory);
    connector.stopConnecting();
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected UserError', 'doStop']);
    expect(given[0]?.check(UserError)).toBe(UserError);
    expect([handle().commands, handle().eventNames()]).toEqual([['close'], []]);
  });

  it('stopConnecting before the attempt has begun keeps it from beginning', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingClientFactory();
    factory.reactions['startedConnecting'] = (connector: IConnector): void => {
      connector.stopConnecting();
    };
    const connector = reactor.connectTCP(HOST, 80, factory);
    driver.settle();
    expect([connector.state, driver.connecting]).toEqual(['disconnected', []]);
    expect(factory.taken()).toEqual([
      'doStart',
      'startedConnecting connecting',
      'clientConnectionFailed disconnected UserError',
      'doStop',
    ]);
  });

  it('stopConnecting throws NotConnectingError unless there is an attempt', () => {
    const { connector, handle } = connected();
    expect(() => {
      connector.stopConnecting();
    }).toThrow(new NotConnectingError("we're not trying to connect"));
    handle().ends();
    expect(() => {
      connector.stopConnecting();
    }).toThrow(NotConnectingError);
  });

  it('disconnect stops connecting, and does nothing when there is nothing', () => {
    const { connector, factory } = connecting();
    connector.disconnect();
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected UserError', 'doStop']);
    connector.disconnect();
    expect(factory.taken()).toEqual([]);
  });

  it('fails with ConnectError when the reactor ends', () => {
    const { driver, reactor, factory } = connecting();
    const given = reasons(factory);
    reactor.stop();
    driver.settle();
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected ConnectError', 'doStop']);
    expect(given[0]?.type).toBe(ConnectError);
  });
});

describe('StreamConnector.connect', () => {
  it('throws RuntimeError while connecting, while connected, and in connectionLost', () => {
    const { connector, handle, protocol } = connecting();
    const connect = (): void => {
      connector.connect();
    };
    expect(connect).toThrow(new RuntimeError("can't connect in this state"));
    handle().connects();
    expect(connect).toThrow(RuntimeError);
    protocol().reactions['connectionLost'] = connect;
    handle().ends();
    expect(loggedMessages()).toEqual(["can't connect in this state"]);
  });

  it('from clientConnectionLost connects again, and the factory stays started', () => {
    const { driver, connector, factory, handle } = connected();
    factory.reactions['clientConnectionLost'] = (): void => {
      connector.connect();
    };
    handle().ends();
    driver.settle();
    handle().connects();
    expect(factory.taken()).toEqual([
      'clientConnectionLost disconnected ConnectionDone',
      'startedConnecting connecting',
      `buildProtocol IPv4Address(type='TCP', host='${HOST}', port=80)`,
    ]);
    expect([driver.connecting.length, factory.protocols.length, connector.state]).toEqual([2, 2, 'connected']);
  });

  it('from clientConnectionFailed tries again, with a timeout of its own', () => {
    const { driver, connector, factory, handle } = connecting({ timeout: 1 });
    factory.reactions['clientConnectionFailed'] = (): void => {
      if (driver.connecting.length < 2) connector.connect();
    };
    driver.advance(0.5);
    handle().breaks('ECONNREFUSED');
    driver.advance(0.9);
    expect(factory.taken()).toEqual([
      'clientConnectionFailed disconnected ConnectionRefusedError',
      'startedConnecting connecting',
    ]);
    driver.advance(0.2);
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected TimeoutError', 'doStop']);
  });

  it('later starts the factory again', () => {
    const { driver, connector, factory, handle } = connected();
    handle().ends();
    factory.taken();
    connector.connect();
    driver.settle();
    expect(factory.taken()).toEqual(['doStart', 'startedConnecting connecting']);
    handle().breaks('ECONNREFUSED');
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected ConnectionRefusedError', 'doStop']);
  });
});

describe('StreamConnector, to a name', () => {
  it('looks it up and connects to its first IPv4 address', () => {
    const { driver, handle, factory } = connecting({}, 'name.test');
    expect(driver.lookups.map(({ name }) => name)).toEqual(['name.test']);
    driver.lookups[0]?.done(null, [
      { family: 'IPv6', host: '::1' },
      { family: 'IPv4', host: '192.0.2.7' },
      { family: 'IPv4', host: '192.0.2.8' },
    ]);
    expect(handle().destination).toEqual({ family: 'IPv4', host: '192.0.2.7', port: 80 });
    handle().connects();
    expect(factory.taken()).toEqual(["buildProtocol IPv4Address(type='TCP', host='192.0.2.7', port=80)"]);
  });

  it('fails with DNSLookupError when the name is not found', () => {
    const { driver, factory } = connecting({}, 'name.test');
    const given = reasons(factory);
    driver.lookups[0]?.done(new DriverError('ENOTFOUND', 'getaddrinfo'), []);
    expect(factory.taken()).toEqual(['clientConnectionFailed disconnected DNSLookupError', 'doStop']);
    expect(given[0]?.check(DNSLookupError, ConnectionRefusedError)).toBe(DNSLookupError);
  });

  it('takes the lookup back when it is stopped or timed out', () => {
    const stopped = connecting({}, 'name.test');
    stopped.connector.stopConnecting();
    expect([stopped.driver.lookups[0]?.cancelled, stopped.reactor.getDelayedCalls()]).toEqual([true, []]);
    const late = connecting({ timeout: 1 }, 'name.test');
    late.driver.advance(1);
    expect(late.factory.taken()).toEqual(['clientConnectionFailed disconnected TimeoutError', 'doStop']);
    expect([late.driver.lookups[0]?.cancelled, late.reactor.getDelayedCalls()]).toEqual([true, []]);
  });
});
