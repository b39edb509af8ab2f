import { createNodeReactor } from '@skein/reactor';
import { IPv4Address } from '@skein/reactor/address';
import { Deferred, fail, succeed } from '@skein/reactor/defer';
import { DNSLookupError } from '@skein/reactor/error';
import type { IAddress, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { StringTransport } from '@skein/reactor/testing';

import { ClientFactory, Factory, Protocol } from '../src';
import {
  SOCKSv4,
  SOCKSv4Factory,
  type SOCKSv4Incoming,
  type SOCKSv4IncomingFactory,
  type SOCKSv4Outgoing,
  type SOCKSReactor,
} from '../src/socks';
import { everyChunking } from '../src/testing';

const NAMES: Readonly<Record<string, string>> = { localhost: '127.0.0.1' };
const names = {
  resolve: (name: string) => {
    const address = NAMES[name];
    return address === undefined ? fail<string>(new DNSLookupError(name)) : succeed(address);
  },
} as unknown as SOCKSReactor;

/** Twisted's own test double: what connects and listens is pretended. */
class Driver extends SOCKSv4 {
  driverOutgoing: SOCKSv4Outgoing | null = null;
  driverListen: SOCKSv4IncomingFactory | null = null;
  /** When given, connecting takes until it fires. */
  connecting: Deferred<null> | null = null;
  granted: boolean | Deferred<boolean> = true;
  readonly asked: unknown[] = [];

  override authorize(code: number, server: string, port: number, user: Buffer): boolean | Deferred<boolean> {
    this.asked.push([code, server, port, user.toString()]);
    return this.granted;
  }
  override connectClass<P extends IProtocol, A extends unknown[]>(
    host: string,
    port: number,
    klass: new (...args: A) => P,
    ...args: A
  ): Deferred<P> {
    const connect = (): P => {
      const proto = new klass(...args);
      this.driverOutgoing = proto as unknown as SOCKSv4Outgoing;
      proto.makeConnection(new StringTransport({ peerAddress: new IPv4Address('TCP', host, port) }));
      return proto;
    };
    return this.connecting === null ? succeed(connect()) : this.connecting.addCallback(connect);
  }
  override listenClass<A extends unknown[]>(
    _port: number,
    klass: new (...args: A) => IProtocolFactory,
    ...args: A
  ): Deferred<readonly [string, number]> {
    this.driverListen = new klass(...args) as SOCKSv4IncomingFactory;
    return succeed(['6.7.8.9', 1234] as const);
  }
}

function connected(logging: ConstructorParameters<typeof SOCKSv4>[0] = null): [Driver, StringTransport] {
  const p = new Driver(logging, names);
  const transport = new StringTransport();
  p.makeConnection(transport);
  return [p, transport];
}

function request(code: number, port: number, address: string, user = 'fooBAR', name: string | null = null): Buffer {
  const head = Buffer.from([4, code, port >> 8, port & 0xff, ...address.split('.').map(Number)]);
  return Buffer.concat([head, Buffer.from(`${user}\0${name === null ? '' : `${name}\0`}`)]);
}

function reply(code: number, port = 0, address = '0.0.0.0'): Buffer {
  return Buffer.from([0, code, port >> 8, port & 0xff, ...address.split('.').map(Number)]);
}

/** What was written since the last time. */
function taken(transport: { value(): Buffer; clear(): void }): Buffer {
  const value = transport.value();
  transport.clear();
  return value;
}

const outgoing = (p: Driver): StringTransport => p.driverOutgoing!.transport as StringTransport;

function incoming(p: Driver, host: string): SOCKSv4Incoming | null {
  const built = p.driverListen!.buildProtocol(new IPv4Address('TCP', host, 5345));
  built?.makeConnection(new StringTransport());
  return built;
}

describe('SOCKSv4', () => {
  it('SOCKSv4 connects, and relays, a request in any chunks', () => {
    everyChunking(request(1, 34, '1.2.3.4'), (chunks) => {
      const [p, transport] = connected();
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(taken(transport)).toEqual(reply(90, 34, '1.2.3.4'));
      expect(p.asked).toEqual([[1, '1.2.3.4', 34, 'fooBAR']]);
      p.dataReceived(Buffer.from('hello, world'));
      expect(outgoing(p).value().toString()).toBe('hello, world');
      p.driverOutgoing!.dataReceived(Buffer.from('hi there'));
      expect(transport.value().toString()).toBe('hi there');
      p.connectionLost();
      expect(outgoing(p).disconnecting).toBe(true);
    });
  });

  it.each([
    [1, reply(90, 34, '127.0.0.1')],
    [2, reply(90, 1234, '6.7.8.9')],
  ])('SOCKSv4 looks the name of a request of version 4a up (command %s), in any chunks', (code, granted) => {
    everyChunking(request(code, 34, '0.0.0.1', 'fooBAZ', 'localhost'), (chunks) => {
      const [p, transport] = connected();
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(p.asked).toEqual([[code, '127.0.0.1', 34, 'fooBAZ']]);
      expect(transport.value()).toEqual(granted);
    });
  });

  it('SOCKSv4 takes 0.0.0.0 for an address, after which no name comes', () => {
    const [p] = connected();
    p.dataReceived(request(1, 34, '0.0.0.0'));
    expect(p.asked).toEqual([[1, '0.0.0.0', 34, 'fooBAR']]);
  });

  it('SOCKSv4 waits for who is to come, and for nobody else', () => {
    const [p, transport] = connected();
    p.dataReceived(request(2, 34, '1.2.3.4'));
    expect(taken(transport)).toEqual(reply(90, 1234, '6.7.8.9'));
    const other = incoming(p, '1.2.3.4')!;
    expect(taken(transport)).toEqual(reply(90));
    p.dataReceived(Buffer.from('hello, world'));
    expect((other.transport as StringTransport).value().toString()).toBe('hello, world');
    other.dataReceived(Buffer.from('hi there'));
    expect(transport.value().toString()).toBe('hi there');
    expect(incoming(p, '1.2.3.4')).toBeNull();
    other.connectionLost();
    expect(transport.disconnecting).toBe(true);
  });

  it('SOCKSv4 refuses when another host comes than was named', () => {
    const [p, transport] = connected();
    p.dataReceived(request(2, 34, '1.2.3.4'));
    transport.clear();
    expect(incoming(p, '1.6.6.6')).toBeNull();
    expect(taken(transport)).toEqual(reply(91));
    expect(transport.disconnecting).toBe(true);
    expect(incoming(p, '1.2.3.4')).toBeNull();
  });

  const badly = (change: (bytes: Buffer) => Buffer): Buffer => change(request(1, 34, '1.2.3.4'));
  it.each<[string, Buffer]>([
    ['a name that is none', request(1, 34, '0.0.0.1', 'fooBAZ', 'failinghost')],
    ['a name that is none, to be connected from', request(2, 34, '0.0.0.1', 'fooBAZ', 'failinghost')],
    ['another version', badly((bytes) => Buffer.concat([Buffer.from([5]), bytes.subarray(1)]))],
    ['another command', request(3, 34, '1.2.3.4')],
    ['bytes after it', badly((bytes) => Buffer.concat([bytes, Buffer.from('GET /')]))],
    ['a user that is too long', request(1, 34, '1.2.3.4', 'u'.repeat(2000))],
    ['a name that is too long', request(1, 34, '0.0.0.1', 'u', 'n'.repeat(2000))],
    ['no end', request(1, 34, '1.2.3.4', 'u'.repeat(2000)).subarray(0, 1800)],
  ])('SOCKSv4 refuses %s: reply 91, and the end', (_what, bytes) => {
    everyChunking(
      bytes,
      (chunks) => {
        const [p, transport] = connected();
        p.connecting = new Deferred();
        for (const chunk of chunks) {
          p.dataReceived(chunk);
          expect(p.buf.length).toBeLessThanOrEqual(SOCKSv4.MAX_REQUEST_LENGTH);
        }
        expect(transport.value()).toEqual(reply(91));
        expect(transport.disconnecting).toBe(true);
        expect(p.driverOutgoing).toBeNull();
      },
      { divisions: 5 },
    );
  });

  it.each([1, 2])('SOCKSv4 refuses what authorize does not grant (command %s), at once or later', (code) => {
    for (const later of [false, true]) {
      const [p, transport] = connected();
      const answer = new Deferred<boolean>();
      p.granted = later ? answer : false;
      p.dataReceived(request(code, 4242, '10.2.3.4'));
      expect(transport.value()).toHaveLength(later ? 0 : 8);
      answer.callback(false);
      expect(transport.value()).toEqual(reply(91));
      expect(transport.disconnecting).toBe(true);
      expect([p.driverOutgoing, p.driverListen]).toEqual([null, null]);
    }
  });

  it('SOCKSv4 refuses, and logs, when authorize throws', () => {
    const logged = collectLoggedErrors();
    const [p, transport] = connected();
    p.authorize = () => {
      throw new Error('who?');
    };
    p.dataReceived(request(1, 34, '1.2.3.4'));
    expect(transport.value()).toEqual(reply(91));
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['who?']);
    logged.stop();
  });

  it('SOCKSv4.authorize grants everything, by default', () => {
    expect(new SOCKSv4(null, names).authorize(1, '1.2.3.4', 34, Buffer.from('ada'))).toBe(true);
  });

  it('SOCKSv4 refuses what is sent before the answer, and what cannot be connected to', () => {
    for (const impatient of [true, false]) {
      const [p, transport] = connected();
      const connecting = new Deferred<null>();
      p.connecting = connecting;
      p.dataReceived(request(1, 34, '1.2.3.4'));
      expect(transport.value()).toHaveLength(0);
      if (impatient) p.dataReceived(Buffer.from('GET /'));
      else connecting.errback(new Error('unreachable'));
      expect(transport.value()).toEqual(reply(91));
      expect(transport.disconnecting).toBe(true);
    }
  });

  it('SOCKSv4 gives the attempt up when its client is gone', () => {
    const [p, transport] = connected();
    let cancelled = false;
    p.connecting = new Deferred<null>(() => {
      cancelled = true;
    });
    p.dataReceived(request(1, 34, '1.2.3.4'));
    p.connectionLost();
    expect(cancelled).toBe(true);
    expect(transport.value()).toHaveLength(0);
  });

  it('SOCKSv4 ends the one side when the other has ended', () => {
    const [p, transport] = connected();
    p.dataReceived(request(1, 34, '1.2.3.4'));
    expect(transport.producer).toBe(outgoing(p));
    expect(outgoing(p).producer).toBe(transport);
    p.driverOutgoing!.connectionLost();
    expect(transport.disconnecting).toBe(true);
    expect(transport.producer).toBeNull();
  });

  it('SOCKSv4 writes the traffic to its log', () => {
    const entries: string[] = [];
    const [p] = connected({ write: (text) => entries.push(text) });
    p.dataReceived(request(1, 34, '1.2.3.4'));
    p.dataReceived(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    p.driverOutgoing!.dataReceived(Buffer.from('é'));
    expect(entries).toEqual([
      '192.168.1.1:54321 > 1.2.3.4:34\n' +
        '47 45 54 20 2F 20 48 54 54 50 2F 31 2E 30 0D 0A GET / HTTP/1.0..\n' +
        `0D 0A ${' '.repeat(42)}..\n\n`,
      `192.168.1.1:54321 < 1.2.3.4:34\nC3 A9 ${' '.repeat(42)}..\n\n`,
    ]);
  });
});

/** Runs `body` while a reactor runs. */
async function running<T>(body: (reactor: ReturnType<typeof createNodeReactor>) => Promise<T>): Promise<T> {
  const reactor = createNodeReactor();
  const stopped = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor);
  } finally {
    reactor.stop();
    await stopped;
  }
}

/** A protocol whose events can be waited for. */
class Waiting extends Protocol {
  readonly received: Buffer[] = [];
  /** How many bytes have been received. */
  count = 0;
  /** Whether they are kept. */
  keeps = true;
  readonly made = new Deferred<this>();
  readonly lost = new Deferred<null>();
  #wanted: (() => void) | null = null;

  override connectionMade(): void {
    this.made.callback(this);
  }
  override dataReceived(data: Buffer): void {
    this.count += data.length;
    if (this.keeps) this.received.push(data);
    this.#wanted?.();
  }
  override connectionLost(): void {
    this.lost.callback(null);
  }
  async receives(count: number): Promise<Buffer> {
    await new Promise<void>((resolve) => {
      this.#wanted = () => {
        if (this.count >= count) resolve();
      };
      this.#wanted();
    });
    return Buffer.concat(this.received);
  }
}

function quiet<F extends { noisy: boolean }>(factory: F): F {
  factory.noisy = false;
  return factory;
}
const portOf = (port: { getHost(): IAddress }): number => (port.getHost() as IPv4Address).port;

describe('SOCKSv4Factory', () => {
  const LOOPBACK = { interface: '127.0.0.1' };

  it('SOCKSv4Factory holds back who sends faster than the other side takes, both ways, and loses nothing', async () => {
    // More than the systems' buffers hold, on two connections.
    const BYTES = 64 * 1024 * 1024;
    await running(async (reactor) => {
      const far = new Waiting();
      const target = reactor.listenTCP(0, quiet(Factory.forProtocol(() => far)), LOOPBACK);
      const relays: SOCKSv4[] = [];
      const factory = quiet(new SOCKSv4Factory(null, reactor));
      factory.protocol = class extends SOCKSv4 {
        override connectionMade(): void {
          relays.push(this);
        }
      };
      const proxy = reactor.listenTCP(0, factory, LOOPBACK);
      const near = new Waiting();
      reactor.connectTCP('127.0.0.1', portOf(proxy), quiet(ClientFactory.forProtocol(() => near)));
      await near.made;
      near.transport.write(request(1, portOf(target), '127.0.0.1'));
      await near.receives(8);
      await far.made;
      for (const [reader, writer] of [
        [near, far],
        [far, near],
      ] as const) {
        // The reader takes nothing; the writer writes for as long as it may.
        reader.transport.pauseProducing();
        reader.count = 0;
        reader.keeps = false;
        let written = 0;
        const paused = new Deferred<null>();
        const piece = Buffer.alloc(64 * 1024, 'x');
        const producer = {
          going: true,
          resumeProducing(): void {
            this.going = true;
            while (this.going && written < BYTES) {
              written += piece.length;
              writer.transport.write(piece);
            }
            if (written >= BYTES) writer.transport.unregisterProducer();
          },
          pauseProducing(): void {
            this.going = false;
            if (!paused.called) paused.callback(null);
          },
          stopProducing(): void {},
        };
        writer.transport.registerProducer(producer, true);
        producer.resumeProducing();
        await paused;
        // Let whatever can still move do so: until a whole tenth of a second goes by without a byte.
        for (let before = -1; before !== written;) {
          before = written;
          await new Promise((resolve) => void reactor.callLater(0.1, resolve, null));
        }
        expect(written).toBeLessThan(BYTES);
        reader.transport.resumeProducing();
        await reader.receives(BYTES);
        expect(reader.count).toBe(BYTES);
      }
      far.transport.loseConnection();
      await near.lost;
      await Promise.all([proxy.stopListening(), target.stopListening()]);
      expect(relays).toHaveLength(1);
    });
  });

  it('SOCKSv4Factory has a port listen for the one connection, and closes it', async () => {
    await running(async (reactor) => {
      const proxy = reactor.listenTCP(0, quiet(new SOCKSv4Factory(null, reactor)), LOOPBACK);
      const near = new Waiting();
      reactor.connectTCP('127.0.0.1', portOf(proxy), quiet(ClientFactory.forProtocol(() => near)));
      await near.made;
      near.transport.write(request(2, 1, '127.0.0.1'));
      const port = (await near.receives(8)).readUInt16BE(2);
      const far = new Waiting();
      reactor.connectTCP('127.0.0.1', port, quiet(ClientFactory.forProtocol(() => far)));
      await far.made;
      expect((await near.receives(16)).subarray(8)).toEqual(reply(90));
      near.transport.write('hello');
      expect((await far.receives(5)).toString()).toBe('hello');
      const refused = new Deferred<null>();
      const again = quiet(ClientFactory.forProtocol(() => new Waiting()));
      again.clientConnectionFailed = () => refused.callback(null);
      reactor.connectTCP('127.0.0.1', port, again);
      await refused;
      near.transport.loseConnection();
      await far.lost;
      await proxy.stopListening();
    });
  });

  it('SOCKSv4Factory refuses where nobody listens, and closes the port when its client leaves', async () => {
    await running(async (reactor) => {
      const proxy = reactor.listenTCP(0, quiet(new SOCKSv4Factory(null, reactor)), LOOPBACK);
      const ask = async (bytes: Buffer): Promise<[Waiting, Buffer]> => {
        const near = new Waiting();
        reactor.connectTCP('127.0.0.1', portOf(proxy), quiet(ClientFactory.forProtocol(() => near)));
        await near.made;
        near.transport.write(bytes);
        return [near, await near.receives(8)];
      };
      const [leaving, listening] = await ask(request(2, 1, '127.0.0.1'));
      const port = listening.readUInt16BE(2);
      leaving.transport.loseConnection();
      await leaving.lost;
      // The same port: nobody is there any more, however long that took to be noticed.
      let answer = reply(90);
      while (answer[1] === 90) {
        const [near, bytes] = await ask(request(1, port, '127.0.0.1'));
        answer = bytes;
        if (answer[1] === 90) near.transport.loseConnection();
        await near.lost;
      }
      expect(answer).toEqual(reply(91));
      await proxy.stopListening();
    });
  });
});
