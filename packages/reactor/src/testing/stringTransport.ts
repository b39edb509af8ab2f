/**
 * `StringTransport`: a transport that keeps what is written, and does nothing else.
 *
 * @twisted twisted.internet.testing.StringTransport, StringTransportWithDisconnection
 *
 * For unit tests of one protocol: `protocol.makeConnection(transport)`, `protocol.dataReceived(…)`, then look at
 * `transport.value()`. What a real connection does (buffers, pauses, ends) is the simulation's business.
 */
import { IPv4Address } from '../address';
import { assertBytes } from '../core/outboundBuffer';
import { ConnectionDone, RuntimeError } from '../error';
import { Failure } from '../failure';
import type { Bytes, IAddress, IProtocol, IPullProducer, IPushProducer, ITCPTransport } from '../interfaces';

/** Options of `StringTransport`. */
export interface StringTransportOptions {
  /** What `getHost()` returns; default 10.0.0.1, port 12345. */
  readonly hostAddress?: IAddress | null;
  /** What `getPeer()` returns; default 192.168.1.1, port 54321. */
  readonly peerAddress?: IAddress | null;
  /** Whether reading may be paused and resumed after `loseConnection`; default false: it is an error. */
  readonly lenient?: boolean;
}

/**
 * Keeps what is written to it. The fields that no other transport has are for tests.
 *
 * @example
 * const transport = new StringTransport();
 * protocol.makeConnection(transport);
 * protocol.dataReceived(Buffer.from('hello'));
 * expect(transport.value().toString()).toBe('hello');
 */
export class StringTransport implements ITCPTransport {
  connected = true;
  /** Whether `loseConnection` (or `abortConnection`) was called. */
  disconnecting = false;
  /** Whether `abortConnection` was called. */
  disconnected = false;
  /** Whether `loseWriteConnection` was called. */
  writeLost = false;
  /** The producer that is registered now. */
  producer: IPushProducer | IPullProducer | null = null;
  /** Whether it is a push producer; null without one. */
  streaming: boolean | null = null;
  /** The transport's own state as a producer. */
  producerState: 'producing' | 'paused' | 'stopped' = 'producing';
  hostAddr: IAddress | null;
  peerAddr: IAddress | null;

  readonly #lenient: boolean;
  #written: Buffer[] = [];
  #noDelay = true;
  #keepAlive = false;

  constructor({ hostAddress = null, peerAddress = null, lenient = false }: StringTransportOptions = {}) {
    this.hostAddr = hostAddress;
    this.peerAddr = peerAddress;
    this.#lenient = lenient;
  }

  /** All that was written since the last `clear()`. */
  value(): Buffer {
    if (this.#written.length !== 1) this.#written = [Buffer.concat(this.#written)];
    return this.#written[0] as Buffer;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#written = [];
  }

  write(data: Bytes): void {
    assertBytes(data);
    this.#written.push(Buffer.from(data as string));
  }

  writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    pieces.forEach(assertBytes);
    for (const piece of pieces) this.write(piece);
  }

  loseConnection(): void {
    this.disconnecting = true;
  }

  abortConnection(): void {
    this.disconnected = true;
    this.loseConnection();
  }

  loseWriteConnection(): void {
    this.writeLost = true;
  }

  getHost(): IAddress {
    return this.hostAddr ?? new IPv4Address('TCP', '10.0.0.1', 12345);
  }

  getPeer(): IAddress {
    return this.peerAddr ?? new IPv4Address('TCP', '192.168.1.1', 54321);
  }

  getTcpNoDelay(): boolean {
    return this.#noDelay;
  }

  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
  }

  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
  }

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.producer !== null) throw new RuntimeError('Cannot register two producers');
    this.producer = producer;
    this.streaming = streaming;
  }

  unregisterProducer(): void {
    if (this.producer === null) throw new RuntimeError('Cannot unregister a producer unless one is registered');
    this.producer = null;
    this.streaming = null;
  }

  pauseProducing(): void {
    this.#checkState();
    this.producerState = 'paused';
  }

  resumeProducing(): void {
    this.#checkState();
    this.producerState = 'producing';
  }

  stopProducing(): void {
    this.producerState = 'stopped';
  }

  #checkState(): void {
    if (this.disconnecting && !this.#lenient) throw new RuntimeError('Cannot resume producing after loseConnection');
    if (this.producerState === 'stopped') throw new RuntimeError('Cannot resume a stopped producer');
  }
}

/** A `StringTransport` whose `loseConnection` tells the protocol at once: set `protocol` first. */
export class StringTransportWithDisconnection extends StringTransport {
  protocol: IProtocol | null = null;

  override loseConnection(): void {
    if (!this.connected) return;
    this.connected = false;
    this.protocol?.connectionLost(new Failure(new ConnectionDone('Bye.')));
  }
}
