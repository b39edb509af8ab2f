/**
 * From strings to boxes: key, value, key, value, …, and an empty string for the end. Internal to `amp`.
 */
import { AmpBox } from './ampBox';
import { MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from './constants';

/** What a pair costs beside its bytes, in memory. */
const PAIR_OVERHEAD = 128;

export class BoxBuilder {
  /** What the present box has cost: its bytes, and something for each pair. Values that were replaced count as well. */
  size = 0;
  #box = new AmpBox();
  /** The key whose value comes next; null when a key does. */
  #key: string | null = null;

  /** How long the next string may be. */
  get limit(): number {
    return this.#key === null ? MAX_KEY_LENGTH : MAX_VALUE_LENGTH;
  }

  /** Takes a string; the box if that ends it, or else null. */
  add(string: Buffer): AmpBox | null {
    this.size += string.length;
    if (this.#key !== null) {
      this.#box.set(this.#key, string);
      this.#key = null;
      return null;
    }
    if (string.length > 0) {
      this.size += PAIR_OVERHEAD;
      this.#key = string.toString('latin1');
      return null;
    }
    const box = this.#box;
    this.clear();
    return box;
  }

  /** Forgets the present box. */
  clear(): void {
    this.#box = new AmpBox();
    this.#key = null;
    this.size = 0;
  }
}
