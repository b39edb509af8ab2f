/** TLS over transports that are no sockets: pumped by hand, wrapped, cut, flooded, and the real Twisted's at the other end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import { IPv4Address } from '@skein/reactor/address';
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IListeningPort, IPushProducer } from '@skein/reactor/interfaces';
import { INegotiated, ISSLTransport } from '@skein/reactor/interfaces';
import { optionsForClientTLS, PlaintextPeerError, PrivateCertificate, VerificationError } from '@skein/reactor/ssl';
import { Simulation } from '@skein/reactor/simulation';
import { MemoryReactor, StringTransport } from '@skein/reactor/testing';

import { Factory, Protocol } from '../../src';
import { everyChunking } from '../../src/testing';
import { TLSMemoryBIOFactory, type TLSMemoryBIOProtocol } from '../../src/tls';

const PEM = path.join(__dirname, '../../../../conformance/fixtures/server.pem');
const certificate = PrivateCertificate.loadPEM(readFileSync(PEM));
const PYTHON = process.env['SKEIN_PYTHON'] ?? '/usr/bin/python3';
const isPresent =
  spawnSync(PYTHON, ['-c', 'import twisted, OpenSSL, service_identity'], { timeout: 10_000 }).status === 0;
const isRequired = process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1';
if (!isPresent && !isRequired) console.warn(`passed over, for want of Twisted: ${PYTHON}`);
const describeWithTwisted = isPresent || isRequired ? describe : describe.skip;

const server = certificate.options();
const client = (name = 'localhost') => optionsForClientTLS(name, { trustRoot: certificate });

/** Notes what happens to it. */
class Noting extends Protocol {
  readonly events: string[] = [];
  received = Buffer.alloc(0);
  reason: Failure | null = null;

  override connectionMade(): void {
    this.events.push('made');
  }

  handshakeCompleted(): void {
    this.events.push('shaken');
  }

  override dataReceived(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    if (this.events.at(-1) !== 'data') this.events.push('data');
  }

  override connectionLost(reason: Failure): void {
    this.reason = reason;
    this.events.push(`lost(${reason.value.name})`);
  }
}

/** A transport that keeps what was written, and can be full. */
class Wire extends StringTransport {
  override loseConnection(): void {
    this.disconnecting = true;
  }
  override abortConnection(): void {
    this.disconnecting = true;
  }
}

interface End {
  readonly tls: TLSMemoryBIOProtocol;
  readonly wire: Wire;
  readonly protocol: Noting;
}

function makeEnd(reactor: object, isClient: boolean, protocol = new Noting(), name?: string): End {
  const wrapped = new Factory();
  wrapped.noisy = false;
  wrapped.buildProtocol = () => protocol;
  const factory = new TLSMemoryBIOFactory(isClient ? client(name) : server, isClient, wrapped, { reactor });
  const tls = factory.buildProtocol(new IPv4Address('TCP', '192.0.2.1', 1)) as TLSMemoryBIOProtocol;
  const wire = new Wire();
  tls.makeConnection(wire);
  return { tls, wire, protocol };
}

/** Moves what was written, `cut` into pieces. */
function move(from: End, to: End, cut: (bytes: Buffer) => readonly Buffer[] = (bytes) => [bytes]): boolean {
  const bytes = from.wire.value();
  from.wire.clear();
  if (bytes.length === 0) return false;
  for (const piece of cut(bytes)) to.tls.dataReceived(piece);
  return true;
}

/** A process of a simulation, whose model of TLS is quick and the same every time. */
function simulated(): { readonly reactor: object; settle(): void } {
  const sim = new Simulation({ drain: 'sync' });
  const { reactor } = sim.host('host');
  return { reactor, settle: () => sim.advanceSync(0.001) };
}

/** Moves until both rest. */
function pump({ settle }: { settle(): void }, a: End, b: End, cut?: (bytes: Buffer) => readonly Buffer[]): void {
  for (let i = 0; i < 50; i++) {
    settle();
    const moved = [move(a, b, cut), move(b, a, cut)];
    if (!moved.includes(true)) return;
  }
  throw new Error('the ends do not come to rest');
}

describe('TLSMemoryBIOProtocol over transports pumped by hand', () => {
  it('TLSMemoryBIOProtocol is an ISSLTransport and INegotiated to its protocol, made before the handshake', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    expect([a.protocol.events, a.tls.getPeerCertificate(), a.tls.tlsInfo]).toEqual([['made'], null, null]);
    expect([ISSLTransport, INegotiated].map((each) => each.providedBy(a.protocol.transport))).toEqual([true, true]);
    pump(world, a, b);
    expect([a.protocol.events, b.protocol.events]).toEqual([
      ['made', 'shaken'],
      ['made', 'shaken'],
    ]);
    expect(a.tls.getPeerCertificate()?.dump().equals(certificate.dump())).toBe(true);
    expect(a.tls.tlsInfo?.version).toBe('TLSv1.3');
    expect(a.tls.negotiatedProtocol).toBeNull();
  });

  it('TLSMemoryBIOProtocol loses the connection properly: farewell, answer, and then the transports', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    a.tls.write('early');
    pump(world, a, b);
    a.tls.loseConnection();
    a.tls.write('too late');
    pump(world, a, b);
    expect(b.protocol.received.toString()).toBe('early');
    expect([a.wire.disconnecting, b.wire.disconnecting]).toEqual([true, true]);
    // The protocol is told when the transport is.
    expect(a.protocol.events).toEqual(['made', 'shaken']);
    a.tls.connectionLost(new Failure(new ConnectionDone()));
    expect(a.protocol.events.at(-1)).toBe('lost(ConnectionDone)');
  });

  it('TLSMemoryBIOProtocol tells ConnectionLost for a transport that ends without a farewell', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    pump(world, a, b);
    a.tls.connectionLost(new Failure(new ConnectionDone()));
    world.settle();
    expect(a.protocol.reason?.value).toBeInstanceOf(ConnectionLost);
  });

  it('TLSMemoryBIOProtocol fails with the errors of native connections', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true, new Noting(), 'somebody.else'), makeEnd(world.reactor, false)];
    pump(world, a, b);
    const plain = makeEnd(world.reactor, false);
    plain.tls.dataReceived(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    world.settle();
    for (const end of [a, plain]) {
      expect(end.wire.disconnecting).toBe(true);
      end.tls.connectionLost(new Failure(new ConnectionDone()));
    }
    expect(a.protocol.reason?.value).toBeInstanceOf(VerificationError);
    expect(plain.protocol.reason?.value).toBeInstanceOf(PlaintextPeerError);
  });

  it('TLSMemoryBIOProtocol.failVerification is what the protocol is told', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    pump(world, a, b);
    a.tls.failVerification(new Failure(new RangeError('not that one')));
    world.settle();
    a.tls.connectionLost(new Failure(new ConnectionDone()));
    expect(a.protocol.reason?.value).toBeInstanceOf(RangeError);
  });

  it('TLSMemoryBIOProtocol brings the same under any division of the ciphertext', () => {
    const said = ['one', 'two', 'x'.repeat(40)];
    let runs = 0;
    everyChunking(
      Buffer.alloc(60),
      (chunks) => {
        // The division is by the lengths of these chunks, over and over.
        const lengths = chunks.map(({ length }) => length);
        const cut = (bytes: Buffer): Buffer[] => {
          const pieces: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const end = at + (lengths[i % lengths.length] as number);
            pieces.push(bytes.subarray(at, end));
            at = end;
          }
          return pieces;
        };
        const world = simulated();
        const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
        for (const each of said) a.tls.write(each);
        pump(world, a, b, cut);
        b.tls.write('answer');
        b.tls.loseConnection();
        pump(world, a, b, cut);
        expect([b.protocol.received.toString(), a.protocol.received.toString()]).toEqual([said.join(''), 'answer']);
        expect(a.wire.disconnecting && b.wire.disconnecting).toBe(true);
        runs += 1;
      },
      { divisions: 10 },
    );
    expect(runs).toBe(71);
  });

  it('TLSMemoryBIOProtocol holds a producer back while the transport has enough', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    pump(world, a, b);
    const pieces = { sent: 0, isPaused: false };
    const producer: IPushProducer = {
      pauseProducing: () => {
        pieces.isPaused = true;
      },
      resumeProducing: () => {
        pieces.isPaused = false;
      },
      stopProducing: () => undefined,
    };
    a.tls.registerProducer(producer, true);
    // The transport beneath is full: nobody takes anything.
    (a.wire.producer as IPushProducer).pauseProducing();
    for (; !pieces.isPaused && pieces.sent < 1000; pieces.sent++) {
      a.tls.write(Buffer.alloc(10_000));
      world.settle();
    }
    expect(pieces.sent).toBeLessThan(10);
    expect(a.wire.value().length).toBeLessThan(20_000);
    (a.wire.producer as IPushProducer).resumeProducing();
    pump(world, a, b);
    expect([b.protocol.received.length, pieces.isPaused]).toEqual([pieces.sent * 10_000, false]);
    a.tls.unregisterProducer();
  });

  it('TLSMemoryBIOProtocol.pauseProducing stops the transport, and keeps what still comes', () => {
    const world = simulated();
    const [a, b] = [makeEnd(world.reactor, true), makeEnd(world.reactor, false)];
    pump(world, a, b);
    b.tls.pauseProducing();
    expect(b.wire.producerState).toBe('paused');
    a.tls.write('kept');
    pump(world, a, b);
    expect(b.protocol.received.length).toBe(0);
    b.tls.resumeProducing();
    world.settle();
    expect([b.wire.producerState, b.protocol.received.toString()]).toEqual(['producing', 'kept']);
  });
});

describe('TLSMemoryBIOFactory', () => {
  it('TLSMemoryBIOFactory names the wrapped factory, and wants a reactor with TLS', () => {
    const { reactor } = simulated();
    const factory = new TLSMemoryBIOFactory(server, false, new Factory(), { reactor });
    expect(factory.logPrefix()).toBe('Factory (TLS)');
    expect(() => new TLSMemoryBIOFactory(server, false, new Factory(), { reactor: new MemoryReactor() })).toThrow(
      new TypeError('TLSMemoryBIOFactory wants a reactor with TLS, not MemoryReactor'),
    );
  });
});

describeWithTwisted("TLSMemoryBIOFactory with Twisted's", () => {
  let child: ChildProcess | null = null;
  let reactor: Reactor;
  let running: Promise<void>;

  beforeEach(() => {
    reactor = createNodeReactor();
    running = reactor.run({ installSignalHandlers: false });
  });
  afterEach(async () => {
    if (child !== null && child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = null;
    reactor.stop();
    await running;
  });

  /** Starts the peer; returns the lines it says. */
  function start(role: string, port = 0): AsyncIterator<string> {
    child = spawn(PYTHON, [path.join(__dirname, 'tlsPeer.py'), role, PEM, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  it('TLSMemoryBIOFactory serves its client', async () => {
    class Echo extends Protocol {
      override dataReceived(data: Buffer): void {
        this.transport.write(data);
      }
    }
    const wrapped = Factory.forProtocol(Echo);
    wrapped.noisy = false;
    const port: IListeningPort = reactor.listenTCP(0, new TLSMemoryBIOFactory(server, false, wrapped, { reactor }), {
      interface: '127.0.0.1',
    });
    const lines = start('client', (port.getHost() as IPv4Address).port);
    expect((await lines.next()).value).toBe('lost 300000 ConnectionDone');
  });

  it('TLSMemoryBIOFactory is served by its server', async () => {
    const lines = start('server');
    const port = Number(/\d+/.exec(String((await lines.next()).value))?.[0]);
    const size = 300_000;
    const over = new Promise<Noting>((resolve) => {
      class Talking extends Noting {
        override connectionMade(): void {
          this.transport.write(Buffer.alloc(size, 'y'));
        }
        override dataReceived(data: Buffer): void {
          super.dataReceived(data);
          if (this.received.length === size) this.transport.loseConnection();
        }
        override connectionLost(reason: Failure): void {
          super.connectionLost(reason);
          resolve(this);
        }
      }
      const wrapped = Factory.forProtocol(Talking);
      wrapped.noisy = false;
      const factory = Object.assign(new TLSMemoryBIOFactory(client(), true, wrapped, { reactor }), {
        startedConnecting: () => undefined,
        clientConnectionFailed: () => undefined,
        clientConnectionLost: () => undefined,
      });
      reactor.connectTCP('127.0.0.1', port, factory);
    });
    const talking = await over;
    expect([talking.received.length, talking.reason?.value.name]).toEqual([size, 'ConnectionDone']);
    expect((await lines.next()).value).toBe('lost ConnectionDone');
  });
});
