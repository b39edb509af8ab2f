/** The two ends of a flow, as the flow sees them, and what travels between them. */
import type { SocketAddress } from '../../driver';

import type { Segment } from './judge';

/** Either end of a flow. */
export interface FlowEnd {
  readonly host: { readonly name: string; readonly number: number };
  /** The number of the connection. */
  readonly connection: number;
  /** Where the other end is. */
  readonly peerAddress: SocketAddress | null;
}

/** The end of a flow where bytes come out. */
export interface FlowReceiver extends FlowEnd {
  /** Whether its host has power. */
  readonly reachable: boolean;
  /** Whether the connection is still known there: not after its host lost power, or its process closed it. */
  readonly open: boolean;
  /** Whether its host has lost power since: not even the end of the connection is known there. */
  readonly forgotten: boolean;
  /** There is something to read, or the end to be told. */
  readable(): void;
  /** The sender reset the connection. */
  resetArrived(): void;
  /** The sender reset the connection, and that got lost. */
  resetLost(): void;
}

/** The end of a flow where bytes go in. */
export interface FlowSender extends FlowEnd {
  /** All of the outstanding write is in the kernel's buffer. */
  taken(): void;
  /** Nothing gets through any more: the peer said so (`ECONNRESET`), or never answered (`ETIMEDOUT`). */
  broken(code: 'ECONNRESET' | 'ETIMEDOUT'): void;
}

/** Both, and whether the flow goes from who accepted the connection to who made it. */
export interface FlowEnds {
  readonly sender: FlowSender;
  readonly receiver: FlowReceiver;
  readonly isReply: boolean;
}

/** What travels. */
export interface Piece {
  readonly kind: 'data' | 'fin' | 'reset';
  /** Empty unless it is data. */
  readonly bytes: Buffer;
  /** When it arrives. */
  at: number;
  /** Its bytes have been queued again, as others: this one is not to be sent any more. */
  replaced?: boolean;
}

/** The port or path that the connection was made to. */
function place({ sender, receiver, isReply }: FlowEnds): number | string {
  const { peerAddress } = isReply ? receiver : sender;
  return peerAddress?.family === 'UNIX' ? peerAddress.path : (peerAddress?.port ?? 0);
}

/** Names a flow's decisions, for example `client>server:80/3/there`. */
export function flowName(ends: FlowEnds): string {
  const { sender, receiver, isReply } = ends;
  const [client, server] = isReply ? [receiver, sender] : [sender, receiver];
  const where = `${client.host.name}>${server.host.name}:${String(place(ends))}`;
  return `${where}/${String(client.connection)}/${isReply ? 'back' : 'there'}`;
}

/** A piece as rules are shown it. */
export function segmentOf(
  { kind, bytes }: Piece,
  ends: FlowEnds,
  { offset, attempt }: { readonly offset: number; readonly attempt: number },
): Segment {
  return {
    kind,
    from: ends.sender.host.name,
    to: ends.receiver.host.name,
    port: place(ends),
    isReply: ends.isReply,
    connection: ends.sender.connection,
    bytes: bytes.length,
    offset,
    attempt,
  };
}
