import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import type { Failure } from '../../src/failure';
import type { IPushProducer, ITCPTransport, ITransport } from '../../src/interfaces';
import { collectLoggedErrors, type LoggedErrors } from '../../src/logger';
import type { Reactor } from '../../src/reactor';
import { optionsForClientTLS, PrivateCertificate } from '../../src/ssl';
import { until, whileRunning } from '../live/running';
import { WitnessClientFactory, WitnessFactory } from '../live/witness';
import { inDirectory } from '../unix/directory';

jest.setTimeout(120_000);

const RUNS = 200;
const ON_PURPOSE = 'on purpose';

type Step =
  | readonly [verb: 'write', length: number]
  | readonly [verb: 'turns', count: number]
  | readonly [
      verb: 'pause' | 'resume' | 'lose' | 'loseWrite' | 'abort' | 'produce' | 'unregister' | 'throw',
      nothing?: undefined,
    ];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('write' as const), fc.nat({ max: 200_000 })) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('turns' as const), fc.integer({ min: 1, max: 4 })) },
  ...(
    [
      ['pause', 3],
      ['resume', 3],
      ['lose', 1],
      ['loseWrite', 1],
      ['abort', 1],
      ['produce', 1],
      ['unregister', 1],
      ['throw', 1],
    ] as const
  ).map(([verb, weight]) => ({ weight, arbitrary: fc.constant([verb] as const satisfies Step) })),
);

/** The byte at an offset of what a side sends. */
function byteAt(side: number, offset: number): number {
  return (offset * 31 + (offset >> 8) * 17 + side * 101) & 0xff;
}

/** A protocol that acts as it is told, and watches that its contract is kept. */
class Monitor {
  readonly broken: string[] = [];
  state: 'new' | 'made' | 'lost' = 'new';
  received = 0;
  sent = 0;
  reason = '';
  /** Thrown by the next `dataReceived`. */
  throwsNext = false;
  transport!: ITCPTransport;
  readonly #side: number;
  readonly #halfCloseable: boolean;
  #readEnded = false;
  #aborted = false;
  #producer: MonitoredProducer | null = null;

  constructor(side: number, halfCloseable: boolean) {
    this.#side = side;
    this.#halfCloseable = halfCloseable;
    if (halfCloseable) {
      Object.assign(this, { readConnectionLost: this.#readLost, writeConnectionLost: () => undefined });
    }
  }

  makeConnection(transport: ITransport): void {
    this.transport = transport as ITCPTransport;
    this.connectionMade();
  }

  connectionMade(): void {
    this.#claim(this.state === 'new', 'made once, and first');
    this.state = 'made';
  }

  dataReceived(data: Buffer): void {
    this.#claim(this.state === 'made', 'data while it is connected');
    this.#claim(data.length > 0, 'at least a byte');
    this.#claim(!this.#readEnded, 'no data after the end of it');
    this.#claim(!this.transport.disconnecting, 'no data after loseConnection');
    this.#claim(!this.#aborted, 'no data after abortConnection');
    for (const [i, byte] of data.entries()) {
      if (byte === byteAt(1 - this.#side, this.received + i)) continue;
      this.#claim(false, `bytes in order: another at ${this.received + i}`);
      break;
    }
    this.received += data.length;
    if (this.throwsNext) throw new Error(ON_PURPOSE);
  }

  connectionLost(reason: Failure): void {
    this.#claim(this.state === 'made', 'lost once');
    this.#claim(this.#producer === null || this.#producer.stopped, 'its producer stopped first');
    this.state = 'lost';
    this.reason = reason.value.name;
  }

  act([verb, argument]: Step): void {
    const { transport } = this;
    if (this.state === 'new') return;
    switch (verb) {
      case 'write':
        this.write(argument);
        break;
      case 'pause':
        transport.pauseProducing();
        break;
      case 'resume':
        transport.resumeProducing();
        break;
      case 'lose':
        transport.loseConnection();
        break;
      case 'loseWrite':
        transport.loseWriteConnection();
        break;
      case 'abort':
        this.#aborted = true;
        transport.abortConnection();
        break;
      case 'produce':
        if (this.#producer !== null || this.state === 'lost') break;
        this.#producer = new MonitoredProducer(this, (claim) => this.#claim(false, claim));
        transport.registerProducer(this.#producer, true);
        this.#producer.resumeProducing();
        break;
      case 'unregister':
        transport.unregisterProducer();
        this.#producer = null;
        break;
      case 'throw':
        this.throwsNext = true;
        break;
    }
  }

  write(length: number): void {
    const data = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) data[i] = byteAt(this.#side, this.sent + i);
    this.sent += length;
    this.transport.write(data);
  }

  readonly #readLost = (): void => {
    this.#claim(this.#halfCloseable && !this.#readEnded && this.state === 'made', 'readConnectionLost once');
    this.#readEnded = true;
  };

  #claim(kept: boolean, claim: string): void {
    if (!kept) this.broken.push(`side ${this.#side}: ${claim} (${this.state})`);
  }
}

/** Writes some pieces whenever it may. */
class MonitoredProducer implements IPushProducer {
  stopped = false;
  readonly #monitor: Monitor;
  readonly #broken: (claim: string) => void;
  #paused = true;
  #pieces = 8;

  constructor(monitor: Monitor, broken: (claim: string) => void) {
    this.#monitor = monitor;
    this.#broken = broken;
  }

  pauseProducing(): void {
    if (this.stopped) this.#broken('no pause after the stop of a producer');
    this.#paused = true;
  }

  resumeProducing(): void {
    if (this.stopped) this.#broken('no resume after the stop of a producer');
    this.#paused = false;
    while (!this.#paused && this.#pieces > 0) {
      this.#pieces -= 1;
      this.#monitor.write(30_000);
    }
    if (this.#pieces === 0 && !this.stopped) this.#monitor.act(['unregister']);
  }

  stopProducing(): void {
    this.stopped = true;
  }
}

interface Schedule {
  readonly halfCloseable: readonly [boolean, boolean];
  readonly steps: readonly (readonly [side: number, step: Step])[];
}

const schedule: fc.Arbitrary<Schedule> = fc.record({
  halfCloseable: fc.tuple(fc.boolean(), fc.boolean()),
  steps: fc.array(fc.tuple(fc.nat({ max: 1 }), step), { maxLength: 40 }),
});

/** Plays a schedule on a connection, ends it, and returns what was wrong. */
async function play(reactor: Reactor, connect: Connect, { halfCloseable, steps }: Schedule): Promise<string[]> {
  const sides = halfCloseable.map((flag, side) => new Monitor(side, flag)) as [Monitor, Monitor];
  const close = connect(reactor, sides);
  await until(reactor, () => sides.every(({ state }) => state !== 'new'));
  for (const [side, what] of steps) {
    if (what[0] === 'turns') await turns(reactor, what[1]);
    else sides[side]!.act(what);
  }
  await turns(reactor, 2);
  const aborted = steps.some(([, [verb]]) => verb === 'abort' || verb === 'throw');
  for (const monitor of sides) {
    monitor.act(['unregister']);
    monitor.act(['resume']);
    monitor.act(['lose']);
  }
  // However much either has still to send: both end by themselves.
  await until(reactor, () => sides.every(({ state }) => state === 'lost'));
  await turns(reactor, 3);
  close();
  const [a, b] = sides;
  const broken = [...a.broken, ...b.broken];
  if (a.received > b.sent || b.received > a.sent) broken.push('more received than sent');
  if (!aborted)
    for (const { reason } of sides) if (reason.includes('Aborted')) broken.push(`nobody aborted: ${reason}`);
  return broken;
}

type Connect = (reactor: Reactor, sides: readonly [Monitor, Monitor]) => () => void;

async function turns(reactor: Reactor, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
}

const at = inDirectory();
let sockets = 0;
const IDENTITY = PrivateCertificate.loadPEM(
  readFileSync(join(__dirname, '../../../../conformance/fixtures/server.pem'), 'latin1'),
);
const CLIENT = optionsForClientTLS('localhost', { trustRoot: IDENTITY });

const KINDS: Readonly<Record<string, Connect>> = {
  TCP: (reactor, [server, client]) => {
    const port = reactor.listenTCP(0, new WitnessFactory(server), { interface: '127.0.0.1' });
    const { port: number } = port.getHost() as unknown as { port: number };
    reactor.connectTCP('127.0.0.1', number, new WitnessClientFactory(client));
    return () => void port.stopListening();
  },
  UNIX: (reactor, [server, client]) => {
    const path = at(String((sockets += 1)));
    const port = reactor.listenUNIX(path, new WitnessFactory(server));
    reactor.connectUNIX(path, new WitnessClientFactory(client));
    return () => void port.stopListening();
  },
  TLS: (reactor, [server, client]) => {
    const options = { interface: '127.0.0.1' };
    const port = reactor.listenSSL(0, new WitnessFactory(server), IDENTITY.options(), options);
    const { port: number } = port.getHost() as unknown as { port: number };
    reactor.connectSSL('127.0.0.1', number, new WitnessClientFactory(client), CLIENT);
    return () => void port.stopListening();
  },
};

let logged: LoggedErrors;
beforeEach(() => {
  logged = collectLoggedErrors();
});
afterEach(() => {
  const unexpected = logged.flush().filter(({ value }) => value.message !== ON_PURPOSE);
  logged.stop();
  if (unexpected.length > 0)
    throw new AggregateError(
      unexpected.map(({ value }) => value),
      'logged, and not expected',
    );
});

describe('StreamTransport under any schedule of both sides', () => {
  it.each(Object.keys(KINDS))('keeps its contract with each protocol: %s', async (kind) => {
    await whileRunning(async (reactor) => {
      await fc.assert(
        fc.asyncProperty(schedule, async (played) => {
          expect(await play(reactor, KINDS[kind]!, played)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    });
  });
});
