/**
 * `FakeTransport`: one end of a connection that a pump moves by hand.
 *
 * @twisted twisted.test.iosim.FakeTransport
 *
 * As Twisted's, it is of low fidelity, on purpose: everything written since the last pump arrives as one chunk,
 * `abortConnection` loses nothing, pausing has no effect, and TLS is pretended. For connections that behave, see
 * `@skein/reactor/simulation`, whose TLS is modelled, and verifies.
 */
import { IPv4Address } from '@skein/reactor/address';
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  Bytes,
  ClientContextSource,
  IAddress,
  IProtocol,
  IPullProducer,
  IPushProducer,
  ITLSTransport,
  StartTLSTransportOptions,
  TLSInfo,
} from '@skein/reactor/interfaces';
import { Certificate, TLSError } from '@skein/reactor/ssl';

import { TLSNegotiation } from './tlsNegotiation';

/** The addresses of a `FakeTransport`. */
export interface FakeTransportOptions {
  readonly hostAddress?: IAddress;
  readonly peerAddress?: IAddress;
}

const SERVER = new IPv4Address('TCP', '10.0.0.1', 12345);
const CLIENT = new IPv4Address('TCP', '192.168.1.1', 54321);

export class FakeTransport implements ITLSTransport {
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
  /** The pretended handshake, while it is under way, and what waits for it. */
  #tls: TLSNegotiation | null = null;
  #waitsForTLS: Bytes[] = [];
  #failure: Error = new ConnectionDone('Connection done');
  #isLost = false;
  /** Called when the protocol has been told of the end. */
  readonly #disposed: (() => void)[] = [];

  constructor(protocol: IProtocol, isServer: boolean, options: FakeTransportOptions = {}) {
    this.protocol = protocol;
    this.isServer = isServer;
    this.#host = options.hostAddress ?? (isServer ? SERVER : CLIENT);
    this.#peer = options.peerAddress ?? (isServer ? CLIENT : SERVER);
  }

  get connected(): boolean {
    return !this.disconnected;
  }

  /** Takes what was written since the last time, or this side's part of a pretended handshake; null when there is neither. For pumps. */
  getOutBuffer(): Buffer | TLSNegotiation | null {
    if (this.#stream.length === 0) return this.#tls?.send() ?? null;
    const all = Buffer.concat(this.#stream);
    this.#stream = [];
    return all.length > 0 ? all : null;
  }

  /** What the other side's `getOutBuffer` returned arrives. For pumps. */
  bufferReceived(buffer: Buffer | TLSNegotiation): void {
    if (buffer instanceof TLSNegotiation) this.#negotiate(buffer);
    else this.protocol.dataReceived(buffer);
  }

  /** Gives a pull producer its turn. For pumps. */
  checkProducer(): void {
    if (this.producer !== null && !this.streamingProducer) this.producer.resumeProducing();
  }

  /** Tells the protocol that the connection is gone. For pumps. */
  reportDisconnect(): void {
    const isShaking = this.#tls !== null;
    this.#isLost = true;
    this.protocol.connectionLost(new Failure(isShaking ? handshakeFailed() : this.#failure));
    for (const lost of this.#disposed.splice(0)) lost();
  }

  /** Fulfilled when a pump has carried the end out. */
  [Symbol.asyncDispose](): Promise<void> {
    this.loseConnection();
    if (this.#isLost) return Promise.resolve();
    return new Promise((resolve) => this.#disposed.push(resolve));
  }

  write(data: Bytes): void {
    // `from` throws TypeError for what are no bytes, but takes arrays of numbers.
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      throw new TypeError(`Data must be bytes (a Uint8Array) or a string, not '${String(data)}'`);
    if (this.disconnecting) return;
    if (this.#tls !== null) this.#waitsForTLS.push(data);
    else this.#stream.push(Buffer.from(data as string));
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

  /** Pretends to secure the connection: what is written waits until both sides have done so. See `TLSNegotiation`. */
  startTLS(contextFactory: ClientContextSource, { normal = true }: StartTLSTransportOptions = {}): void {
    this.#tls = new TLSNegotiation(contextFactory, this.isServer !== normal);
  }

  #negotiate(theirs: TLSNegotiation): void {
    const own = this.#tls;
    if (own === null) throw new Error('Cannot negotiate TLS, this side has not called startTLS');
    if (!own.isSent) {
      own.isReady = true;
      return;
    }
    if (!own.accepts(theirs)) {
      this.#failure = handshakeFailed();
      this.loseConnection();
    }
    this.#tls = null;
    const waiting = this.#waitsForTLS;
    this.#waitsForTLS = [];
    this.writeSequence(waiting);
    decorate(this, theirs);
  }
}

function handshakeFailed(): TLSError {
  return new TLSError('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'the pretended handshake failed');
}

/** Makes an `ISSLTransport` of it: one that is not secured must not look like one. */
function decorate(transport: FakeTransport, { certificateChain }: TLSNegotiation): void {
  const certificate = certificateChain === null ? null : Certificate.loadPEM(certificateChain);
  const tlsInfo: TLSInfo = { version: 'pretended', cipher: 'none', sessionReused: false };
  Object.defineProperties(transport, {
    getPeerCertificate: { value: () => certificate, configurable: true },
    negotiatedProtocol: { value: null, configurable: true },
    tlsInfo: { value: tlsInfo, configurable: true },
  });
}
