import net from 'node:net';

import { EventEmitter } from 'eventemitter3';

import {
  type ConnectStreamOptions,
  DriverError,
  type InetSocketAddress,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type StreamHandleEvents,
  TLS_SYSCALL,
  TLS_TRUNCATED,
  type TLSContext,
} from '../../driver';

import type { AcceptedHandle } from './boundListen';
import { assertSocket } from './descriptors';
import { toDriverError, toTLSError } from './nodeErrors';
import type { NodeLoop } from './nodeLoop';
import { destroySecure, secureSocket } from './nodeTLSSocket';
import { assertPathFits, hasLivingOwner } from './unixPath';
import { writeQueueSize } from './writeQueue';

/** Bytes that are read at once, at most. */
const READ_SIZE = 64 * 1024;
/**
 * All sockets read into this one buffer: libuv fills it and calls back before it reads from the next socket, and what is
 * delivered is copied out, since it belongs to the receiver. So an idle connection holds no read buffer. Only a socket that
 * has just filled it has one of its own for the next read, which is handed over as it is.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(READ_SIZE);
/** A buffer of its own that is filled less than this is not handed over: the receiver may keep it for long. */
const WORTH_HANDING_OVER = READ_SIZE - READ_SIZE / 4;
const NOTHING = Buffer.alloc(0);

/** Node's undocumented options of a socket over an accepted handle; `manualStart` leaves reading off. */
interface SocketOptions extends net.SocketConstructorOpts {
  handle?: AcceptedHandle;
  manualStart?: boolean;
  onread?: net.OnReadOpts;
}

/**
 * A stream socket of the Node driver: a `net.Socket` that reads by `onread`, past the stream machinery.
 *
 * A reset that is there together with the data before it comes as `ended`: libuv reads the data, sees the hang-up, and
 * does not ask which kind it was. The next write then fails.
 */
export class NodeStreamHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly #loop: NodeLoop;
  /** The socket of the connection. */
  readonly #raw: net.Socket;
  /** What is read from and written to: the same, until it is secured. */
  #socket: net.Socket;
  readonly #isUNIX: boolean;
  #reading = false;
  /** Whether the last read filled its buffer, so that there is more to come. */
  #isFlooded = false;
  /** What was read while it could not be delivered. */
  readonly #kept: Buffer[] = [];
  #peer: SocketAddress | null = null;
  #local: SocketAddress | null = null;
  /** The peer's end: seen by the socket, and whether it has been told. */
  #end: 'none' | 'seen' | 'told' = 'none';
  /** TLS: whether the handshake is under way, or done; and how the peer ended it. */
  #security: 'plain' | 'shaking' | 'secured' = 'plain';
  #farewell: 'properly' | 'cut' | 'reset' = 'properly';
  /** Whether `shutdown` was commanded during the handshake. */
  #shutdownWaits = false;
  /** This side's command to close: `closed` is never told without it, or an error. */
  #closing = false;
  /** The socket's own end: the error it had, if any; undefined while it is there. */
  #gone: DriverError | null | undefined = undefined;
  #error: DriverError | null = null;

  /** @param local - the listening socket's address: this connection's own, unless it listens on all addresses */
  static accepted(loop: NodeLoop, handle: AcceptedHandle, local: SocketAddress): NodeStreamHandle {
    const stream = new NodeStreamHandle(loop, { handle, manualStart: true }, local.family === 'UNIX');
    if (local.family === 'UNIX' || (local.host !== '0.0.0.0' && local.host !== '::')) stream.#local = local;
    return stream;
  }

  /** Takes a connected socket over, and throws a `DriverError` for what is none. */
  static adopted(loop: NodeLoop, descriptor: number, family: SocketAddress['family']): NodeStreamHandle {
    assertSocket(descriptor, 'open');
    const stream = new NodeStreamHandle(loop, { fd: descriptor, manualStart: true }, family === 'UNIX');
    if (stream.peerAddress !== null) return stream;
    stream.close();
    throw new DriverError('ENOTCONN', 'open', `open ENOTCONN: descriptor ${descriptor} is not connected`);
  }

  static connecting(
    loop: NodeLoop,
    address: SocketAddress,
    { bindAddress, lock = false }: ConnectStreamOptions,
  ): NodeStreamHandle {
    const stream = new NodeStreamHandle(loop, {}, address.family === 'UNIX');
    if (address.family === 'UNIX') stream.#peer = address;
    const socket = stream.#socket;
    const connect = (): void => {
      if (stream.#closing) return;
      socket.once('connect', () => {
        socket.unref();
        // Node starts to read when it has connected, unless the stream is paused (see the constructor).
        loop.whenDelivering(() => {
          if (!stream.#closing) stream.emit('connected');
        });
      });
      try {
        if (address.family === 'UNIX') {
          assertPathFits(address.path, 'connect');
          if (lock && !hasLivingOwner(address.path)) {
            throw new DriverError('EOWNERDEAD', 'connect', `connect EOWNERDEAD ${address.path}`);
          }
          socket.connect({ path: address.path });
        } else {
          socket.connect({
            host: address.host,
            port: address.port,
            family: address.family === 'IPv4' ? 4 : 6,
            autoSelectFamily: false,
            ...(bindAddress === undefined
              ? {}
              : { localAddress: bindAddress.host, ...(bindAddress.port === 0 ? {} : { localPort: bindAddress.port }) }),
          });
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    };
    loop.whenDelivering(connect);
    return stream;
  }

  private constructor(loop: NodeLoop, options: SocketOptions, isUNIX: boolean) {
    super();
    this.#loop = loop;
    this.#isUNIX = isUNIX;
    const settings: SocketOptions = {
      ...options,
      allowHalfOpen: true,
      readable: true,
      writable: true,
      onread: { buffer: this.#nextBuffer, callback: this.#read },
    };
    const socket = new net.Socket(settings);
    this.#raw = socket;
    this.#socket = socket;
    socket.pause();
    socket.unref();
    socket.on('end', this.#ended);
    socket.on('error', this.#failed);
    socket.on('close', this.#socketClosed);
  }

  get localAddress(): SocketAddress | null {
    if (this.#local !== null) return this.#local;
    if (this.#isUNIX) return (this.#local = { family: 'UNIX', path: '' });
    const { localAddress, localPort, localFamily } = this.#raw;
    return (this.#local = inetAddress(localFamily, localAddress, localPort));
  }

  get peerAddress(): SocketAddress | null {
    if (this.#peer !== null) return this.#peer;
    if (this.#isUNIX) return (this.#peer = { family: 'UNIX', path: '' });
    const { remoteAddress, remotePort, remoteFamily } = this.#raw;
    return (this.#peer = inetAddress(remoteFamily, remoteAddress, remotePort));
  }

  get unsent(): number {
    return writeQueueSize(this.#raw);
  }

  readStart(): void {
    if (this.#reading || this.#closing) return;
    this.#reading = true;
    if (this.#kept.length > 0 || this.#end === 'seen') this.#loop.hold(this.#catchUp);
    else this.#socket.resume();
  }

  readStop(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#socket.pause();
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#closing) return;
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
    if (this.#closing) return;
    // A farewell in the middle of a handshake is none: it waits, as what is written does.
    if (this.#security === 'shaking') this.#shutdownWaits = true;
    else this.#socket.end();
  }

  close(): void {
    this.#close(false);
  }

  reset(): void {
    this.#close(true);
  }

  startTLS(context: TLSContext, options: StartTLSOptions): void {
    if (this.#closing || this.#gone !== undefined) return;
    // What was read in plain is nobody's: to hand it on would let anybody on the way put words into a secured stream.
    this.#kept.length = 0;
    this.#end = 'none';
    this.#security = 'shaking';
    const raw = this.#raw;
    raw.off('end', this.#ended);
    raw.off('close', this.#socketClosed);
    const socket = secureSocket(raw, context, options, {
      secured: (info) => {
        this.#security = 'secured';
        // Not from inside: what came together with the end of the handshake is still to be read, and a farewell said now
        // would have OpenSSL throw the first record of it away.
        if (this.#shutdownWaits) this.#loop.hold(() => this.shutdown());
        this.#loop.whenDelivering(() => {
          if (!this.#closing) this.emit('secured', info);
        });
      },
      read: (chunk) => this.#deliver(chunk),
      ended: (how) => this.#secureEnded(how),
      session: (session) => {
        this.#loop.whenDelivering(() => {
          if (!this.#closing) this.emit('session', session);
        });
      },
    });
    this.#socket = socket;
    socket.on('error', this.#failed);
    socket.on('close', this.#socketClosed);
  }

  setNoDelay(enabled: boolean): void {
    if (!this.#isUNIX) this.#raw.setNoDelay(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    if (!this.#isUNIX) this.#raw.setKeepAlive(enabled);
  }

  #close(withReset: boolean): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#reading = false;
    if (this.#gone !== undefined) this.#loop.hold(this.#tellClosed);
    // A connection that is still being made has nothing to reset, and Node would wait for it first.
    else if (withReset && !this.#isUNIX && !this.#raw.connecting) this.#raw.resetAndDestroy();
    else if (this.#security !== 'plain' || this.#raw.pending || this.#raw.writableLength > 0) this.#socket.destroy();
    // The end of the stream goes out before the socket is closed: closed with bytes unread, it would be reset instead.
    else this.#raw.end(() => this.#raw.destroy());
  }

  readonly #read = (count: number, buffer: Uint8Array): boolean => {
    let chunk: Buffer;
    if (buffer !== READ_BUFFER && count >= WORTH_HANDING_OVER) {
      chunk = (buffer as Buffer).subarray(0, count);
    } else {
      // Small copies come out of Buffer's pool.
      chunk = Buffer.allocUnsafe(count);
      (buffer as Buffer).copy(chunk, 0, 0, count);
    }
    this.#isFlooded = count === READ_SIZE;
    return this.#deliver(chunk);
  };

  /** The buffer of the next read; Node asks at first, and after every read. */
  readonly #nextBuffer = (): Buffer => (this.#isFlooded ? Buffer.allocUnsafeSlow(READ_SIZE) : READ_BUFFER);

  /** Delivers what was read, or keeps it; returns whether to read on. */
  #deliver(chunk: Buffer): boolean {
    if (this.#loop.delivering && this.#reading && this.#kept.length === 0) {
      this.emit('data', chunk);
      return this.#reading;
    }
    // Read while nothing may be delivered (the reactor has crashed), or after `readStop` (Node resumes in its next tick,
    // paused meanwhile or not): kept, and no more is read.
    this.#kept.push(chunk);
    if (this.#reading) this.#loop.hold(this.#catchUp);
    this.#socket.pause();
    return false;
  }

  /** Delivers what was held back, as far as it is wanted, and reads on. */
  readonly #catchUp = (): void => {
    while (this.#reading && this.#kept.length > 0) this.emit('data', this.#kept.shift() as Buffer);
    if (!this.#reading) return;
    if (this.#end === 'none') this.#socket.resume();
    if (this.#end !== 'seen') return;
    this.#end = 'told';
    if (this.#farewell === 'properly') this.emit('ended');
    else this.#cut();
  };

  readonly #wrote = (error?: Error | null): void => {
    // A write that failed is told by `closed`. (One that a destroyed socket had under way ends without an error.)
    if (!error && !this.#socket.destroyed) this.#loop.whenDelivering(this.#tellWritten);
  };

  readonly #tellWritten = (): void => {
    if (!this.#closing) this.emit('written');
  };

  readonly #ended = (): void => {
    this.#end = 'seen';
    if (this.#reading) this.#loop.whenDelivering(this.#catchUp);
  };

  #secureEnded(how: 'properly' | 'cut' | 'reset'): void {
    this.#farewell = how;
    // A handshake that is cut off has failed, whether or not anybody wants to read.
    if (this.#security === 'shaking') this.#cut();
    else this.#ended();
  }

  /** The peer's end came without a farewell. */
  #cut(): void {
    const what = this.#security === 'shaking' ? 'the handshake was done' : 'it said so (close_notify)';
    this.#error ??=
      this.#farewell === 'reset'
        ? new DriverError('ECONNRESET', 'read')
        : new DriverError(TLS_TRUNCATED, TLS_SYSCALL, `the peer closed the connection before ${what}`);
    destroySecure(this.#socket, this.#raw);
  }

  readonly #failed = (error: Error): void => {
    this.#error ??= this.#security === 'plain' ? toDriverError(error, 'read') : toTLSError(error);
  };

  readonly #socketClosed = (): void => {
    this.#gone = this.#error;
    // Both directions have ended by themselves: the handle stays until it is told to close.
    if (this.#gone === null && !this.#closing) return;
    this.#loop.whenDelivering(this.#tellClosed);
  };

  readonly #tellClosed = (): void => {
    this.#reading = false;
    const commanded = this.#closing;
    this.#closing = true;
    this.emit('closed', commanded ? null : (this.#gone ?? null));
    this.removeAllListeners();
  };
}

function inetAddress(
  family: string | undefined,
  host: string | undefined,
  port: number | undefined,
): InetSocketAddress | null {
  if (host === undefined || port === undefined) return null;
  return { family: family === 'IPv6' ? 'IPv6' : 'IPv4', host, port };
}
