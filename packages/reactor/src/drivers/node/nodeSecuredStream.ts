/**
 * What a stream of the Node driver is made of after `startTLS`: Node's TLS, over libuv's stream.
 *
 * It says what it sees to the handle, and is told what to do by it; the handle knows what has been commanded.
 */
import type net from 'node:net';

import {
  DriverError,
  type SecuredInfo,
  type StartTLSOptions,
  TLS_SYSCALL,
  TLS_TRUNCATED,
  type TLSContext,
} from '../../driver';

import type { LibuvStream } from './libuvStream';
import { toTLSError } from './nodeErrors';
import type { NodeLoop } from './nodeLoop';
import { destroySecure, type Ending, type SecureListener, secureSocket } from './nodeTLSSocket';
import { SocketBeneath } from './socketBeneath';

/** Told what happens on a secured stream, in Node's own turn. */
export interface SecuredOwner {
  secured(info: SecuredInfo): void;
  session(session: Buffer): void;
  /** Bytes were read; returns whether to read on. */
  deliver(chunk: Buffer): boolean;
  /** The peer has finished; how, `endedProperly` tells when it is asked. */
  peerEnded(): void;
  /** The operating system has taken the last `write`. */
  sendDone(status: 0): void;
  /** The socket is gone; null: without an error. */
  socketClosed(error: DriverError | null): void;
}

const NOTHING = Buffer.alloc(0);

export class NodeSecuredStream implements SecureListener {
  readonly #loop: NodeLoop;
  readonly #owner: SecuredOwner;
  readonly #raw: net.Socket;
  readonly #socket: net.Socket;
  #isShaking = true;
  /** How the peer ended it. */
  #farewell: Ending = 'properly';
  /** Whether `shutdown` was commanded during the handshake. */
  #shutdownWaits = false;
  #error: DriverError | null = null;

  /** @param stream - connected, and stopped */
  constructor(loop: NodeLoop, stream: LibuvStream, context: TLSContext, options: StartTLSOptions, owner: SecuredOwner) {
    this.#loop = loop;
    this.#owner = owner;
    this.#raw = SocketBeneath.over(stream);
    this.#socket = secureSocket(this.#raw, context, options, this);
    this.#socket.on('close', () => owner.socketClosed(this.#error));
  }

  // What the socket says

  secured(info: SecuredInfo): void {
    this.#isShaking = false;
    // Not from inside: what came together with the end of the handshake is still to be read, and a farewell said now
    // would have OpenSSL throw the first record of it away.
    if (this.#shutdownWaits) this.#loop.hold(() => this.shutdown());
    this.#owner.secured(info);
  }

  read(chunk: Buffer): boolean {
    return this.#owner.deliver(chunk);
  }

  ended(how: Ending): void {
    this.#farewell = how;
    // A handshake that is cut off has failed, whether or not anybody wants to read.
    if (this.#isShaking) this.#cut();
    else this.#owner.peerEnded();
  }

  session(session: Buffer): void {
    this.#owner.session(session);
  }

  failed(error: Error): void {
    this.#error ??= toTLSError(error);
  }

  // What the owner commands

  /** Lets `deliver` come. To stop it, the owner refuses what comes. */
  readStart(): void {
    this.#socket.resume();
  }

  write(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    const last = chunks.length - 1;
    if (last > 0) {
      socket.cork();
      for (let i = 0; i < last; i++) socket.write(chunks[i] as Uint8Array);
    }
    socket.write(chunks[last] ?? NOTHING, this.#wrote);
    if (last > 0) socket.uncork();
  }

  shutdown(): void {
    // A farewell in the middle of a handshake is none: it waits, as what is written does.
    if (this.#isShaking) this.#shutdownWaits = true;
    else if (!this.#socket.destroyed) this.#socket.end();
  }

  close(withReset: boolean): void {
    // While this side's end is on its way libuv refuses to reset, and would not close either.
    const isFinishing = this.#socket.writableEnded && !this.#socket.writableFinished;
    if (withReset && !isFinishing) this.#raw.resetAndDestroy();
    else this.#socket.destroy();
  }

  /** Whether the peer's end is its farewell; if it is not, the stream closes with an error. */
  endedProperly(): boolean {
    if (this.#farewell === 'properly') return true;
    this.#cut();
    return false;
  }

  readonly #wrote = (error?: Error | null): void => {
    // A write that failed is told by the socket's end. (One that a destroyed socket had under way ends without an error.)
    if (!error && !this.#socket.destroyed) this.#owner.sendDone(0);
  };

  /** The peer's end came without a farewell. */
  #cut(): void {
    const what = this.#isShaking ? 'the handshake was done' : 'it said so (close_notify)';
    this.#error ??=
      this.#farewell === 'reset'
        ? new DriverError('ECONNRESET', 'read')
        : new DriverError(TLS_TRUNCATED, TLS_SYSCALL, `the peer closed the connection before ${what}`);
    destroySecure(this.#socket, this.#raw);
  }
}
