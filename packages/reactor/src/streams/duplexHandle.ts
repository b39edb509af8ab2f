/**
 * A `Duplex` as a handle of the seam (`@skein/reactor/driver`).
 *
 * Its events come when the `Duplex` emits them, never from inside a command: Node's streams call back in a later tick. Left
 * out: it knows nothing of the reactor's start and stop, so a protocol goes on being told while a reactor has crashed.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { EventEmitter } from 'eventemitter3';

import { DriverError, type SocketAddress, type StreamHandle, type StreamHandleEvents } from '../driver';
import { RuntimeError } from '../error';

const UNNAMED: SocketAddress = { family: 'UNIX', path: '' };

export class DuplexHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly localAddress: SocketAddress;
  readonly peerAddress: SocketAddress;
  readonly #duplex: Duplex;
  readonly #later: (event: () => void) => void;
  #reading = false;
  /** The peer's end: seen, and told. */
  #end: 'none' | 'seen' | 'told' = 'none';
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Whether both directions have ended by themselves; the handle stays until it is told to close. */
  #isOver = false;
  #error: DriverError | null = null;

  /** @param later - has a function called soon, never from inside */
  constructor(duplex: Duplex, later: (event: () => void) => void) {
    super();
    this.#duplex = duplex;
    this.#later = later;
    const { localAddress, localPort, remoteAddress, remotePort, remoteFamily } = duplex as Partial<Socket>;
    this.localAddress = socketAddress(remoteFamily, localAddress, localPort);
    this.peerAddress = socketAddress(remoteFamily, remoteAddress, remotePort);
    duplex.pause();
    duplex.on('data', this.#data);
    duplex.on('end', this.#ended);
    duplex.on('error', this.#failed);
    duplex.on('close', this.#closed);
    // Listening to its data has set it going.
    duplex.pause();
  }

  get unsent(): number {
    return this.#duplex.writableLength;
  }

  readStart(): void {
    if (this.#reading || this.#state !== 'open') return;
    this.#reading = true;
    if (this.#end === 'seen') this.#later(this.#tellEnd);
    else this.#duplex.resume();
  }

  readStop(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#duplex.pause();
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return;
    const duplex = this.#duplex;
    duplex.cork();
    chunks.forEach((chunk, i) => duplex.write(chunk, i === chunks.length - 1 ? this.#written : undefined));
    duplex.uncork();
  }

  shutdown(): void {
    if (this.#state === 'open') this.#duplex.end();
  }

  close(): void {
    if (!this.#close()) return;
    const duplex = this.#duplex;
    if (this.#isOver) this.#later(this.#tellClosed);
    // Destroying alone tells nobody at the other end of a pair or a tunnel. What is under way is cut short.
    else if (duplex.writableLength > 0 || duplex.destroyed) duplex.destroy();
    else {
      const destroy = (): void => {
        duplex.destroy();
      };
      duplex.end(destroy);
      // A peer that is gone reads no end; there is nothing to wait for then.
      if (this.#end !== 'none') this.#later(destroy);
    }
  }

  reset(): void {
    if (!this.#close()) return;
    if (this.#isOver) this.#later(this.#tellClosed);
    else this.#duplex.destroy();
  }

  startTLS(): void {
    throw new RuntimeError('Cannot start TLS on a Duplex, wanted a socket of the reactor');
  }

  setNoDelay(enabled: boolean): void {
    (this.#duplex as Partial<Socket>).setNoDelay?.(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    (this.#duplex as Partial<Socket>).setKeepAlive?.(enabled);
  }

  #close(): boolean {
    if (this.#state !== 'open') return false;
    this.#state = 'closing';
    this.#reading = false;
    this.#duplex.pause();
    return true;
  }

  readonly #data = (chunk: unknown): void => {
    this.emit('data', Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string));
  };

  readonly #written = (error?: Error | null): void => {
    if (!error && this.#state === 'open') this.emit('written');
  };

  readonly #ended = (): void => {
    this.#end = 'seen';
    this.#tellEnd();
  };

  readonly #tellEnd = (): void => {
    if (!this.#reading || this.#end !== 'seen') return;
    this.#end = 'told';
    this.emit('ended');
  };

  readonly #failed = (error: Error & { code?: string; syscall?: string }): void => {
    this.#error ??= new DriverError(error.code ?? 'EIO', error.syscall ?? 'stream', error.message, { cause: error });
  };

  readonly #closed = (): void => {
    const { readableEnded, writableFinished } = this.#duplex;
    this.#isOver = this.#error === null && readableEnded && writableFinished;
    if (!this.#isOver || this.#state === 'closing') this.#tellClosed();
  };

  readonly #tellClosed = (): void => {
    if (this.#state === 'closed') return;
    const wasCommanded = this.#state === 'closing';
    this.#state = 'closed';
    this.emit('closed', wasCommanded ? null : (this.#error ?? premature()));
  };
}

function premature(): DriverError {
  return new DriverError('ERR_STREAM_PREMATURE_CLOSE', 'stream', 'the stream was destroyed before its end');
}

function socketAddress(family: string | undefined, host: string | undefined, port: number | undefined): SocketAddress {
  if (host === undefined || port === undefined) return UNNAMED;
  return { family: family === 'IPv6' ? 'IPv6' : 'IPv4', host, port };
}
