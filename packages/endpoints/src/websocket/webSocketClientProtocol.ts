/**
 * The client's end: sends the request, judges the response (RFC 6455, 4.1), and connects the protocol.
 */
import { Deferred } from '@skein/reactor/defer';
import { ConnectingCancelledError, ConnectionDone, NoProtocol } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IDelayedCall, IProtocol, IReactorTime } from '@skein/reactor/interfaces';
import { Protocol } from '@skein/protocols';

import { WebSocketHandshakeError } from './errors';
import { acceptFor, newKey } from './handshakeKeys';
import { BadHead, hasToken, type HTTPHead, HTTPHeadReader } from './httpHead';
import type { WebSocketClientOptions, WebSocketSettings } from './options';
import type { WebSocketHandshake } from './interfaces';
import { WebSocketTransport } from './webSocketTransport';
import type { WSPackage } from './wsPackage';

const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: (.*))?$/;

export class WebSocketClientProtocol<P extends IProtocol> extends Protocol {
  /** Fires with the user's protocol when it is connected. */
  readonly opened: Deferred<P>;
  readonly #ws: WSPackage;
  readonly #clock: IReactorTime;
  readonly #settings: WebSocketSettings;
  readonly #target: { readonly host: string; readonly path: string };
  readonly #options: WebSocketClientOptions;
  readonly #build: () => P | null;
  readonly #key: string;
  readonly #reader = new HTTPHeadReader();
  #socket: WebSocketTransport | null = null;
  #deadline: IDelayedCall | null = null;

  constructor(
    ws: WSPackage,
    clock: IReactorTime,
    settings: WebSocketSettings,
    target: { readonly host: string; readonly path: string },
    options: WebSocketClientOptions,
    build: () => P | null,
    addr: IAddress,
  ) {
    super();
    this.#ws = ws;
    this.#clock = clock;
    this.#settings = settings;
    this.#target = target;
    this.#options = options;
    this.#build = build;
    this.#key = newKey(options.random ?? null);
    this.opened = new Deferred<P>(() => this.#fail(new ConnectingCancelledError(addr)));
  }

  override connectionMade(): void {
    const { handshakeTimeout } = this.#settings;
    this.#deadline = this.#clock.callLater(handshakeTimeout, () => {
      this.#deadline = null;
      this.#fail(new WebSocketHandshakeError(null, `no answer to the handshake within ${handshakeTimeout} seconds`));
    });
    const { origin = null, subprotocols = [], headers = {} } = this.#options;
    const lines = [
      `GET ${this.#target.path} HTTP/1.1`,
      `Host: ${this.#target.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${this.#key}`,
      'Sec-WebSocket-Version: 13',
      ...(origin === null ? [] : [`Origin: ${origin}`]),
      ...(subprotocols.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${subprotocols.join(', ')}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    this.transport.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  override dataReceived(data: Buffer): void {
    if (this.#socket !== null) this.#socket.dataReceived(data);
    if (this.#socket !== null || this.opened.called) return;
    let head: HTTPHead | null;
    try {
      head = this.#reader.feed(data);
    } catch (error) {
      if (!(error instanceof BadHead)) throw error;
      this.#fail(
        new WebSocketHandshakeError(null, `the server does not speak HTTP: ${error.message}`, { cause: error }),
      );
      return;
    }
    if (head !== null) this.#responded(head);
  }

  override connectionLost(reason: Failure): void {
    this.#deadline?.cancel();
    this.#deadline = null;
    if (this.#socket !== null) this.#socket.connectionLost(reason);
    if (!this.opened.called) {
      const why = reason.check(ConnectionDone) === null ? `: ${reason.value.message.replace(/\.$/, '')}` : '';
      const problem = `the connection ended during the handshake${why}`;
      this.opened.errback(
        this.#socket === null ? new WebSocketHandshakeError(null, problem, { cause: reason.value }) : reason,
      );
    }
  }

  #responded(head: HTTPHead): void {
    const handshake = this.#judge(head);
    if (handshake instanceof WebSocketHandshakeError) {
      this.#fail(handshake);
      return;
    }
    let protocol: P | null;
    try {
      protocol = this.#build();
      if (protocol === null || protocol === undefined) throw new NoProtocol();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#deadline?.cancel();
    this.#deadline = null;
    const socket = (this.#socket = new WebSocketTransport(
      this.#ws,
      this.#clock,
      this.#settings,
      this.transport,
      handshake,
      { isServer: false, random: this.#options.random ?? null },
    ));
    socket.connect(protocol);
    // Unless `connectionMade` has cancelled it.
    if (!this.opened.called) this.opened.callback(protocol);
    socket.dataReceived(head.rest);
  }

  #judge({ startLine, headers }: HTTPHead): WebSocketHandshake | WebSocketHandshakeError {
    const [, digits, phrase = ''] = STATUS_LINE.exec(startLine) ?? [];
    if (digits === undefined) return new WebSocketHandshakeError(null, 'the server does not speak HTTP');
    const status = Number(digits);
    const wrong = (problem: string): WebSocketHandshakeError => new WebSocketHandshakeError(status, problem);
    if (status !== 101) return wrong(`the server answered "${digits} ${phrase.slice(0, 80)}"`);
    if (!hasToken(headers, 'upgrade', 'websocket') || !hasToken(headers, 'connection', 'upgrade')) {
      return wrong('the server switched to another protocol');
    }
    if (headers.get('sec-websocket-accept') !== acceptFor(this.#key)) return wrong('the Sec-WebSocket-Accept is wrong');
    if (headers.has('sec-websocket-extensions')) return wrong('the server chose an extension, wanted none');
    const subprotocol = headers.get('sec-websocket-protocol') ?? null;
    const offered = this.#options.subprotocols ?? [];
    if (subprotocol === null ? offered.length > 0 : !offered.includes(subprotocol)) {
      return wrong(`the server chose subprotocol "${subprotocol ?? ''}", wanted one of "${offered.join(', ')}"`);
    }
    return { path: this.#target.path, headers, subprotocol };
  }

  #fail(error: unknown): void {
    if (!this.opened.called) this.opened.errback(error);
    this.transport.abortConnection();
  }
}
