/**
 * What was written and not yet given to the driver.
 *
 * Text is gathered as text: short strings written one after another are joined for almost nothing and encoded once, when
 * they are taken. Their length in bytes is only worked out when it can matter.
 */
import type { Bytes } from '../interfaces';

import { describe } from './describe';

/** Pieces up to this size are copied together, so that they go out as one; larger ones are passed on as they are. */
const JOIN_LIMIT = 8 * 1024;
/**
 * Gathered text longer than this (in UTF-16 units) is encoded early: a string's length has a limit, and so has patience. The answer
 * to as much as is read at once (64 KiB) goes out in one piece, with some room.
 */
const TEXT_LIMIT = 80 * 1024;
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
  /** Bytes in `#chunks`. */
  #chunkBytes = 0;
  /** Text that was written after the last chunk. */
  #text = '';

  get isEmpty(): boolean {
    return this.#chunkBytes === 0 && this.#text === '';
  }

  /** Appends `data`, which must not be empty. */
  append(data: Bytes): void {
    if (typeof data === 'string') {
      this.#text += data;
      if (this.#text.length > TEXT_LIMIT) this.#settleText();
      return;
    }
    this.#settleText();
    this.#push(data);
  }

  /** Whether more than `limit` bytes are held. */
  exceeds(limit: number): boolean {
    if (this.#chunkBytes + this.#text.length * MAX_BYTES_PER_UNIT <= limit) return false;
    this.#settleText();
    return this.#chunkBytes > limit;
  }

  /** Takes everything out, small pieces joined. Never called on an empty buffer. */
  take(): Uint8Array[] {
    this.#settleText();
    const chunks = this.#chunks ?? [];
    this.#chunks = null;
    this.#chunkBytes = 0;
    return chunks.length === 1 ? chunks : joinSmall(chunks);
  }

  /** Takes everything out if it is text; null if it is not. */
  takeText(): string | null {
    if (this.#chunks !== null) return null;
    const text = this.#text;
    this.#text = '';
    return text;
  }

  clear(): void {
    this.#chunks = null;
    this.#chunkBytes = 0;
    this.#text = '';
  }

  #settleText(): void {
    if (this.#text === '') return;
    const chunk = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    this.#push(chunk);
  }

  #push(chunk: Uint8Array): void {
    if (this.#chunks === null) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
    this.#chunkBytes += chunk.byteLength;
  }
}

function joinSmall(chunks: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  const endRun = (): void => {
    if (run.length === 1) joined.push(run[0] as Uint8Array);
    else if (run.length > 1) joined.push(Buffer.concat(run));
    run = [];
  };
  for (const chunk of chunks) {
    if (chunk.byteLength <= JOIN_LIMIT) run.push(chunk);
    else {
      endRun();
      joined.push(chunk);
    }
  }
  endRun();
  return joined;
}
