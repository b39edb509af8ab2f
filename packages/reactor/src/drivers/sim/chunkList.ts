/** Bytes that wait, in the pieces in which they came. */
export class ChunkList {
  /** How many bytes there are. */
  bytes = 0;
  readonly #chunks: Buffer[] = [];

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** Takes what is at the front, at most `size` bytes, without joining pieces. Only when there is something. */
  takeFirst(size: number): Buffer {
    return this.take(Math.min(size, this.#chunks[0]?.length ?? 0));
  }

  /** Takes exactly `size` bytes off the front; they are there. */
  take(size: number): Buffer {
    this.bytes -= size;
    const first = this.#chunks[0] ?? NO_BYTES;
    if (first.length >= size) return this.#takeOffFirst(first, size);
    const taken = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size;) {
      const chunk = this.#chunks[0] ?? NO_BYTES;
      const part = this.#takeOffFirst(chunk, Math.min(chunk.length, size - filled));
      taken.set(part, filled);
      filled += part.length;
    }
    return taken;
  }

  /** Puts pieces before all others. */
  putBack(chunks: readonly Buffer[]): void {
    this.#chunks.unshift(...chunks);
    for (const { length } of chunks) this.bytes += length;
  }

  #takeOffFirst(first: Buffer, size: number): Buffer {
    if (first.length === size) {
      this.#chunks.shift();
      return first;
    }
    this.#chunks[0] = first.subarray(size);
    return first.subarray(0, size);
  }
}

export const NO_BYTES = Buffer.alloc(0);
