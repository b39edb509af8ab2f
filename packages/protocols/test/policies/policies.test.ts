import { IPv4Address } from '@skein/reactor/address';
import { NotImplementedError, ValueError } from '@skein/reactor/error';
import type { IProtocol } from '@skein/reactor/interfaces';
import { capturedLogs, formatEvent } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';

import { type BaseFactory, connectionDone, Factory, LineReceiver, Protocol } from '../../src';
import {
  IdleTimeout,
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  MinimumProgressFactory,
  type MinimumProgressOptions,
  type MinimumProgressProtocol,
  ProtocolWrapper,
  SpewingFactory,
  ThrottlingFactory,
  TimeoutFactory,
  TimeoutMixin,
  TrafficLoggingFactory,
  WrappingFactory,
} from '../../src/policies';
import { RecordingTransport } from '../recordingTransport';

const HERE = new IPv4Address('TCP', '192.0.2.1', 1);

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}
class Refusing extends Factory {
  override buildProtocol(): null {
    return null;
  }
}
const echoes = () => Factory.forProtocol(Echo);

function connect(factory: BaseFactory, transport = new RecordingTransport()): [IProtocol, RecordingTransport] {
  const p = factory.buildProtocol(HERE)!;
  p.makeConnection(transport);
  return [p, transport];
}

describe('WrappingFactory', () => {
  it('WrappingFactory makes wrappers of its protocol, and names both in logs', () => {
    class Shouting extends ProtocolWrapper {
      override write(data: Uint8Array): void {
        super.write(Buffer.from(data).toString().toUpperCase());
      }
    }
    class ShoutingFactory extends WrappingFactory {
      override protocol = Shouting;
    }
    const factory = new ShoutingFactory(echoes());
    const [p, transport] = connect(factory);
    p.dataReceived(Buffer.from('hello'));
    expect(transport.value.toString()).toBe('HELLO');
    expect(factory.logPrefix()).toBe('Factory (ShoutingFactory)');
    expect((p as Shouting).logPrefix()).toBe('Echo (Shouting)');
  });

  it('ProtocolWrapper passes on what else its transport can do', () => {
    class Secure extends RecordingTransport {
      getPeerCertificate(): string {
        return `of ${this.getPeer().toString()}`;
      }
    }
    const [p] = connect(new WrappingFactory(echoes()), new Secure());
    const inner = (p as ProtocolWrapper).wrappedProtocol as Echo;
    expect((inner.transport as unknown as Secure).getPeerCertificate()).toMatch(/^of IPv4Address/);
  });

  it.each([
    ['WrappingFactory', new WrappingFactory(new Refusing())],
    ['ThrottlingFactory', new ThrottlingFactory(new Refusing(), { readLimit: 1, clock: new Clock() })],
    ['TimeoutFactory', new TimeoutFactory(new Refusing(), 5, { clock: new Clock() })],
    ['LimitConnectionsByPeer', new LimitConnectionsByPeer(new Refusing())],
  ])('%s builds nothing, and counts nothing, when the wrapped factory builds nothing', (_name, factory) => {
    expect(factory.buildProtocol(HERE)).toBeNull();
    expect(factory.protocols.size).toBe(0);
    expect((factory as Partial<ThrottlingFactory>).connectionCount ?? 0).toBe(0);
    expect((factory as Partial<LimitConnectionsByPeer>).peerConnections?.size ?? 0).toBe(0);
  });
});

describe('LimitTotalConnectionsFactory', () => {
  it('LimitTotalConnectionsFactory tells an overflow protocol its factory', () => {
    class Busy extends Protocol {
      override connectionMade(): void {
        this.transport.write(`busy: ${this.factory!.logPrefix()}`);
        this.transport.loseConnection();
      }
    }
    const factory = LimitTotalConnectionsFactory.forProtocol(Echo);
    factory.connectionLimit = 0;
    factory.overflowProtocol = Busy;
    const [, transport] = connect(factory);
    expect(transport.value.toString()).toBe('busy: LimitTotalConnectionsFactory');
    expect(transport.calls).toEqual(['loseConnection']);
  });
});

describe('LimitConnectionsByPeer', () => {
  it('LimitConnectionsByPeer forgets the wrappers of lost connections', () => {
    const factory = new LimitConnectionsByPeer(echoes());
    const [p] = connect(factory);
    expect([factory.protocols.size, factory.peerConnections.get('192.0.2.1')]).toEqual([1, 1]);
    p.connectionLost(connectionDone);
    expect([factory.protocols.size, factory.peerConnections.size]).toEqual([0, 0]);
  });
});

describe('ThrottlingFactory', () => {
  it.each([0, -1, NaN])('ThrottlingFactory refuses a limit of %p', (readLimit) => {
    expect(() => new ThrottlingFactory(echoes(), { readLimit })).toThrow(ValueError);
  });

  it('ThrottlingFactory counts the bytes of text', () => {
    const factory = new ThrottlingFactory(echoes(), { writeLimit: 10, clock: new Clock() });
    const [p] = connect(factory);
    ((p as ProtocolWrapper).wrappedProtocol as Echo).transport.write('é');
    ((p as ProtocolWrapper).wrappedProtocol as Echo).transport.writeSequence(new Set(['€', Buffer.from('x')]));
    expect(factory.writtenThisSecond).toBe(6);
    p.connectionLost(connectionDone);
  });

  it('ThrottlingFactory leaves no call behind when all connections are lost', () => {
    const clock = new Clock();
    const factory = new ThrottlingFactory(echoes(), { readLimit: 1, writeLimit: 1, clock });
    for (let round = 0; round < 2; round += 1) {
      const [p] = connect(factory);
      p.dataReceived(Buffer.alloc(100));
      clock.advance(1);
      expect(clock.getDelayedCalls()).toHaveLength(4);
      p.connectionLost(connectionDone);
      expect(clock.getDelayedCalls()).toEqual([]);
    }
  });

  it('ThrottlingFactory loses its last connection cleanly, also when an earlier one was throttled to its end', () => {
    const clock = new Clock();
    const factory = new ThrottlingFactory(echoes(), { readLimit: 1, clock });
    const [throttled] = connect(factory);
    throttled.dataReceived(Buffer.alloc(100));
    clock.advance(1);
    throttled.connectionLost(connectionDone);
    const [last] = connect(factory);
    const lost = jest.spyOn((last as ProtocolWrapper).wrappedProtocol as Echo, 'connectionLost');
    last.connectionLost(connectionDone);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});

describe('TimeoutMixin', () => {
  class Patient extends TimeoutMixin(LineReceiver) {
    override timeOut: number | null = 30;
    override connectionMade(): void {
      this.setTimeout(this.timeOut);
    }
    override lineReceived(): void {
      this.resetTimeout();
    }
  }

  it('TimeoutMixin takes the period from a field of the subclass, and loses an idle connection', () => {
    const clock = new Clock();
    const p = new Patient();
    p.clock = clock;
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    clock.advance(29);
    p.dataReceived(Buffer.from('still here\r\n'));
    clock.advance(29);
    expect(transport.calls).toEqual([]);
    p.timeOut = 1;
    p.resetTimeout();
    clock.advance(1);
    expect(transport.calls).toEqual(['loseConnection']);
    expect(p.setTimeout(null)).toBe(1);
  });

  it('IdleTimeout is the same as an object', () => {
    const clock = new Clock();
    let ups = 0;
    const idle = new IdleTimeout(
      (period, func) => clock.callLater(period, func),
      () => (ups += 1),
    );
    idle.resetTimeout();
    expect(idle.setTimeout(3)).toBeNull();
    clock.advance(2);
    idle.resetTimeout();
    clock.advance(2);
    expect([ups, idle.setTimeout(1)]).toEqual([0, 3]);
    clock.advance(1);
    expect(ups).toBe(1);
    expect(idle.setTimeout(5)).toBe(1);
    expect(idle.setTimeout(null)).toBe(5);
    clock.advance(9);
    expect(ups).toBe(1);
  });
});

describe('SpewingFactory', () => {
  it('SpewingFactory logs what is received and written', () => {
    const events = capturedLogs(() => {
      const [p] = connect(new SpewingFactory(echoes()));
      p.dataReceived(Buffer.from('it\'s "é"\r\n'));
    });
    expect(events.map(formatEvent)).toEqual([
      `Received: b'it\\'s "\\xc3\\xa9"\\r\\n'`,
      `Sending: b'it\\'s "\\xc3\\xa9"\\r\\n'`,
    ]);
  });
});

describe('TrafficLoggingFactory', () => {
  class ToMemory extends TrafficLoggingFactory {
    readonly logs = new Map<string, string>();
    override open(name: string) {
      this.logs.set(name, '');
      return { write: (line: string) => this.logs.set(name, (this.logs.get(name) ?? '') + line) };
    }
  }

  it('TrafficLoggingFactory writes a log for each connection', () => {
    const factory = new ToMemory(echoes(), 'traffic', 20);
    const [p] = connect(factory);
    p.dataReceived(Buffer.from('hello'));
    const { transport } = (p as ProtocolWrapper).wrappedProtocol as Echo;
    transport.writeSequence(['x'.repeat(21), 'y']);
    transport.loseConnection();
    p.connectionLost(connectionDone);
    connect(factory);
    expect([...factory.logs]).toEqual([
      [
        'traffic-1',
        "*\nC 1: b'hello'\nS 1: b'hello'\nSV 1: [b'xxxxxxxx<... elided>', b'y']\nS 1: *\n" +
          'C 1: ConnectionDone: Connection was closed cleanly.\n',
      ],
      ['traffic-2', '*\n'],
    ]);
    factory.resetCounter();
    connect(factory);
    expect(factory.logs.get('traffic-1')).toBe('*\n');
  });

  it('TrafficLoggingFactory.open has to be written', () => {
    expect(() => new TrafficLoggingFactory(echoes(), 'log').buildProtocol(HERE)).toThrow(NotImplementedError);
  });
});

describe('MinimumProgressFactory', () => {
  function watched(options: MinimumProgressOptions): [Clock, MinimumProgressProtocol, RecordingTransport] {
    const clock = new Clock();
    const [p, transport] = connect(new MinimumProgressFactory(echoes(), { ...options, clock }));
    transport.calls.length = 0;
    return [clock, p as MinimumProgressProtocol, transport];
  }
  const pushed = (transport: RecordingTransport) =>
    transport.producer as { pauseProducing(): void; resumeProducing(): void };

  it('MinimumProgressFactory aborts a peer that sends less than the minimum in a period', () => {
    const [clock, p, transport] = watched({ minimumBytes: 10, period: 5 });
    for (let i = 0; i < 10; i += 1) {
      p.dataReceived(Buffer.from('x'));
      clock.advance(0.5);
    }
    expect(transport.calls).toEqual([]);
    for (let i = 0; i < 5; i += 1) {
      p.dataReceived(Buffer.from('x'));
      clock.advance(1);
    }
    expect(transport.calls).toEqual(['abortConnection']);
  });

  it('MinimumProgressFactory aborts a peer that does not take what is written, though it sends', () => {
    const [clock, p, transport] = watched({ period: 5 });
    pushed(transport).pauseProducing();
    p.dataReceived(Buffer.from('more, more'));
    clock.advance(5);
    expect(transport.calls).toEqual(['abortConnection']);
  });

  it('MinimumProgressFactory keeps a peer that takes what is written, though it sends nothing', () => {
    const [clock, , transport] = watched({ period: 5 });
    for (let i = 0; i < 4; i += 1) {
      pushed(transport).pauseProducing();
      clock.advance(4);
      pushed(transport).resumeProducing();
      clock.advance(1);
    }
    expect(transport.calls).toEqual([]);
  });

  it('MinimumProgressFactory does not count while the protocol does not read, or does not require it', () => {
    const [clock, p, transport] = watched({ period: 5 });
    p.pauseProducing();
    clock.pump([5, 5]);
    p.resumeProducing();
    p.requireProgress(false);
    clock.pump([5, 5]);
    expect(transport.calls).toEqual(['pauseProducing', 'resumeProducing']);
    p.requireProgress(true);
    clock.pump([5, 5]);
    expect(transport.calls.at(-1)).toBe('abortConnection');
  });

  it('MinimumProgressFactory.deadline ends a connection whatever it does, unless the protocol moves it', () => {
    const [clock, p, transport] = watched({ minimumBytes: 0, deadline: 10 });
    clock.advance(9);
    p.setDeadline(2);
    clock.advance(1);
    expect(transport.calls).toEqual([]);
    clock.advance(1);
    expect(transport.calls).toEqual(['abortConnection']);
  });

  it('MinimumProgressFactory.closeWithin ends a connection whose peer does not take the rest', () => {
    const [clock, p, transport] = watched({ period: 5, closeWithin: 7 });
    p.loseConnection();
    expect(transport.calls).toEqual(['unregisterProducer', 'loseConnection']);
    clock.advance(7);
    expect(transport.calls.at(-1)).toBe('abortConnection');
  });

  it('MinimumProgressFactory passes pausing and resuming on to the producer of the protocol', () => {
    const [, p, transport] = watched({ period: 5 });
    const heard: string[] = [];
    const producer = {
      pauseProducing: () => heard.push('pause'),
      resumeProducing: () => heard.push('resume'),
      stopProducing: () => heard.push('stop'),
    };
    pushed(transport).pauseProducing();
    p.registerProducer(producer, true);
    pushed(transport).resumeProducing();
    p.unregisterProducer();
    pushed(transport).pauseProducing();
    expect(heard).toEqual(['pause', 'resume']);
    p.registerProducer(producer, false);
    transport.producer!.resumeProducing();
    expect(heard).toEqual(['pause', 'resume', 'resume']);
  });

  it('MinimumProgressFactory leaves no call behind', () => {
    const [clock, p] = watched({ period: 5, deadline: 100 });
    p.connectionLost(connectionDone);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it('MinimumProgressFactory refuses a period of nothing', () => {
    expect(() => new MinimumProgressFactory(echoes(), { period: 0 })).toThrow(ValueError);
  });
});
