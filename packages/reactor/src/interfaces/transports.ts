import type { IAddress } from './address';
import type { Bytes } from './bytes';
import { defineInterface } from './defineInterface';
import { IConsumer, IPushProducer } from './producers';

/**
 * A connection's sending side, as a protocol sees it.
 *
 * @twisted twisted.internet.interfaces.ITransport
 */
export interface ITransport {
  /**
   * Sends `data`: bytes as they are, a string as UTF-8. Never sends at once: writes are gathered until the reactor's
   * present turn ends. On a connection that is lost, or whose write side is closed, it does nothing.
   * Throws `TypeError` at once for anything else. The bytes must not be changed afterwards.
   */
  write(data: Bytes): void;
  /** Writes every piece, in order, as one. Throws `TypeError` (and sends nothing) when a piece is neither bytes nor text. */
  writeSequence(data: Iterable<Bytes>): void;
  /**
   * Delivers nothing more, sends what is buffered, then closes. `connectionLost(ConnectionDone)` comes later, never from inside.
   * A peer that takes nothing of what is to be sent for 60 seconds is reset: `connectionLost(ConnectionLost)`.
   */
  loseConnection(): void;
  /** Whether `loseConnection` was called and the connection is not lost yet. */
  readonly disconnecting: boolean;
  /** The other side's address. */
  getPeer(): IAddress;
  /** This side's address. */
  getHost(): IAddress;
}
export const ITransport = defineInterface<ITransport>('ITransport', [
  'write',
  'writeSequence',
  'loseConnection',
  'getPeer',
  'getHost',
]);

/**
 * A stream transport in full: what TCP connections offer, and UNIX and TLS connections with them.
 *
 * A transport is an `IConsumer` (register producers on it) and an `IPushProducer` (it produces what it receives:
 * `pauseProducing()` stops reading at once – no data and no notice of the peer's end – until `resumeProducing()`;
 * `stopProducing()` is `loseConnection()`).
 *
 * @twisted twisted.internet.interfaces.ITCPTransport
 */
export interface ITCPTransport extends ITransport, IConsumer, IPushProducer {
  /** Whether the connection is up: true until it is lost. */
  readonly connected: boolean;
  /** Drops the buffer and closes at once, with a reset where there is one. `connectionLost(ConnectionAborted)` comes later, never from inside. */
  abortConnection(): void;
  /** Sends what is buffered, then closes the write side; `writeConnectionLost()` follows if the protocol has it. */
  loseWriteConnection(): void;
  /** Whether small writes are sent without waiting for acknowledgements (Nagle's algorithm off). On by default here. */
  getTcpNoDelay(): boolean;
  setTcpNoDelay(enabled: boolean): void;
  /** Whether an idle connection is probed by the operating system. Off by default. */
  getTcpKeepAlive(): boolean;
  setTcpKeepAlive(enabled: boolean): void;
}
export const ITCPTransport = defineInterface<ITCPTransport>(
  'ITCPTransport',
  ['abortConnection', 'loseWriteConnection', 'getTcpNoDelay', 'setTcpNoDelay', 'getTcpKeepAlive', 'setTcpKeepAlive'],
  ITransport,
  IConsumer,
  IPushProducer,
);
