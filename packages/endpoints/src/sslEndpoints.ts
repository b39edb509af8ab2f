/**
 * Endpoints over TLS on TCP, as the reactor's `listenSSL` and `connectSSL` have it.
 *
 * @twisted twisted.internet.endpoints.SSL4ServerEndpoint, SSL4ClientEndpoint
 *
 * For clients, `wrapClientTLS` around a `HostnameEndpoint` (`tls:` in descriptions) is the newer form. For TLS over anything but
 * TCP, on either side, see `wrapClientTLS` and `wrapServerTLS`.
 */
import { type Deferred, execute, fail } from '@skein/reactor/defer';
import {
  type ClientContextSource,
  type IListeningPort,
  type IOpenSSLContextFactory,
  type IProtocol,
  type IProtocolFactory,
  IReactorSSL,
  type ListenSSLOptions,
} from '@skein/reactor/interfaces';

import type { IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
import type { TCPClientEndpointOptions, TCPServerEndpointOptions } from './tcpEndpoints';
import { connectWrapped } from './wrappingFactory';

/** Options of `SSL4ServerEndpoint`. */
export interface SSLServerEndpointOptions extends TCPServerEndpointOptions {
  /** Seconds that a client may take for the handshake; default the reactor's (60), null for no limit. An addition to Twisted's. */
  handshakeTimeout?: number | null;
}

/**
 * Listens on an IPv4 port, for TLS.
 *
 * @twisted twisted.internet.endpoints.SSL4ServerEndpoint
 *
 * @example
 * const certificate = PrivateCertificate.loadPEM(readFileSync('server.pem'));
 * new SSL4ServerEndpoint(reactor, 8443, certificate.options()).listen(new ChatFactory());
 */
export class SSL4ServerEndpoint implements IStreamServerEndpoint {
  readonly port: number;
  readonly sslContextFactory: IOpenSSLContextFactory;
  /** How many connections may wait; null: the reactor decides. */
  readonly backlog: number | null;
  readonly interface: string;
  readonly #handshakeTimeout: number | null | undefined;
  readonly #reactor: IReactorSSL;

  /** @param port - 0 to 65535; 0 lets the operating system choose, and the listening port's `getHost()` tells */
  constructor(
    reactor: IReactorSSL,
    port: number,
    sslContextFactory: IOpenSSLContextFactory,
    options: SSLServerEndpointOptions = {},
  ) {
    this.#reactor = reactor;
    this.port = port;
    this.sslContextFactory = sslContextFactory;
    this.backlog = options.backlog ?? null;
    this.interface = options.interface ?? '';
    this.#handshakeTimeout = options.handshakeTimeout;
  }

  /**
   * Listens now. The Deferred has fired when this returns: with the port, or with a failure of `CannotListenError`, or with the
   * error of a context that cannot be used.
   */
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    if (!IReactorSSL.providedBy(this.#reactor)) return fail(withoutSSL('listen with TLS', 'listenSSL'));
    const options: ListenSSLOptions = {
      ...(this.backlog !== null && { backlog: this.backlog }),
      interface: this.interface,
      ...(this.#handshakeTimeout !== undefined && { handshakeTimeout: this.#handshakeTimeout }),
    };
    return execute(() => this.#reactor.listenSSL(this.port, protocolFactory, this.sslContextFactory, options));
  }
}

/**
 * Connects to an IPv4 address, or to the first IPv4 address of a name, with TLS. Whose certificate is expected is the context
 * factory's business: give it what `optionsForClientTLS(name)` returns.
 *
 * @twisted twisted.internet.endpoints.SSL4ClientEndpoint
 */
export class SSL4ClientEndpoint implements IStreamClientEndpoint {
  readonly host: string;
  readonly port: number;
  readonly sslContextFactory: ClientContextSource;
  /** Seconds until an attempt fails; the handshake is not counted. */
  readonly timeout: number;
  readonly bindAddress: readonly [host: string, port: number] | null;
  readonly #reactor: IReactorSSL;

  constructor(
    reactor: IReactorSSL,
    host: string,
    port: number,
    sslContextFactory: ClientContextSource,
    options: TCPClientEndpointOptions = {},
  ) {
    this.#reactor = reactor;
    this.host = host;
    this.port = port;
    this.sslContextFactory = sslContextFactory;
    this.timeout = options.timeout ?? 30;
    this.bindAddress = options.bindAddress ?? null;
  }

  /** Fires when TCP is connected, before the handshake: what goes wrong with that is told by `connectionLost`. */
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    const { host, port, sslContextFactory, timeout, bindAddress } = this;
    if (!IReactorSSL.providedBy(this.#reactor)) return fail(withoutSSL('connect with TLS', 'connectSSL'));
    return connectWrapped(protocolFactory, (factory) =>
      this.#reactor.connectSSL(host, port, factory, sslContextFactory, { timeout, bindAddress }),
    );
  }
}

function withoutSSL(action: string, method: string): TypeError {
  return new TypeError(`cannot ${action}: wanted a reactor with ${method}`);
}
