import { Deferred } from '@skein/reactor/defer';
import type { Bytes, IConsumer, IPullProducer } from '@skein/reactor/interfaces';

/** What `FileSender` reads: `read(size)` returns up to `size` bytes (or characters), and nothing at the end. */
export interface ReadableFile {
  read(size: number): Bytes | null;
}

/**
 * Sends a file to a consumer, a piece whenever the consumer wants one.
 *
 * @twisted twisted.protocols.basic.FileSender
 *
 * @example
 * new FileSender().beginFileTransfer(file, this.transport).addBoth(() => this.transport.loseConnection());
 */
export class FileSender implements IPullProducer {
  /** How much is read at a time. */
  CHUNK_SIZE = 2 ** 14;

  /** The last byte (or character) sent; `''` when nothing was. */
  lastSent: Bytes = '';

  #file: ReadableFile | null = null;
  #consumer: IConsumer | null = null;
  #transform: ((chunk: Bytes) => Bytes) | null = null;
  #deferred: Deferred<Bytes> | null = null;

  /**
   * Begins to send.
   *
   * @param transform - what every piece goes through before it is written
   * @returns fires with the last byte sent when all is written (the file is not closed), and fails when the consumer stops
   *   the transfer: the connection is gone
   */
  beginFileTransfer(
    file: ReadableFile,
    consumer: IConsumer,
    transform: ((chunk: Bytes) => Bytes) | null = null,
  ): Deferred<Bytes> {
    this.#file = file;
    this.#consumer = consumer;
    this.#transform = transform;
    const deferred = new Deferred<Bytes>();
    this.#deferred = deferred;
    consumer.registerProducer(this, false);
    return deferred;
  }

  /** Sends one piece, or ends. */
  resumeProducing(): void {
    let chunk = this.#file?.read(this.CHUNK_SIZE) ?? '';
    if (chunk.length === 0) {
      this.#file = null;
      this.#consumer?.unregisterProducer();
      this.#fire((deferred) => deferred.callback(this.lastSent));
      return;
    }
    if (this.#transform !== null) chunk = this.#transform(chunk);
    this.#consumer?.write(chunk);
    this.lastSent = typeof chunk === 'string' ? chunk.slice(-1) : Buffer.from(chunk.subarray(-1));
  }

  pauseProducing(): void {}

  /** The consumer is gone. */
  stopProducing(): void {
    this.#fire((deferred) => deferred.errback(new Error('Consumer asked us to stop producing')));
  }

  #fire(how: (deferred: Deferred<Bytes>) => void): void {
    const deferred = this.#deferred;
    this.#deferred = null;
    if (deferred !== null) how(deferred);
  }
}
