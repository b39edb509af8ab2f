/** Seeded inputs for parsers: random bytes, and well-formed ones that were damaged. The same seed makes the same inputs. */
import { Buffer } from 'node:buffer';

// In jest's context a global is looked up anew each time, slowly: that was most of what an input cost.
const { floor, imul } = Math;

/** Numbers from 0 to 1, as `Math.random`, from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What parsers look at. */
const INTERESTING = [0, 1, 0x0a, 0x0d, 0x20, 0x2c, 0x30, 0x39, 0x3a, 0x7f, 0x80, 0xff];

type Mutation = (bytes: Buffer, below: (n: number) => number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // A bit is flipped.
  (bytes, below) => {
    const flipped = Buffer.from(bytes);
    const at = below(flipped.length);
    if (flipped.length > 0) flipped[at] = flipped[at]! ^ (1 << below(8));
    return flipped;
  },
  // A byte becomes one of those that parsers look at.
  (bytes, below) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[below(changed.length)] = INTERESTING[below(INTERESTING.length)]!;
    return changed;
  },
  // Something is cut out.
  (bytes, below) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(8))]);
  },
  // Something is there twice.
  (bytes, below) => {
    const at = below(bytes.length + 1);
    const end = at + below(16);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  },
  // Random bytes are put in.
  (bytes, below) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random(below(6), below), bytes.subarray(at)]);
  },
  // The end is missing.
  (bytes, below) => bytes.subarray(0, below(bytes.length + 1)),
];

function random(length: number, below: (n: number) => number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i += 1) bytes[i] = below(256);
  return bytes;
}

/**
 * An input: one in eight is random bytes; the others are some of the `seeds`, one after the other, with up to four
 * mutations (some with none). It comes in chunks, of which some are empty.
 */
export function input(seeds: readonly Buffer[], chance: () => number): Buffer[] {
  const below = (n: number): number => floor(chance() * n);
  let bytes: Buffer;
  if (below(8) === 0) bytes = random(below(120), below);
  else {
    const parts: Buffer[] = [];
    for (let i = below(4); i >= 0; i -= 1) parts.push(seeds[below(seeds.length)]!);
    bytes = Buffer.concat(parts);
    for (let i = below(5); i > 0; i -= 1) bytes = MUTATIONS[below(MUTATIONS.length)]!(bytes, below);
  }
  const ends: number[] = [];
  for (let i = below(6); i > 0; i -= 1) ends.push(below(bytes.length + 1));
  ends.sort((a, b) => a - b).push(bytes.length);
  // Each chunk is a buffer of its own, as a transport's are.
  return ends.map((end, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)));
}
