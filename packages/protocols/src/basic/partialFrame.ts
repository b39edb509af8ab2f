/**
 * The beginning of a line or string whose end has not arrived. Internal to `basic`.
 *
 * Grows by doubling, so that what comes a byte at a time costs linear time; and is a copy, so that a few bytes
 * left over do not keep a whole chunk in memory. Memory handed out is never written again.
 */
import { EMPTY } from '../bytes';

const SMALLEST = 64;

export class PartialFrame {
  /** How many bytes there are. */
  length = 0;
  #memory: Buffer = EMPTY;

  /** Adds `bytes[start..end)`. */
  append(bytes: Buffer, start: number, end: number): void {
    const length = this.length + (end - start);
    if (length > this.#memory.length) {
      const memory = Buffer.allocUnsafe(Math.max(length, 2 * this.#memory.length, SMALLEST));
      this.#memory.copy(memory, 0, 0, this.length);
      this.#memory = memory;
    }
    bytes.copy(this.#memory, this.length, start, end);
    this.length = length;
  }

  /**
   * Where a delimiter begins that begins here and ends in `bytes[start..end)`: counted from `start`, so a negative number;
   * null when there is none.
   *
   * @param delimiter - as latin1 text
   */
  findAcross(delimiter: string, bytes: Buffer, start: number, end: number): number | null {
    const reach = delimiter.length - 1;
    if (reach === 0) return null;
    const head = this.#memory.toString('latin1', Math.max(0, this.length - reach), this.length);
    const at = (head + bytes.toString('latin1', start, Math.min(end, start + reach))).indexOf(delimiter);
    return at === -1 ? null : at - head.length;
  }

  /** Returns the first `length` bytes, and forgets everything. */
  take(length: number = this.length): Buffer {
    const bytes = this.#memory.subarray(0, length);
    this.#memory = EMPTY;
    this.length = 0;
    return bytes;
  }
}
