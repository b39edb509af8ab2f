/**
 * Bytes that say where in a stream they belong, so that lost, doubled or swapped pieces show.
 */
import { claim } from './claims';

/** `length` bytes of the pattern, from `offset`. */
export function pattern(length: number, offset = 0): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = at(offset + i);
  return bytes;
}

/** Throws unless `bytes` are the first `length` bytes of the pattern. */
export function claimPattern(bytes: Uint8Array, length: number, what: string): void {
  claim(bytes.length === length, `${what}: ${bytes.length} bytes came, ${length} were sent`);
  const wrong = bytes.findIndex((byte, i) => byte !== at(i));
  claim(wrong === -1, `${what}: the byte at ${wrong} is wrong`);
}

// A period of 2^24 or so; neighbours and neighbouring blocks differ.
function at(i: number): number {
  return (i * 7 + (i >> 8) * 13 + (i >> 16) * 29) & 0xff;
}
