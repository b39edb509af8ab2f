import type { EventEmitter } from 'eventemitter3';

import type { DriverError } from './driverError';
import type { SocketAddress } from './socketAddress';
import type { SecuredInfo, StartTLSOptions, TLSContext } from './tls';

/** What a stream handle says, each in the driver's own turn (rule 1). */
export interface StreamHandleEvents {
  /** An outgoing connection is up (rule 3). */
  connected: () => void;
  /** Bytes arrived, at least one; the buffer is the receiver's to keep, unless it is lent (rule 5). */
  data: (chunk: Buffer) => void;
  /** The operating system has taken all of the outstanding `write` (rule 4). */
  written: () => void;
  /** The peer has finished sending; its bytes have all been delivered (rule 6). */
  ended: () => void;
  /** The handshake that `startTLS` began is done, and the peer is who it should be (rule 9). */
  secured: (info: SecuredInfo) => void;
  /** The server has offered a session for later connections. Clients only, after `secured`; any number. */
  session: (session: Buffer) => void;
  /** The handle is gone (rule 7). Null: it was closed from this side; otherwise why it broke or could not connect. */
  closed: (error: DriverError | null) => void;
}

/**
 * One stream connection of a driver: dumb, unbuffered, born stopped.
 *
 * Commands on a handle that is closed, or closing, do nothing.
 */
export interface StreamHandle extends EventEmitter<StreamHandleEvents> {
  /** Lets `data` and `ended` come. */
  readStart(): void;
  /**
   * On drivers that can: whether the receiver is done with the buffer of a `data` event when the event is, so that its memory may be used
   * for the next. Every listener of the event is lent it. False at first; may be changed at any time, and counts from the next event on.
   */
  lends?: boolean;
  /** Holds `data` and `ended` back; the peer is slowed down by the network's own means. */
  readStop(): void;
  /** Sends the chunks in order. Only when no write is outstanding, or the handle `takesMore` (rule 4). */
  write(chunks: readonly Uint8Array[]): void;
  /**
   * The same for text, as UTF-8, on drivers that have memory to encode it in: for the core each piece takes new memory, which costs more
   * than the encoding. Returns how many bytes that is.
   */
  writeText?(text: string): number;
  /**
   * On drivers that know: whether the operating system has all of the outstanding write already, so that another one may follow
   * before `written`, which is then told once, for both. False without one.
   */
  readonly takesMore?: boolean;
  /** Says that nothing more will be sent (FIN). Only when no write is outstanding. */
  shutdown(): void;
  /** Closes in an orderly way; an outstanding write may be cut short. `closed(null)` follows. */
  close(): void;
  /** Closes at once, with a reset where the transport has one. `closed(null)` follows. */
  reset(): void;
  /** Secures the handle (rule 9). Only once, when it is connected and no write is outstanding, on drivers with `checkTLS`. */
  startTLS(context: TLSContext, options: StartTLSOptions): void;
  /** Sends small pieces without waiting (Nagle's algorithm off). Nothing on transports without it. */
  setNoDelay(enabled: boolean): void;
  /** Has the operating system probe an idle peer. Nothing on transports without it. */
  setKeepAlive(enabled: boolean): void;
  /**
   * How many bytes of the outstanding write the operating system has not taken yet, on drivers that know; 0 without one. Whether it
   * changes tells a peer that reads slowly from one that does not read.
   */
  readonly unsent?: number;
  /** This side's address, or null before it is connected. */
  readonly localAddress: SocketAddress | null;
  /** The other side's address, or null before it is connected. */
  readonly peerAddress: SocketAddress | null;
}
