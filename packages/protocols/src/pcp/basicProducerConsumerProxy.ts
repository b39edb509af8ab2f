import type { Bytes, IConsumer, IPullProducer, IPushProducer } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

/** A consumer that may also be told that everything has been written. */
export interface FinishableConsumer extends IConsumer {
  finish?(): void;
}

/**
 * Stands between any producer and any consumer: a consumer to the one, a producer to the other.
 *
 * To its consumer it is a push producer, or, with `iAmStreaming = false` in a subclass, one that is asked for each piece. What
 * is written while it may not write is kept, and written as one when it may.
 *
 * @twisted twisted.protocols.pcp.BasicProducerConsumerProxy
 */
export class BasicProducerConsumerProxy implements IPushProducer, FinishableConsumer {
  /** What is written to; null for nobody (yet, or no more). */
  consumer: FinishableConsumer | null = null;
  /** Who writes; null for nobody. */
  producer: IPushProducer | IPullProducer | null = null;
  /** Whether the producer writes when it likes; null without one. */
  producerIsStreaming: boolean | null = null;
  /** Whether the consumer has asked for a piece that it has not got yet. */
  outstandingPull = false;
  /** Whether the consumer has paused this. */
  paused = false;
  /** What waits to be written. */
  protected readonly buffer: Buffer[] = [];

  /** @param consumer - what to register with, and to write to; null for none */
  constructor(consumer: FinishableConsumer | null) {
    if (consumer !== null) this.subscribe(consumer);
  }

  /**
   * Becomes the producer of `consumer`, which may ask for a piece from inside. The last thing that a constructor does:
   * subclasses with fields that this needs give `super` null.
   */
  protected subscribe(consumer: FinishableConsumer): void {
    this.consumer = consumer;
    consumer.registerProducer(this, this.iAmStreaming);
  }

  /** Whether this is a push producer. A getter, to be overridden by one: it is looked at in the constructor. */
  get iAmStreaming(): boolean {
    return true;
  }

  pauseProducing(): void {
    this.paused = true;
    // A producer that is not streaming is paused by not being asked.
    (this.producer as Partial<IPushProducer> | null)?.pauseProducing?.();
  }

  resumeProducing(): void {
    this.paused = false;
    if (this.buffer.length > 0) this.consumer?.write(Buffer.concat(this.buffer.splice(0)));
    else if (!this.iAmStreaming) this.outstandingPull = true;
    this.producer?.resumeProducing();
  }

  stopProducing(): void {
    this.producer?.stopProducing();
    this.consumer = null;
  }

  /** Throws `TypeError` for what is neither bytes nor text. */
  write(data: Bytes): void {
    const bytes = toBuffer(data);
    if (this.mustWait) this.buffer.push(bytes);
    else if (this.consumer !== null) {
      // Before the write: from inside it the consumer may ask for the next piece.
      this.outstandingPull = false;
      this.consumer.write(bytes);
    }
  }

  /** Everything has been written. The consumer is told, if it wants to know. */
  finish(): void {
    this.consumer?.finish?.();
    this.unregisterProducer();
  }

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.producer = producer;
    this.producerIsStreaming = streaming;
  }

  unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.consumer?.unregisterProducer();
  }

  /** Whether what is written has to be kept for now. */
  protected get mustWait(): boolean {
    return this.paused || (!this.iAmStreaming && !this.outstandingPull);
  }
}
