import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IClientFactory, IConnector, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';

import { BaseFactory } from '../protocol';

import { type ProtocolRegistry, ProtocolWrapper, wrappedLogPrefix } from './protocolWrapper';

/** Makes a wrapper for a protocol. */
export type WrapperMaker = new (factory: WrappingFactory, wrappedProtocol: IProtocol) => ProtocolWrapper;

/**
 * Wraps a factory, and each of its protocols in a `protocol`, and knows those that are connected.
 *
 * Works for servers and, when the wrapped factory is a client factory, for clients.
 *
 * @twisted twisted.protocols.policies.WrappingFactory
 *
 * @typeParam M - what `protocol` is. Subclasses that make wrappers with more arguments override `wrap`.
 *
 * @example
 * class ShoutingProtocol extends ProtocolWrapper {
 *   override write(data: Bytes) {
 *     super.write(data.toString().toUpperCase());
 *   }
 * }
 * class ShoutingFactory extends WrappingFactory {
 *   override protocol = ShoutingProtocol;
 * }
 */
export class WrappingFactory<M = WrapperMaker> extends BaseFactory implements IClientFactory, ProtocolRegistry {
  override protocol: M | null = ProtocolWrapper as M;

  readonly wrappedFactory: IProtocolFactory;

  /** The wrappers that are connected. */
  readonly protocols = new Set<ProtocolWrapper>();

  constructor(wrappedFactory: IProtocolFactory) {
    super();
    this.wrappedFactory = wrappedFactory;
  }

  /** Names the wrapped factory and this. */
  override logPrefix(): string {
    return wrappedLogPrefix(this, this.wrappedFactory);
  }

  override doStart(): void {
    this.wrappedFactory.doStart();
    super.doStart();
  }

  override doStop(): void {
    this.wrappedFactory.doStop();
    super.doStop();
  }

  startedConnecting(connector: IConnector): void {
    this.#client.startedConnecting(connector);
  }

  clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.#client.clientConnectionFailed(connector, reason);
  }

  clientConnectionLost(connector: IConnector, reason: Failure): void {
    this.#client.clientConnectionLost(connector, reason);
  }

  /** A wrapper around what the wrapped factory builds; null when that builds nothing. */
  override buildProtocol(addr: IAddress): IProtocol | null {
    const wrapped = this.wrappedFactory.buildProtocol(addr);
    return wrapped === null ? null : this.wrap(wrapped);
  }

  registerProtocol(p: ProtocolWrapper): void {
    this.protocols.add(p);
  }

  unregisterProtocol(p: ProtocolWrapper): void {
    this.protocols.delete(p);
  }

  /** Makes the wrapper of a protocol. */
  protected wrap(wrapped: IProtocol): ProtocolWrapper {
    const wrapperClass = this.protocol as WrapperMaker;
    return new wrapperClass(this as unknown as WrappingFactory, wrapped);
  }

  get #client(): IClientFactory {
    return this.wrappedFactory as IClientFactory;
  }
}
