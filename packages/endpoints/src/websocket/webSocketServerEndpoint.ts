/**
 * Listening for WebSockets at any place that streams can come from.
 */
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import type { IListeningPort, IProtocolFactory, IReactorTime } from '@skein/reactor/interfaces';

import type { IStreamServerEndpoint } from '../interfaces';

import { settingsOf, type WebSocketServerOptions } from './options';
import { WebSocketFactory } from './webSocketFactory';
import { loadWS } from './wsPackage';

/**
 * Serves a factory to browsers: its protocols are connected to WebSockets, at another endpoint.
 *
 * @example
 * const endpoint = new WebSocketServerEndpoint(reactor, new TCP4ServerEndpoint(reactor, 8124), { frames: 'lines' });
 * endpoint.listen(new ChatFactory());
 */
export class WebSocketServerEndpoint implements IStreamServerEndpoint {
  /** The endpoint listened at. */
  readonly wrapped: IStreamServerEndpoint;
  readonly options: WebSocketServerOptions;
  readonly #clock: IReactorTime;

  /**
   * @param clock - the reactor
   *
   * Throws `ValueError` for options that make no sense, `RuntimeError` when the package `ws` is not installed.
   */
  constructor(clock: IReactorTime, wrapped: IStreamServerEndpoint, options: WebSocketServerOptions = {}) {
    settingsOf(options);
    loadWS();
    this.#clock = clock;
    this.wrapped = wrapped;
    this.options = options;
  }

  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    return maybeDeferred(() => this.wrapped.listen(new WebSocketFactory(this.#clock, protocolFactory, this.options)));
  }
}
