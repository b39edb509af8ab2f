import type { EventEmitter } from 'eventemitter3';

import type { DriverError } from './driverError';
import type { SocketAddress } from './socketAddress';
import type { StreamHandle } from './streamHandle';

/** What a listening handle says, each in the driver's own turn (rule 1). */
export interface ListenHandleEvents {
  /** A connection was accepted; it is born stopped (rule 5), and knows its addresses. */
  connection: (handle: StreamHandle) => void;
  /**
   * A connection could not be accepted (`EMFILE`, `ENFILE`, …), or this one took the last descriptor, so that the next
   * cannot be. The handle goes on listening.
   */
  acceptFailed: (error: DriverError) => void;
  /** The handle is gone, and the address free again (rule 7). */
  closed: () => void;
}

/** A socket that accepts connections: bound and listening from birth (rule 2). */
export interface ListenHandle extends EventEmitter<ListenHandleEvents> {
  /** The address that is listened on, with the real port number. */
  readonly localAddress: SocketAddress;
  /** Stops accepting at once. `closed` follows; connections already delivered are not touched. */
  close(): void;
}
