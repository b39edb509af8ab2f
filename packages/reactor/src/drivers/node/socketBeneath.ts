/**
 * What stands for a `net.Socket` beneath Node's TLS: as much of one as `tls.TLSSocket` asks for, over a stream of libuv.
 *
 * TLS reads and writes the stream natively, and wants of the socket that it is one, has the handle, closes it, and says so. A real
 * one costs as much as all else that Skein does with a secured connection.
 * `test/drivers/node/tlsSocket.test.ts` fails loudly when Node asks for more.
 */
import net from 'node:net';

import { close, type LibuvStream, reset } from './libuvStream';

export class SocketBeneath {
  /** What TLS looks at. Null once it is closed. */
  _handle: LibuvStream | null;
  readonly _parent = null;
  readonly allowHalfOpen = true;
  readonly connecting = false;
  readonly readableLength = 0;
  readonly writableLength = 0;
  destroyed = false;
  #whenClosed: (() => void)[] = [];

  /** @param stream - connected and stopped; what its owner was told, nobody is told any more */
  static over(stream: LibuvStream): SocketBeneath & net.Socket {
    return new SocketBeneath(stream) as SocketBeneath & net.Socket;
  }

  private constructor(stream: LibuvStream) {
    this._handle = stream;
  }

  /** `close` alone is ever told, once: TLS hears by itself of all else. */
  on(event: string, listener: () => void): this {
    if (event === 'close') this.#whenClosed.push(listener);
    return this;
  }

  once(event: string, listener: () => void): this {
    return this.on(event, listener);
  }

  destroy(): this {
    return this.#end(close);
  }

  resetAndDestroy(): this {
    return this.#end(reset);
  }

  #end(closeStream: (stream: LibuvStream, done: () => void) => void): this {
    const stream = this._handle;
    if (stream === null) return this;
    this._handle = null;
    this.destroyed = true;
    closeStream(stream, () => {
      for (const told of this.#whenClosed) told();
    });
    return this;
  }
}

Object.setPrototypeOf(SocketBeneath.prototype, net.Socket.prototype);
