import { AssertionError } from '@skein/reactor/error';
import type { Bytes, IPullProducer, IPushProducer } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import { BasicProducerConsumerProxy, type FinishableConsumer } from './basicProducerConsumerProxy';

/**
 * A `BasicProducerConsumerProxy` with a buffer of its own: being paused is no reason to pause the producer, a full buffer is.
 *
 * Subclasses that do not write all at once override `writeSomeData`.
 *
 * @twisted twisted.protocols.pcp.ProducerConsumerProxy
 */
export class ProducerConsumerProxy extends BasicProducerConsumerProxy {
  /** How many bytes wait when the producer is paused. */
  bufferSize = 2 ** 16;
  /** Whether the producer is paused, for want of room. */
  producerPaused = false;
  /** Whether the producer has gone; the consumer is told when the buffer is empty. */
  unregistered = false;
  #buffered = 0;

  /** @param consumer - what to register with, and to write to; null for none */
  constructor(consumer: FinishableConsumer | null) {
    super(null);
    if (consumer !== null) this.subscribe(consumer);
  }

  /** How many bytes wait to be written. */
  get bytesBuffered(): number {
    return this.#buffered;
  }

  override pauseProducing(): void {
    this.paused = true;
  }

  override resumeProducing(): void {
    this.paused = false;
    const sent = this.#flush();
    if (this.unregistered && sent > 0 && this.#buffered === 0) this.consumer?.unregisterProducer();
    if (!this.iAmStreaming) this.outstandingPull = sent === 0;
    if (this.producer === null) return;
    if (this.producerPaused && this.#buffered < this.bufferSize) {
      this.producerPaused = false;
      this.producer.resumeProducing();
    } else if (this.outstandingPull) {
      // There was nothing to answer the pull with.
      this.producer.resumeProducing();
    }
  }

  /** Throws `TypeError` for what is neither bytes nor text. */
  override write(data: Bytes): void {
    const bytes = toBuffer(data);
    if (this.mustWait) this.#keep(bytes);
    else if (this.consumer !== null) {
      // Before the write: from inside it the consumer may ask for the next piece.
      this.outstandingPull = false;
      const sent = this.writeSomeData(bytes);
      if (sent < bytes.length) this.#keepRest(bytes, sent);
    }
    if (this.producer !== null && this.producerIsStreaming === true && this.#buffered >= this.bufferSize) {
      (this.producer as IPushProducer).pauseProducing();
      this.producerPaused = true;
    }
  }

  override registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.unregistered = false;
    super.registerProducer(producer, streaming);
    if (!streaming) producer.resumeProducing();
  }

  /** The consumer forgets this once everything has been written. */
  override unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.unregistered = true;
    if (this.#buffered === 0) this.consumer?.unregisterProducer();
  }

  /** Writes as much of `data` as it may, from the begin; returns how many bytes. To be overridden; less than all only where `iAmStreaming` is false. */
  protected writeSomeData(data: Buffer): number {
    if (this.consumer === null) return 0;
    this.consumer.write(data);
    return data.length;
  }

  /** Writes what waits, as much as it may; returns how many bytes. */
  #flush(): number {
    if (this.#buffered === 0) return 0;
    const data = Buffer.concat(this.buffer.splice(0));
    this.#buffered = 0;
    const sent = this.writeSomeData(data);
    if (sent < data.length) this.#keepRest(data, sent);
    return sent;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.buffer.push(bytes);
    this.#buffered += bytes.length;
  }

  #keepRest(data: Buffer, sent: number): void {
    if (this.iAmStreaming) throw new AssertionError('Streaming producer did not write all its data.');
    // What came from inside the write belongs behind it.
    this.buffer.unshift(data.subarray(sent));
    this.#buffered += data.length - sent;
  }
}
