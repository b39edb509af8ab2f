/**
 * A stream connection: the one machine behind TCP, UNIX and TLS connections, on any driver.
 *
 * It carries out what `transportStates.ts` decides: buffering until the end of the turn, producers, flushing before
 * `loseConnection`, half-close, abort, and telling the protocol exactly once how it ended.
 *
 * @twisted twisted.internet.abstract.FileDescriptor, twisted.internet.tcp.Connection
 */
import type { DriverError, SecuredInfo, StreamHandle } from '../driver';
import { ConnectionAborted, ConnectionDone, ConnectionLost, RuntimeError } from '../error';
import { Failure } from '../failure';
import {
  type Bytes,
  type ClientContextSource,
  type IAddress,
  IHalfCloseableProtocol,
  IHandshakeListener,
  type IOpenSSLContextFactory,
  type IProtocol,
  type IPullProducer,
  type IPushProducer,
  type ITLSTransport,
  type StartTLSTransportOptions,
} from '../interfaces';

import { toAddress } from './addresses';
import { connectionDone } from './connectionDone';
import { assertBytes, OutboundBuffer } from './outboundBuffer';
import { ProducerSlot } from './producerSlot';
import type { CoreServices, Disconnectable } from './services';
import { StallLimit } from './stallLimit';
import { TLSLayer } from './tlsLayer';
import { clientSetups, serverSetups, type TLSSetup } from './tlsSetup';
import {
  type AnyState,
  PLAIN,
  SECURE,
  type StateTable,
  type StateTraits,
  type TransportInput,
} from './transportStates';
import type { Flushable } from './turn';

/** A push producer is paused when more than this many bytes wait to be sent. Twisted's `bufferSize`. */
const PRODUCER_LIMIT = 65536;

/** Until somebody registers: most connections have no producer. */
const NO_PRODUCER = new ProducerSlot();
/** The buffer of all connections that have sent nothing; nothing is put into it. */
const NOTHING_TO_SEND = new OutboundBuffer();

/** Seconds that a client may take for the handshake. (In Twisted, for ever.) */
export const DEFAULT_HANDSHAKE_TIMEOUT = 60;

export class StreamTransport implements ITLSTransport, Disconnectable, Flushable {
  /** Called after the protocol has been told of the end, unless that threw. For connectors. */
  whenLost: { transportLost(reason: Failure): void } | null = null;

  readonly #services: CoreServices;
  readonly #handle: StreamHandle;
  readonly #peer: IAddress;
  #host: IAddress | null = null;
  #protocol: IProtocol | null = null;
  #table: StateTable = PLAIN;
  #state: AnyState = 'open';
  /** Whether `loseConnection` was called on the open connection; stays true when it is lost. */
  #disconnecting = false;
  /** Whether the protocol wants to read: `pauseProducing` and `resumeProducing`. */
  #wantsData = true;
  #buffer = NOTHING_TO_SEND;
  /** The buffer, as long as all there is to do with text is to append it: it will be sent, and no producer is to be paused. */
  #gathering: OutboundBuffer | null = null;
  /** How many bytes the driver was given that it has not reported as written. */
  #outstanding = 0;
  #flushScheduled = false;
  /** Watches the flush of a connection that is being lost. */
  #stall: StallLimit | null = null;
  #producer = NO_PRODUCER;
  /** Called last of all, when the connection is lost. */
  #disposed: (() => void)[] | null = null;
  #noDelay = true;
  #keepAlive = false;
  readonly #isClient: boolean;
  #tls: TLSLayer | null = null;

  /**
   * @param handle - connected, and still stopped
   * @param isClient - whether this is the side that connected
   */
  constructor(services: CoreServices, handle: StreamHandle, peer: IAddress, isClient: boolean) {
    this.#services = services;
    this.#handle = handle;
    this.#peer = peer;
    this.#isClient = isClient;
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
    const loser = failureEnds ? this : null;
    const failure = this.#services.dispatch.call('connectionMade', () => protocol.makeConnection(this), loser);
    if (failure !== null) loser?.connectionLost(failure);
    if (this.#handle.lends === false && this.#protocol !== null)
      this.#handle.lends = this.#services.dispatch.borrows(this.#protocol);
    this.#updateReading();
  }

  /**
   * What the connection's events go to; null once it is lost. Assigning hands the connection over: the protocol before
   * hears nothing more, and the new one's `makeConnection` is the caller's to call. (Twisted's attribute.)
   */
  get protocol(): IProtocol | null {
    return this.#protocol;
  }

  set protocol(protocol: IProtocol | null) {
    if (this.#state !== 'lost') this.#protocol = protocol;
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'lost') return Promise.resolve();
    return new Promise((resolve) => {
      (this.#disposed ??= []).push(resolve);
      this.loseConnection();
    });
  }

  // ITransport

  get connected(): boolean {
    return this.#state !== 'lost';
  }

  get disconnecting(): boolean {
    return this.#disconnecting;
  }

  write(data: Bytes): void {
    // What is written most often is a short line after others.
    if (this.#gathering !== null && typeof data === 'string') {
      this.#gathering.append(data);
      return;
    }
    assertBytes(data);
    if (data.length === 0 || (this.#state !== 'open' && !this.#takesWrites())) return;
    this.#append(data);
    if (this.#producer !== NO_PRODUCER || !this.#flushScheduled) this.#afterWrite();
    if (this.#producer === NO_PRODUCER && this.#state === 'open') this.#gathering = this.#buffer;
  }

  writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    pieces.forEach(assertBytes);
    if (!this.#takesWrites()) return;
    for (const piece of pieces) if (piece.length > 0) this.#append(piece);
    if (!this.#buffer.isEmpty) this.#afterWrite();
  }

  loseConnection(): void {
    // A handshake that nothing waits for is not waited for: Twisted's behaviour, recorded.
    const tls = this.#tls;
    if (tls?.isShaking === true && this.#buffer.isEmpty && (this.#outstanding === 0 || tls.inPlain !== null)) {
      this.#step('abortConnection');
    } else this.#step('loseConnection', connectionDone);
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

  // ITLSTransport

  startTLS(contextFactory: ClientContextSource, options: StartTLSTransportOptions = {}): void {
    const { normal = true, handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT } = options;
    const setups =
      this.#isClient === normal
        ? clientSetups(this.#services, contextFactory, null)
        : serverSetups(this.#services, contextFactory as IOpenSSLContextFactory, null, handshakeTimeout);
    this.secure(setups());
  }

  /** `startTLS`, for those that have the setup. */
  secure(setup: TLSSetup): void {
    if (this.#tls !== null) throw new RuntimeError('Cannot start TLS, because it has been started already');
    if (this.#state !== 'open') {
      const { reads, writes } = this.#traits();
      if (reads !== writes)
        throw new RuntimeError('Cannot start TLS, because one direction of the connection has ended');
      return;
    }
    this.#table = SECURE;
    this.#tls = new TLSLayer(this.#services, this.#handle, setup, (reason) => this.connectionLost(reason));
    this.#tls.decorate(this);
    this.#handle.on('secured', this.#secured, this);
    if (this.#outstanding === 0 && this.#buffer.isEmpty) {
      this.#tls.begin();
    } else {
      this.#tls.inPlain = this.#buffer;
      this.#buffer = NOTHING_TO_SEND;
      this.#gathering = null;
      this.#updateReading();
      this.#flushSoon();
    }
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
    if (this.#state === 'lost') producer.stopProducing();
    else {
      this.#gathering = null;
      if (this.#producer === NO_PRODUCER) this.#producer = new ProducerSlot();
      this.#producer.register(producer, streaming, this.#disconnecting);
    }
  }

  unregisterProducer(): void {
    this.#producer.clear();
    // Closing may have waited for this.
    if (this.#transitions().flushed !== undefined) this.#flushSoon();
  }

  // Disconnectable

  connectionLost(reason: Failure): void {
    this.#step('over', reason);
  }

  // Flushable

  flush(): void {
    // It may have been flushed since it was asked for: nobody is to be asked for more twice.
    if (this.#flushScheduled) this.#flushNow();
  }

  #flushNow(): void {
    this.#flushScheduled = false;
    if (this.#state === 'aborting') {
      this.#step('over', new Failure(new ConnectionAborted()));
      return;
    }
    if (this.#state === 'lost') return;
    if (this.#outstanding === 0) {
      if (this.#isInPlain) this.#flushPlain();
      else if (this.#buffer.isEmpty) this.#drained();
      else this.#send(this.#buffer);
    }
    // Nothing is written before the handshake is done: the producer is to wait for it.
    if (this.#tls?.isShaking === true && this.#outstanding > 0) this.#pauseProducer();
    if (this.#disconnecting && this.#outstanding > 0) {
      this.#stall ??= new StallLimit(this.#services.turn, this.#handle, (reason) => this.#stalled(reason));
    }
  }

  // The machine

  #transitions(): Readonly<Partial<Record<TransportInput, AnyState>>> {
    return this.#table.transitions[this.#state]!;
  }

  #traits(): StateTraits {
    return this.#table.traits[this.#state]!;
  }

  #takesWrites(): boolean {
    const { writes, producerWrites, gathersForNobody } = this.#traits();
    return writes || gathersForNobody === true || (producerWrites === true && this.#producer.isInTime);
  }

  #step(input: TransportInput, reason: Failure | (() => Failure) | null = null): void {
    const next = this.#transitions()[input];
    if (next === undefined) return;
    this.#state = next;
    this.#gathering = null;
    if (next === 'lost') {
      this.#lose(typeof reason === 'function' ? reason() : (reason ?? connectionDone()));
      return;
    }
    this.#updateReading();
    switch (input) {
      case 'loseConnection':
        this.#disconnecting = true;
        this.#handle.off('data', this.#dataArrived, this);
        this.#flushSoon();
        break;
      case 'loseWriteConnection':
        this.#flushSoon();
        break;
      case 'abortConnection':
        // On a secured connection alone: Twisted's behaviour.
        if (this.#tls !== null) this.#disconnecting = true;
        this.#buffer.clear();
        this.#tls?.inPlain?.clear();
        this.#flushSoon();
        break;
      case 'farewell':
        this.#buffer.clear();
        this.#tls?.awaitWritten();
        break;
      case 'ended':
        this.#notifyHalfClose('readConnectionLost');
        break;
      case 'flushed':
        if (next === 'closing') {
          this.#tls?.farewell();
          break;
        }
        this.#handle.shutdown();
        this.#notifyHalfClose('writeConnectionLost');
        break;
    }
  }

  #updateReading(): void {
    const { reads, discards } = this.#traits();
    if (reads && (this.#wantsData || discards === true) && !this.#isInPlain) this.#handle.readStart();
    else this.#handle.readStop();
  }

  #flushSoon(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#services.turn.flushSoon(this);
  }

  #append(data: Bytes): void {
    if (this.#buffer === NOTHING_TO_SEND) this.#buffer = new OutboundBuffer();
    this.#buffer.append(data);
  }

  #afterWrite(): void {
    if (this.#outstanding === 0) this.#flushSoon();
    // From inside the producer's own write, as in Twisted: what this throws is the writer's to handle.
    if (this.#producer.isPush && this.#buffer.exceeds(PRODUCER_LIMIT - this.#outstanding)) this.#producer.pause();
  }

  /** Whether `startTLS` waits for what was written before it. */
  get #isInPlain(): boolean {
    return this.#tls !== null && this.#tls.inPlain !== null;
  }

  /** Sends what was written before `startTLS`, and then begins. */
  #flushPlain(): void {
    const tls = this.#tls!;
    if (tls.inPlain?.isEmpty === false) {
      this.#send(tls.inPlain);
      return;
    }
    tls.begin();
    this.#updateReading();
    if (!this.#buffer.isEmpty) this.#flushSoon();
  }

  #pauseProducer(): void {
    if (!this.#producer.isPush || this.#producer.isWaiting) return;
    this.#services.dispatch.call('pauseProducing', () => this.#producer.pause(), this);
  }

  #send(buffer: OutboundBuffer): void {
    // A new one for each turn: short text is gathered several times faster in an object that is young.
    if (buffer === this.#buffer) {
      this.#buffer = NOTHING_TO_SEND;
      this.#gathering = null;
    }
    const text = this.#handle.writeText === undefined ? null : buffer.takeText();
    if (text !== null) {
      this.#outstanding += this.#handle.writeText?.(text) ?? 0;
      return;
    }
    const chunks = buffer.take();
    for (const chunk of chunks) this.#outstanding += chunk.byteLength;
    this.#handle.write(chunks);
  }

  /** Everything has been sent: ask the producer for more, or do what waited for this. */
  #drained(): void {
    // Aborted while the last write was under way, or the write side is closed: nobody is to be asked for more.
    if (!this.#traits().writes && this.#transitions().flushed === undefined) return;
    // Where nothing more can be written, a producer is not asked, and not waited for.
    const asks = this.#takesWrites();
    if (asks && this.#producer.isWaiting) {
      const failure = this.#services.dispatch.call('resumeProducing', () => this.#producer.resume(), this);
      if (failure !== null) this.#step('over', failure);
    } else if (!asks || this.#producer.isEmpty || !this.#table.waitsForProducers) {
      this.#step('flushed', connectionDone);
    }
  }

  #notifyHalfClose(method: 'readConnectionLost' | 'writeConnectionLost'): void {
    const protocol = this.#protocol;
    if (!IHalfCloseableProtocol.providedBy(protocol)) return;
    const failure = this.#services.dispatch.call(method, () => protocol[method](), this);
    if (failure !== null) this.#step('over', failure);
  }

  /** The last thing that happens. The handle is closed first, so that the protocol finds everything over. */
  #lose(reason: Failure): void {
    const { open, dispatch, events } = this.#services;
    open.delete(this);
    this.getHost();
    this.#handle.removeAllListeners();
    this.#stall?.end();
    const tls = this.#tls;
    tls?.end();
    // The peer's farewell is answered.
    if (tls !== null && this.#outstanding === 0 && reason.check(ConnectionDone) !== null) this.#handle.shutdown();
    if (reason.check(ConnectionAborted) === null) this.#handle.close();
    else this.#handle.reset();
    this.#buffer.clear();
    if (!this.#producer.isEmpty) dispatch.call('stopProducing', () => this.#producer.stop());
    const protocol = this.#protocol;
    this.#protocol = null;
    const told = tls === null ? reason : tls.toldProtocol(reason);
    if (events.observed) events.publish('connectionLost', this, told);
    const failure = protocol === null ? null : dispatch.call('connectionLost', () => protocol.connectionLost(told));
    // A client's factory is not told when its protocol failed to take the news: Twisted's behaviour, recorded.
    if (failure === null) this.whenLost?.transportLost(tls === null ? reason : tls.toldFactory(reason));
    for (const disposed of this.#disposed ?? []) disposed();
  }

  /** The peer takes nothing of what is to be sent. It must not take what did arrive for all of it: a reset says so. */
  #stalled(reason: Failure): void {
    this.#handle.reset();
    this.#step('over', reason);
  }

  // The driver's events

  #dataArrived(chunk: Buffer): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    const { dispatch, events } = this.#services;
    if (events.observed) events.publish('bytesRead', this, chunk.length);
    const borrows = dispatch.borrows(protocol);
    const data = this.#handle.lends === !borrows ? this.#changeLending(borrows, chunk) : chunk;
    const failure = dispatch.dataReceived(protocol, data, this);
    if (failure !== null) this.#step('over', failure);
    else if (this.#state === 'open' && this.#answersAtOnce) this.#answer();
  }

  /** Sends what `dataReceived` has written. Of a fast peer, more than one chunk comes before the driver tells of the first answer. */
  #answer(): void {
    if (this.#outstanding === 0) this.#flushNow();
    else if (this.#handle.takesMore === true && !this.#isInPlain) this.#send(this.#buffer);
  }

  /** The protocol is not what it was when the handle read `chunk`; returns what it may have. */
  #changeLending(borrows: boolean, chunk: Buffer): Buffer {
    this.#handle.lends = borrows;
    return borrows ? chunk : Buffer.from(chunk);
  }

  /**
   * Whether what has been written is to go out now, after `dataReceived`, not at the end of the turn. A full answer has
   * little to gain from the rest of the turn, and now it is still in the processor's cache; a secured one shares the write
   * of what TLS itself has to say, as the tickets after a handshake.
   */
  get #answersAtOnce(): boolean {
    return this.#buffer.isFull || (this.#tls !== null && !this.#buffer.isEmpty);
  }

  #written(): void {
    const { events } = this.#services;
    if (events.observed) events.publish('bytesWritten', this, this.#outstanding);
    this.#outstanding = 0;
    this.#stall?.moved();
    // TLS begins at once: the peer's answer must not be read in plain.
    if (this.#isInPlain) this.#flushPlain();
    else {
      if (this.#buffer.isEmpty) this.#drained();
      // A full load has nothing to gain from the rest of the turn: a producer's next goes out while its last is on its way.
      if (!this.#producer.isEmpty && this.#buffer.exceeds(PRODUCER_LIMIT)) this.#flushNow();
      else if (!this.#buffer.isEmpty) this.#flushSoon();
    }
  }

  #secured(info: SecuredInfo): void {
    this.#tls?.secured(info);
    const protocol = this.#protocol;
    if (!IHandshakeListener.providedBy(protocol)) return;
    const call = (): unknown => protocol.handshakeCompleted();
    const failure = this.#services.dispatch.call('handshakeCompleted', call, this);
    if (failure !== null) this.#step('over', failure);
  }

  #ended(): void {
    if (this.#traits().ignoresEnd === true) return;
    const { ended, farewell } = this.#transitions();
    if (ended !== undefined && IHalfCloseableProtocol.providedBy(this.#protocol)) this.#step('ended');
    else if (farewell !== undefined && this.#outstanding > 0) this.#step('farewell');
    else this.#step('over', connectionDone);
  }

  #closed(error: DriverError | null): void {
    const reason = this.#tls?.reasonOf(error) ?? new Failure(new ConnectionLost(error?.message, { cause: error }));
    this.#step('over', reason);
  }
}
