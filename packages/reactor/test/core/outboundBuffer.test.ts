import fc from 'fast-check';

import { assertBytes, OutboundBuffer } from '../../src/core/outboundBuffer';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const joined = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('latin1');

function filled(...pieces: (string | Uint8Array)[]): OutboundBuffer {
  const buffer = new OutboundBuffer();
  for (const piece of pieces) buffer.append(piece);
  return buffer;
}

describe('OutboundBuffer', () => {
  it('joins small pieces into one', () => {
    expect(filled(bytes('a'), bytes('b'), 'c').take()).toEqual([bytes('abc')]);
  });

  it('joins pieces up to 8 KiB, and passes larger ones on without copying them', () => {
    const atLimit = Buffer.alloc(8 * 1024, 'x');
    const large = Buffer.alloc(8 * 1024 + 1, 'y');
    const chunks = filled(bytes('a'), atLimit, large, bytes('b'), bytes('c')).take();
    expect(chunks).toHaveLength(3);
    expect(chunks[0]).toHaveLength(8 * 1024 + 1);
    expect(chunks[1]).toBe(large);
    expect(chunks[2]).toEqual(bytes('bc'));
  });

  it('passes a single piece on as it is, whatever its size', () => {
    const only = bytes('only');
    expect(filled(only).take()[0]).toBe(only);
  });

  it('copies small pieces together as they come, and keeps none of them', () => {
    const [first, second] = [bytes('a'), bytes('b')];
    const buffer = filled(first, second);
    second.fill('x');
    buffer.append(second);
    second.fill('y');
    expect(buffer.take()).toEqual([bytes('abx')]);
    expect(first).toEqual(bytes('a'));
  });

  it.each([1, 7, 1000, 1024, 8191, 8192])('joins pieces of %i bytes into few, however many there are', (size) => {
    const count = Math.ceil(300_000 / size);
    const buffer = new OutboundBuffer();
    const all = Buffer.alloc(count * size);
    for (let i = 0; i < count; i++) {
      const piece = Buffer.alloc(size, i % 251);
      piece.copy(all, i * size);
      buffer.append(piece);
    }
    const chunks = buffer.take();
    expect(Buffer.concat(chunks).equals(all)).toBe(true);
    expect(chunks.length).toBeLessThanOrEqual(5);
    expect(buffer.isEmpty).toBe(true);
  });

  it('encodes text as UTF-8', () => {
    expect(joined(filled('gr', 'üß', '😀').take())).toBe(Buffer.from('grüß😀').toString('latin1'));
  });

  it('keeps text and bytes in the order in which they were written', () => {
    expect(joined(filled('a', bytes('\xff'), 'é', bytes('z')).take())).toBe('a\xff\xc3\xa9z');
  });

  it('takes text out as text, and nothing else', () => {
    const text = filled('gr', 'üß');
    expect(text.takeText()).toBe('grüß');
    expect(text.isEmpty).toBe(true);
    const mixed = filled('a', bytes('b'), 'c');
    expect(mixed.takeText()).toBeNull();
    expect(joined(mixed.take())).toBe('abc');
    const long = filled('x'.repeat(100_000), 'y');
    expect(long.takeText()).toBeNull();
    expect(joined(long.take())).toBe(`${'x'.repeat(100_000)}y`);
  });

  it('is empty at first, after taking, and after clearing', () => {
    const buffer = new OutboundBuffer();
    expect(buffer.isEmpty).toBe(true);
    buffer.append('a');
    expect(buffer.isEmpty).toBe(false);
    buffer.take();
    expect(buffer.isEmpty).toBe(true);
    buffer.append(bytes('a'));
    buffer.append('b');
    buffer.clear();
    expect(buffer.isEmpty).toBe(true);
    expect(buffer.exceeds(0)).toBe(false);
  });

  it.each([
    ['bytes', Buffer.alloc(1000)],
    ['text of one byte a character', 'x'.repeat(1000)],
    ['text of two bytes a character', 'é'.repeat(500)],
    ['text of three bytes a character', '€'.repeat(333) + 'x'],
    ['text of four bytes a character', '😀'.repeat(250)],
  ])('exceeds 999 and not 1000 bytes with 1000 bytes of %s', (_, piece) => {
    expect(filled(piece).exceeds(1000)).toBe(false);
    expect(filled(piece).exceeds(999)).toBe(true);
    expect(filled('').exceeds(0)).toBe(false);
  });

  it('takes out what a naive list of bytes would, for any writes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 16_000, max: 17_000 }).map((size) => new Uint8Array(size).fill(size)),
      fc.integer({ min: 60_000, max: 70_000 }).map((size) => 'é'.repeat(size)),
    );
    const operation = fc.oneof({ weight: 8, arbitrary: piece }, { weight: 1, arbitrary: fc.constant(null) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), fc.integer({ min: 0, max: 200_000 }), (operations, limit) => {
        const buffer = new OutboundBuffer();
        let model: Buffer = Buffer.alloc(0);
        for (const each of operations) {
          let same = true;
          if (each !== null) {
            buffer.append(each);
            model = Buffer.concat([model, Buffer.from(each as Uint8Array)]);
          } else if (!buffer.isEmpty) {
            same = Buffer.concat(buffer.take()).equals(model);
            model = Buffer.alloc(0);
          }
          expect([same, buffer.exceeds(limit), buffer.isEmpty]).toEqual([
            true,
            model.length > limit,
            model.length === 0,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('assertBytes', () => {
  it.each([[Buffer.from('a')], [new Uint8Array(1)], ['text'], ['']])('takes %p', (data) => {
    expect(() => {
      assertBytes(data);
    }).not.toThrow();
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [3, 'a number'],
    [true, 'a boolean'],
    [['a'], 'Array'],
    [{}, 'Object'],
    [new Uint16Array(1), 'Uint16Array'],
    [Object.create(null), 'an object'],
    [(): void => undefined, 'a function'],
  ])('throws TypeError for %p, and says what it was given', (data, name) => {
    expect(() => {
      assertBytes(data);
    }).toThrow(new TypeError(`Data must be bytes (a Uint8Array) or a string, not ${name}`));
  });
});
