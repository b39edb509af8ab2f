/**
 * Synchronous listening: the one place that touches what Node does not document about listening.
 *
 * Twisted's `listenTCP` has bound when it returns and throws when it cannot; `net.Server.listen(port, host)` does neither.
 * `net._createServerHandle` does (it is what `cluster` is built on, the same from Node 20 to 26), and hands over libuv's
 * listening handle, whose accepted connections are streams of libuv. `test/drivers/node/boundListen.test.ts`
 * fails loudly when Node changes any of this.
 */
import net from 'node:net';

import type { DriverError, ListenStreamOptions, SocketAddress } from '../../driver';

import { assertSocket } from './descriptors';
import { assertAllowed, type LibuvStream } from './libuvStream';
import { fromErrno } from './nodeErrors';
import { asBindSaid, assertPathFits, isAbstract, lockPath, setMode, unlockPath } from './unixPath';

interface ServerHandle {
  onconnection: ((status: number, handle: LibuvStream | undefined) => void) | null;
  listen(backlog: number): number;
  getsockname?(out: { address?: string; family?: string; port?: number }): number;
  close(done?: () => void): void;
  unref(): void;
}

interface UndocumentedNet {
  /** Binds; returns a handle, or a negative errno. */
  readonly _createServerHandle: (
    address: string | null,
    port: number | null,
    family: 4 | 6 | -1,
    descriptor?: number,
  ) => ServerHandle | number;
}

/** A bound, listening libuv handle. */
export interface BoundHandle {
  readonly localAddress: SocketAddress;
  /** Stops accepting at once; `done` is called when the address is free. */
  close(done: () => void): void;
}

/**
 * Binds and listens, synchronously.
 *
 * @param onAccept - called for each connection, in Node's own turn
 * @param onFailure - called when one could not be accepted
 * @throws DriverError with the errno code of whatever failed
 */
export function boundListen(
  address: SocketAddress,
  { backlog, mode, lock = false }: ListenStreamOptions,
  onAccept: (handle: LibuvStream) => void,
  onFailure: (error: DriverError) => void,
): BoundHandle {
  assertAllowed('listen');
  if (address.family !== 'UNIX') return bind(address, backlog, onAccept, onFailure, nothing);
  const { path } = address;
  assertPathFits(path, 'bind');
  const inFileSystem = !isAbstract(path);
  const held = lock && inFileSystem ? lockPath(path) : null;
  try {
    const bound = bind(address, backlog, onAccept, onFailure, () => {
      // Before anybody can connect: no moment in which the file is more open than it is to be.
      if (mode !== undefined && inFileSystem) setMode(path, mode);
    });
    return {
      ...bound,
      close(done) {
        // libuv removes the file when it closes the socket, which it does at once; then the lock may go.
        bound.close(done);
        if (held !== null) unlockPath(held);
      },
    };
  } catch (error) {
    if (held !== null) unlockPath(held);
    throw error;
  }
}

function bind(
  address: SocketAddress,
  backlog: number,
  onAccept: (handle: LibuvStream) => void,
  onFailure: (error: DriverError) => void,
  beforeListening: () => void,
): BoundHandle {
  const where = address.family === 'UNIX' ? address.path : `${address.host}:${String(address.port)}`;
  const create = (net as unknown as UndocumentedNet)._createServerHandle;
  const handle =
    address.family === 'UNIX'
      ? create(address.path, -1, -1)
      : create(address.host, address.port, address.family === 'IPv4' ? 4 : 6);
  if (typeof handle === 'number') {
    const error = fromErrno(handle, 'bind', where);
    throw address.family === 'UNIX' ? asBindSaid(error, where) : error;
  }
  return listenOn(handle, address, where, backlog, onAccept, onFailure, beforeListening);
}

/**
 * The same for a descriptor that is bound and listening already, which belongs to the handle from now on.
 *
 * @throws DriverError: `EBADF`, `ENOTSOCK`, or what the operating system says
 */
export function adoptedListen(
  descriptor: number,
  family: SocketAddress['family'],
  backlog: number,
  onAccept: (handle: LibuvStream) => void,
  onFailure: (error: DriverError) => void,
): BoundHandle {
  assertAllowed('listen');
  assertSocket(descriptor, 'listen');
  const where = `descriptor ${descriptor}`;
  const handle = (net as unknown as UndocumentedNet)._createServerHandle(null, null, -1, descriptor);
  if (typeof handle === 'number') throw fromErrno(handle, 'listen', where);
  // The path of a UNIX socket is known to whoever has bound it.
  const address: SocketAddress = family === 'UNIX' ? { family, path: '' } : { family, host: '', port: 0 };
  return listenOn(handle, address, where, backlog, onAccept, onFailure, nothing);
}

function listenOn(
  handle: ServerHandle,
  address: SocketAddress,
  where: string,
  backlog: number,
  onAccept: (handle: LibuvStream) => void,
  onFailure: (error: DriverError) => void,
  beforeListening: () => void,
): BoundHandle {
  handle.onconnection = (status, accepted) => {
    if (status < 0 || accepted === undefined) onFailure(fromErrno(status, 'accept', where));
    else onAccept(accepted);
  };
  // An address in use may show in any of the two: libuv keeps bind's EADDRINUSE back until then.
  const bound: { address?: string; family?: string; port?: number } = {};
  let status = address.family === 'UNIX' ? 0 : (handle.getsockname?.(bound) ?? 0);
  if (status === 0) {
    try {
      beforeListening();
    } catch (error) {
      handle.close();
      throw error;
    }
    status = handle.listen(backlog);
  }
  if (status !== 0) {
    handle.close();
    throw fromErrno(status, 'listen', where);
  }
  handle.unref();
  return {
    localAddress:
      address.family === 'UNIX' ? address : { ...address, host: bound.address ?? address.host, port: bound.port ?? 0 },
    close(done) {
      handle.onconnection = null;
      handle.close(done);
    },
  };
}

function nothing(): void {
  // Only files have permissions to be set.
}
