import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

/** Options of `everyChunking`. */
export interface EveryChunkingOptions {
  /** Where the arbitrary divisions begin: another seed, other divisions (default 1). */
  readonly seed?: number;
  /** How many arbitrary divisions there are (default 20). */
  readonly divisions?: number;
}

/**
 * Runs a test on bytes in many divisions, as a network may deliver them: at once, a byte at a time, in two in every way there
 * is, and in arbitrary pieces. The same seed gives the same divisions.
 *
 * @param run - takes the chunks, in order; they are copies
 *
 * @example
 * everyChunking('one\r\ntwo\r\n', (chunks) => {
 *   const p = new Lines();
 *   for (const chunk of chunks) p.dataReceived(chunk);
 *   expect(p.lines).toEqual(['one', 'two']);
 * });
 */
export function everyChunking(
  bytes: Bytes,
  run: (chunks: readonly Buffer[]) => void,
  options: EveryChunkingOptions = {},
): void {
  const { seed = 1, divisions = 20 } = options;
  const whole = toBuffer(bytes);
  const divided = (ends: readonly number[]): void => {
    const at = [0, ...ends, whole.length];
    run(at.slice(1).map((end, i) => Buffer.from(whole.subarray(at[i], end))));
  };
  divided([]);
  for (let cut = 1; cut < whole.length; cut += 1) divided([cut]);
  divided(Array.from({ length: Math.max(0, whole.length - 1) }, (_, i) => i + 1));
  const chance = xorshift(seed);
  for (let i = 0; i < divisions; i += 1) {
    const ends: number[] = [];
    // Pieces of up to 1, 2, 4, … bytes: small and large ones are equally likely.
    for (let end = 0; end < whole.length;) {
      end += 1 + Math.floor(chance() * 2 ** Math.floor(chance() * 10));
      if (end < whole.length) ends.push(end);
    }
    divided(ends);
  }
}

/** Marsaglia's xorshift of 32 bits, as numbers from 0 to 1. */
function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
