/**
 * What holds for every framing class: events do not depend on how the bytes are divided, and a receiver reads back what a
 * sender of the same class sent.
 */
import fc from 'fast-check';

import {
  BytesLineReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
} from '../../src/basic';
import type { Protocol } from '../../src/protocol';
import { lend } from '../lend';
import { RecordingTransport } from '../recordingTransport';

const RUNS = { numRuns: 100 };

/** Makes a receiver that notes its events. */
type Make = (log: unknown[]) => Protocol;

const lines =
  (
    receiverClass: typeof LineReceiver | typeof LineOnlyReceiver,
    delimiter: string,
    encoding: 'utf8' | 'latin1',
  ): Make =>
  (log) => {
    const p = new receiverClass();
    p.delimiter = delimiter;
    p.encoding = encoding;
    p.lineReceived = (line: string) => void log.push(line);
    return p;
  };
const strings =
  (receiverClass: typeof NetstringReceiver | typeof Int8StringReceiver): Make =>
  (log) => {
    const p = new receiverClass();
    p.MAX_LENGTH = 12;
    p.stringReceived = (string: Buffer) => void log.push(string.toString('latin1'));
    if ('lengthLimitExceeded' in p) {
      // Reported again with every later chunk: the first time is what counts.
      p.lengthLimitExceeded = (length: number) => {
        if (log.at(-1) !== length) log.push(length);
      };
    }
    return p;
  };

const RECEIVERS: readonly (readonly [string, Make])[] = [
  ['LineReceiver', lines(LineReceiver, '\r\n', 'utf8')],
  ['LineReceiver in latin1', lines(LineReceiver, '\r\n', 'latin1')],
  ['LineReceiver by \\n', lines(LineReceiver, '\n', 'utf8')],
  ['LineReceiver by a delimiter that overlaps itself', lines(LineReceiver, 'aba', 'utf8')],
  ['LineReceiver by a delimiter that is not ASCII', lines(LineReceiver, 'é', 'utf8')],
  ['LineOnlyReceiver', lines(LineOnlyReceiver, '\r\n', 'utf8')],
  ['LineOnlyReceiver by a delimiter that overlaps itself', lines(LineOnlyReceiver, 'aba', 'latin1')],
  [
    'BytesLineReceiver',
    (log) => {
      const p = new BytesLineReceiver();
      p.lineReceived = (line: Buffer) => void log.push(line.toString('latin1'));
      return p;
    },
  ],
  ['NetstringReceiver', strings(NetstringReceiver)],
  ['Int8StringReceiver', strings(Int8StringReceiver)],
  ['Int16StringReceiver', strings(Int16StringReceiver)],
  ['Int32StringReceiver', strings(Int32StringReceiver)],
];

/** Bytes in which delimiters, lengths and long characters are frequent. */
const stream = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        'aba',
        'ab',
        'a',
        'é',
        '€',
        '\u{1F600}',
        '3:abc,',
        '1:',
        ',',
        '\0',
        '\x01',
        '\x02',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.from(pieces.join('')))
  .chain((bytes) => fc.tuple(fc.constant(bytes), fc.array(fc.nat(Math.max(1, bytes.length)), { maxLength: 12 })));

function divided(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => Buffer.from(bytes.subarray(at[i], end)));
}

/** What happened, as text: quick to compare. */
function eventsOf(make: Make, chunks: readonly Buffer[]): string {
  const log: unknown[] = [];
  const p = make(log);
  const transport = new RecordingTransport();
  p.makeConnection(transport);
  for (const chunk of chunks) lend(p, chunk);
  return JSON.stringify([log, transport.disconnecting]);
}

describe.each(RECEIVERS)('%s', (name, make) => {
  it(`${name} has the same events however its input is divided`, () => {
    fc.assert(
      fc.property(stream, ([bytes, cuts]) => {
        const whole = eventsOf(make, [bytes]);
        expect(eventsOf(make, divided(bytes, cuts))).toBe(whole);
        expect(
          eventsOf(
            make,
            [...bytes].map((byte) => Buffer.of(byte)),
          ),
        ).toBe(whole);
      }),
      RUNS,
    );
  });
});

describe.each([
  ['LineReceiver', LineReceiver],
  ['LineOnlyReceiver', LineOnlyReceiver],
])('%s', (name, receiverClass) => {
  it(`${name} reads back the lines that sendLine sent`, () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (sent, cuts) => {
        const sender = new receiverClass();
        const transport = new RecordingTransport();
        sender.makeConnection(transport);
        for (const each of sent) sender.sendLine(each);
        const received = eventsOf(lines(receiverClass, '\r\n', 'utf8'), divided(transport.value, cuts));
        expect(received).toBe(JSON.stringify([sent, false]));
      }),
      RUNS,
    );
  });
});

describe.each([
  ['NetstringReceiver', NetstringReceiver],
  ['Int8StringReceiver', Int8StringReceiver],
  ['Int16StringReceiver', Int16StringReceiver],
  ['Int32StringReceiver', Int32StringReceiver],
])('%s', (name, receiverClass) => {
  it(`${name} reads back the strings that sendString sent`, () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 12 })), fc.array(fc.nat(200)), (sent, cuts) => {
        const sender = new receiverClass();
        const transport = new RecordingTransport();
        sender.makeConnection(transport);
        for (const each of sent) sender.sendString(each);
        const received = eventsOf(strings(receiverClass), divided(transport.value, cuts));
        expect(received).toBe(JSON.stringify([sent.map((each) => Buffer.from(each).toString('latin1')), false]));
      }),
      RUNS,
    );
  });
});
