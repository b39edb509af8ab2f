/**
 * The parsers of the classics, each against 100,000 seeded inputs, random and damaged, in any division. What may come of it: answers,
 * Deferreds that fire, or the loss of the connection. What may not: an exception, a Deferred that is forgotten, or memory beyond
 * the limit.
 */
import { Deferred } from '@skein/reactor/defer';
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import { globalLogPublisher } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';

import type { Protocol } from '../../src';
import { Finger } from '../../src/finger';
import { IdentClient, IdentServer } from '../../src/ident';
import { MemCacheProtocol } from '../../src/memcache';
import { PostfixTCPMapDictServerFactory, PostfixTCPMapServer } from '../../src/postfix';
import { SOCKSv4, type SOCKSReactor } from '../../src/socks';
import { RecordingTransport } from '../recordingTransport';

import { watchBuffers } from './buffers';
import { input, seeded } from './inputs';

const INPUTS = Number(process.env['SKEIN_FUZZ_INPUTS'] ?? 100_000);
const LIMIT = 48;
/** What goes around a line or value: its end. */
const AROUND = 4;

/** A protocol under test. */
interface Made {
  readonly protocol: Protocol;
  /** Those that have to have fired when the connection is lost. */
  readonly waiting?: readonly Deferred[];
  /** What it keeps beyond what the watched buffers show. */
  held?(): number;
  /** How many frames were understood. */
  understood(transport: RecordingTransport): number;
}
interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  make(): Made;
}

const lines = (...each: readonly string[]): Buffer[] => each.map((line) => Buffer.from(`${line}\r\n`));
const count = (text: RegExp) => (transport: RecordingTransport) =>
  (transport.value.toString('latin1').match(text) ?? []).length;

const TARGETS: readonly Target[] = [
  {
    name: 'SOCKSv4',
    seeds: [
      Buffer.from([4, 1, 0, 80, 192, 0, 2, 1, 0]),
      Buffer.from([4, 2, 0, 80, 192, 0, 2, 1, 0x61, 0]),
      Buffer.from('\x04\x01\0\x50\0\0\0\x01user\0name\0', 'latin1'),
      Buffer.from('\x04\x02\0\x50\0\0\0\x01\0name\0', 'latin1'),
      Buffer.from(`\x04\x01\0\x50\x01\x02\x03\x04${'u'.repeat(2 * LIMIT)}`, 'latin1'),
      Buffer.from(`\x04\x01\0\x50\0\0\0\x01u\0${'n'.repeat(2 * LIMIT)}\0`, 'latin1'),
      Buffer.from('\x05\x01\0'),
    ],
    make() {
      let asked = 0;
      class Small extends SOCKSv4 {
        static override readonly MAX_REQUEST_LENGTH = LIMIT;
        override authorize(): boolean {
          asked += 1;
          return asked % 2 === 1;
        }
        override connectClass = <P>(): Deferred<P> => new Deferred<P>();
        override listenClass = (): Deferred<readonly [string, number]> => new Deferred();
      }
      const reactor = { resolve: () => new Deferred(() => {}).addErrback(() => null) } as unknown as SOCKSReactor;
      const protocol = new Small(null, reactor);
      return { protocol, held: () => protocol.buf.length, understood: () => asked };
    },
  },
  {
    name: 'MemCacheProtocol',
    seeds: [
      ...lines('VALUE foo 0 3\r\nbar\r\nEND', 'VALUE bar 5 3 77\r\nbar', 'END', 'STORED', 'NOT_STORED', 'EXISTS'),
      ...lines('STAT a b', 'STAT c d e', 'VERSION 1.6', '17', '18446744073709551615', 'DELETED', 'NOT_FOUND', 'OK'),
      ...lines('ERROR', 'CLIENT_ERROR no', 'SERVER_ERROR not now', `VALUE foo 0 ${LIMIT + 1}`, `VALUE foo 0 ${LIMIT}`),
      Buffer.from('x'.repeat(LIMIT)),
    ],
    make() {
      const protocol = new MemCacheProtocol();
      protocol.clock = new Clock();
      protocol.MAX_LENGTH = LIMIT;
      protocol.MAX_VALUE_LENGTH = LIMIT;
      protocol.encoding = 'latin1';
      const waiting: Deferred[] = [];
      let fired = 0;
      protocol.connectionMade = () => {
        waiting.push(
          protocol.get('foo'),
          protocol.set('foo', 'x'),
          protocol.getMultiple(['foo', 'bar'], true),
          protocol.stats(),
          protocol.version(),
          protocol.increment('n'),
          protocol.delete('foo'),
          protocol.flushAll(),
        );
        for (const d of waiting) {
          d.addCallbacks(
            () => void (fired += 1),
            () => null,
          );
        }
        return undefined;
      };
      return { protocol, waiting, understood: () => fired };
    },
  },
  {
    name: 'IdentServer',
    seeds: lines('1, 2', '6193 , 23', '0, 5', '65536, 1', '-1,+2', 'x, y', '1,2,3', `1,${'2'.repeat(LIMIT)}`, ''),
    make() {
      const protocol = new IdentServer();
      protocol.MAX_LENGTH = LIMIT;
      return { protocol, understood: count(/ERROR/g) };
    },
  },
  {
    name: 'IdentClient',
    seeds: lines('1, 2 : USERID : UNIX : ada', '1,2:ERROR:NO-USER', '1 : ERROR', ':::', `1:2:${'3'.repeat(LIMIT)}`),
    make() {
      const protocol = new IdentClient();
      protocol.MAX_LENGTH = LIMIT;
      let fired = 0;
      const waiting: Deferred[] = [];
      protocol.connectionMade = () => {
        for (let i = 1; i < 4; i += 1) waiting.push(protocol.lookup(i, 2));
        for (const d of waiting) d.addBoth(() => void (fired += 1));
        return undefined;
      };
      return { protocol, waiting, understood: () => fired };
    },
  },
  {
    name: 'Finger',
    seeds: lines('', 'ada', '/W ada', '/W', 'ada@host', 'x'.repeat(LIMIT + 1), 'a b c'),
    make() {
      const protocol = new Finger();
      protocol.MAX_LENGTH = LIMIT;
      return { protocol, understood: count(/denied|No such/g) };
    },
  },
  {
    name: 'PostfixTCPMapServer',
    seeds: ['get key', 'get other', 'put a b', 'get', 'get a%20b', 'do_get', 'constructor', 'x'.repeat(LIMIT + 1)].map(
      (line) => Buffer.from(`${line}\n`),
    ),
    make() {
      const protocol = new PostfixTCPMapServer();
      protocol.clock = new Clock();
      protocol.MAX_LENGTH = LIMIT;
      const factory = new PostfixTCPMapDictServerFactory({ key: 'value' });
      protocol.factory = factory;
      return { protocol, understood: count(/^[245]00 /gm) };
    },
  },
];

const { longest, forget } = watchBuffers();
// What is said of bad input is not for the screen; nor is it kept. Stacks of errors by the thousand cost more than the parsers.
const ignore = (): void => {};
const { stackTraceLimit } = Error;
beforeAll(() => {
  globalLogPublisher.addObserver(ignore);
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  globalLogPublisher.removeObserver(ignore);
  Error.stackTraceLimit = stackTraceLimit;
});
const DONE = new Failure(new ConnectionDone());

/** Runs one input; throws when anything happened that may not. Returns what was understood, and whether the connection was lost. */
function judge(target: Target, chunks: readonly Buffer[]): [understood: number, lost: boolean] {
  forget();
  const { protocol, waiting = [], held, understood } = target.make();
  const transport = new RecordingTransport();
  protocol.makeConnection(transport);
  for (const chunk of chunks) {
    // A transport that is to be lost delivers nothing more.
    if (transport.disconnecting) break;
    protocol.dataReceived(chunk);
    const kept = Math.max(held?.() ?? 0, longest());
    if (kept > LIMIT + AROUND) throw new Error(`${kept} bytes are kept`);
  }
  const result = [understood(transport), transport.disconnecting] as const;
  protocol.connectionLost(DONE);
  if (waiting.some((d) => !d.called)) throw new Error('a Deferred was forgotten');
  return [...result];
}

describe.each(TARGETS)('$name', (target) => {
  it(`${target.name} takes whatever comes: answers, Deferreds that fire, or the loss of the connection`, () => {
    const chance = seeded(TARGETS.indexOf(target) + 100);
    const seen = { understood: 0, lost: 0 };
    for (let i = 0; i < INPUTS; i += 1) {
      const chunks = input(target.seeds, chance);
      try {
        const [understood, lost] = judge(target, chunks);
        seen.understood += understood;
        if (lost) seen.lost += 1;
      } catch (error) {
        const shown = chunks.map((chunk) => chunk.toString('latin1'));
        throw new Error(`input ${i}, ${JSON.stringify(shown)}: ${String(error)}`, { cause: error });
      }
    }
    // The inputs were neither all nonsense nor all well-formed.
    expect(seen.understood).toBeGreaterThan(INPUTS / 100);
    expect(seen.lost).toBeGreaterThan(INPUTS / 100);
  }, 120_000);

  it(`${target.name} keeps nothing of a flood that never ends a line`, () => {
    const [, lost] = judge(
      target,
      Array.from({ length: 200 }, () => Buffer.alloc(1000, '9')),
    );
    expect(lost).toBe(true);
  });
});
