/**
 * Chance, as a pure function: `draw(stream, k)` is the k-th number of a named stream under a seed.
 *
 * Not one generator that everybody draws from: with that, one more draw anywhere changes every run. Here each decision has
 * a name of its own (`link a>b/chunk`, `host server/random`), so that a failing seed still fails after an unrelated edit.
 *
 * The contract of everybody who draws: **0 is the calmest outcome** (least latency, nothing split, nothing lost, no fault),
 * and outcomes get wilder from there. `calm` keeps whole streams at 0, which is how a failure is reduced to what it needs.
 *
 * The mixing is MurmurHash3's finaliser over 32-bit integers: the same on every engine. Not for secrets.
 */

/** Numbers from 0 (included) to 1 (excluded), the k-th by its index or one after another. */
export interface EntropyStream {
  /** The `k`-th number. */
  at(k: number): number;
  /** The next number. */
  next(): number;
}

const TWO_32 = 2 ** 32;

function mix(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A 32-bit hash of a name (FNV-1a over its UTF-16 units, mixed). */
function hashName(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return mix(h);
}

export class Entropy {
  readonly #low: number;
  readonly #high: number;
  /** Whether every draw is calm. */
  readonly #calm: boolean;

  /** @param seed - any whole number; equal seeds give equal streams */
  constructor(seed: bigint, options: { readonly calm?: boolean } = {}) {
    const bits = BigInt.asUintN(64, seed);
    this.#low = mix(Number(bits & 0xffffffffn) ^ 0x9e3779b9);
    this.#high = mix(Number(bits >> 32n) ^ 0x7f4a7c15);
    this.#calm = options.calm ?? false;
  }

  /** The stream of that name. Asking again gives the same numbers from the start. */
  stream(name: string): EntropyStream {
    if (this.#calm) return CALM;
    const base = mix(hashName(name) ^ this.#low);
    const high = this.#high;
    const at = (k: number): number => {
      const low32 = k | 0;
      const high32 = Math.floor(k / TWO_32) | 0;
      const a = mix(base ^ mix(low32 ^ high) ^ Math.imul(high32, 0x27d4eb2f));
      const b = mix(a ^ Math.imul(low32 + 0x165667b1, 0x9e3779b1) ^ high);
      // 53 bits: all that fit into a double below 1.
      return ((a >>> 5) * 67108864 + (b >>> 6)) / 9007199254740992;
    };
    let drawn = 0;
    return { at, next: () => at(drawn++) };
  }
}

const CALM: EntropyStream = { at: () => 0, next: () => 0 };
