/** What holds for AMP: what one side sends the other reads, whatever the values and however the bytes are divided. */
import fc from 'fast-check';

import * as amp from '../../src/amp';

import { End } from './pair';

const FIELDS = {
  number: amp.Integer(),
  big: amp.Integer({ bigint: true }),
  'some-bytes': amp.String(),
  text: amp.Unicode(),
  yes: amp.Boolean(),
  float: amp.Float(),
  decimal: amp.Decimal(),
  when: amp.DateTime(),
  numbers: amp.ListOf(amp.Integer()),
  texts: amp.ListOf(amp.Unicode()),
  rows: amp.AmpList({ name: amp.Unicode(), age: amp.Integer({ optional: true }) }),
  perhaps: amp.Unicode({ optional: true }),
};
class Echo extends amp.Command {
  static override readonly arguments = FIELDS;
  static override readonly response = FIELDS;
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const number = fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value));
const when = fc
  .record({
    date: fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
    utcOffset: fc.integer({ min: -1439, max: 1439 }),
    microsecond: fc.integer({ min: 0, max: 999_999 }),
  })
  .map(({ date, utcOffset, microsecond }) => {
    const { year, month, day, hour, minute, second } = amp.AmpDateTime.fromDate(date, utcOffset);
    return new amp.AmpDateTime({ year, month, day, hour, minute, second, microsecond, utcOffset });
  });
const values = fc.record({
  number,
  big: fc.bigInt(),
  some_bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  text,
  yes: fc.boolean(),
  float: fc.double(),
  decimal: fc.bigInt().map(String),
  when,
  numbers: fc.array(number, { maxLength: 5 }),
  texts: fc.array(text, { maxLength: 5 }),
  rows: fc.array(fc.record({ name: text, age: fc.option(number) }), { maxLength: 4 }),
  perhaps: fc.option(text),
});
/** The sizes of pieces, over and over. */
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 });

/** Gives a protocol bytes in pieces. */
function deliver(p: amp.BinaryBoxProtocol, bytes: Buffer, pieces: readonly number[]): void {
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const end = at + pieces[i % pieces.length]!;
    p.dataReceived(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
}

it('AMP reads what the other side sent, of every type and in any division', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 3 }), sizes, (calls, pieces) => {
      const [client, server] = [new amp.AMP(), new amp.AMP()];
      const [clientEnd, serverEnd] = [new End(), new End()];
      client.makeConnection(clientEnd);
      server.makeConnection(serverEnd);
      const received: unknown[] = [];
      Echo.responder(server, (args) => {
        received.push(args);
        return args;
      });
      const answers: unknown[] = [];
      for (const args of calls) client.callRemote(Echo, args).addBoth((answer) => void answers.push(answer));
      deliver(server, clientEnd.take(), pieces);
      deliver(client, serverEnd.take(), pieces);
      expect(received).toEqual(calls);
      expect(answers).toEqual(calls);
    }),
    { numRuns: 200 },
  );
});

it('BinaryBoxProtocol reads the boxes that were sent, in any division', () => {
  const key = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)), minLength: 1 });
  const contents = fc.array(fc.tuple(key, fc.uint8Array()), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(contents, { maxLength: 4 }), sizes, (all, pieces) => {
      const sent = all.map((pairs) => new amp.AmpBox(pairs));
      const received: amp.AmpBox[] = [];
      const p = new amp.BinaryBoxProtocol({
        startReceivingBoxes: () => undefined,
        ampBoxReceived: (box) => void received.push(box),
        stopReceivingBoxes: () => undefined,
      });
      const end = new End();
      p.makeConnection(end);
      for (const box of sent) p.sendBox(box);
      deliver(p, end.take(), pieces);
      expect(received).toEqual(sent);
    }),
    { numRuns: 200 },
  );
});
