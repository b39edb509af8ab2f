/**
 * Connecting to a WebSocket, over any endpoint that leads to its server.
 */
import { type Deferred, fail, maybeDeferred } from '@skein/reactor/defer';
import { ValueError } from '@skein/reactor/error';
import { type IAddress, type IProtocol, IProtocolFactory, type IReactorTime } from '@skein/reactor/interfaces';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from '../interfaces';

import { settingsOf, type WebSocketClientOptions, type WebSocketSettings } from './options';
import { WebSocketClientProtocol } from './webSocketClientProtocol';
import { loadWS, type WSPackage } from './wsPackage';

const SUBPROTOCOL = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The factory of one connection, on behalf of the user's. */
class ClientFactory<P extends IProtocol> implements IProtocolFactoryOf<WebSocketClientProtocol<P>> {
  readonly #wrapped: IProtocolFactoryOf<P>;
  readonly #make: (build: () => P | null, addr: IAddress) => WebSocketClientProtocol<P>;

  constructor(
    wrapped: IProtocolFactoryOf<P>,
    make: (build: () => P | null, addr: IAddress) => WebSocketClientProtocol<P>,
  ) {
    this.#wrapped = wrapped;
    this.#make = make;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  buildProtocol(addr: IAddress): WebSocketClientProtocol<P> {
    return this.#make(() => this.#wrapped.buildProtocol(addr), addr);
  }
}

/**
 * Connects protocols to a WebSocket.
 *
 * `connect` fails as the endpoint below does, or with `WebSocketHandshakeError` when the server does not open a WebSocket
 * (whose `status` is what it answered), or takes too long.
 *
 * @example
 * const below = new HostnameEndpoint(reactor, 'example.com', 8124);
 * const endpoint = new WebSocketClientEndpoint(reactor, below, 'ws://example.com:8124/chat', { frames: 'lines' });
 * connectProtocol(endpoint, new Greeter());
 */
export class WebSocketClientEndpoint implements IStreamClientEndpoint {
  /** The endpoint that leads to the server. */
  readonly wrapped: IStreamClientEndpoint;
  readonly url: string;
  readonly options: WebSocketClientOptions;
  readonly #clock: IReactorTime;
  readonly #target: { readonly host: string; readonly path: string };
  readonly #settings: WebSocketSettings;
  readonly #ws: WSPackage;

  /**
   * @param clock - the reactor
   * @param url - `ws://HOST[:PORT][/PATH]` (or `wss:`): what the server is told; where to connect to is `wrapped`'s business
   *
   * Throws `ValueError` for another URL and options that make no sense, `RuntimeError` when the package `ws` is not installed.
   */
  constructor(clock: IReactorTime, wrapped: IStreamClientEndpoint, url: string, options: WebSocketClientOptions = {}) {
    this.#ws = loadWS();
    this.#clock = clock;
    this.wrapped = wrapped;
    this.url = url;
    this.options = options;
    this.#settings = settingsOf(options);
    this.#target = targetOf(url);
    for (const [name, value] of Object.entries(options.headers ?? {})) checkHeader(name, value);
    if (options.origin !== undefined && options.origin !== null) checkHeader('Origin', options.origin);
    for (const each of options.subprotocols ?? []) {
      if (!SUBPROTOCOL.test(each)) throw new ValueError(`cannot offer subprotocol "${each}", wanted a token of HTTP`);
    }
  }

  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    if (!IProtocolFactory.providedBy(protocolFactory)) {
      return fail(new TypeError(`connect wants a factory, not ${String(protocolFactory)}`));
    }
    const factory = new ClientFactory(
      protocolFactory,
      (build, addr) =>
        new WebSocketClientProtocol(this.#ws, this.#clock, this.#settings, this.#target, this.options, build, addr),
    );
    return maybeDeferred(() => this.wrapped.connect(factory)).addCallback((protocol) => protocol.opened);
  }
}

function targetOf(url: string): { host: string; path: string } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:') || parsed.hash !== '') {
    throw new ValueError(`cannot connect to "${url}", wanted a URL as in "ws://example.com:8124/chat"`);
  }
  return { host: parsed.host, path: parsed.pathname + parsed.search };
}

function checkHeader(name: string, value: string): void {
  // eslint-disable-next-line no-control-regex -- these are what is refused
  if (SUBPROTOCOL.test(name) && !/[\x00-\x1f\x7f]/.test(value)) return;
  throw new ValueError(`cannot send header field "${name}: ${value}", wanted a token and one line of text`);
}
