import type net from 'node:net';

/** Node's undocumented handle of a socket. `net.Socket` goes by this number itself, for its `timeout` event. */
interface Undocumented {
  readonly _handle: { readonly writeQueueSize: number } | null;
}

/** Bytes that libuv was given to write and the kernel has not taken; of a secured socket, give the one beneath. */
export function writeQueueSize(socket: net.Socket): number {
  return (socket as unknown as Undocumented)._handle?.writeQueueSize ?? 0;
}
