/**
 * Endpoints around endpoints: what is between the transport and the factory belongs to the place, not to the protocol.
 *
 * @twisted twisted.internet.endpoints._WrapperEndpoint, _WrapperServerEndpoint, twisted.protocols.haproxy.proxyEndpoint
 */
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import { type IListeningPort, type IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { HAProxyWrappingFactory } from '@skein/protocols/haproxy';

import type { IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
import type { ProtocolProxy } from './protocolProxy';

/** Makes a factory of another one, to stand before it. */
export type FactoryWrapper = (protocolFactory: IProtocolFactory) => IProtocolFactory;

/** The same for clients, whose protocols are wrapped in proxies. */
export type ClientFactoryWrapper = <P extends IProtocol>(
  protocolFactory: IProtocolFactoryOf<P>,
) => IProtocolFactoryOf<ProtocolProxy<P>>;

class WrapperEndpoint<Endpoint, Wrapper> {
  /** The endpoint that it is around. */
  readonly wrapped: Endpoint;
  readonly wrapFactory: Wrapper;

  constructor(wrapped: Endpoint, wrapFactory: Wrapper) {
    this.wrapped = wrapped;
    this.wrapFactory = wrapFactory;
  }
}

/** Listens at another endpoint, with a factory around the one given. */
export class WrapperServerEndpoint
  extends WrapperEndpoint<IStreamServerEndpoint, FactoryWrapper>
  implements IStreamServerEndpoint
{
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    return maybeDeferred(() => {
      assertFactory('listen', protocolFactory);
      return this.wrapped.listen(this.wrapFactory(protocolFactory));
    });
  }
}

/** Connects to another endpoint, with a factory around the one given. */
export class WrapperClientEndpoint
  extends WrapperEndpoint<IStreamClientEndpoint, ClientFactoryWrapper>
  implements IStreamClientEndpoint
{
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    return maybeDeferred(() => {
      assertFactory('connect', protocolFactory);
      return this.wrapped.connect(this.wrapFactory(protocolFactory));
    }).addCallback((proxy) => proxy.wrapped);
  }
}

function assertFactory(method: string, protocolFactory: unknown): void {
  if (!IProtocolFactory.providedBy(protocolFactory)) {
    throw new TypeError(`${method} wants a factory, not ${String(protocolFactory)}`);
  }
}

/**
 * An endpoint for servers behind a proxy that says, by the PROXY protocol, who the client is: the protocols' `getPeer` and
 * `getHost` are then the client's. Only for ports that nobody but the proxy can reach.
 *
 * @twisted twisted.protocols.haproxy.proxyEndpoint
 *
 * @example
 * proxyEndpoint(new TCP4ServerEndpoint(reactor, 8123, { interface: '127.0.0.1' })).listen(new ChatFactory());
 */
export function proxyEndpoint(wrappedEndpoint: IStreamServerEndpoint): IStreamServerEndpoint {
  return new WrapperServerEndpoint(wrappedEndpoint, (factory) => new HAProxyWrappingFactory(factory));
}
