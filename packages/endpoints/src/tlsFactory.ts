/**
 * The factory that `wrapClientTLS` and `wrapServerTLS` put before the user's: its protocols start TLS, and then hand over.
 *
 * @twisted twisted.protocols.tls.TLSMemoryBIOFactory (as twisted.internet.endpoints uses it)
 */
import { NotImplementedError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import {
  type ClientContextSource,
  type IAddress,
  IHalfCloseableProtocol,
  type IOpenSSLContextFactory,
  IOpenSSLClientConnectionCreator,
  type IProtocol,
  IProtocolNegotiationFactory,
  ISSLTransport,
  ITCPTransport,
  ITLSTransport,
  type ITransport,
  type TLSContext,
} from '@skein/reactor/interfaces';
import { ProtocolWrapper } from '@skein/protocols/policies';
import { TLSMemoryBIOFactory, TLSMemoryBIOProtocol } from '@skein/protocols/tls';

import type { IProtocolFactoryOf } from './interfaces';
import { ProtocolProxy } from './protocolProxy';

/** How a connection is to be secured. */
interface Securing {
  readonly source: ClientContextSource;
  /** Undefined: the default. */
  readonly handshakeTimeout: number | null | undefined;
  /** Makes TLS for transports that have none. */
  readonly inMemory: () => TLSMemoryBIOFactory;
}

/** Starts TLS on whatever transport it gets. */
class TLSProxy<P extends IProtocol> extends ProtocolProxy<P> {
  readonly #securing: Securing;
  /** What the transport's events go to; null until there is one. */
  #receiver: IProtocol | null = null;

  constructor(wrapped: P, securing: Securing) {
    super(wrapped);
    this.#securing = securing;
  }

  override makeConnection(transport: ITransport): void {
    try {
      this.#receiver = startNatively(transport, this.#securing) ? this.wrapped : this.#inMemory(transport);
    } catch (error) {
      // A server's connection survives what `connectionMade` throws, but not in plain.
      abort(transport);
      throw error;
    }
    this.#receiver.makeConnection(transport);
  }

  override dataReceived(data: Buffer): void {
    this.#receiver?.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#receiver?.connectionLost(reason);
  }

  #inMemory(transport: ITransport): IProtocol {
    // Half-closing is not TLS's: the end of one direction of the transport is the end.
    if (IHalfCloseableProtocol.providedBy(this)) {
      this.readConnectionLost = () => transport.loseConnection();
      this.writeConnectionLost = () => undefined;
    }
    return new TLSMemoryBIOProtocol(this.#securing.inMemory(), this.wrapped);
  }
}

/** Ends a connection at once, where it can be. */
function abort(transport: ITransport): void {
  if (ITCPTransport.providedBy(transport)) transport.abortConnection();
  else transport.loseConnection();
}

/**
 * Starts TLS on a transport that can do so by itself. False for those that cannot: a wrapper (whose bytes are not the
 * transport's, even though it passes `startTLS` on), one that is secured already, or one of a driver without TLS.
 */
function startNatively(transport: ITransport, { source, handshakeTimeout }: Securing): boolean {
  if (!ITLSTransport.providedBy(transport)) return false;
  if (transport instanceof ProtocolWrapper || ISSLTransport.providedBy(transport)) return false;
  try {
    transport.startTLS(source, handshakeTimeout === undefined ? {} : { handshakeTimeout });
    return true;
  } catch (error) {
    if (error instanceof NotImplementedError) return false;
    throw error;
  }
}

/** Options of `TLSFactory`. */
export interface TLSFactoryOptions {
  /** Whose TLS it is on transports that have none of their own; default the installed reactor. */
  reactor?: object;
  /** Seconds that the handshake may take; default 60 for servers, null (no limit) for clients. */
  handshakeTimeout?: number | null;
}

export class TLSFactory<P extends IProtocol> implements IProtocolFactoryOf<TLSProxy<P>> {
  /** How connections are secured. */
  readonly source: ClientContextSource;
  readonly #wrapped: IProtocolFactoryOf<P>;
  readonly #securing: Securing;

  /** Throws what the source throws when it is asked for a context, so that it is known early, as in Twisted. */
  constructor(
    source: ClientContextSource,
    isClient: boolean,
    wrapped: IProtocolFactoryOf<P>,
    { reactor, handshakeTimeout }: TLSFactoryOptions = {},
  ) {
    if (IOpenSSLClientConnectionCreator.providedBy(source)) source.clientConnectionForTLS();
    else source.getContext();
    this.source = negotiating(source, wrapped);
    this.#wrapped = wrapped;
    let memory: TLSMemoryBIOFactory | null = null;
    const options = {
      ...(reactor !== undefined && { reactor }),
      ...(handshakeTimeout !== undefined && { handshakeTimeout }),
    };
    this.#securing = {
      source: this.source,
      handshakeTimeout,
      inMemory: () => (memory ??= new TLSMemoryBIOFactory(this.source, isClient, wrapped, options)),
    };
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  buildProtocol(addr: IAddress): TLSProxy<P> | null {
    const protocol = this.#wrapped.buildProtocol(addr);
    return protocol === null || protocol === undefined ? null : new TLSProxy(protocol, this.#securing);
  }
}

/** The source with the application protocols of the factory, if it knows any. */
function negotiating(source: ClientContextSource, factory: object): ClientContextSource {
  if (!IProtocolNegotiationFactory.providedBy(factory)) return source;
  // What is kept for a context (tickets, for example) is kept for the object: the same has to become the same.
  const extended = new WeakMap<TLSContext, TLSContext>();
  const extend = (context: TLSContext): TLSContext => {
    const known = extended.get(context) ?? { ...context, protocols: factory.acceptableProtocols() };
    extended.set(context, known);
    return known;
  };
  if (IOpenSSLClientConnectionCreator.providedBy(source)) {
    return {
      clientConnectionForTLS() {
        const connection = source.clientConnectionForTLS();
        return { ...connection, context: extend(connection.context) };
      },
    };
  }
  const contexts: IOpenSSLContextFactory = { getContext: () => extend(source.getContext()) };
  if (source.chooseContext !== undefined) {
    contexts.chooseContext = (serverName) => {
      const chosen = source.chooseContext?.(serverName) ?? null;
      return chosen === null ? null : extend(chosen);
    };
  }
  return contexts;
}
