import { ChunkList } from './chunkList';
import type { EntropyStream } from './entropy';
import { type FlowEnds, flowName } from './flowEnds';
import type { SimWorld } from './simWorld';

/** The flow that arrives: its ends name its decisions. */
export interface ArrivingFlow extends FlowEnds {
  readonly world: SimWorld;
}

/** What has arrived at the end of a flow and has not been read, and how much of it one read gives. */
export class ReceiveBuffer {
  readonly #flow: ArrivingFlow;
  /** Null while it is empty. */
  #unread: ChunkList | null = null;
  /** How many bytes have been read: names the decisions about splitting, so that one does not move another. */
  #readBytes = 0;
  /** Made when it is first asked: most connections are never split. */
  #splits: EntropyStream | null = null;
  #ended = false;

  constructor(flow: ArrivingFlow) {
    this.#flow = flow;
  }

  /** Bytes that have not been read. */
  get unread(): number {
    return this.#unread === null ? 0 : this.#unread.bytes;
  }

  /** Bytes that have arrived in all. */
  get arrived(): number {
    return this.#readBytes + this.unread;
  }

  /** Whether the sender's end has arrived and all before it has been read. */
  get atEnd(): boolean {
    return this.#ended && this.unread === 0;
  }

  push(bytes: Buffer): void {
    (this.#unread ??= new ChunkList()).push(bytes);
  }

  /** The sender's end has arrived. */
  end(): void {
    this.#ended = true;
  }

  /** Takes what one read gives. Only when there is something. */
  read(): Buffer {
    const unread = this.#unread ?? new ChunkList();
    const size = this.#sizeOfRead(unread.bytes);
    const chunk = unread.take(size);
    if (unread.bytes === 0) this.#unread = null;
    this.#readBytes += size;
    return chunk;
  }

  #sizeOfRead(unread: number): number {
    const { largestRead, splitRate } = this.#flow.world.tcp;
    const size = Math.min(unread, largestRead);
    if (splitRate === 0 || size <= 1) return size;
    this.#splits ??= this.#flow.world.entropy.stream(`${flowName(this.#flow)}/split`);
    const u = this.#splits.at(this.#readBytes);
    // 0 is calm: all of it. The wilder, the smaller the first part.
    return u > 1 - splitRate ? Math.max(1, Math.floor(size * ((1 - u) / splitRate))) : size;
  }
}
