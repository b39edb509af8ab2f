/**
 * The parsers of framing and of PROXY headers, each against 100,000 seeded inputs, random and damaged, in any division. What may come of it: frames
 * within the limit, the documented callback for one that is not, or the loss of the connection. What may not: an
 * exception, or memory beyond the limit.
 */
import { IPv4Address, IPv6Address, UNIXAddress } from '@skein/reactor/address';

import { Factory, Protocol } from '../../src';
import {
  BytesLineReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
} from '../../src/basic';
import { formatVersion1, formatVersion2, HAProxyProtocolWrapper, HAProxyWrappingFactory } from '../../src/haproxy';
import { VERSION_1_LIMIT } from '../../src/haproxy/version1';
import { RecordingTransport } from '../recordingTransport';

import { watchBuffers } from './buffers';
import { input, seeded } from './inputs';

const INPUTS = Number(process.env['SKEIN_FUZZ_INPUTS'] ?? 100_000);
const LIMIT = 24;
/** What goes around a frame: digits and punctuation of a netstring, a length, a delimiter. */
const AROUND = 8;

/** What came of one input. */
interface Outcome {
  readonly frames: number[];
  exceeded: number;
}
/** A parser under test; `held` is what it keeps beyond what the watched buffers show. */
interface Parser {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  make(outcome: Outcome): { readonly protocol: Protocol | HAProxyProtocolWrapper; held?(): number };
}

const texts = ['', 'a', 'hello', 'Grüße \u{1F600}', 'x'.repeat(LIMIT), 'y'.repeat(LIMIT + 1), 'z'.repeat(4 * LIMIT)];

const strings = (
  name: string,
  receiverClass: typeof NetstringReceiver | typeof Int8StringReceiver,
  seeds: readonly Buffer[],
): Parser => ({
  name,
  seeds,
  make(outcome) {
    const protocol = new receiverClass();
    protocol.MAX_LENGTH = LIMIT;
    protocol.stringReceived = (string: Buffer) => void outcome.frames.push(string.length);
    if (!('lengthLimitExceeded' in protocol)) return { protocol };
    protocol.lengthLimitExceeded = () => {
      outcome.exceeded += 1;
    };
    return { protocol, held: () => protocol.recvd.length };
  },
});
const lengthAndText = (size: 1 | 2 | 4): Buffer[] =>
  texts.map((text) => {
    const bytes = Buffer.from(text);
    const prefix = Buffer.alloc(size);
    prefix.writeUIntBE(bytes.length, 0, size);
    return Buffer.concat([prefix, bytes]);
  });
const lines = (
  name: string,
  receiverClass: typeof LineReceiver | typeof LineOnlyReceiver | typeof BytesLineReceiver,
  delimiter: string,
): Parser => ({
  name,
  seeds: texts.flatMap((text) => [Buffer.from(text + delimiter), Buffer.from(text)]),
  make(outcome) {
    const protocol = new receiverClass();
    protocol.MAX_LENGTH = LIMIT;
    protocol.delimiter = delimiter;
    protocol.lineReceived = (line: string | Buffer) => {
      // Bytes that are no UTF-8 come as U+FFFD, three bytes for one.
      outcome.frames.push(line.length);
    };
    protocol.lineLengthExceeded = () => {
      outcome.exceeded += 1;
      return undefined;
    };
    return { protocol };
  },
});

const [here, there] = [new IPv4Address('TCP', '192.0.2.1', 80), new IPv4Address('TCP', '198.51.100.7', 65535)];
const PROXY: Parser = {
  name: 'HAProxyWrappingFactory',
  seeds: [
    formatVersion1(here, there),
    formatVersion1(new IPv6Address('TCP', '2001:db8::1', 0), new IPv6Address('TCP', '::', 9)),
    formatVersion1(null, null),
    formatVersion2(here, there),
    formatVersion2(here, there, [{ type: 4, value: Buffer.from('noop') }]),
    formatVersion2(new IPv6Address('UDP', '::1', 0), new IPv6Address('UDP', '::', 9)),
    formatVersion2(new UNIXAddress('/run/a'), new UNIXAddress('/run/b')),
    formatVersion2(null, null),
    Buffer.from(`PROXY TCP4 ${'1'.repeat(VERSION_1_LIMIT)}`),
  ],
  make(outcome) {
    const inner = new Protocol();
    inner.dataReceived = () => void outcome.frames.push(0);
    const protocol = new HAProxyWrappingFactory(Factory.forProtocol(() => inner)).buildProtocol(here)!;
    return { protocol: protocol as HAProxyProtocolWrapper };
  },
};

const { longest, forget } = watchBuffers();
// Stacks of errors by the thousand cost more than the parsers.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

const PARSERS: readonly Parser[] = [
  lines('LineReceiver', LineReceiver, '\r\n'),
  lines('LineReceiver by a delimiter that overlaps itself', LineReceiver, 'aba'),
  lines('BytesLineReceiver', BytesLineReceiver, '\r\n'),
  lines('LineOnlyReceiver', LineOnlyReceiver, '\r\n'),
  strings(
    'NetstringReceiver',
    NetstringReceiver,
    texts.map((text) => Buffer.from(`${Buffer.byteLength(text)}:${text},`)),
  ),
  strings('Int8StringReceiver', Int8StringReceiver, lengthAndText(1)),
  strings('Int16StringReceiver', Int16StringReceiver, lengthAndText(2)),
  strings('Int32StringReceiver', Int32StringReceiver, lengthAndText(4)),
  PROXY,
];

/** Runs one input; throws when anything happened that may not. */
function judge(parser: Parser, chunks: readonly Buffer[], outcome: Outcome): RecordingTransport {
  forget();
  const { protocol, held } = parser.make(outcome);
  const transport = new RecordingTransport();
  protocol.makeConnection(transport);
  let fed = 0;
  for (const chunk of chunks) {
    protocol.dataReceived(chunk);
    fed += chunk.length;
    const kept = Math.max(held?.() ?? 0, longest());
    if (kept > LIMIT + AROUND) throw new Error(`${kept} bytes are kept`);
    const undecided = protocol instanceof HAProxyProtocolWrapper && protocol.proxyInfo === null;
    if (undecided && !transport.disconnecting && fed > HAProxyProtocolWrapper.MAX_HEADER_LENGTH) {
      throw new Error(`${fed} bytes are kept`);
    }
  }
  if (outcome.frames.some((length) => length > LIMIT)) throw new Error('a frame is above the limit');
  return transport;
}

describe.each(PARSERS)('$name', (parser) => {
  it(`${parser.name} takes whatever comes: frames, the documented callback, or the loss of the connection`, () => {
    const chance = seeded(PARSERS.indexOf(parser) + 1);
    const seen = { frames: 0, refused: 0 };
    for (let i = 0; i < INPUTS; i += 1) {
      const chunks = input(parser.seeds, chance);
      const outcome: Outcome = { frames: [], exceeded: 0 };
      try {
        const transport = judge(parser, chunks, outcome);
        if (outcome.exceeded > 0 || transport.disconnecting) seen.refused += 1;
      } catch (error) {
        const shown = chunks.map((chunk) => chunk.toString('latin1'));
        throw new Error(`input ${i}, ${JSON.stringify(shown)}: ${String(error)}`, { cause: error });
      }
      seen.frames += outcome.frames.length;
    }
    // The inputs were neither all nonsense nor all well-formed.
    expect(seen.frames).toBeGreaterThan(INPUTS / 100);
    expect(seen.refused).toBeGreaterThan(INPUTS / 100);
  }, 120_000);
});

describe('parsers', () => {
  it.each(PARSERS)('$name keeps nothing of a flood that never ends a frame', (parser) => {
    const outcome: Outcome = { frames: [], exceeded: 0 };
    const flood = Array.from({ length: 200 }, () => Buffer.alloc(1000, '9'));
    const transport = judge(parser, flood, outcome);
    expect(outcome.exceeded > 0 || transport.disconnecting || outcome.frames.length > 0).toBe(true);
  });
});
