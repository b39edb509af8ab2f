import type { Failure } from '@skein/reactor/failure';
import type {
  Bytes,
  IAddress,
  IProtocol,
  IPullProducer,
  IPushProducer,
  ITCPTransport,
  ITransport,
} from '@skein/reactor/interfaces';

import { type BaseFactory, Protocol } from '../protocol';

import { passOnMethods } from './passOnMethods';

/** What a wrapper tells its factory. */
export interface ProtocolRegistry {
  /** The wrapper has a transport. */
  registerProtocol(p: ProtocolWrapper): void;
  /** The wrapper's connection is lost. */
  unregisterProtocol(p: ProtocolWrapper): void;
}

/**
 * Stands between a protocol and its transport: a protocol to the transport, a transport to the protocol. Subclasses change
 * what passes through.
 *
 * Methods of the transport that are not listed in `ITCPTransport` are passed on too. Half-closing is not: the wrapper does not
 * provide `IHalfCloseableProtocol`, whatever the wrapped protocol does (as in Twisted).
 *
 * @twisted twisted.protocols.policies.ProtocolWrapper
 */
export class ProtocolWrapper extends Protocol implements ITCPTransport {
  declare factory: BaseFactory & ProtocolRegistry;

  /** Whether the wrapped protocol has called `loseConnection`. */
  disconnecting = false;

  /** The wrapped protocol; null at run time when the connection is lost. */
  wrappedProtocol: IProtocol;

  constructor(factory: BaseFactory & ProtocolRegistry, wrappedProtocol: IProtocol) {
    super();
    this.factory = factory;
    this.wrappedProtocol = wrappedProtocol;
  }

  /** Names the wrapped protocol and this. */
  override logPrefix(): string {
    return wrappedLogPrefix(this, this.wrappedProtocol);
  }

  /** Takes the transport, registers with the factory, and becomes the transport of the wrapped protocol. */
  override makeConnection(transport: ITransport): void {
    passOnMethods(transport, this);
    super.makeConnection(transport);
    this.factory.registerProtocol(this);
    this.wrappedProtocol.makeConnection(this);
  }

  override dataReceived(data: Buffer): unknown {
    const wrapped: { dataReceived(data: Buffer): unknown } = this.wrappedProtocol;
    return wrapped.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.factory.unregisterProtocol(this);
    const wrapped = this.wrappedProtocol;
    this.wrappedProtocol = null as unknown as IProtocol;
    wrapped.connectionLost(reason);
  }

  write(data: Bytes): void {
    this.transport.write(data);
  }

  writeSequence(data: Iterable<Bytes>): void {
    this.transport.writeSequence(data);
  }

  loseConnection(): void {
    this.disconnecting = true;
    this.transport.loseConnection();
  }

  abortConnection(): void {
    this.transport.abortConnection();
  }

  loseWriteConnection(): void {
    this.transport.loseWriteConnection();
  }

  getPeer(): IAddress {
    return this.transport.getPeer();
  }

  getHost(): IAddress {
    return this.transport.getHost();
  }

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.transport.registerProducer(producer, streaming);
  }

  unregisterProducer(): void {
    this.transport.unregisterProducer();
  }

  pauseProducing(): void {
    this.transport.pauseProducing();
  }

  resumeProducing(): void {
    this.transport.resumeProducing();
  }

  stopProducing(): void {
    this.transport.stopProducing();
  }

  getTcpNoDelay(): boolean {
    return this.transport.getTcpNoDelay();
  }

  setTcpNoDelay(enabled: boolean): void {
    this.transport.setTcpNoDelay(enabled);
  }

  getTcpKeepAlive(): boolean {
    return this.transport.getTcpKeepAlive();
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.transport.setTcpKeepAlive(enabled);
  }
}

/** `Inner (Outer)`: who is wrapped, and in what. */
export function wrappedLogPrefix(wrapper: object, wrapped: object | null): string {
  const logs = wrapped as { logPrefix?: () => string } | null;
  const inner = typeof logs?.logPrefix === 'function' ? logs.logPrefix() : String(wrapped?.constructor.name);
  return `${inner} (${wrapper.constructor.name})`;
}
