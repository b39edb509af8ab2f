import type { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';

import { Protocol } from '../protocol';

/**
 * Collects what it receives, and fires Deferreds when its connection is made and lost.
 *
 * A factory with a `protocolConnectionMade` Deferred has it fired with the protocol.
 *
 * @twisted twisted.internet.testing.AccumulatingProtocol
 */
export class AccumulatingProtocol extends Protocol {
  /** Whether `connectionMade` has been called. */
  made = false;
  /** Whether `connectionLost` has been called. */
  closed = false;
  /** What it was called with. */
  closedReason: Failure | null = null;
  /** Fired, with null, when the connection is lost. */
  closedDeferred: Deferred<null> | null = null;
  #chunks: Buffer[] = [];

  /** All that was received. */
  get data(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  override connectionMade(): void {
    this.made = true;
    const factory = this.factory as { protocolConnectionMade?: Deferred | null } | null;
    const made = factory?.protocolConnectionMade ?? null;
    if (factory === null || made === null) return;
    factory.protocolConnectionMade = null;
    made.callback(this);
  }

  override dataReceived(data: Buffer): void {
    this.#chunks.push(data);
  }

  override connectionLost(reason: Failure): void {
    this.closed = true;
    this.closedReason = reason;
    const closed = this.closedDeferred;
    this.closedDeferred = null;
    closed?.callback(null);
  }
}
