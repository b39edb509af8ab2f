import { ConnectionAborted, ConnectionDone, ConnectionLost, RuntimeError } from '../../src/error';
import { IHalfCloseableProtocol, ITCPTransport } from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';

import { type FakeDriver, FakeStreamHandle } from './fakeDriver';
import {
  expectNoLoggedErrors,
  HalfCloseableRecordingProtocol,
  loggedMessages,
  type Reactions,
  RecordingFactory,
  RecordingProducer,
  RecordingProtocol,
  runReactor,
} from './recording';

expectNoLoggedErrors();

const boom = (): never => {
  throw new RangeError('boom');
};

interface Connection<P extends RecordingProtocol = RecordingProtocol> {
  readonly driver: FakeDriver;
  readonly reactor: Reactor;
  readonly handle: FakeStreamHandle;
  readonly protocol: P;
  readonly transport: ITCPTransport;
}

/** A server's end of a connection; what was logged while it was made is forgotten. */
function connect<P extends RecordingProtocol>(protocol: P, reactions: Reactions = {}): Connection<P> {
  const { driver, reactor } = runReactor();
  const factory = new RecordingFactory();
  factory.reactions['buildProtocol'] = (): P => protocol;
  Object.assign(protocol.reactions, reactions);
  reactor.listenTCP(0, factory);
  const handle = driver.listening[0]!.accepts();
  protocol.taken();
  return { driver, reactor, handle, protocol, transport: protocol.transport };
}
const connected = (reactions: Reactions = {}): Connection => connect(new RecordingProtocol(), reactions);
const halfCloseable = (reactions: Reactions = {}): Connection<HalfCloseableRecordingProtocol> =>
  connect(new HalfCloseableRecordingProtocol(), reactions);

type Step = 'write' | 'loseWriteConnection' | 'pauseProducing' | 'end of the peer' | 'turns';

/** Takes a connection, step by step, to where a test begins. */
function take({ driver, handle, transport }: Connection, steps: readonly Step[]): void {
  const act: Record<Step, () => void> = {
    write() {
      transport.write('x');
    },
    loseWriteConnection() {
      transport.loseWriteConnection();
    },
    pauseProducing() {
      transport.pauseProducing();
    },
    'end of the peer'() {
      handle.ends();
    },
    turns() {
      driver.settle();
    },
  };
  for (const step of steps) act[step]();
}

/** Registers a push producer that logs. */
function push({ transport }: Connection, reactions: Reactions = {}): RecordingProducer {
  const producer = new RecordingProducer();
  Object.assign(producer.reactions, reactions);
  transport.registerProducer(producer, true);
  return producer;
}

/** Registers a pull producer that logs. */
function pull({ transport }: Connection, reactions: Reactions = {}): RecordingProducer {
  const producer = new RecordingProducer();
  Object.assign(producer.reactions, reactions);
  transport.registerProducer(producer, false);
  return producer;
}

describe('StreamTransport, a new connection', () => {
  it('is connected, has its addresses, and sends small pieces at once', () => {
    const { transport, handle } = connected();
    expect(ITCPTransport.providedBy(transport)).toBe(true);
    expect([transport.connected, transport.disconnecting]).toEqual([true, false]);
    expect(transport.getPeer().toString()).toBe("IPv4Address(type='TCP', host='192.0.2.1', port=1111)");
    expect(transport.getHost().toString()).toBe("IPv4Address(type='TCP', host='192.0.2.2', port=2222)");
    expect([transport.getTcpNoDelay(), handle.noDelay]).toEqual([true, true]);
    expect([transport.getTcpKeepAlive(), handle.keepAlive]).toEqual([false, false]);
  });

  it('passes socket options on', () => {
    const { transport, handle } = connected();
    transport.setTcpNoDelay(false);
    transport.setTcpKeepAlive(true);
    expect([transport.getTcpNoDelay(), handle.noDelay]).toEqual([false, false]);
    expect([transport.getTcpKeepAlive(), handle.keepAlive]).toEqual([true, true]);
  });

  it('is not read from before connectionMade has returned', () => {
    let reading: boolean | null = null;
    const handle = new FakeStreamHandle();
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    const protocol = new RecordingProtocol();
    protocol.reactions['connectionMade'] = (): void => {
      reading = handle.reading;
    };
    factory.reactions['buildProtocol'] = (): RecordingProtocol => protocol;
    reactor.listenTCP(0, factory);
    driver.listening[0]!.accepts(handle);
    expect([reading, handle.reading]).toEqual([false, true]);
  });

  it('is not read from when connectionMade has paused it', () => {
    const protocol = new RecordingProtocol();
    const { handle, transport } = connect(protocol, {
      connectionMade: () => {
        protocol.transport.pauseProducing();
      },
    });
    expect(handle.reading).toBe(false);
    transport.resumeProducing();
    expect(handle.reading).toBe(true);
  });

  it('stays open, and is read from, when connectionMade throws at a server', () => {
    const { handle, protocol } = connected({ connectionMade: boom });
    expect(loggedMessages()).toEqual(['boom']);
    handle.receives('data');
    expect(protocol.taken()).toEqual(['dataReceived data']);
  });
});

describe('StreamTransport.write', () => {
  it('sends nothing before the turn ends, and then all that was written, as one', () => {
    const { driver, handle, transport } = connected();
    transport.write('a');
    transport.write(Buffer.from('b'));
    transport.writeSequence(['c', new Uint8Array([100])]);
    expect(handle.writes).toHaveLength(0);
    driver.turn();
    expect(handle.writes).toHaveLength(1);
    expect(handle.sent).toBe('abcd');
  });

  it('waits, with what is written meanwhile, until the write before it has been taken', () => {
    const { driver, handle, transport } = connected();
    transport.write('a');
    driver.settle();
    transport.write('b');
    driver.settle();
    transport.write('c');
    expect(handle.sent).toBe('a');
    handle.takes();
    driver.settle();
    expect(handle.writes).toHaveLength(2);
    expect(handle.sent).toBe('abc');
  });

  it('sends strings as UTF-8', () => {
    const { driver, handle, transport } = connected();
    transport.write('grüß');
    driver.settle();
    expect(handle.sent).toBe('gr\xc3\xbc\xc3\x9f');
  });

  it('hands text on as text, as much as was written, to a handle that takes it, and counts its bytes', () => {
    const { driver, reactor, handle, transport } = connected();
    const texts: string[] = [];
    Object.assign(handle, {
      writeText(text: string): number {
        texts.push(text);
        handle.write([Buffer.from(text)]);
        return Buffer.byteLength(text);
      },
    });
    const written: number[] = [];
    reactor.events.on('bytesWritten', (_, count) => written.push(count));
    transport.write('grü');
    transport.write('ß');
    driver.settle();
    transport.write('a');
    transport.write(Buffer.from('b'));
    driver.settle();
    expect(handle.sent).toBe('gr\xc3\xbc\xc3\x9f');
    handle.takes();
    driver.settle();
    handle.takes();
    driver.settle();
    expect(handle.sent).toBe('gr\xc3\xbc\xc3\x9fab');
    expect(texts).toEqual(['grüß']);
    expect(written).toEqual([6, 2]);
  });

  it('sends nothing for nothing', () => {
    const { driver, handle, transport } = connected();
    transport.write('');
    transport.write(new Uint8Array(0));
    transport.writeSequence([]);
    transport.writeSequence(['', '']);
    driver.settle();
    expect(handle.writes).toHaveLength(0);
  });

  it.each([[null], [undefined], [3], [['a']], [{}], [new Uint16Array(1)]])(
    'throws TypeError for %p at once',
    (data) => {
      const { transport } = connected();
      expect(() => {
        transport.write(data as never);
      }).toThrow(TypeError);
    },
  );

  it('throws TypeError also when the connection is lost', () => {
    const { handle, transport } = connected();
    handle.breaks('ECONNRESET');
    expect(() => {
      transport.write(3 as never);
    }).toThrow(TypeError);
  });

  it('does nothing during and after connectionLost', () => {
    const { driver, handle, protocol, transport } = connected();
    protocol.reactions['connectionLost'] = (): void => {
      transport.write('too late');
    };
    handle.breaks('ECONNRESET');
    transport.write('too late');
    transport.writeSequence(['too', 'late']);
    driver.settle();
    expect(handle.writes).toHaveLength(0);
  });
});

describe('StreamTransport.writeSequence', () => {
  it('sends nothing when one of the pieces is neither bytes nor text', () => {
    const { driver, handle, transport } = connected();
    expect(() => {
      transport.writeSequence(['a', 3 as never, 'b']);
    }).toThrow(TypeError);
    driver.settle();
    expect(handle.writes).toHaveLength(0);
  });

  it('takes any iterable, once', () => {
    const { driver, handle, transport } = connected();
    transport.writeSequence(new Set(['x', 'y']));
    driver.settle();
    expect(handle.sent).toBe('xy');
  });
});

describe('StreamTransport, receiving', () => {
  it('makes one dataReceived of each chunk', () => {
    const { handle, protocol } = connected();
    handle.receives('one');
    handle.receives('two');
    expect(protocol.taken()).toEqual(['dataReceived one', 'dataReceived two']);
  });

  it('has the handle lend to protocols that borrow, and gives the others what they may keep', () => {
    const { handle, protocol, transport } = connected();
    const handOver = (to: RecordingProtocol): unknown => Object.assign(transport, { protocol: to });
    const kept: Buffer[] = [];
    const receives = (text: string): void => {
      const chunk = Buffer.from(text);
      handle.emit('data', chunk);
      if (handle.lends) chunk.fill('?');
    };
    const borrower = new RecordingProtocol();
    protocol.dataReceived = (data) => void kept.push(data);
    receives('one');
    handOver(Object.assign(borrower, { borrowsData: true }));
    receives('two');
    const isLent = handle.lends;
    receives('three');
    handOver(protocol);
    receives('four');
    receives('five');
    expect([isLent, handle.lends]).toEqual([true, false]);
    expect(kept.map(String)).toEqual(['one', 'four', 'five']);
    expect(borrower.taken()).toEqual(['dataReceived two', 'dataReceived three']);
  });

  it('has the handle lend from the first chunk on to a protocol that borrows; one that does not say is lent nothing', () => {
    const borrower = connect(Object.assign(new RecordingProtocol(), { borrowsData: true }));
    expect(borrower.handle.lends).toBe(true);
    const unsure = new RecordingProtocol();
    Object.defineProperty(unsure, 'borrowsData', { get: boom });
    const { handle } = connect(unsure);
    handle.receives('data');
    expect([handle.lends, unsure.taken()]).toEqual([false, ['dataReceived data']]);
    expect(loggedMessages()).toEqual(['boom', 'boom']);
  });

  it.each([
    ['text, written as text', (size: number): string => 'x'.repeat(size), true],
    ['text', (size: number): string => 'x'.repeat(size), false],
    ['bytes', (size: number): Buffer => Buffer.alloc(size), false],
  ])('sends an answer of enough %s at once; another one as well, where the handle takes more', (_, make, takesText) => {
    const { driver, reactor, handle, protocol, transport } = connected();
    if (takesText) handle.takesText();
    const written: number[] = [];
    reactor.events.on('bytesWritten', (_transport, count) => written.push(count));
    protocol.reactions['dataReceived'] = () => transport.write(make(40_000));
    handle.receives('one');
    handle.receives('two');
    expect(handle.writes).toHaveLength(1);
    handle.takesMore = true;
    handle.receives('three');
    handle.receives('four');
    const sizes = handle.writes.map((chunks) => Buffer.concat(chunks).length);
    expect(sizes).toEqual([40_000, 80_000, 40_000]);
    handle.takes();
    driver.settle();
    expect([handle.writes.length, written]).toEqual([3, [160_000]]);
  });

  it('keeps a short answer for the end of the turn, also where the handle takes more', () => {
    const { driver, handle, protocol, transport } = connected();
    protocol.reactions['dataReceived'] = () => transport.write('short');
    handle.receives('one');
    driver.settle();
    handle.takesMore = true;
    handle.receives('two');
    expect(handle.writes).toHaveLength(1);
    handle.takes();
    driver.settle();
    expect(handle.sent).toBe('shortshort');
  });

  it('loses the connection with the exception that dataReceived throws, and drops what was written', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('unsent');
    protocol.reactions['dataReceived'] = boom;
    handle.receives('data');
    expect(protocol.taken()).toEqual(['dataReceived data', 'connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['boom']);
    driver.settle();
    expect(handle.writes).toHaveLength(0);
    expect(handle.commands).toEqual(['close']);
  });

  it('costs no other connection anything when dataReceived throws', () => {
    const { driver, handle, protocol } = connected({ dataReceived: boom });
    const other = driver.listening[0]!.accepts();
    // The factory of `connect` builds one protocol; this one is its second connection.
    handle.receives('data');
    expect(loggedMessages()).toEqual(['boom']);
    expect(protocol.taken()).toContain('connectionLost RangeError');
    expect(other.reading).toBe(true);
  });

  it('loses the connection when an async dataReceived rejects, once it has', async () => {
    const { handle, protocol } = connected({ dataReceived: () => Promise.reject(new RangeError('late')) });
    handle.receives('data');
    expect(protocol.taken()).toEqual(['dataReceived data']);
    await Promise.resolve();
    await Promise.resolve();
    expect(protocol.taken()).toEqual(['connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['late']);
  });

  it('only logs when an async dataReceived rejects on a connection that is lost', async () => {
    const { handle, protocol } = connected({ dataReceived: () => Promise.reject(new RangeError('late')) });
    handle.receives('data');
    handle.breaks('ECONNRESET');
    await Promise.resolve();
    await Promise.resolve();
    expect(protocol.taken()).toEqual(['dataReceived data', 'connectionLost ConnectionLost']);
    expect(loggedMessages()).toEqual(['late']);
  });

  it('goes on at a server when an async connectionMade rejects, as it does when a plain one throws', async () => {
    const { handle, protocol } = connected({ connectionMade: () => Promise.reject(new RangeError('late')) });
    await Promise.resolve();
    await Promise.resolve();
    expect(loggedMessages()).toEqual(['late']);
    handle.receives('data');
    expect(protocol.taken()).toEqual(['dataReceived data']);
  });

  it('pauseProducing stops it at once, and resumeProducing starts it again', () => {
    const { handle, transport } = connected();
    transport.pauseProducing();
    expect(handle.reading).toBe(false);
    transport.resumeProducing();
    expect(handle.reading).toBe(true);
  });

  it('resumeProducing does nothing on a connection that is being lost, or is', () => {
    const { handle, protocol, transport } = connected();
    transport.write('x');
    transport.loseConnection();
    transport.resumeProducing();
    handle.receives('for nobody');
    expect(protocol.taken()).toEqual([]);
    handle.breaks('EPIPE');
    transport.resumeProducing();
    expect(handle.reading).toBe(false);
  });

  it('stopProducing is loseConnection', () => {
    const { driver, protocol, transport } = connected();
    transport.stopProducing();
    expect(transport.disconnecting).toBe(true);
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });
});

describe('StreamTransport, ended by the peer', () => {
  it('is lost at once with ConnectionDone when the protocol is not half-closeable; what was not sent is dropped', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('unsent');
    handle.ends();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    driver.settle();
    expect([handle.writes, handle.commands]).toEqual([[], ['close']]);
  });

  it('is lost with ConnectionLost when it breaks, and the reason has the cause', () => {
    const { handle, protocol, transport } = connected();
    handle.breaks('ECONNRESET');
    expect(protocol.taken()).toEqual(['connectionLost ConnectionLost']);
    expect(protocol.reason?.check(ConnectionDone)).toBeNull();
    expect(protocol.reason?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(protocol.reason?.value.cause).toMatchObject({ code: 'ECONNRESET' });
    expect([transport.connected, transport.disconnecting]).toEqual([false, false]);
  });

  it('only logs what connectionLost throws, and tells of the loss once', () => {
    const { handle, protocol, transport } = connected({ connectionLost: boom });
    handle.breaks('ECONNRESET');
    transport.loseConnection();
    transport.abortConnection();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionLost']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('finds everything over in connectionLost', () => {
    const { handle, protocol, transport } = connected();
    let seen: unknown[] = [];
    protocol.reactions['connectionLost'] = (): void => {
      seen = [transport.connected, handle.commands, transport.getHost().toString()];
      transport.loseConnection();
      transport.abortConnection();
      transport.loseWriteConnection();
      transport.pauseProducing();
      transport.resumeProducing();
    };
    handle.ends();
    expect(seen).toEqual([false, ['close'], "IPv4Address(type='TCP', host='192.0.2.2', port=2222)"]);
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    expect(handle.commands).toEqual(['close']);
  });
});

describe('StreamTransport.loseConnection', () => {
  it('delivers nothing more, and tells the protocol later, after a flush', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('last words');
    transport.loseConnection();
    expect([transport.disconnecting, transport.connected]).toEqual([true, true]);
    driver.settle();
    handle.receives('too late');
    expect(protocol.taken()).toEqual([]);
    handle.takes();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    expect([handle.sent, handle.commands]).toEqual(['last words', ['close']]);
    expect([transport.disconnecting, transport.connected]).toEqual([true, false]);
  });

  it('never tells the protocol from inside, with nothing to flush either', () => {
    const { driver, protocol, transport } = connected();
    transport.loseConnection();
    expect(protocol.taken()).toEqual([]);
    driver.turn();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('still sends what is written after it, until the flush has ended', () => {
    const { driver, handle, transport } = connected();
    transport.write('a');
    transport.loseConnection();
    transport.write('b');
    driver.settle();
    transport.write('c');
    handle.takes();
    driver.settle();
    expect(handle.sent).toBe('abc');
    expect(handle.commands).toEqual([]);
    handle.takes();
    expect(handle.commands).toEqual(['close']);
  });

  it('does nothing the second time', () => {
    const { driver, protocol, transport } = connected();
    transport.loseConnection();
    transport.loseConnection();
    driver.settle();
    transport.loseConnection();
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('delivers nothing more from inside dataReceived on', () => {
    const { handle, protocol, transport } = connected();
    protocol.reactions['dataReceived'] = (): void => {
      transport.loseConnection();
    };
    handle.receives('one');
    handle.receives('two');
    expect(protocol.taken()).toEqual(['dataReceived one']);
  });

  it('reads what the protocol has paused, and throws it away: the peer may be losing the connection, too', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.pauseProducing();
    transport.write('x');
    transport.loseConnection();
    driver.settle();
    handle.receives('for nobody');
    expect([protocol.taken(), handle.reading]).toEqual([[], true]);
  });

  it('goes on sending to a peer that has ended its direction', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('all of it');
    transport.loseConnection();
    driver.settle();
    handle.ends();
    expect(protocol.taken()).toEqual([]);
    handle.takes();
    expect([protocol.taken(), handle.commands]).toEqual([['connectionLost ConnectionDone'], ['close']]);
  });

  it('gives a peer that takes nothing of what is to be sent 60 seconds, and then resets the connection', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('x'.repeat(1000));
    transport.loseConnection();
    driver.settle();
    handle.unsent = 1000;
    driver.advance(59.9);
    expect(protocol.taken()).toEqual([]);
    // Something has been taken since it began: another minute. Then nothing.
    driver.advance(0.2);
    driver.advance(59.5);
    expect(protocol.taken()).toEqual([]);
    driver.advance(0.5);
    expect([protocol.taken(), handle.commands]).toEqual([['connectionLost ConnectionLost'], ['reset']]);
    expect(protocol.reason?.value.message).toContain('the peer took nothing of what was to be sent for 60 seconds');
  });

  it('gives them also to a peer that took nothing before loseConnection was called', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('x'.repeat(1000));
    driver.settle();
    handle.unsent = 1000;
    driver.advance(1000);
    transport.write('more');
    transport.loseConnection();
    driver.advance(59.9);
    expect(protocol.taken()).toEqual([]);
    driver.advance(0.2);
    expect([protocol.taken(), handle.commands]).toEqual([['connectionLost ConnectionLost'], ['reset']]);
  });

  it.each(['takes a little now and then', 'takes one write after the other'])(
    'waits without end for a peer that %s',
    (how) => {
      const { driver, reactor, handle, protocol, transport } = connected();
      transport.write('x');
      transport.loseConnection();
      driver.settle();
      handle.unsent = 1000;
      for (let minute = 0; minute < 60; minute++) {
        transport.write('more');
        if (how === 'takes a little now and then') handle.unsent -= 1;
        else handle.takes();
        driver.advance(60);
      }
      expect(protocol.taken()).toEqual([]);
      while (transport.connected) {
        handle.takes();
        driver.settle();
      }
      expect([protocol.taken(), reactor.getDelayedCalls()]).toEqual([['connectionLost ConnectionDone'], []]);
    },
  );

  it("has no limit on what a producer takes to be done: that is not the peer's doing", () => {
    const { driver, protocol, transport } = connected();
    transport.registerProducer(new RecordingProducer(), false);
    transport.loseConnection();
    driver.advance(1000);
    expect(protocol.taken()).toEqual([]);
  });

  it('gives the reason of a break that comes before the flush has ended', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('x');
    transport.loseConnection();
    driver.settle();
    handle.breaks('EPIPE');
    expect(protocol.taken()).toEqual(['connectionLost ConnectionLost']);
  });
});

describe('StreamTransport.abortConnection', () => {
  it('drops the buffer, stops reading, and resets the connection in the next turn', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('unsent');
    transport.abortConnection();
    expect([protocol.taken(), handle.reading, transport.connected]).toEqual([[], false, true]);
    driver.turn();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionAborted']);
    expect([handle.writes, handle.commands]).toEqual([[], ['reset']]);
  });

  it('is harmless twice, and so is loseConnection or a write after it', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.abortConnection();
    transport.abortConnection();
    transport.loseConnection();
    transport.loseWriteConnection();
    transport.write('x');
    expect(transport.disconnecting).toBe(false);
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionAborted']);
    expect(handle.writes).toEqual([]);
  });

  it('pauses a producer that goes on writing until it is paused, and sends nothing of that', () => {
    const { driver, handle, transport } = connected();
    let pauses = 0;
    const producer = {
      pauseProducing: () => (pauses += 1),
      resumeProducing: () => undefined,
      stopProducing: () => undefined,
    };
    transport.registerProducer(producer, true);
    transport.abortConnection();
    let written = 0;
    for (; pauses === 0 && written < 1_000_000; written += 1000) transport.write(Buffer.alloc(1000));
    expect([pauses, written]).toEqual([1, 66_000]);
    driver.settle();
    expect([handle.writes, handle.commands]).toEqual([[], ['reset']]);
  });

  it('does not wait for a write that is under way, nor for loseConnection', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.write('x');
    transport.loseConnection();
    driver.settle();
    transport.abortConnection();
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionAborted']);
    expect(handle.commands).toEqual(['reset']);
  });

  it('gives way to the exception of the callback it was called in, and closes in an orderly way then', () => {
    const { driver, handle, protocol, transport } = connected();
    protocol.reactions['dataReceived'] = (): never => {
      transport.abortConnection();
      return boom();
    };
    handle.receives('data');
    driver.settle();
    expect(protocol.taken()).toEqual(['dataReceived data', 'connectionLost RangeError']);
    expect(handle.commands).toEqual(['close']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('is told as ConnectionAborted, which is a ConnectionLost', () => {
    const { driver, protocol, transport } = connected();
    transport.abortConnection();
    driver.settle();
    expect(protocol.reason?.check(ConnectionAborted)).toBe(ConnectionAborted);
    expect(protocol.reason?.check(ConnectionLost)).toBe(ConnectionLost);
  });

  it.each<[string, Step[]]>([
    ['the peer has ended', ['end of the peer']],
    ['the write side is closing', ['write', 'loseWriteConnection', 'turns']],
    ['the write side is closed', ['loseWriteConnection', 'turns']],
    ['both sides are closed', ['loseWriteConnection', 'turns', 'end of the peer']],
    ['the connection is paused', ['pauseProducing']],
  ])('ends a connection where %s', (_, steps) => {
    const connection = halfCloseable();
    take(connection, steps);
    connection.protocol.taken();
    connection.transport.abortConnection();
    expect(connection.protocol.taken()).toEqual([]);
    connection.driver.settle();
    expect(connection.protocol.taken()).toEqual(['connectionLost ConnectionAborted']);
    expect(connection.handle.commands).toContain('reset');
  });
});

describe('StreamTransport, half-closed', () => {
  it('knows half-closeable protocols by their methods', () => {
    expect(IHalfCloseableProtocol.providedBy(new HalfCloseableRecordingProtocol())).toBe(true);
    expect(IHalfCloseableProtocol.providedBy(new RecordingProtocol())).toBe(false);
  });

  it('by the peer goes on writing, until loseConnection', () => {
    const { driver, handle, protocol, transport } = halfCloseable();
    handle.ends();
    expect([protocol.taken(), handle.reading]).toEqual([['readConnectionLost'], false]);
    transport.write('still here');
    transport.resumeProducing();
    driver.settle();
    handle.takes();
    expect([handle.sent, handle.reading, protocol.taken()]).toEqual(['still here', false, []]);
    transport.loseConnection();
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('by loseWriteConnection flushes first, with what is written after it, and goes on reading', () => {
    const { driver, handle, protocol, transport } = halfCloseable();
    transport.write('a');
    transport.loseWriteConnection();
    transport.write('b');
    expect(transport.disconnecting).toBe(false);
    driver.settle();
    expect(handle.commands).toEqual([]);
    handle.takes();
    expect([handle.sent, handle.commands, protocol.taken()]).toEqual(['ab', ['shutdown'], ['writeConnectionLost']]);
    transport.write('never');
    transport.loseWriteConnection();
    handle.receives('answer');
    driver.settle();
    expect([handle.sent, protocol.taken()]).toEqual(['ab', ['dataReceived answer']]);
  });

  it('by loseWriteConnection of a protocol that is not half-closeable is told to nobody', () => {
    const { driver, handle, protocol, transport } = connected();
    transport.loseWriteConnection();
    driver.settle();
    expect([handle.commands, protocol.taken()]).toEqual([['shutdown'], []]);
  });

  it.each<[string, Step[]]>([
    ['reading first', ['end of the peer', 'loseWriteConnection', 'turns']],
    ['writing first', ['loseWriteConnection', 'turns', 'end of the peer']],
    ['reading while writing closes', ['loseWriteConnection', 'end of the peer', 'turns']],
  ])('on both sides (%s) stays until loseConnection, which then tells the protocol at once', (_, steps) => {
    const connection = halfCloseable();
    const { driver, protocol, transport } = connection;
    take(connection, steps);
    expect(protocol.taken().sort()).toEqual(['readConnectionLost', 'writeConnectionLost']);
    driver.settle();
    expect(protocol.taken()).toEqual([]);
    transport.loseConnection();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('for writing is lost at once, from inside loseConnection', () => {
    const { driver, protocol, transport } = halfCloseable();
    transport.loseWriteConnection();
    driver.settle();
    protocol.taken();
    transport.loseConnection();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('is lost, both sides, by loseConnection while the write side closes', () => {
    const { driver, handle, protocol, transport } = halfCloseable();
    transport.write('x');
    transport.loseWriteConnection();
    transport.loseConnection();
    driver.settle();
    handle.takes();
    expect([protocol.taken(), handle.commands]).toEqual([['connectionLost ConnectionDone'], ['close']]);
  });

  it.each(['readConnectionLost', 'writeConnectionLost'] as const)('is lost with what %s throws', (method) => {
    const { driver, handle, protocol, transport } = halfCloseable({ [method]: boom });
    if (method === 'readConnectionLost') handle.ends();
    else transport.loseWriteConnection();
    driver.settle();
    expect(protocol.taken()).toEqual([method, 'connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('is lost with what an async readConnectionLost rejects with', async () => {
    const { handle, protocol } = halfCloseable({ readConnectionLost: () => Promise.reject(new RangeError('late')) });
    handle.ends();
    await Promise.resolve();
    await Promise.resolve();
    expect(protocol.taken()).toEqual(['readConnectionLost', 'connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['late']);
  });

  it('may be lost from inside readConnectionLost', () => {
    const { driver, protocol, handle, transport } = halfCloseable();
    protocol.reactions['readConnectionLost'] = (): void => {
      transport.loseConnection();
    };
    handle.ends();
    expect(protocol.taken()).toEqual(['readConnectionLost']);
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });
});

describe('StreamTransport.registerProducer', () => {
  it('takes one producer, and throws RuntimeError for a second', () => {
    const connection = connected();
    push(connection);
    expect(() => push(connection)).toThrow(RuntimeError);
    expect(() => push(connection)).toThrow(
      /^Cannot register producer .*, because producer .* was never unregistered\.$/,
    );
    connection.transport.unregisterProducer();
    expect(() => push(connection)).not.toThrow();
  });

  it('stops the producer, and does not keep it, on a lost connection', () => {
    const connection = connected();
    connection.handle.breaks('ECONNRESET');
    expect(push(connection).taken()).toEqual(['stopProducing']);
    expect(pull(connection).taken()).toEqual(['stopProducing']);
  });

  it('asks a pull producer for data from inside the call', () => {
    expect(pull(connected()).taken()).toEqual(['resumeProducing']);
  });

  it('asks a push producer for nothing', () => {
    const connection = connected();
    const producer = push(connection);
    connection.driver.settle();
    expect(producer.taken()).toEqual([]);
  });
});

describe('StreamTransport.unregisterProducer', () => {
  it('does nothing without a producer', () => {
    const { driver, protocol, transport } = connected();
    transport.unregisterProducer();
    driver.settle();
    expect(protocol.taken()).toEqual([]);
  });

  it('asks no producer registered after it for more than its registration does', () => {
    const connection = halfCloseable();
    connection.handle.ends();
    push(connection);
    connection.transport.unregisterProducer();
    const producer = pull(connection);
    connection.driver.settle();
    expect(producer.taken()).toEqual(['resumeProducing']);
  });
});

describe('StreamTransport, with a push producer', () => {
  it('sends what a resumed producer writes at once when it is a full load, and otherwise at the end of the turn', () => {
    const connection = connected();
    const { driver, handle, transport } = connection;
    let next = 70_000;
    push(connection, { resumeProducing: () => transport.write(Buffer.alloc(next)) });
    transport.write(Buffer.alloc(70_000));
    driver.settle();
    handle.takes();
    expect(handle.writes).toHaveLength(2);
    driver.settle();
    next = 60_000;
    handle.takes();
    expect(handle.writes).toHaveLength(2);
    driver.settle();
    expect(handle.writes).toHaveLength(3);
  });

  it.each([
    ['text', (size: number): string => 'x'.repeat(size)],
    ['bytes', (size: number): Buffer => Buffer.alloc(size)],
  ])('is not paused at 65536 bytes of %s, and at one more it is, from inside write', (_, make) => {
    const connection = connected();
    const producer = push(connection);
    connection.transport.write(make(65536));
    expect(producer.taken()).toEqual([]);
    connection.transport.write(make(1));
    expect(producer.taken()).toEqual(['pauseProducing']);
  });

  it('counts what the driver has not taken yet', () => {
    const connection = connected();
    const producer = push(connection);
    connection.transport.write(Buffer.alloc(65536));
    connection.driver.settle();
    connection.transport.write('x');
    expect(producer.taken()).toEqual(['pauseProducing']);
  });

  it('pauses it again at every write over the limit', () => {
    const connection = connected();
    const producer = push(connection);
    connection.transport.write(Buffer.alloc(65537));
    connection.transport.write('x');
    connection.transport.writeSequence(['x', 'y']);
    expect(producer.taken()).toEqual(['pauseProducing', 'pauseProducing', 'pauseProducing']);
  });

  it('resumes it only when everything has been sent, and only if it was paused', () => {
    const connection = connected();
    const { driver, handle, transport } = connection;
    const producer = push(connection);
    transport.write('small');
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual([]);
    transport.write(Buffer.alloc(65537));
    driver.settle();
    transport.write('tail');
    producer.taken();
    handle.takes();
    expect(producer.taken()).toEqual([]);
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual(['resumeProducing']);
  });

  it('lets it be paused again from inside resumeProducing', () => {
    const connection = connected();
    const { driver, handle, transport } = connection;
    const producer = push(connection, {
      resumeProducing: () => {
        transport.write(Buffer.alloc(70000));
      },
    });
    transport.write(Buffer.alloc(70000));
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual(['pauseProducing', 'resumeProducing', 'pauseProducing']);
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual(['resumeProducing', 'pauseProducing']);
  });

  it('loses the connection with what resumeProducing throws', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    const producer = push(connection, { resumeProducing: boom });
    transport.write(Buffer.alloc(70000));
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual(['pauseProducing', 'resumeProducing', 'stopProducing']);
    expect(protocol.taken()).toEqual(['connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('lets what pauseProducing throws out of the write it was called in', () => {
    const connection = connected();
    push(connection, { pauseProducing: boom });
    expect(() => {
      connection.transport.write(Buffer.alloc(70000));
    }).toThrow('boom');
  });

  it('stops it before connectionLost, and logs what that throws', () => {
    const connection = connected();
    const order: string[] = [];
    push(connection, { stopProducing: () => (order.push('stopProducing'), boom()) });
    connection.protocol.reactions['connectionLost'] = (): unknown => order.push('connectionLost');
    connection.handle.breaks('ECONNRESET');
    expect(order).toEqual(['stopProducing', 'connectionLost']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('closes although it is registered, if it is not paused when the buffer is empty', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    const producer = push(connection);
    transport.write('x');
    transport.loseConnection();
    driver.settle();
    handle.takes();
    expect([producer.taken(), protocol.taken()]).toEqual([['stopProducing'], ['connectionLost ConnectionDone']]);
  });

  it('stays open while it is paused, and closes when it has unregistered', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    const producer = push(connection);
    transport.write(Buffer.alloc(70000));
    transport.loseConnection();
    driver.settle();
    producer.reactions['resumeProducing'] = (): void => {
      transport.write('rest');
      transport.unregisterProducer();
    };
    handle.takes();
    expect(protocol.taken()).toEqual([]);
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual(['pauseProducing', 'resumeProducing']);
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    expect(handle.sent).toMatch(/rest$/);
  });

  it('is not asked for more when it was aborted while the last write was under way', () => {
    const connection = connected();
    const { driver, handle, transport } = connection;
    const producer = push(connection);
    transport.write(Buffer.alloc(70000));
    driver.settle();
    producer.taken();
    transport.abortConnection();
    handle.takes();
    expect(producer.taken()).toEqual([]);
    driver.settle();
    expect(producer.taken()).toEqual(['stopProducing']);
  });
});

describe('StreamTransport, with a pull producer', () => {
  it('asks it once for each write, even for one that went out before the end of the turn', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    let producer: RecordingProducer | null = null;
    protocol.reactions['dataReceived'] = () => {
      transport.write(Buffer.alloc(40_000));
      producer = pull(connection);
    };
    handle.receives('question');
    expect(handle.writes).toHaveLength(1);
    handle.takes();
    driver.settle();
    // Once because it was registered, and once for the write.
    expect(producer!.taken()).toEqual(['resumeProducing', 'resumeProducing']);
  });

  it('asks it once each time the buffer has run empty, and never pauses it', () => {
    const connection = connected();
    const { driver, handle, transport } = connection;
    const producer = pull(connection, {
      resumeProducing: () => {
        transport.write(Buffer.alloc(100_000));
      },
    });
    for (let i = 0; i < 3; i++) {
      driver.settle();
      expect(producer.taken()).toEqual(['resumeProducing']);
      handle.takes();
    }
    expect(producer.taken()).toEqual(['resumeProducing']);
    transport.unregisterProducer();
    driver.settle();
    handle.takes();
    expect(producer.taken()).toEqual([]);
  });

  it('stays open after loseConnection until it has unregistered', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    const producer = pull(connection, {
      resumeProducing: () => {
        transport.write('piece');
      },
    });
    transport.loseConnection();
    driver.settle();
    handle.takes();
    driver.settle();
    expect(protocol.taken()).toEqual([]);
    transport.unregisterProducer();
    driver.settle();
    handle.takes();
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    expect(producer.taken()).toEqual(['resumeProducing', 'resumeProducing']);
    expect(handle.sent).toBe('piecepiece');
  });

  it('closes after unregisterProducer from inside resumeProducing, with nothing written', () => {
    const connection = connected();
    const { driver, protocol, transport } = connection;
    const producer = pull(connection);
    producer.reactions['resumeProducing'] = (): void => {
      transport.unregisterProducer();
    };
    transport.loseConnection();
    driver.settle();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('closes the write side too only when it has unregistered', () => {
    const connection = halfCloseable();
    const { driver, handle, protocol, transport } = connection;
    const producer = pull(connection, {
      resumeProducing: () => {
        transport.write('piece');
      },
    });
    transport.loseWriteConnection();
    driver.settle();
    expect(handle.commands).toEqual([]);
    producer.reactions['resumeProducing'] = (): void => {
      transport.unregisterProducer();
    };
    handle.takes();
    driver.settle();
    expect([handle.commands, protocol.taken()]).toEqual([['shutdown'], ['writeConnectionLost']]);
  });

  it('lets what resumeProducing throws out of registerProducer, and otherwise loses the connection with it', () => {
    const connection = connected();
    const { driver, handle, protocol, transport } = connection;
    expect(() => pull(connection, { resumeProducing: boom })).toThrow('boom');
    transport.write('x');
    driver.settle();
    handle.takes();
    expect(protocol.taken()).toEqual(['connectionLost RangeError']);
    expect(loggedMessages()).toEqual(['boom']);
  });
});
