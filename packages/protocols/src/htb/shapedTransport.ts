import { RuntimeError } from '@skein/reactor/error';
import type {
  Bytes,
  IAddress,
  IPullProducer,
  IPushProducer,
  ITCPTransport,
  ITransport,
} from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';
import type { ClockOptions } from '../policies/clock';
import { passOnMethods } from '../policies/passOnMethods';

import type { Bucket } from './bucket';
import { ShapedConsumer } from './shapedConsumer';

/** The producer of the transport beneath. It stays registered for as long as anything may be written. */
class Shaper extends ShapedConsumer {
  /** Called when something was written, or nobody writes any more. */
  readonly settled: () => void;
  lost = false;

  constructor(consumer: ITCPTransport, bucket: Bucket, options: ClockOptions, settled: () => void) {
    super(null, bucket, options);
    this.settled = settled;
    this.subscribe(consumer);
  }

  override resumeProducing(): void {
    super.resumeProducing();
    this.settled();
  }

  override stopProducing(): void {
    this.lost = true;
    super.stopProducing();
  }

  override unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.settled();
  }
}

/**
 * A transport whose bytes go out as its bucket has room for them. What is read is not shaped.
 *
 * `loseConnection` and `loseWriteConnection` wait until everything has been written; in Twisted the former never ends, because
 * the producer that shapes stays registered. Pausing and resuming mean the reading, as on every transport; Twisted's mean the
 * shaping. Methods of the transport beyond `ITCPTransport` are passed on.
 *
 * @twisted twisted.protocols.htb.ShapedTransport
 */
export class ShapedTransport implements ITCPTransport {
  /** The transport that is shaped. */
  readonly consumer: ITCPTransport;
  readonly bucket: Bucket;
  readonly #shaper: Shaper;
  /** How the connection is to end when everything has been written. */
  #ending: 'loseConnection' | 'loseWriteConnection' | null = null;
  #writesEnded = false;

  constructor(transport: ITransport, bucket: Bucket, options: ClockOptions = {}) {
    this.consumer = transport as ITCPTransport;
    this.bucket = bucket;
    this.#shaper = new Shaper(this.consumer, bucket, options, () => this.#endIfDone());
    passOnMethods(transport, this);
  }

  get connected(): boolean {
    return this.consumer.connected;
  }

  get disconnecting(): boolean {
    return this.#ending === 'loseConnection' || this.consumer.disconnecting;
  }

  write(data: Bytes): void {
    if (this.#writesEnded) toBuffer(data);
    else this.#shaper.write(data);
  }

  writeSequence(data: Iterable<Bytes>): void {
    this.write(Buffer.concat([...data].map(toBuffer)));
  }

  loseConnection(): void {
    if (this.disconnecting) return;
    this.#ending = 'loseConnection';
    // Nothing more is received, as after any `loseConnection`.
    this.consumer.pauseProducing();
    this.#endIfDone();
  }

  loseWriteConnection(): void {
    this.#ending ??= 'loseWriteConnection';
    this.#endIfDone();
  }

  abortConnection(): void {
    this.consumer.abortConnection();
  }

  getPeer(): IAddress {
    return this.consumer.getPeer();
  }

  getHost(): IAddress {
    return this.consumer.getHost();
  }

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.#shaper.lost) producer.stopProducing();
    else if (this.#shaper.producer === null) this.#shaper.registerProducer(producer, streaming);
    else throw new RuntimeError('Cannot register two producers');
  }

  unregisterProducer(): void {
    this.#shaper.unregisterProducer();
  }

  pauseProducing(): void {
    this.consumer.pauseProducing();
  }

  resumeProducing(): void {
    if (!this.disconnecting) this.consumer.resumeProducing();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  getTcpNoDelay(): boolean {
    return this.consumer.getTcpNoDelay();
  }

  setTcpNoDelay(enabled: boolean): void {
    this.consumer.setTcpNoDelay(enabled);
  }

  getTcpKeepAlive(): boolean {
    return this.consumer.getTcpKeepAlive();
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.consumer.setTcpKeepAlive(enabled);
  }

  #endIfDone(): void {
    const { consumer } = this;
    if (this.#ending === null) return;
    if (!this.#writesEnded) {
      if (this.#shaper.bytesBuffered > 0 || this.#shaper.producer !== null || this.#shaper.lost) return;
      this.#writesEnded = true;
      this.#shaper.stopProducing();
      consumer.unregisterProducer();
    }
    consumer[this.#ending]();
  }
}
