import { readFileSync } from 'node:fs';

import { EventEmitter } from 'eventemitter3';

import {
  DriverError,
  type ListenHandle,
  type ListenHandleEvents,
  type ListenStreamOptions,
  type SocketAddress,
} from '../../driver';

import { type AcceptedHandle, type BoundHandle, boundListen } from './boundListen';
import type { NodeLoop } from './nodeLoop';
import { NodeStreamHandle } from './nodeStreamHandle';

/**
 * A listening socket of the Node driver.
 *
 * libuv accepts as soon as there is something to accept and cannot be paused: connections that come while nothing may be
 * delivered are kept, stopped, up to the backlog. When descriptors run out it sheds the waiting connections by itself
 * (it frees a descriptor of its own, accepts and closes them), and says nothing; so an accepted connection that took the
 * last descriptor is reported as `acceptFailed(EMFILE)`.
 */
export class NodeListenHandle extends EventEmitter<ListenHandleEvents> implements ListenHandle {
  readonly #loop: NodeLoop;
  readonly #bound: BoundHandle;
  readonly #backlog: number;
  /** Asked for early, since asking takes a descriptor. */
  readonly #descriptors = descriptorLimit();
  #kept = 0;
  #closing = false;

  constructor(loop: NodeLoop, address: SocketAddress, options: ListenStreamOptions) {
    super();
    this.#loop = loop;
    this.#backlog = options.backlog;
    this.#bound = boundListen(
      address,
      options,
      (accepted) => {
        this.#accepted(accepted);
      },
      (error) => {
        if (this.#loop.delivering && !this.#closing) this.emit('acceptFailed', error);
      },
    );
  }

  get localAddress(): SocketAddress {
    return this.#bound.localAddress;
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#bound.close(() => {
      this.#loop.whenDelivering(() => this.emit('closed'));
    });
  }

  #accepted(accepted: AcceptedHandle): void {
    const handle = NodeStreamHandle.accepted(this.#loop, accepted, this.localAddress);
    // The peer reset the connection while it was waiting: nobody is there to talk to.
    if (handle.peerAddress === null) {
      handle.close();
      return;
    }
    if (this.#loop.delivering) {
      this.emit('connection', handle);
      if (accepted.fd !== undefined && accepted.fd >= this.#descriptors - 1) {
        this.emit('acceptFailed', new DriverError('EMFILE', 'accept'));
      }
    } else if (this.#kept >= this.#backlog) {
      handle.reset();
    } else {
      this.#kept += 1;
      this.#loop.hold(() => {
        this.#kept -= 1;
        if (this.#closing) handle.reset();
        else this.emit('connection', handle);
      });
    }
  }
}

let limit: number | null = null;

/** How many descriptors this process may have open, as Linux tells; elsewhere without limit. */
function descriptorLimit(): number {
  if (limit === null) {
    limit = Infinity;
    try {
      const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
      if (soft !== null) limit = Number(soft[1]);
    } catch {
      // Not Linux: exhaustion is then only seen where libuv reports it.
    }
  }
  return limit;
}
