/**
 * TLS around any other endpoint.
 *
 * @twisted twisted.internet.endpoints.wrapClientTLS
 *
 * On a transport of the reactor, TLS is the transport's own business (`startTLS`); on any other, such as what a wrapper makes of
 * one, it is done in memory (`TLSMemoryBIOProtocol`). `wrapServerTLS` is new.
 */
import type { ClientContextSource, IOpenSSLContextFactory } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
import { TLSFactory } from './tlsFactory';
import { WrapperClientEndpoint, WrapperServerEndpoint } from './wrapperEndpoints';

/** Options of `wrapClientTLS`. */
export interface WrapClientTLSOptions {
  /** The reactor that does TLS where the transport does not itself; default the installed one. */
  reactor?: object;
}

/**
 * An endpoint that connects as another one does, and then speaks TLS.
 *
 * The Deferred of `connect` fires when the connection is there, before the handshake, as with `SSL4ClientEndpoint`: what goes
 * wrong with the handshake is told by `connectionLost`. When it has been done, `handshakeCompleted` (`IHandshakeListener`).
 *
 * @twisted twisted.internet.endpoints.wrapClientTLS
 *
 * @param connectionCreator - what `optionsForClientTLS(name)` returns
 *
 * @example
 * const tls = wrapClientTLS(optionsForClientTLS('example.com'), new HostnameEndpoint(reactor, 'example.com', 443));
 * connectProtocol(tls, new Greeter());
 */
export function wrapClientTLS(
  connectionCreator: ClientContextSource,
  wrappedEndpoint: IStreamClientEndpoint,
  options: WrapClientTLSOptions = {},
): IStreamClientEndpoint {
  return new WrapperClientEndpoint(
    wrappedEndpoint,
    (factory) => new TLSFactory(connectionCreator, true, factory, options),
  );
}

/** Options of `wrapServerTLS`. */
export interface WrapServerTLSOptions extends WrapClientTLSOptions {
  /** Seconds that a client may take for the handshake; default 60, null for no limit. */
  handshakeTimeout?: number | null;
}

/**
 * An endpoint that listens as another one does, and speaks TLS with who connects: TLS over UNIX sockets, over sockets from
 * systemd, or behind a proxy that passes TLS on and says before it, in plain, who the client is.
 *
 * @example
 * const behindProxy = proxyEndpoint(new TCP4ServerEndpoint(reactor, 8443, { interface: '127.0.0.1' }));
 * wrapServerTLS(certificate.options(), behindProxy).listen(new ChatFactory());
 */
export function wrapServerTLS(
  contextFactory: IOpenSSLContextFactory,
  wrappedEndpoint: IStreamServerEndpoint,
  options: WrapServerTLSOptions = {},
): IStreamServerEndpoint {
  return new WrapperServerEndpoint(
    wrappedEndpoint,
    (factory) => new TLSFactory(contextFactory, false, factory, options),
  );
}
