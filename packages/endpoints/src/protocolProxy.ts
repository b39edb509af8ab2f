/**
 * A protocol that stands before another one, and passes everything on.
 *
 * @twisted twisted.internet.endpoints._WrappingProtocol, twisted.application._client_service._ReconnectingProtocolProxy
 *
 * The wrapped protocol gets the real transport. What it does not provide, its proxy does not provide either.
 */
import type { Failure } from '@skein/reactor/failure';
import type { IProtocol, ITransport } from '@skein/reactor/interfaces';

/**
 * Notifications that only some protocols take, in groups that belong together. A proxy has those that the wrapped protocol
 * has, because having the methods is what says that a protocol provides the interface.
 */
const OPTIONAL_NOTIFICATIONS = [
  ['readConnectionLost', 'writeConnectionLost'], // IHalfCloseableProtocol
  ['handshakeCompleted'], // IHandshakeListener
  ['fileDescriptorReceived'], // IFileDescriptorReceiver
] as const;

type Notified = Record<string, (...args: unknown[]) => unknown>;

export class ProtocolProxy<P extends IProtocol> implements IProtocol {
  /** The protocol behind this one. */
  readonly wrapped: P;

  constructor(wrapped: P) {
    this.wrapped = wrapped;
    for (const group of OPTIONAL_NOTIFICATIONS) {
      if (!group.every((name) => name in wrapped)) continue;
      const to = wrapped as unknown as Notified;
      for (const name of group) (this as unknown as Notified)[name] = (...args) => to[name]?.(...args);
    }
  }

  /** What log messages begin with: as if there were no proxy. */
  logPrefix(): string {
    const wrapped: IProtocol & { logPrefix?: () => string } = this.wrapped;
    return typeof wrapped.logPrefix === 'function' ? wrapped.logPrefix() : wrapped.constructor.name;
  }

  makeConnection(transport: ITransport): void {
    this.wrapped.makeConnection(transport);
  }

  /** The wrapped protocol's `makeConnection` calls its own. */
  connectionMade(): void {}

  dataReceived(data: Buffer): void {
    this.wrapped.dataReceived(data);
  }

  connectionLost(reason: Failure): void {
    this.wrapped.connectionLost(reason);
  }
}
