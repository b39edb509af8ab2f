import { currentReactor } from '@skein/reactor';
import {
  type ClientContextSource,
  type IOpenSSLContextFactory,
  type IProtocol,
  type IProtocolFactory,
  IReactorTLS,
  type ITLSWrapper,
} from '@skein/reactor/interfaces';

import { WrappingFactory } from '../policies';

import { TLSMemoryBIOProtocol } from './tlsMemoryBIOProtocol';

/** Makes a `TLSMemoryBIOProtocol`. */
export type TLSMemoryBIOProtocolMaker = new (
  factory: TLSMemoryBIOFactory,
  wrappedProtocol: IProtocol,
) => TLSMemoryBIOProtocol;

/** Options of `TLSMemoryBIOFactory`. */
export interface TLSMemoryBIOOptions {
  /** Whose driver does the work, in whose turns; default: the installed reactor. (Twisted's `clock`.) */
  readonly reactor?: object;
  /** Seconds that the handshake may take; default 60 for servers, null (no limit) for clients. */
  readonly handshakeTimeout?: number | null;
}

/**
 * Adds TLS to the connections of a factory, over whatever transport they have.
 *
 * The wrapped protocol is told `connectionMade` before the handshake, and what it writes waits for that, as with
 * `listenSSL` and `connectSSL`. A wrapped factory that is an `IProtocolNegotiationFactory` says what ALPN may agree on.
 *
 * @twisted twisted.protocols.tls.TLSMemoryBIOFactory
 *
 * @example
 * reactor.listenUNIX('/run/app', new TLSMemoryBIOFactory(certificate.options(), false, factory));
 */
export class TLSMemoryBIOFactory extends WrappingFactory<TLSMemoryBIOProtocolMaker> {
  override protocol: TLSMemoryBIOProtocolMaker | null = TLSMemoryBIOProtocol;
  override noisy = false;
  /** What secures the transports. */
  readonly tlsWrapper: ITLSWrapper;

  /**
   * @param contextFactory - for a server `CertificateOptions`, for a client what `optionsForClientTLS` returns
   * @param isClient - whether these connections are TLS's clients, which speak first
   * @throws an error of `@skein/reactor/ssl` for a context that cannot be used, TypeError for a reactor without TLS
   */
  constructor(
    contextFactory: ClientContextSource | IOpenSSLContextFactory,
    isClient: boolean,
    wrappedFactory: IProtocolFactory,
    options: TLSMemoryBIOOptions = {},
  ) {
    super(wrappedFactory);
    const { reactor = currentReactor(), handshakeTimeout } = options;
    if (!IReactorTLS.providedBy(reactor)) {
      throw new TypeError(`TLSMemoryBIOFactory wants a reactor with TLS, not ${reactor.constructor.name}`);
    }
    this.tlsWrapper = reactor.tlsWrapper(contextFactory, isClient, {
      factory: wrappedFactory,
      ...(handshakeTimeout !== undefined && { handshakeTimeout }),
    });
  }

  /** Names the wrapped factory, and TLS. */
  override logPrefix(): string {
    const logs = this.wrappedFactory as { logPrefix?: () => string };
    return `${logs.logPrefix?.() ?? this.wrappedFactory.constructor.name} (TLS)`;
  }

  protected override wrap(wrapped: IProtocol): TLSMemoryBIOProtocol {
    return new (this.protocol ?? TLSMemoryBIOProtocol)(this, wrapped);
  }
}
