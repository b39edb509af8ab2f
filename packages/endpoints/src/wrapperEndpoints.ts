/**
 * Endpoints around endpoints: what is between the transport and the factory belongs to the place, not to the protocol.
 *
 * @twisted twisted.internet.endpoints._WrapperServerEndpoint, twisted.protocols.haproxy.proxyEndpoint
 */
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import type { IListeningPort, IProtocolFactory } from '@skein/reactor/interfaces';
import { HAProxyWrappingFactory } from '@skein/protocols/haproxy';

import type { IStreamServerEndpoint } from './interfaces';

/** Makes a factory of another one, to stand before it. */
export type FactoryWrapper = (protocolFactory: IProtocolFactory) => IProtocolFactory;

/** Listens at another endpoint, with a factory around the one given. */
export class WrapperServerEndpoint implements IStreamServerEndpoint {
  /** The endpoint listened at. */
  readonly wrapped: IStreamServerEndpoint;
  readonly #wrapFactory: FactoryWrapper;

  constructor(wrapped: IStreamServerEndpoint, wrapFactory: FactoryWrapper) {
    this.wrapped = wrapped;
    this.#wrapFactory = wrapFactory;
  }

  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    return maybeDeferred(() => this.wrapped.listen(this.#wrapFactory(protocolFactory)));
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
