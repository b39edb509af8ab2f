import { KeyError, ValueError } from '@skein/reactor/error';

import * as amp from '../../src/amp';
import { toBuffer } from '../../src/bytes';
import { RecordingTransport } from '../recordingTransport';

/** The bytes of a value, as text. */
function sent<In>(argument: amp.Argument<In, unknown>, value: In): string {
  return toBuffer(argument.toBytes(value, null)).toString('latin1');
}

/** The value of bytes, or of text that stands for them. */
function received<Out>(argument: amp.Argument<never, Out>, bytes: string): Out {
  return argument.fromBytes(Buffer.from(bytes, 'latin1'), null);
}

describe('Integer', () => {
  it('Integer is a number up to 2 to the 53rd, and an error beyond', () => {
    expect(received(amp.Integer(), '9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(received(amp.Integer(), '-0')).toBe(0);
    expect(() => received(amp.Integer(), '9007199254740992')).toThrow(ValueError);
    expect(sent(amp.Integer(), -0)).toBe('0');
    for (const value of [0.5, NaN, Infinity, 2 ** 53, '1']) {
      expect(() => sent(amp.Integer(), value as number)).toThrow(ValueError);
    }
  });

  it('Integer is a bigint of any size by option', () => {
    const argument = amp.Integer({ bigint: true });
    expect(received(argument, '7')).toBe(7n);
    const large = 10n ** 5000n;
    expect(received(argument, sent(argument, large))).toBe(large);
  });

  it.each(['', ' ', '1_', '_1', '1__0', '0x10', '1.0', '1e3', '+-1', '1 0', '\xa01'])(
    'Integer refuses "%s", as Python does',
    (text) => {
      expect(() => received(amp.Integer(), text)).toThrow(ValueError);
    },
  );
});

describe('Float', () => {
  it.each([
    [' .5\n', 0.5],
    ['1.', 1],
    ['-1E+3', -1000],
    ['+Infinity', Infinity],
    ['-INF', -Infinity],
    ['1_0.0_1', 10.01],
  ])('Float reads "%s" as Python does', (text, value) => {
    expect(received(amp.Float(), text)).toBe(value);
  });

  it.each(['', '.', 'e5', '0x1', '1__0', '1_.0', 'in', '1.5.5'])('Float refuses "%s", as Python does', (text) => {
    expect(() => received(amp.Float(), text)).toThrow(ValueError);
  });

  it('Float refuses what is no number', () => {
    expect(() => sent(amp.Float(), 1n as never)).toThrow(ValueError);
  });
});

describe('Decimal', () => {
  // What Python's str(Decimal(text)) gives.
  it.each([
    ['1', '1'],
    ['007.50', '7.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e3', '1E+3'],
    ['12.5E+2', '1.25E+3'],
    ['0e5', '0E+5'],
    ['0.00', '0.00'],
    ['-0.0000001', '-1E-7'],
    ['123e-10', '1.23E-8'],
    ['1_000', '1000'],
    [' +inf ', 'Infinity'],
    ['-NaN', '-NaN'],
    ['nan007', 'NaN7'],
    ['SNAN', 'sNaN'],
    ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
  ])('Decimal writes %s as %s', (text, normal) => {
    expect(sent(amp.Decimal(), text)).toBe(normal);
    expect(received(amp.Decimal(), text)).toBe(normal);
  });

  it.each(['', '.', '1.2.3', 'e5', 'infinite', '1e9999999999999999999'])('Decimal refuses "%s"', (text) => {
    expect(() => received(amp.Decimal(), text)).toThrow(ValueError);
  });

  it('Decimal refuses a number, whose digits may be lost already', () => {
    expect(() => sent(amp.Decimal(), 0.1 as never)).toThrow(ValueError);
  });
});

describe('DateTime', () => {
  it('DateTime sends a Date as UTC', () => {
    expect(sent(amp.DateTime(), new Date('2026-11-23T09:08:07.125Z'))).toBe('2026-11-23T09:08:07.125000-00:00');
    expect(() => sent(amp.DateTime(), new Date(NaN))).toThrow(ValueError);
    expect(() => sent(amp.DateTime(), '2026-11-23' as never)).toThrow(ValueError);
  });

  it('AmpDateTime is the same moment as its Date, whatever the offset', () => {
    for (const iso of ['2026-11-23T09:08:07.125Z', '0050-02-28T23:59:59.999Z', '9999-12-31T00:00:00.000Z']) {
      for (const utcOffset of [0, 60, -330, 1439]) {
        const date = new Date(iso);
        if (date.getUTCFullYear() === 9999 && utcOffset > 1000) continue;
        expect(amp.AmpDateTime.fromDate(date, utcOffset).toDate()).toEqual(date);
      }
    }
  });

  it.each([
    '2026-02-29T00:00:00.000000+00:00',
    '2026-13-01T00:00:00.000000+00:00',
    '2026-01-01T24:00:00.000000+00:00',
    '2026-01-01T00:00:60.000000+00:00',
    '0000-01-01T00:00:00.000000+00:00',
    '2026-01-01T00:00:00.000000+24:00',
    '2026-01-01T00:00:00.000000+00:0',
    'a026-01-01T00:00:00.000000+00:00',
  ])('DateTime refuses %s', (text) => {
    expect(() => received(amp.DateTime(), text)).toThrow(ValueError);
  });

  it('DateTime knows leap years', () => {
    expect(received(amp.DateTime(), '2024-02-29T00:00:00.000000+00:00').day).toBe(29);
  });
});

describe('text', () => {
  it('Unicode refuses what is no text, and half of a pair', () => {
    expect(() => sent(amp.Unicode(), 1 as never)).toThrow(TypeError);
    expect(() => sent(amp.Unicode(), '\ud800')).toThrow(ValueError);
    expect(received(amp.Unicode(), '\xef\xbb\xbfa')).toBe('\ufeffa');
  });

  it('Path is absolute', () => {
    expect(sent(amp.Path(), '/a/../b/.')).toBe('/b');
    expect(() => sent(amp.Path(), 1 as never)).toThrow(TypeError);
  });

  it('String sends text as UTF-8', () => {
    expect(sent(amp.String(), '€')).toBe('\xe2\x82\xac');
    expect(() => sent(amp.String(), null as never)).toThrow(TypeError);
  });
});

describe('lists', () => {
  it('ListOf takes lists, and lists of objects', () => {
    const nested = amp.ListOf(amp.ListOf(amp.Integer()));
    expect(received(nested, sent(nested, [[1, 2], [], [3]]))).toEqual([[1, 2], [], [3]]);
    const objects = amp.ListOf(amp.AmpList({ n: amp.Integer() }));
    expect(received(objects, sent(objects, [[{ n: 1 }], []]))).toEqual([[{ n: 1 }], []]);
  });

  it('ListOf refuses an element that is too long', () => {
    expect(() => sent(amp.ListOf(amp.String()), [Buffer.alloc(65536)])).toThrow(amp.TooLong);
  });

  it('AmpList names what is missing', () => {
    const people = amp.AmpList({ name: amp.Unicode(), 'first-seen': amp.Integer() });
    expect(() => sent(people, [{ name: 'Ada' } as never])).toThrow('the argument "first_seen" is missing');
    expect(sent(people, [{ name: 'A', first_seen: 1 }])).toBe('\0\nfirst-seen\0\x011\0\x04name\0\x01A\0\0');
  });
});

describe('Argument', () => {
  class Colour extends amp.Argument<string> {
    override toBytes(colour: string): Buffer {
      return Buffer.from(colour.slice(1), 'hex');
    }
    override fromBytes(bytes: Buffer): string {
      return `#${bytes.toString('hex')}`;
    }
  }

  it('Argument can be of a type of your own', () => {
    expect(received(new Colour(), sent(new Colour(), '#00ff7f'))).toBe('#00ff7f');
  });

  it('Argument names that are keywords of Python have a capital', () => {
    const objects: Record<string, unknown> = {};
    new Colour().fromBox('from', new amp.AmpBox({ from: 'a' }), objects, null);
    new Colour().fromBox('a-b-c', new amp.AmpBox({ 'a-b-c': 'a' }), objects, null);
    expect(objects).toEqual({ From: '#61', a_b_c: '#61' });
  });

  it('Argument does not take what objects inherit for a value', () => {
    expect(() => new Colour().toBox('toString', new amp.AmpBox(), {}, null)).toThrow(KeyError);
  });
});

describe('Descriptor', () => {
  /** A transport that can send descriptors. */
  class UNIXEnd extends RecordingTransport {
    readonly descriptors: number[] = [];
    sendFileDescriptor(descriptor: number): void {
      this.descriptors.push(descriptor);
    }
  }

  it('Descriptor sends the number of the descriptor, and finds what came under it, once', () => {
    const transport = new UNIXEnd();
    const [here, there] = [new amp.AMP(), new amp.AMP()];
    here.makeConnection(transport);
    const argument = amp.Descriptor();
    expect([7, 9].map((descriptor) => argument.toBytes(descriptor, here))).toEqual(['0', '1']);
    expect(transport.descriptors).toEqual([7, 9]);
    for (const descriptor of [17, 19]) there.fileDescriptorReceived(descriptor);
    expect(argument.fromBytes(Buffer.from('1'), there)).toBe(19);
    expect(argument.fromBytes(Buffer.from('0'), there)).toBe(17);
    expect(() => argument.fromBytes(Buffer.from('0'), there)).toThrow(KeyError);
  });

  it('Descriptor says when the transport cannot send any', () => {
    const p = new amp.AMP();
    p.makeConnection(new RecordingTransport());
    expect(() => amp.Descriptor().toBytes(1, p)).toThrow(ValueError);
    expect(() => amp.Descriptor().toBytes(1, null)).toThrow(ValueError);
  });
});
