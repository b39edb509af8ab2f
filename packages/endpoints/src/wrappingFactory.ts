/**
 * How a client endpoint hears that its connection was made: a factory and protocols around those of the user.
 *
 * @twisted twisted.internet.endpoints._WrappingFactory, _WrappingProtocol
 *
 * Twisted's Deferred never fires when `connectionMade` throws; here it fails with what ended the connection.
 */
import { Deferred, fail } from '@skein/reactor/defer';
import { ConnectingCancelledError, NoProtocol, NotConnectingError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import {
  type IAddress,
  type IConnector,
  type IProtocol,
  IProtocolFactory,
  type ITransport,
} from '@skein/reactor/interfaces';
import { ClientFactory } from '@skein/protocols';

import type { IProtocolFactoryOf } from './interfaces';
import { ProtocolProxy } from './protocolProxy';

/** Fires a Deferred with the wrapped protocol when that is connected. */
class WrappingProtocol<P extends IProtocol> extends ProtocolProxy<P> {
  readonly #connected: Deferred<P>;

  constructor(connected: Deferred<P>, wrapped: P) {
    super(wrapped);
    this.#connected = connected;
  }

  override makeConnection(transport: ITransport): void {
    super.makeConnection(transport);
    // Unless `connectionMade` has cancelled it.
    if (!this.#connected.called) this.#connected.callback(this.wrapped);
  }
}

/** The factory that a client endpoint hands to the reactor. One serves one attempt. */
class WrappingFactory<P extends IProtocol> extends ClientFactory {
  /** Fires with the wrapped protocol when it is connected. */
  readonly onConnection: Deferred<P>;
  readonly #wrapped: IProtocolFactoryOf<P>;
  #connector: IConnector | null = null;

  constructor(wrapped: IProtocolFactoryOf<P>) {
    super();
    this.#wrapped = wrapped;
    this.onConnection = new Deferred<P>((deferred) => this.#cancel(deferred));
  }

  override startedConnecting(connector: IConnector): void {
    this.#connector = connector;
  }

  override doStart(): void {
    this.#wrapped.doStart();
  }

  override doStop(): void {
    this.#wrapped.doStop();
  }

  override buildProtocol(addr: IAddress): IProtocol | null {
    // Cancelled, and the connection was made all the same: nobody waits for the protocol.
    if (this.onConnection.called) return null;
    try {
      const protocol = this.#wrapped.buildProtocol(addr);
      if (protocol === null || protocol === undefined) throw new NoProtocol();
      return new WrappingProtocol(this.onConnection, protocol);
    } catch (error) {
      this.onConnection.errback(error);
      return null;
    }
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    if (!this.onConnection.called) this.onConnection.errback(reason);
  }

  override clientConnectionLost(_connector: IConnector, reason: Failure): void {
    // Only after a `connectionMade` that threw.
    if (!this.onConnection.called) this.onConnection.errback(reason);
  }

  #cancel(deferred: Deferred<P>): void {
    const connector = this.#connector;
    // The reactor has called `startedConnecting` before anyone could see the Deferred.
    if (connector === null) return;
    deferred.errback(new ConnectingCancelledError(connector.getDestination()));
    try {
      connector.stopConnecting();
    } catch (error) {
      if (!(error instanceof NotConnectingError)) throw error;
      // From inside `connectionMade`: the connection is there already.
      connector.disconnect();
    }
  }
}

/**
 * Makes one connection by `start`, which hands the given factory to the reactor. What it throws becomes the failure of the
 * Deferred.
 */
export function connectWrapped<P extends IProtocol>(
  protocolFactory: IProtocolFactoryOf<P>,
  start: (factory: ClientFactory) => unknown,
): Deferred<P> {
  if (!IProtocolFactory.providedBy(protocolFactory)) {
    return fail(new TypeError(`connect wants a factory, not ${String(protocolFactory)}`));
  }
  const factory = new WrappingFactory(protocolFactory);
  try {
    start(factory);
  } catch (error) {
    return fail(error);
  }
  return factory.onConnection;
}
