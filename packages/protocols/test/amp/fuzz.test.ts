/**
 * AMP against 100,000 seeded inputs, random and damaged, in any division. What may come of it: boxes, answers, a documented
 * error of a call, or the loss of the connection. What may not: an exception, a call that is forgotten, or memory beyond the limit.
 */
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import { globalLogPublisher } from '@skein/reactor/logger';

import * as amp from '../../src/amp';
import { input, seeded } from '../fuzz/inputs';
import { RecordingTransport } from '../recordingTransport';

const INPUTS = Number(process.env['SKEIN_FUZZ_INPUTS'] ?? 100_000);
const DONE = new Failure(new ConnectionDone());

const EVERYTHING = {
  i: amp.Integer({ optional: true }),
  b: amp.Integer({ bigint: true, optional: true }),
  s: amp.String({ optional: true }),
  u: amp.Unicode({ optional: true }),
  f: amp.Float({ optional: true }),
  t: amp.Boolean({ optional: true }),
  d: amp.Decimal({ optional: true }),
  w: amp.DateTime({ optional: true }),
  p: amp.Path({ optional: true }),
  l: amp.ListOf(amp.Integer(), { optional: true }),
  a: amp.AmpList({ i: amp.Integer(), u: amp.Unicode({ optional: true }) }, { optional: true }),
  e: amp.Descriptor({ optional: true }),
};
class Echo extends amp.Command {
  static override readonly commandName = 'E';
  static override readonly arguments = EVERYTHING;
  static override readonly response = EVERYTHING;
}

const values: Readonly<Record<string, string>> = {
  ...{
    i: '-12',
    b: '123456789012345678901234567890',
    s: '\0\xff',
    u: 'Gr\u00fc\u00dfe',
    f: '1e-07',
    t: 'True',
    d: '1.50',
  },
  ...{ w: '2026-11-23T09:08:07.000250-05:30', p: '/tmp/x', l: '\0\x011\0\x0212', a: '\0\x01i\0\x017\0\0', e: '0' },
};
const SEEDS = [
  ...Object.entries(values).map(([name, value]) => ({ _command: 'E', _ask: 'a', [name]: value })),
  ...[{ _command: 'E' }, { _command: 'NO', _ask: 'b' }, { _answer: '1', i: '7' }, { _answer: '1' }, {}, { k: 'v' }],
  ...[
    { _error: '1', _error_code: 'X', _error_description: 'x' },
    { _error: '1', _error_code: 'UNHANDLED' },
  ],
  { _command: 'StartTLS', _ask: 'c' },
].map((contents) => new amp.AmpBox(contents as Record<string, string>).serialize());

describe('AMP', () => {
  // Unknown errors are logged by the thousand.
  let logged = 0;
  const count = (): void => {
    logged += 1;
  };
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    globalLogPublisher.addObserver(count);
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    globalLogPublisher.removeObserver(count);
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('AMP takes whatever comes: boxes, documented errors, or the loss of the connection', () => {
    const chance = seeded(18);
    const seen = { responded: 0, answered: 0, failed: 0, meaningless: 0, lost: 0 };
    for (let i = 0; i < INPUTS; i += 1) {
      const p = new amp.AMP();
      const transport = new RecordingTransport();
      p.MAX_BOX_SIZE = 2000;
      p.makeConnection(transport);
      Echo.responder(p, (args) => {
        seen.responded += 1;
        return { ...args, e: null };
      });
      const called = p.callRemote(Echo);
      called.addCallbacks(
        () => void (seen.answered += 1),
        ({ value }) => {
          seen.failed += 1;
          if (value instanceof amp.NoEmptyBoxes || value instanceof amp.MalformedAmpBox) seen.meaningless += 1;
        },
      );
      const chunks = input(SEEDS, chance);
      try {
        for (const chunk of chunks) p.dataReceived(chunk);
        if (transport.disconnecting) seen.lost += 1;
        p.connectionLost(DONE);
        if (!called.called) throw new Error('a call was forgotten');
      } catch (error) {
        const shown = chunks.map((chunk) => chunk.toString('latin1'));
        throw new Error(`input ${i}, ${JSON.stringify(shown)}: ${String(error)}`, { cause: error });
      }
    }
    // The inputs were neither all nonsense nor all well-formed.
    expect(Math.min(...Object.values(seen), logged)).toBeGreaterThan(INPUTS / 100);
  }, 120_000);

  it.each([
    ['values', (n: number) => new amp.AmpBox({ [`k${n}`]: Buffer.alloc(60_000) }).serialize().subarray(0, -2)],
    ['empty values', (n: number) => new amp.AmpBox({ [`k${n}`]: '' }).serialize().subarray(0, -2)],
    ['the same key', () => new amp.AmpBox({ k: '' }).serialize().subarray(0, -2)],
    ['keys that are too long', () => Buffer.alloc(1000, 0xff)],
  ])('AMP keeps no more than its limit of a flood of %s that never ends a box', (_name, piece) => {
    const p = new amp.AMP();
    const transport = new RecordingTransport();
    p.makeConnection(transport);
    let length = 0;
    for (let n = 0; !transport.disconnecting; n += 1) {
      const bytes = piece(n);
      length += bytes.length;
      p.dataReceived(bytes);
      if (length > p.MAX_BOX_SIZE + 100_000) break;
    }
    expect(transport.disconnecting).toBe(true);
    expect(p.recvd).toHaveLength(0);
  });

  it('AMP reads the longest numbers in bounded time', () => {
    const digits = '9'.repeat(65535);
    const begun = performance.now();
    expect(amp.Integer({ bigint: true }).fromBytes(Buffer.from(digits), null)).toBe(10n ** 65535n - 1n);
    expect(amp.Decimal().fromBytes(Buffer.from(digits), null)).toBe(digits);
    expect(amp.Float().fromBytes(Buffer.from(digits), null)).toBe(Infinity);
    for (const nearly of [
      `${digits.slice(1)}x`,
      `${'1_'.repeat(32000)}x`,
      ' '.repeat(65535),
      `1${' '.repeat(65000)}x`,
    ]) {
      for (const argument of [amp.Integer(), amp.Decimal(), amp.Float()]) {
        expect(() => argument.fromBytes(Buffer.from(nearly), null)).toThrow();
      }
    }
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
