/**
 * What was written and not yet given to the driver.
 *
 * Text is gathered as text: short strings written one after another are joined for almost nothing and encoded once, when
 * they are taken. Their length in bytes is only worked out when it can matter. Small pieces of bytes are copied together as
 * they come, into memory that grows with what there is: to keep thousands of them costs more than all the copying.
 */
import type { Bytes } from '../interfaces';

import { describe } from './describe';

/** Pieces up to this size are copied together, so that they go out as one; larger ones are passed on as they are. */
const JOIN_LIMIT = 8 * 1024;
/** They are copied into a block of at least this, and at most that size: the answer to 64 KiB, with some room. */
const SMALLEST_BLOCK = 1024;
const LARGEST_BLOCK = 80 * 1024;
/** A block that is full is copied to one so many times larger: memory that is not touched costs next to nothing. */
const GROWTH = 16;
/**
 * Gathered text longer than this (in UTF-16 units) is encoded early: a string's length has a limit, and so has patience; and to copy
 * one of 128 KiB costs V8 several times as much a character. The answer to as much as is read at once (80 KiB) goes out in one
 * piece, with some room.
 */
const TEXT_LIMIT = 96 * 1024;
/** From here on (in bytes, or UTF-16 units) there is enough for a write of its own. */
const FULL = 32 * 1024;
/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Throws `TypeError` for what cannot be written. */
export function assertBytes(data: unknown): asserts data is Bytes {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw new TypeError(`Data must be bytes (a Uint8Array) or a string, not ${describe(data)}`);
  }
}

export class OutboundBuffer {
  /** Null when there are none: most connections have nothing to send. */
  #chunks: Uint8Array[] | null = null;
  /** What is gathered after the last chunk: `#block[0..#used)`. A small piece that is alone is itself a block, which is full. */
  #block: Uint8Array | null = null;
  #used = 0;
  /** Bytes in `#chunks` and `#block`. */
  #bytes = 0;
  /** Text that was written after all that. */
  #text = '';

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#text === '';
  }

  /** Whether there is enough for a write of its own. */
  get isFull(): boolean {
    return this.#bytes + this.#text.length >= FULL;
  }

  /** Appends `data`, which must not be empty. */
  append(data: Bytes): void {
    if (typeof data === 'string') {
      this.#text += data;
      if (this.#text.length > TEXT_LIMIT) this.#settleText();
      return;
    }
    if (this.#text !== '') this.#settleText();
    this.#push(data);
  }

  /** Whether more than `limit` bytes are held. */
  exceeds(limit: number): boolean {
    if (this.#bytes + this.#text.length * MAX_BYTES_PER_UNIT <= limit) return false;
    this.#settleText();
    return this.#bytes > limit;
  }

  /** Takes everything out, small pieces joined. Never called on an empty buffer. */
  take(): Uint8Array[] {
    this.#settleText();
    this.#endBlock();
    const chunks = this.#chunks ?? [];
    this.#chunks = null;
    this.#bytes = 0;
    return chunks;
  }

  /** Takes everything out if it is text; null if it is not. */
  takeText(): string | null {
    if (this.#bytes > 0) return null;
    const text = this.#text;
    this.#text = '';
    return text;
  }

  clear(): void {
    this.#chunks = null;
    this.#block = null;
    this.#used = 0;
    this.#bytes = 0;
    this.#text = '';
  }

  #settleText(): void {
    if (this.#text === '') return;
    const chunk = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    this.#push(chunk);
  }

  #push(chunk: Uint8Array): void {
    const { length } = chunk;
    this.#bytes += length;
    if (length > JOIN_LIMIT) {
      this.#endBlock();
      this.#addChunk(chunk);
      return;
    }
    const block = this.#block;
    const used = this.#used;
    if (block === null) this.#block = chunk;
    else if (used + length <= block.length) block.set(chunk, used);
    else this.#makeRoom(block, length).set(chunk, this.#used);
    this.#used += length;
  }

  /** Returns a block that has room for `size` more bytes after `#used`. */
  #makeRoom(block: Uint8Array, size: number): Uint8Array {
    const room = this.#used + size;
    if (room > LARGEST_BLOCK) {
      this.#endBlock();
      return (this.#block = Buffer.allocUnsafe(LARGEST_BLOCK));
    }
    const larger = Buffer.allocUnsafe(Math.min(Math.max(GROWTH * room, SMALLEST_BLOCK), LARGEST_BLOCK));
    larger.set(this.#used === block.length ? block : block.subarray(0, this.#used));
    return (this.#block = larger);
  }

  #endBlock(): void {
    const block = this.#block;
    if (block === null) return;
    this.#addChunk(this.#used === block.length ? block : block.subarray(0, this.#used));
    this.#block = null;
    this.#used = 0;
  }

  #addChunk(chunk: Uint8Array): void {
    if (this.#chunks === null) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }
}
