import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';

import type { BaseFactory } from './baseFactory';
import { BaseProtocol } from './baseProtocol';

/** The reason of a clean end, shared: the default argument of `connectionLost`. */
export const connectionDone = new Failure(new ConnectionDone());

/**
 * The base class of stream protocols: one object for each connection.
 *
 * Write a subclass with `dataReceived`, send with `this.transport.write`, and share what outlives a connection through
 * `this.factory`.
 *
 * @twisted twisted.internet.protocol.Protocol
 *
 * @example
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer) {
 *     this.transport.write(data);
 *   }
 * }
 */
export class Protocol extends BaseProtocol implements IProtocol {
  /**
   * The factory that built this protocol; null for one made by hand. A subclass narrows the type with
   * `declare factory: ChatFactory` (a field without `declare` would set it back after the constructor).
   */
  factory: BaseFactory | null = null;

  /** What log messages about this protocol begin with: the name of its class. */
  logPrefix(): string {
    return this.constructor.name;
  }

  /**
   * Bytes arrived. TCP keeps no boundaries: one write of the peer may come in pieces, and several writes in one. See
   * `LineReceiver` and its kin for protocols of messages. The buffer belongs to the protocol, unless
   * that says `borrowsData`.
   */
  dataReceived(_data: Buffer): void {}

  /**
   * The connection is gone. Called once, last; let go of other objects here.
   *
   * @param _reason - `check(ConnectionDone)` tells a clean end from a `ConnectionLost`
   */
  connectionLost(_reason: Failure = connectionDone): void {}
}
