/**
 * `FakeTransport`: one end of a connection that a pump moves by hand.
 *
 * @twisted twisted.test.iosim.FakeTransport
 *
 * As Twisted's, it is of low fidelity, on purpose: everything written since the last pump arrives as one chunk,
 * `abortConnection` loses nothing, and pausing has no effect. Left out: pretended TLS. For connections that behave, see
 * `@skein/reactor/simulation`.
 */
import { IPv4Address } from '@skein/reactor/address';
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  Bytes,
  IAddress,
  IProtocol,
  IPullProducer,
  IPushProducer,
  ITCPTransport,
} from '@skein/reactor/interfaces';

/** The addresses of a `FakeTransport`. */
export interface FakeTransportOptions {
  readonly hostAddress?: IAddress;
  readonly peerAddress?: IAddress;
}

const SERVER = new IPv4Address('TCP', '10.0.0.1', 12345);
const CLIENT = new IPv4Address('TCP', '192.168.1.1', 54321);

export class FakeTransport implements ITCPTransport {
  readonly protocol: IProtocol;
  readonly isServer: boolean;
  /** Whether the end was asked for, on either side. */
  disconnecting = false;
  /** Whether this side's wish to end has been carried out. */
  disconnected = false;
  producer: IPushProducer | IPullProducer | null = null;
  streamingProducer = false;

  readonly #host: IAddress;
  readonly #peer: IAddress;
  #stream: Buffer[] = [];

  constructor(protocol: IProtocol, isServer: boolean, options: FakeTransportOptions = {}) {
    this.protocol = protocol;
    this.isServer = isServer;
    this.#host = options.hostAddress ?? (isServer ? SERVER : CLIENT);
    this.#peer = options.peerAddress ?? (isServer ? CLIENT : SERVER);
  }

  get connected(): boolean {
    return !this.disconnected;
  }

  /** Takes what was written since the last time; null when nothing was. For pumps. */
  getOutBuffer(): Buffer | null {
    if (this.#stream.length === 0) return null;
    const all = Buffer.concat(this.#stream);
    this.#stream = [];
    return all;
  }

  /** Gives a pull producer its turn. For pumps. */
  checkProducer(): void {
    if (this.producer !== null && !this.streamingProducer) this.producer.resumeProducing();
  }

  /** Tells the protocol that the connection is gone. For pumps. */
  reportDisconnect(): void {
    this.protocol.connectionLost(new Failure(new ConnectionDone('Connection done')));
  }

  write(data: Bytes): void {
    // `from` throws TypeError for what are no bytes, but takes arrays of numbers.
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      throw new TypeError(`Data must be bytes (a Uint8Array) or a string, not '${String(data)}'`);
    if (!this.disconnecting) this.#stream.push(Buffer.from(data as string));
  }

  writeSequence(data: Iterable<Bytes>): void {
    for (const piece of data) this.write(piece);
  }

  loseConnection(): void {
    this.disconnecting = true;
  }

  /** The same as `loseConnection`: nothing is lost. */
  abortConnection(): void {
    this.disconnecting = true;
  }

  loseWriteConnection(): void {}

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.producer = producer;
    this.streamingProducer = streaming;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.producer = null;
  }

  pauseProducing(): void {}

  resumeProducing(): void {}

  stopProducing(): void {
    this.loseConnection();
  }

  getHost(): IAddress {
    return this.#host;
  }

  getPeer(): IAddress {
    return this.#peer;
  }

  getTcpNoDelay(): boolean {
    return true;
  }

  setTcpNoDelay(): void {}

  getTcpKeepAlive(): boolean {
    return false;
  }

  setTcpKeepAlive(): void {}
}
