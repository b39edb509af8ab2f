/**
 * A stream connection: the one machine behind TCP, UNIX and TLS connections, on any driver.
 *
 * It carries out what `transportStates.ts` decides: buffering until the end of the turn, producers, flushing before
 * `loseConnection`, half-close, abort, and telling the protocol exactly once how it ended.
 *
 * @twisted twisted.internet.abstract.FileDescriptor, twisted.internet.tcp.Connection
 */
import type { DriverError, StreamHandle } from '../driver';
import { ConnectionAborted, ConnectionDone, ConnectionLost, RuntimeError } from '../error';
import { Failure } from '../failure';
import {
  type Bytes,
  type IAddress,
  IHalfCloseableProtocol,
  type IProtocol,
  type IPullProducer,
  type IPushProducer,
  type ITCPTransport,
} from '../interfaces';

import { toAddress } from './addresses';
import { assertBytes, OutboundBuffer } from './outboundBuffer';
import type { CoreServices, Disconnectable } from './services';
import { TRAITS, TRANSITIONS, type TransportInput, type TransportState } from './transportStates';
import type { Flushable } from './turn';

/** A push producer is paused when more than this many bytes wait to be sent. Twisted's `bufferSize`. */
const PRODUCER_LIMIT = 65536;

/** The registered producer: asked for each piece, or writing by itself until it is paused. */
type Registration =
  | { readonly kind: 'pull'; readonly producer: IPullProducer }
  | { readonly kind: 'push'; readonly producer: IPushProducer; paused: boolean };

export class StreamTransport implements ITCPTransport, Disconnectable, Flushable {
  /** Called after the protocol has been told of the end, unless that threw. For connectors. */
  whenLost: ((reason: Failure) => void) | null = null;

  readonly #services: CoreServices;
  readonly #handle: StreamHandle;
  readonly #peer: IAddress;
  #host: IAddress | null = null;
  #protocol: IProtocol | null = null;
  #state: TransportState = 'open';
  /** Whether `loseConnection` was called on the open connection; stays true when it is lost. */
  #disconnecting = false;
  /** Whether the protocol wants to read: `pauseProducing` and `resumeProducing`. */
  #wantsData = true;
  readonly #buffer = new OutboundBuffer();
  /** How many bytes the driver was given that it has not reported as written. */
  #outstanding = 0;
  #flushScheduled = false;
  #registration: Registration | null = null;
  #noDelay = true;
  #keepAlive = false;

  /** @param handle - connected, and still stopped */
  constructor(services: CoreServices, handle: StreamHandle, peer: IAddress) {
    this.#services = services;
    this.#handle = handle;
    this.#peer = peer;
    handle.on('data', this.#dataArrived, this);
    handle.on('written', this.#written, this);
    handle.on('ended', this.#ended, this);
    handle.on('closed', this.#closed, this);
    handle.setNoDelay(true);
  }

  /**
   * Hands the connection over to its protocol, and begins to read.
   *
   * @param failureEnds - whether what `connectionMade` throws ends the connection: a client's it does, a server's it does
   * not (Twisted's behaviour, recorded)
   */
  connect(protocol: IProtocol, failureEnds: boolean): void {
    this.#protocol = protocol;
    this.#services.open.add(this);
    if (this.#services.events.observed) this.#services.events.publish('connectionMade', this);
    const whenFailed = failureEnds ? this.#rejected : null;
    const failure = this.#services.dispatch.call('connectionMade', () => protocol.makeConnection(this), whenFailed);
    if (failure !== null) whenFailed?.(failure);
    this.#updateReading();
  }

  // ITransport

  get connected(): boolean {
    return this.#state !== 'lost';
  }

  get disconnecting(): boolean {
    return this.#disconnecting;
  }

  write(data: Bytes): void {
    assertBytes(data);
    if (data.length === 0 || !TRAITS[this.#state].writes) return;
    this.#buffer.append(data);
    this.#afterWrite();
  }

  writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    pieces.forEach(assertBytes);
    if (!TRAITS[this.#state].writes) return;
    for (const piece of pieces) if (piece.length > 0) this.#buffer.append(piece);
    if (!this.#buffer.isEmpty) this.#afterWrite();
  }

  loseConnection(): void {
    this.#step('loseConnection', connectionDone);
  }

  getPeer(): IAddress {
    return this.#peer;
  }

  getHost(): IAddress {
    if (this.#host === null) {
      const local = this.#handle.localAddress;
      // Unknown only if the connection broke before anybody asked; then the peer's family says what kind it was.
      this.#host = local === null ? this.#peer : toAddress(local);
    }
    return this.#host;
  }

  // ITCPTransport

  abortConnection(): void {
    this.#step('abortConnection');
  }

  loseWriteConnection(): void {
    this.#step('loseWriteConnection');
  }

  getTcpNoDelay(): boolean {
    return this.#noDelay;
  }

  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
    this.#handle.setNoDelay(enabled);
  }

  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
    this.#handle.setKeepAlive(enabled);
  }

  // IPushProducer: the transport produces what it receives

  pauseProducing(): void {
    this.#wantsData = false;
    this.#updateReading();
  }

  resumeProducing(): void {
    this.#wantsData = true;
    this.#updateReading();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  // IConsumer

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.#registration !== null) {
      throw new RuntimeError(
        `Cannot register producer ${String(producer)}, because producer ${String(this.#registration.producer)} was never unregistered.`,
      );
    }
    if (this.#state === 'lost') {
      producer.stopProducing();
    } else if (streaming) {
      this.#registration = { kind: 'push', producer: producer as IPushProducer, paused: false };
    } else {
      this.#registration = { kind: 'pull', producer };
      producer.resumeProducing();
    }
  }

  unregisterProducer(): void {
    this.#registration = null;
    // Closing may have waited for this.
    if (TRANSITIONS[this.#state].flushed !== undefined) this.#flushSoon();
  }

  // Disconnectable

  connectionLost(reason: Failure): void {
    this.#step('over', reason);
  }

  // Flushable

  flush(): void {
    this.#flushScheduled = false;
    if (this.#state === 'aborting') {
      this.#step('over', new Failure(new ConnectionAborted()));
      return;
    }
    if (this.#outstanding > 0 || this.#state === 'lost') return;
    if (this.#buffer.isEmpty) this.#drained();
    else this.#send();
  }

  // The machine

  #step(input: TransportInput, reason: Failure | (() => Failure) | null = null): void {
    const next = TRANSITIONS[this.#state][input];
    if (next === undefined) return;
    this.#state = next;
    if (next === 'lost') {
      this.#lose(typeof reason === 'function' ? reason() : (reason ?? connectionDone()));
      return;
    }
    this.#updateReading();
    switch (input) {
      case 'loseConnection':
        this.#disconnecting = true;
        this.#flushSoon();
        break;
      case 'loseWriteConnection':
        this.#flushSoon();
        break;
      case 'abortConnection':
        this.#buffer.clear();
        this.#flushSoon();
        break;
      case 'ended':
        this.#notifyHalfClose('readConnectionLost');
        break;
      case 'flushed':
        this.#handle.shutdown();
        this.#notifyHalfClose('writeConnectionLost');
        break;
    }
  }

  #updateReading(): void {
    if (this.#wantsData && TRAITS[this.#state].reads) this.#handle.readStart();
    else this.#handle.readStop();
  }

  #flushSoon(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#services.turn.flushSoon(this);
  }

  #afterWrite(): void {
    if (this.#outstanding === 0) this.#flushSoon();
    const registration = this.#registration;
    if (registration?.kind === 'push' && this.#buffer.exceeds(PRODUCER_LIMIT - this.#outstanding)) {
      registration.paused = true;
      // From inside the producer's own write, as in Twisted: what this throws is the writer's to handle.
      registration.producer.pauseProducing();
    }
  }

  #send(): void {
    const chunks = this.#buffer.take();
    for (const chunk of chunks) this.#outstanding += chunk.byteLength;
    this.#handle.write(chunks);
  }

  /** Everything has been sent: ask the producer for more, or do what waited for this. */
  #drained(): void {
    // Aborted while the last write was under way, or the write side is closed: nobody is to be asked for more.
    if (!TRAITS[this.#state].writes) return;
    const registration = this.#registration;
    if (registration !== null && (registration.kind === 'pull' || registration.paused)) {
      if (registration.kind === 'push') registration.paused = false;
      const failure = this.#services.dispatch.call(
        'resumeProducing',
        () => registration.producer.resumeProducing(),
        this.#rejected,
      );
      if (failure !== null) this.#step('over', failure);
    } else {
      this.#step('flushed', connectionDone);
    }
  }

  #notifyHalfClose(method: 'readConnectionLost' | 'writeConnectionLost'): void {
    const protocol = this.#protocol;
    if (!IHalfCloseableProtocol.providedBy(protocol)) return;
    const failure = this.#services.dispatch.call(method, () => protocol[method](), this.#rejected);
    if (failure !== null) this.#step('over', failure);
  }

  /** The last thing that happens. The handle is closed first, so that the protocol finds everything over. */
  #lose(reason: Failure): void {
    const { open, dispatch, events } = this.#services;
    open.delete(this);
    this.getHost();
    this.#handle.removeAllListeners();
    if (reason.check(ConnectionAborted) === null) this.#handle.close();
    else this.#handle.reset();
    this.#buffer.clear();
    const registration = this.#registration;
    this.#registration = null;
    if (registration !== null) dispatch.call('stopProducing', () => registration.producer.stopProducing());
    const protocol = this.#protocol;
    this.#protocol = null;
    if (events.observed) events.publish('connectionLost', this, reason);
    const failure =
      protocol === null ? null : dispatch.call('connectionLost', () => protocol.connectionLost(reason));
    // A client's factory is not told when its protocol failed to take the news: Twisted's behaviour, recorded.
    if (failure === null) this.whenLost?.(reason);
  }

  readonly #rejected = (failure: Failure): void => {
    this.#step('over', failure);
  };

  // The driver's events

  #dataArrived(chunk: Buffer): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    const { dispatch, events } = this.#services;
    if (events.observed) events.publish('bytesRead', this, chunk.length);
    const failure = dispatch.dataReceived(protocol, chunk, this.#rejected);
    if (failure !== null) this.#step('over', failure);
  }

  #written(): void {
    const { events } = this.#services;
    if (events.observed) events.publish('bytesWritten', this, this.#outstanding);
    this.#outstanding = 0;
    if (this.#buffer.isEmpty) this.#drained();
    else this.#flushSoon();
  }

  #ended(): void {
    if (IHalfCloseableProtocol.providedBy(this.#protocol)) this.#step('ended');
    else this.#step('over', connectionDone);
  }

  #closed(error: DriverError | null): void {
    this.#step('over', new Failure(new ConnectionLost(error?.message, { cause: error })));
  }
}

/** A clean end. A new one each time: a Failure belongs to the connection that ended. */
function connectionDone(): Failure {
  return new Failure(new ConnectionDone());
}
