import { readFileSync } from 'node:fs';

import { EventEmitter } from 'eventemitter3';

import {
  DriverError,
  type ListenHandle,
  type ListenHandleEvents,
  type ListenStreamOptions,
  type SocketAddress,
} from '../../driver';

import { adoptedListen, type BoundHandle, boundListen } from './boundListen';
import type { LibuvStream } from './libuvStream';
import type { NodeLoop } from './nodeLoop';
import { NodeStreamHandle } from './nodeStreamHandle';

/** Connections that may wait on a socket that was bound by somebody else; libuv cannot leave its backlog as it was. */
const ADOPTED_BACKLOG = 511;

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

  static bound(loop: NodeLoop, address: SocketAddress, options: ListenStreamOptions): NodeListenHandle {
    return new NodeListenHandle(loop, options.backlog, (accept, fail) => boundListen(address, options, accept, fail));
  }

  static adopted(loop: NodeLoop, descriptor: number, family: SocketAddress['family']): NodeListenHandle {
    return new NodeListenHandle(loop, ADOPTED_BACKLOG, (accept, fail) =>
      adoptedListen(descriptor, family, ADOPTED_BACKLOG, accept, fail),
    );
  }

  private constructor(
    loop: NodeLoop,
    backlog: number,
    listen: (accept: (handle: LibuvStream) => void, fail: (error: DriverError) => void) => BoundHandle,
  ) {
    super();
    this.#loop = loop;
    this.#backlog = backlog;
    this.#bound = listen(
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

  #accepted(accepted: LibuvStream): void {
    const handle = NodeStreamHandle.accepted(this.#loop, accepted, this.localAddress);
    // The peer reset the connection while it was waiting: nobody is there to talk to.
    if (handle.peerAddress === null) {
      handle.close();
      return;
    }
    if (this.#loop.delivering) {
      this.emit('connection', handle);
      if (accepted.fd >= this.#descriptors - 1) {
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
