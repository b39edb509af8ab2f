/**
 * A WebSocket as a transport: what the protocol on it sees, over any stream connection.
 *
 * Frames are read and written by `ws` (`wsPackage.ts`), inside the reactor's own call of `dataReceived`: protocols are called as
 * on a socket, and the same under the simulation. `webSocketStates.ts` says what follows what.
 */
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  Bytes,
  IAddress,
  IDelayedCall,
  IProtocol,
  IPullProducer,
  IPushProducer,
  IReactorTime,
  ITCPTransport,
} from '@skein/reactor/interfaces';

import { WebSocketClosed } from './errors';
import { Heartbeat } from './heartbeat';
import type { IWebSocketTransport, WebSocketHandshake } from './interfaces';
import { messageMapping, type MessageMapping, type OutboundMessage } from './messageMapping';
import type { WebSocketSettings } from './options';
import { Outlet } from './outlet';
import { TRAITS, TRANSITIONS, type WebSocketInput, type WebSocketState } from './webSocketStates';
import { CloseCode, closePayload, codeOf, FrameWriter, isCleanCode, Opcode } from './frames';
import type { FrameReceiver, WSPackage } from './wsPackage';

export class WebSocketTransport implements IWebSocketTransport {
  readonly handshake: WebSocketHandshake;
  readonly underlying: ITCPTransport;
  readonly #clock: IReactorTime;
  readonly #settings: WebSocketSettings;
  readonly #isServer: boolean;
  readonly #mapping: MessageMapping;
  readonly #receiver: FrameReceiver;
  readonly #frames: FrameWriter;
  readonly #heartbeat: Heartbeat;
  readonly #outlet: Outlet;
  #protocol: IProtocol | null = null;
  #state: WebSocketState = 'open';
  #disconnecting = false;
  /** The peer's last frame has been read, or one that breaks the rules. */
  #isConcluded = false;
  #isPaused = false;
  /** What came in one piece with what the protocol paused at. */
  readonly #held: (() => void)[] = [];
  #heldCall: IDelayedCall | null = null;
  /** The answer to the peer's last ping, while there is no room for it. */
  #owedPong: Buffer | null = null;
  #closing: Buffer = closePayload(CloseCode.NORMAL, '');
  #patience: IDelayedCall | null = null;
  /** What the protocol is told, if not what the connection below says. */
  #reason: Failure | null = null;

  /** @param random - for a client: makes the masking keys; null: `ws` does */
  constructor(
    ws: WSPackage,
    clock: IReactorTime,
    settings: WebSocketSettings,
    underlying: ITCPTransport,
    handshake: WebSocketHandshake,
    { isServer, random }: { isServer: boolean; random: (() => number) | null },
  ) {
    this.handshake = handshake;
    this.underlying = underlying;
    this.#clock = clock;
    this.#settings = settings;
    this.#isServer = isServer;
    this.#mapping = messageMapping(settings.frames, settings.delimiter);
    this.#frames = new FrameWriter(ws, underlying, !isServer, random);
    this.#outlet = new Outlet(underlying, () => this.#payPong());
    this.#heartbeat = new Heartbeat(
      clock,
      { interval: settings.pingInterval, timeout: settings.pingTimeout },
      () => this.#frames.write(Opcode.PING, Buffer.alloc(0)),
      () => this.#peerIsDead(),
    );
    this.#receiver = new ws.Receiver({
      isServer,
      maxPayload: settings.maxPayload,
      maxFragments: 16384,
      maxBufferedChunks: 16384,
    });
    this.#receiver.on('message', (data, isBinary) => this.#messageReceived(data, isBinary));
    this.#receiver.on('ping', (data) => this.#pinged(data));
    this.#receiver.on('conclude', (code, reason) => {
      this.#isConcluded = true;
      this.#hold(() => this.#peerClosed(code, reason.toString()));
    });
    // It is looked at after each write.
    this.#receiver.on('error', () => {});
  }

  /** Hands the connection over to its protocol. What `connectionMade` throws ends it. */
  connect(protocol: IProtocol): void {
    this.#protocol = protocol;
    this.#heartbeat.start();
    const connected: { makeConnection(transport: IWebSocketTransport): unknown } = protocol;
    this.#watch(connected.makeConnection(this));
  }

  // What the protocol below passes on

  dataReceived(chunk: Buffer): void {
    if (chunk.length === 0 || this.#isConcluded || !TRAITS[this.#state].listens) return;
    this.#heartbeat.heard();
    this.#receiver.write(chunk);
    const { errored } = this.#receiver;
    if (errored === null || this.#isConcluded) return;
    this.#isConcluded = true;
    this.#hold(() => this.#violated(errored));
  }

  connectionLost(reason: Failure): void {
    this.#step('over', () => {
      this.#receiver.removeAllListeners().on('error', () => {});
      this.#heartbeat.stop();
      this.#patience?.cancel();
      this.#heldCall?.cancel();
      const protocol = this.#protocol;
      this.#protocol = null;
      protocol?.connectionLost(this.#reason ?? this.#reasonOf(reason));
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
    this.#send([data]);
  }

  writeSequence(data: Iterable<Bytes>): void {
    this.#send([...data]);
  }

  loseConnection(): void {
    this.#step('loseConnection', (before) => {
      this.#disconnecting = true;
      this.#stopDelivering();
      if (before === 'ended') this.#awaitPeer();
      else this.#finishWhenFlushed();
    });
  }

  closeConnection(code: number, reason = ''): void {
    const payload = closePayload(code, reason);
    if (this.#state === 'open') this.#closing = payload;
    this.loseConnection();
  }

  getPeer(): IAddress {
    return this.underlying.getPeer();
  }

  getHost(): IAddress {
    return this.underlying.getHost();
  }

  // ITCPTransport

  abortConnection(): void {
    this.#step('abortConnection', () => this.underlying.abortConnection());
  }

  loseWriteConnection(): void {
    this.#step('loseWriteConnection', () => this.#finishWhenFlushed());
  }

  getTcpNoDelay(): boolean {
    return this.underlying.getTcpNoDelay();
  }

  setTcpNoDelay(enabled: boolean): void {
    this.underlying.setTcpNoDelay(enabled);
  }

  getTcpKeepAlive(): boolean {
    return this.underlying.getTcpKeepAlive();
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.underlying.setTcpKeepAlive(enabled);
  }

  // IPushProducer: the transport produces what it receives

  pauseProducing(): void {
    if (!TRAITS[this.#state].delivers) return;
    this.#isPaused = true;
    // Nothing can be heard now, which is not the peer's doing.
    this.#heartbeat.stop();
    this.underlying.pauseProducing();
  }

  resumeProducing(): void {
    if (!this.#isPaused || !TRAITS[this.#state].delivers) return;
    this.#isPaused = false;
    if (this.#held.length > 0) this.#heldCall ??= this.#clock.callLater(0, () => this.#releaseHeld());
    else this.#listenAgain();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  // IConsumer

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (TRAITS[this.#state].writes === 'always') this.#outlet.register(producer, streaming);
    else producer.stopProducing();
  }

  unregisterProducer(): void {
    if (TRAITS[this.#state].writes === 'never') return;
    this.#outlet.unregister();
    if (this.#state !== 'open') this.#finishWhenFlushed();
  }

  // The machine

  #step(input: WebSocketInput, action: (before: WebSocketState) => void): void {
    const before = this.#state;
    const next = TRANSITIONS[before][input];
    if (next === undefined) return;
    this.#state = next;
    action(before);
  }

  #send(pieces: readonly Bytes[]): void {
    const data = pieces.length === 1 ? toBuffer(pieces[0]!) : Buffer.concat(pieces.map(toBuffer));
    const { writes } = TRAITS[this.#state];
    if (data.length === 0 || writes === 'never' || (writes === 'producer' && !this.#outlet.hasProducer)) return;
    this.#sendMessages(this.#mapping.outbound(data));
  }

  #sendMessages(messages: readonly OutboundMessage[]): void {
    for (const { data, isBinary } of messages) this.#frames.write(isBinary ? Opcode.BINARY : Opcode.TEXT, data);
  }

  #messageReceived(data: Buffer, isBinary: boolean): void {
    const bytes = this.#mapping.inbound(data, isBinary);
    if (bytes.length > 0) this.#hold(() => this.#deliver(bytes));
  }

  #deliver(bytes: Buffer): void {
    const protocol: { dataReceived(data: Buffer): unknown } | null = this.#protocol;
    if (TRAITS[this.#state].delivers) this.#watch(protocol?.dataReceived(bytes));
  }

  /** An async method of the protocol that fails costs the connection, as one that throws does, and is logged. */
  #watch(result: unknown): void {
    if (!(result instanceof Promise)) return;
    result.catch((error: unknown) => this.#clock.callLater(0, () => this.#fail(error)));
  }

  #fail(error: unknown): never {
    this.#reason = new Failure(error);
    this.abortConnection();
    throw error;
  }

  /** Does it now, or, while the protocol has paused, when it goes on. */
  #hold(event: () => void): void {
    if (this.#isPaused || this.#held.length > 0) this.#held.push(event);
    else event();
  }

  #releaseHeld(): void {
    this.#heldCall = null;
    try {
      while (!this.#isPaused && this.#held.length > 0) this.#held.shift()!();
    } catch (error) {
      // What throws from inside the reactor's `dataReceived` costs the connection; so it does here.
      this.#fail(error);
    }
    if (!this.#isPaused) this.#listenAgain();
  }

  #listenAgain(): void {
    this.underlying.resumeProducing();
    if (this.#state === 'open') this.#heartbeat.start();
  }

  #stopDelivering(): void {
    this.#held.length = 0;
    this.#heldCall?.cancel();
    this.#heldCall = null;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.underlying.resumeProducing();
  }

  // Pings

  #pinged(data: Buffer): void {
    if (TRAITS[this.#state].writes === 'never') return;
    // Who pings and does not read gets one answer, to the last (RFC 6455, 5.5.3), and costs no memory.
    if (this.#outlet.isFull) this.#owedPong = data;
    else this.#frames.write(Opcode.PONG, data);
  }

  #payPong(): void {
    const owed = this.#owedPong;
    this.#owedPong = null;
    if (owed !== null) this.#pinged(owed);
  }

  #peerIsDead(): void {
    const { pingTimeout } = this.#settings;
    this.#reason = new Failure(new ConnectionLost(`the peer has not answered a ping for ${pingTimeout} seconds`));
    this.abortConnection();
  }

  // The end

  #finishWhenFlushed(): void {
    if (this.#outlet.hasProducer) return;
    this.#step('flushed', () => {
      this.#sendMessages(this.#mapping.lastOutbound());
      this.#farewell(this.#closing);
      if (this.#state === 'closing') this.#awaitPeer();
    });
  }

  #farewell(payload: Buffer): void {
    this.#heartbeat.stop();
    this.#frames.write(Opcode.CLOSE, payload);
  }

  /** Gives the peer some time, once it has been sent everything. */
  #awaitPeer(): void {
    this.#outlet.whenSent(() => {
      this.underlying.unregisterProducer();
      this.#patience ??= this.#clock.callLater(this.#settings.closeTimeout, () => {
        this.#patience = null;
        this.#reason ??= new Failure(new ConnectionDone());
        this.underlying.abortConnection();
      });
    });
  }

  #peerClosed(code: number, reason: string): void {
    this.#step('peerClosed', (before) => {
      const isClean = this.#disconnecting || isCleanCode(code);
      this.#reason = new Failure(isClean ? new ConnectionDone() : new WebSocketClosed(code, reason));
      const isAnswer = before === 'ended' || before === 'closing';
      if (!isAnswer) this.#farewell(code === CloseCode.NONE ? Buffer.alloc(0) : closePayload(code, ''));
      this.#stopDelivering();
      this.#outlet.release();
      // The server closes the connection below; a client waits for it (RFC 6455, 7.1.1).
      if (this.#isServer) this.underlying.loseConnection();
      else this.#awaitPeer();
    });
  }

  #violated(error: Error & { code?: string }): void {
    this.#step('violated', (before) => {
      const code = codeOf(error);
      this.#reason = new Failure(new WebSocketClosed(code, error.message, { cause: error }));
      if (before !== 'ended' && before !== 'closing') this.#farewell(closePayload(code, ''));
      this.#stopDelivering();
      this.#outlet.release();
      // What the peer still sends is read and thrown away, so that it gets to read why.
      this.underlying.loseWriteConnection();
      this.#patience ??= this.#clock.callLater(this.#settings.closeTimeout, () => {
        this.#patience = null;
        this.underlying.abortConnection();
      });
    });
  }

  #reasonOf(reason: Failure): Failure {
    if (reason.check(ConnectionDone) === null || this.#disconnecting) return reason;
    return new Failure(new ConnectionLost('the peer ended the connection without a closing handshake'));
  }
}

function toBuffer(data: Bytes): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError(`cannot write "${String(data)}" (${typeof data}), wanted a Uint8Array or a string`);
}
