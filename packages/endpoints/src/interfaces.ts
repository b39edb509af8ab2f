/**
 * What an endpoint is: a place to listen at, or to connect to, that needs nothing but a factory to do it.
 *
 * @twisted twisted.internet.interfaces.IStreamServerEndpoint, IStreamClientEndpoint
 *
 * Code that takes an endpoint works over every transport there is, and over those that are yet to be written.
 */
import type { Deferred } from '@skein/reactor/defer';
import {
  defineInterface,
  type IAddress,
  type IListeningPort,
  type IProtocol,
  type IProtocolFactory,
} from '@skein/reactor/interfaces';

/** A factory whose protocols are known by type, so that `connect` can say what its Deferred fires with. */
export interface IProtocolFactoryOf<P extends IProtocol> extends IProtocolFactory {
  buildProtocol(addr: IAddress): P | null;
}

/**
 * A place to listen at.
 *
 * @twisted twisted.internet.interfaces.IStreamServerEndpoint
 */
export interface IStreamServerEndpoint {
  /**
   * Listens, with `protocolFactory` building a protocol for each connection. Never throws: the Deferred fires with the
   * port, or fails with `CannotListenError`. For sockets it has fired when this returns.
   */
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort>;
}
export const IStreamServerEndpoint = defineInterface<IStreamServerEndpoint>('IStreamServerEndpoint', ['listen']);

/**
 * A place to connect to.
 *
 * @twisted twisted.internet.interfaces.IStreamClientEndpoint
 */
export interface IStreamClientEndpoint {
  /**
   * Makes one connection. Never throws: the Deferred fires with the protocol when its `connectionMade` has returned, before
   * any data; or it fails with a `ConnectError`, with `NoProtocol` when the factory built nothing, with what
   * `buildProtocol` threw, or, when it is cancelled, with `ConnectingCancelledError`.
   *
   * Of the factory, `doStart`, `buildProtocol` and `doStop` are called, and nothing else.
   */
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P>;
}
export const IStreamClientEndpoint = defineInterface<IStreamClientEndpoint>('IStreamClientEndpoint', ['connect']);
