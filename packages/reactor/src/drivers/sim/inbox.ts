/** What has arrived at the receiving end of a flow, and how reads cut it up. */
import { ChunkList } from './chunkList';
import type { EntropyStream } from './entropy';
import type { SimWorld } from './simWorld';

export class Inbox {
  readonly #world: SimWorld;
  readonly #name: string;
  readonly #unread = new ChunkList();
  /** Made when it is first asked: most connections are never split. */
  #splits: EntropyStream | null = null;
  /** How many bytes have been read: names the decisions about splitting, so that one does not move another. */
  #readBytes = 0;

  /** @param name - names the flow's decisions */
  constructor(world: SimWorld, name: string) {
    this.#world = world;
    this.#name = name;
  }

  /** How many bytes are not read yet. */
  get unread(): number {
    return this.#unread.bytes;
  }

  /** How many bytes have ever arrived. */
  get arrived(): number {
    return this.#readBytes + this.#unread.bytes;
  }

  push(bytes: Buffer): void {
    this.#unread.push(bytes);
  }

  /** Takes what one read gives: some of what has arrived. */
  read(): Buffer {
    const { largestRead, splitRate } = this.#world.tcp;
    let size = Math.min(this.#unread.bytes, largestRead);
    if (splitRate > 0 && size > 1) {
      this.#splits ??= this.#world.entropy.stream(`${this.#name}/split`);
      const u = this.#splits.at(this.#readBytes);
      // 0 is calm: all of it. The wilder, the smaller the first part.
      if (u > 1 - splitRate) size = Math.max(1, Math.floor(size * ((1 - u) / splitRate)));
    }
    this.#readBytes += size;
    return this.#unread.take(size);
  }
}
