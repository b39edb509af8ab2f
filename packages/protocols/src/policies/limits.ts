/**
 * Limits of the number of connections: in all, and from each peer.
 *
 * @twisted twisted.protocols.policies.LimitTotalConnectionsFactory, twisted.protocols.policies.LimitConnectionsByPeer
 */
import type { IAddress, IProtocol } from '@skein/reactor/interfaces';

import { type ProtocolMaker, ServerFactory } from '../protocol';
import { makeProtocol } from '../protocol/factory';

import { type ProtocolRegistry, ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/**
 * A server factory with a limit of connections at a time. It wraps no other factory: set its `protocol`.
 *
 * @twisted twisted.protocols.policies.LimitTotalConnectionsFactory
 */
export class LimitTotalConnectionsFactory extends ServerFactory implements ProtocolRegistry {
  /** How many connections there are; those with an `overflowProtocol` count. */
  connectionCount = 0;

  /** How many connections get a `protocol`; null for any number. */
  connectionLimit: number | null = null;

  /** What connections beyond the limit get, to say why they are not served; null closes them at once. */
  overflowProtocol: ProtocolMaker | null = null;

  /** Throws `AssertionError` when `protocol` is null. */
  override buildProtocol(addr: IAddress): IProtocol | null {
    const full = this.connectionLimit !== null && this.connectionCount >= this.connectionLimit;
    if (full && this.overflowProtocol === null) return null;
    const wrapped: (IProtocol & { factory?: unknown }) | null = full
      ? makeProtocol(this.overflowProtocol as ProtocolMaker)
      : super.buildProtocol(addr);
    if (wrapped === null) return null;
    wrapped.factory = this;
    this.connectionCount += 1;
    return new ProtocolWrapper(this, wrapped);
  }

  registerProtocol(_p: ProtocolWrapper): void {}

  unregisterProtocol(_p: ProtocolWrapper): void {
    this.connectionCount -= 1;
  }
}

/**
 * Limits the connections at a time from each peer. Peers are told apart by their `host` (without one, by their address as
 * it prints).
 *
 * @twisted twisted.protocols.policies.LimitConnectionsByPeer
 */
export class LimitConnectionsByPeer extends WrappingFactory {
  /** How many connections each peer may have. */
  maxConnectionsPerPeer = 5;

  /** How many connections each peer has; peers with none are not listed. */
  peerConnections = new Map<string, number>();

  readonly #peers = new WeakMap<object, string>();

  override startFactory(): void {
    this.peerConnections = new Map();
  }

  /** Builds a protocol; null when this peer has enough. */
  override buildProtocol(addr: IAddress): IProtocol | null {
    const peer = 'host' in addr ? String(addr.host) : addr.toString();
    const count = this.peerConnections.get(peer) ?? 0;
    if (count >= this.maxConnectionsPerPeer) return null;
    const p = super.buildProtocol(addr);
    if (p === null) return null;
    this.#peers.set(p, peer);
    this.peerConnections.set(peer, count + 1);
    return p;
  }

  override unregisterProtocol(p: ProtocolWrapper): void {
    super.unregisterProtocol(p);
    const peer = this.#peers.get(p);
    if (peer === undefined) return;
    this.#peers.delete(p);
    const count = (this.peerConnections.get(peer) ?? 0) - 1;
    if (count > 0) this.peerConnections.set(peer, count);
    else this.peerConnections.delete(peer);
  }
}
