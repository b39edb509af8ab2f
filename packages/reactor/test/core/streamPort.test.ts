import { ConnectionLost, CannotListenError } from '../../src/error';
import { DriverError } from '../../src/driver';
import { capturedLogs } from '../../src/logger';
import type { IListeningPort } from '../../src/interfaces';

import { type FakeDriver, type FakeListenHandle, FakeStreamHandle } from './fakeDriver';
import {
  expectNoLoggedErrors,
  loggedMessages,
  makeReactor,
  RecordingFactory,
  RecordingProtocol,
  runReactor,
} from './recording';

expectNoLoggedErrors();

const boom = (): never => {
  throw new RangeError('boom');
};

interface Listening {
  readonly driver: FakeDriver;
  readonly factory: RecordingFactory;
  readonly port: IListeningPort;
  readonly handle: FakeListenHandle;
}

function listen(): Listening {
  const { driver, reactor } = runReactor();
  const factory = new RecordingFactory();
  const port = reactor.listenTCP(0, factory);
  factory.taken();
  return { driver, factory, port, handle: driver.listening[0]! };
}

/** What was logged while `callable` ran, in order: levels, formats and errno codes. */
function loggedBy(callable: () => void): unknown[] {
  return capturedLogs(callable).map(({ log_level: level, log_format: format, code }) => [level, format, code]);
}

describe('listenTCP', () => {
  it('has bound the port, knows its number and has started the factory when it returns, before the reactor runs', () => {
    const { driver, reactor } = makeReactor();
    const factory = new RecordingFactory();
    const port = reactor.listenTCP(0, factory);
    expect(port.getHost().toString()).toBe("IPv4Address(type='TCP', host='0.0.0.0', port=40000)");
    expect(factory.taken()).toEqual(['doStart']);
    expect(driver.listening.map(({ localAddress, options }) => [localAddress, options])).toEqual([
      [{ family: 'IPv4', host: '0.0.0.0', port: 40000 }, { backlog: 511 }],
    ]);
  });

  it('listens on an interface, IPv6 too, with the backlog it is given', () => {
    const { driver, reactor } = makeReactor();
    reactor.listenTCP(80, new RecordingFactory(), { interface: '127.0.0.1', backlog: 5 });
    reactor.listenTCP(80, new RecordingFactory(), { interface: '::' });
    expect(driver.listening.map(({ localAddress }) => localAddress)).toEqual([
      { family: 'IPv4', host: '127.0.0.1', port: 80 },
      { family: 'IPv6', host: '::', port: 80 },
    ]);
    expect(driver.listening[0]?.options).toEqual({ backlog: 5 });
  });

  it.each([
    ['', "Couldn't listen on any:80: listen EADDRINUSE."],
    ['127.0.0.1', "Couldn't listen on 127.0.0.1:80: listen EADDRINUSE."],
  ])(
    'throws CannotListenError at once when it cannot bind (interface "%s"), and has not started the factory',
    (where, text) => {
      const { driver, reactor } = makeReactor();
      const factory = new RecordingFactory();
      const cause = new DriverError('EADDRINUSE', 'listen');
      driver.listenError = cause;
      let thrown: unknown = null;
      try {
        reactor.listenTCP(80, factory, { interface: where });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(CannotListenError);
      expect(thrown).toMatchObject({ message: text, interface: where, port: 80, socketError: cause, cause });
      expect(factory.taken()).toEqual([]);
    },
  );

  it('throws CannotListenError for an interface that is a name', () => {
    const { reactor } = makeReactor();
    expect(() => reactor.listenTCP(80, new RecordingFactory(), { interface: 'localhost' })).toThrow(CannotListenError);
  });

  it('lets an error that is no condition of the world through', () => {
    const { driver, reactor } = makeReactor();
    driver.listenError = new TypeError('a bug');
    expect(() => reactor.listenTCP(80, new RecordingFactory())).toThrow(new TypeError('a bug'));
  });

  it('does not listen when the factory cannot start', () => {
    const { driver, reactor } = makeReactor();
    const factory = new RecordingFactory();
    factory.reactions['doStart'] = boom;
    expect(() => reactor.listenTCP(80, factory)).toThrow('boom');
    expect(driver.listening[0]?.closing).toBe(true);
  });

  it.each([[-1], [65536], [1.5], [NaN], ['80'], [null]])('throws RangeError for the port %p', (port) => {
    const { reactor } = makeReactor();
    expect(() => reactor.listenTCP(port as number, new RecordingFactory())).toThrow(
      new RangeError(`A TCP port must be an integer from 0 to 65535, not ${String(port)}`),
    );
  });

  it.each([[null], [undefined], [{}], [RecordingFactory]])('throws TypeError for %p as a factory', (factory) => {
    const { driver, reactor } = makeReactor();
    expect(() => reactor.listenTCP(80, factory as never)).toThrow(TypeError);
    expect(driver.listening).toEqual([]);
  });
});

describe('StreamPort, accepting', () => {
  it('builds a protocol, and makes the connection, in one step', () => {
    const { factory, handle } = listen();
    handle.accepts();
    expect(factory.taken()).toEqual(["buildProtocol IPv4Address(type='TCP', host='192.0.2.1', port=1111)"]);
    expect(factory.protocols[0]?.taken()).toEqual(['connectionMade']);
  });

  it('closes the connection when the factory builds nothing', () => {
    const { factory, handle } = listen();
    for (const nothing of [null, undefined]) {
      factory.reactions['buildProtocol'] = (): unknown => nothing;
      const connection = new FakeStreamHandle();
      factory.buildProtocol = (): never => nothing as never;
      handle.accepts(connection);
      expect(connection.commands).toEqual(['close']);
      expect(connection.eventNames()).toEqual([]);
    }
  });

  it('closes the connection, logs the error and goes on, when buildProtocol throws', () => {
    const { factory, handle } = listen();
    factory.reactions['buildProtocol'] = boom;
    expect(handle.accepts().commands).toEqual(['close']);
    expect(loggedMessages()).toEqual(['boom']);
    factory.reactions['buildProtocol'] = (): undefined => undefined;
    handle.accepts();
    expect(factory.protocols).toHaveLength(1);
  });

  it.each([
    ['a string', 'echo', /returned a string, wanted a protocol or null$/],
    ['an object that is no protocol', { dataReceived: boom }, /returned Object, wanted a protocol or null$/],
    ['a class instead of its instance', RecordingProtocol, /wanted a protocol or null$/],
  ])('closes the connection, and says so in the log, when the factory builds %s', (_, built, message) => {
    const { factory, handle } = listen();
    factory.reactions['buildProtocol'] = (): unknown => built;
    expect(handle.accepts().commands).toEqual(['close']);
    expect(loggedMessages()).toEqual([expect.stringMatching(message)]);
  });

  it('closes a connection that was reset before it was accepted', () => {
    const { factory, handle } = listen();
    expect(handle.accepts(new FakeStreamHandle(null, null)).commands).toEqual(['close']);
    expect(factory.taken()).toEqual([]);
  });

  it('logs once that it cannot accept, and once that it can again, and goes on listening', () => {
    const { handle } = listen();
    const logged = loggedBy(() => {
      handle.fails('EMFILE');
      handle.fails('EMFILE');
      handle.accepts();
      handle.accepts();
      handle.fails('ENFILE');
    });
    expect(logged).toEqual([
      ['error', 'Could not accept new connection ({code}) on {address}', 'EMFILE'],
      ['info', 'Accepting connections again on {address}', undefined],
      ['error', 'Could not accept new connection ({code}) on {address}', 'ENFILE'],
    ]);
    expect(handle.closing).toBe(false);
  });
});

describe('StreamPort.stopListening', () => {
  it('stops accepting at once; then comes doStop, then the Deferred', () => {
    const { factory, port, handle } = listen();
    const log: unknown[] = [];
    factory.reactions['doStop'] = (): unknown => log.push('doStop');
    port.stopListening()?.addCallback((result) => log.push(['stopped', result]));
    expect([handle.closing, log]).toEqual([true, []]);
    handle.isClosed();
    expect(log).toEqual(['doStop', ['stopped', null]]);
  });

  it('leaves connections alone, and turns away those that are still delivered', () => {
    const { factory, port, handle } = listen();
    const connection = handle.accepts();
    port.stopListening();
    expect(handle.accepts().commands).toEqual(['close']);
    handle.isClosed();
    connection.receives('still here');
    expect(factory.protocols).toHaveLength(1);
    expect(factory.protocols[0]?.taken()).toEqual(['connectionMade', 'dataReceived still here']);
  });

  it('called twice stops once, and fires both Deferreds', () => {
    const { factory, port, handle } = listen();
    const log: unknown[] = [];
    port.stopListening()?.addCallback(() => log.push('first'));
    port.stopListening()?.addCallback(() => log.push('second'));
    handle.isClosed();
    expect([log, factory.taken()]).toEqual([['first', 'second'], ['doStop']]);
  });

  it('returns null on a port that does not listen', () => {
    const { port, handle } = listen();
    port.stopListening();
    handle.isClosed();
    expect(port.stopListening()).toBeNull();
  });

  it('fails with what doStop throws', () => {
    const { factory, port, handle } = listen();
    factory.reactions['doStop'] = boom;
    const errors: unknown[] = [];
    port.stopListening()?.addErrback((failure) => errors.push(failure.value));
    handle.isClosed();
    expect(errors).toEqual([new RangeError('boom')]);
  });
});

describe('StreamPort.startListening', () => {
  it('listens again after stopListening, on what was asked for', () => {
    const { driver, factory, port, handle } = listen();
    port.stopListening();
    handle.isClosed();
    factory.taken();
    port.startListening();
    expect(factory.taken()).toEqual(['doStart']);
    driver.listening[1]?.accepts();
    expect(factory.protocols).toHaveLength(1);
  });

  it('throws CannotListenError on a port that listens, or is still closing', () => {
    const { port } = listen();
    expect(() => {
      port.startListening();
    }).toThrow("Couldn't listen on any:0: the port is listening already.");
    port.stopListening();
    expect(() => {
      port.startListening();
    }).toThrow(CannotListenError);
  });
});

describe('StreamPort, at the end of the reactor', () => {
  it('is closed, its factory stopped, and whoever waits for it told', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    const log: unknown[] = [];
    const port = reactor.listenTCP(0, factory);
    port.stopListening()?.addCallback(() => log.push('stopped'));
    const other = new RecordingFactory();
    reactor.listenTCP(0, other);
    reactor.stop();
    driver.settle();
    expect(driver.listening.map(({ closing }) => closing)).toEqual([true, true]);
    expect([factory.taken(), other.taken(), log]).toEqual([['doStart', 'doStop'], ['doStart', 'doStop'], ['stopped']]);
    expect(port.stopListening()).toBeNull();
  });

  it('has what doStop throws logged when nobody waits for it', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    factory.reactions['doStop'] = boom;
    reactor.listenTCP(0, factory);
    reactor.stop();
    driver.settle();
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('loses its connections with ConnectionLost, unsent data dropped', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    reactor.listenTCP(0, factory);
    const connection = driver.listening[0]!.accepts();
    factory.protocols[0]?.transport.write('unsent');
    reactor.stop();
    driver.settle();
    expect(factory.protocols[0]?.taken()).toEqual(['connectionMade', 'connectionLost ConnectionLost']);
    expect(factory.protocols[0]?.reason?.check(ConnectionLost)).toBe(ConnectionLost);
    expect([connection.writes, connection.commands]).toEqual([[], ['close']]);
  });
});
