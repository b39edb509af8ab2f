/**
 * Bytes received and not yet parsed. Internal to `basic`.
 *
 * A chunk is used where it lies as long as nothing has to be put after it; then it is copied, with room to grow, so that
 * appending costs amortized linear time. Memory handed out is never written again.
 */
import { EMPTY } from '../bytes';

/** What is left of a chunk is copied out of it when the chunk is this many times larger. */
const WASTE = 4;

export class UnreadBytes {
  /** The unread bytes are `bytes[start..end)`; readers move `start`. */
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** Whether `bytes` is memory of ours, with room after `end`. */
  #growable = false;

  get length(): number {
    return this.end - this.start;
  }

  /** Adds `data` at the end. Positions change. */
  append(data: Buffer): void {
    if (data.length === 0) return;
    const present = this.end - this.start;
    if (present === 0) {
      this.replace(data);
      return;
    }
    if (!this.#growable || this.end + data.length > this.bytes.length) {
      // Small additions get room for more of their kind; a large one is a chunk after the rest of the one before.
      const bigger = Buffer.allocUnsafe(present + data.length + Math.max(0, present - data.length));
      this.bytes.copy(bigger, 0, this.start, this.end);
      this.bytes = bigger;
      this.start = 0;
      this.end = present;
      this.#growable = true;
    }
    data.copy(this.bytes, this.end);
    this.end += data.length;
  }

  /** Forgets what there is, and takes `data` instead. */
  replace(data: Buffer): void {
    this.bytes = data;
    this.start = 0;
    this.end = data.length;
    this.#growable = false;
  }

  /** Forgets what there is. */
  clear(): void {
    this.replace(EMPTY);
  }

  /** Frees the memory of what has been read. Call it when parsing is done for now. */
  trim(): void {
    const { length } = this;
    if (length === 0) this.clear();
    else if (!this.#growable && length * WASTE < this.bytes.length) {
      this.replace(Buffer.from(this.bytes.subarray(this.start, this.end)));
    }
  }
}
