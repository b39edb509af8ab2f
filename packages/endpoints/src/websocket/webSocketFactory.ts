/**
 * The server's end: reads the request of each connection, and answers it; then the factory's protocol is connected.
 */
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IDelayedCall, IProtocol, IProtocolFactory, IReactorTime } from '@skein/reactor/interfaces';
import { Protocol } from '@skein/protocols';

import { BadHead, HTTPHeadReader, type HTTPHead } from './httpHead';
import { settingsOf, type WebSocketServerOptions, type WebSocketSettings } from './options';
import { type HTTPAnswer, judge, refusal } from './serverHandshake';
import type { WebSocketHandshake } from './interfaces';
import { WebSocketTransport } from './webSocketTransport';
import { loadWS, type WSPackage } from './wsPackage';

/** Seconds for which somebody who was refused may go on sending, so that they get to read why. */
const LINGER = 2;

/**
 * Puts the protocols of a factory behind WebSockets: a factory for any port that carries streams. The wrapped factory builds a
 * protocol when a handshake is good; its null is answered with 503.
 *
 * @example
 * reactor.listenTCP(8124, new WebSocketFactory(reactor, new ChatFactory(), { frames: 'lines' }));
 */
export class WebSocketFactory implements IProtocolFactory {
  readonly wrappedFactory: IProtocolFactory;
  readonly #clock: IReactorTime;
  readonly #options: WebSocketServerOptions;
  readonly #settings: WebSocketSettings;
  readonly #ws: WSPackage;

  /** Throws `ValueError` for options that make no sense, `RuntimeError` when the package `ws` is not installed. */
  constructor(clock: IReactorTime, wrappedFactory: IProtocolFactory, options: WebSocketServerOptions = {}) {
    this.#clock = clock;
    this.wrappedFactory = wrappedFactory;
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#ws = loadWS();
  }

  doStart(): void {
    this.wrappedFactory.doStart();
  }

  doStop(): void {
    this.wrappedFactory.doStop();
  }

  /** What log messages begin with. */
  logPrefix(): string {
    const wrapped: IProtocolFactory & { logPrefix?: () => string } = this.wrappedFactory;
    return `${wrapped.logPrefix?.() ?? wrapped.constructor.name} (WebSocket)`;
  }

  buildProtocol(addr: IAddress): IProtocol {
    return new WebSocketServerProtocol(
      this.#clock,
      this.#settings,
      (head) => judge(head, this.#options),
      () => this.wrappedFactory.buildProtocol(addr),
      (transport, handshake) =>
        new WebSocketTransport(this.#ws, this.#clock, this.#settings, transport, handshake, {
          isServer: true,
          random: null,
        }),
    );
  }
}

type Open = (transport: Protocol['transport'], handshake: WebSocketHandshake) => WebSocketTransport;

class WebSocketServerProtocol extends Protocol {
  readonly #clock: IReactorTime;
  readonly #settings: WebSocketSettings;
  readonly #judge: (head: HTTPHead) => ReturnType<typeof judge>;
  readonly #build: () => IProtocol | null;
  readonly #open: Open;
  /** Null when the head has been read. */
  #reader: HTTPHeadReader | null = new HTTPHeadReader();
  #socket: WebSocketTransport | null = null;
  #deadline: IDelayedCall | null = null;

  constructor(
    clock: IReactorTime,
    settings: WebSocketSettings,
    judgeHead: (head: HTTPHead) => ReturnType<typeof judge>,
    build: () => IProtocol | null,
    open: Open,
  ) {
    super();
    this.#clock = clock;
    this.#settings = settings;
    this.#judge = judgeHead;
    this.#build = build;
    this.#open = open;
  }

  override connectionMade(): void {
    const { handshakeTimeout } = this.#settings;
    this.#deadline = this.#clock.callLater(handshakeTimeout, () => {
      this.#answer(refusal(408, `wanted a request within ${handshakeTimeout} seconds`));
    });
  }

  override dataReceived(data: Buffer): void {
    if (this.#socket !== null) this.#socket.dataReceived(data);
    // Somebody who was refused: it is read, so that the answer is not lost to a reset, and thrown away.
    if (this.#reader === null) return;
    let head: HTTPHead | null;
    try {
      head = this.#reader.feed(data);
    } catch (error) {
      if (!(error instanceof BadHead)) throw error;
      this.#answer(refusal(error.status, error.message));
      return;
    }
    if (head !== null) this.#requested(head);
  }

  override connectionLost(reason: Failure): void {
    this.#deadline?.cancel();
    this.#reader = null;
    this.#socket?.connectionLost(reason);
  }

  #requested(head: HTTPHead): void {
    const verdict = this.#judge(head);
    if (verdict.kind === 'answer') {
      this.#answer(verdict);
      return;
    }
    let protocol: IProtocol | null;
    try {
      protocol = this.#build();
    } catch (error) {
      this.#answer(refusal(500, 'no protocol could be made'));
      throw error;
    }
    if (protocol === null) {
      this.#answer(refusal(503, 'the connection is not taken'));
      return;
    }
    this.#deadline?.cancel();
    this.#deadline = null;
    this.#reader = null;
    this.transport.write(verdict.answer);
    const socket = (this.#socket = this.#open(this.transport, verdict.handshake));
    socket.connect(protocol);
    socket.dataReceived(head.rest);
  }

  #answer({ text }: HTTPAnswer): void {
    this.#reader = null;
    if (this.#deadline?.active() === true) this.#deadline.cancel();
    this.transport.write(text);
    this.transport.loseWriteConnection();
    this.#deadline = this.#clock.callLater(LINGER, () => {
      this.#deadline = null;
      this.transport.abortConnection();
    });
  }
}
