/**
 * A stream socket of the Node driver: a stream of libuv, used as it is, until it is secured.
 *
 * What it reads into is `readMemory.ts`, what it asks of libuv `libuvStream.ts`, what it is once it is secured
 * `nodeSecuredStream.ts`; here is the life of the connection.
 *
 * A reset that is there together with the data before it comes as `ended`: libuv reads the data, sees the hang-up, and
 * does not ask which kind it was. The next write then fails.
 */
import { EventEmitter } from 'eventemitter3';

import {
  type ConnectStreamOptions,
  DriverError,
  type SecuredInfo,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type StreamHandleEvents,
  type TLSContext,
} from '../../driver';

import { assertSocket } from './descriptors';
import {
  bindTo,
  close,
  connectPath,
  connectTCP,
  encoded,
  END_OF_STREAM,
  finish,
  type LibuvStream,
  localName,
  newStream,
  openDescriptor,
  peerName,
  reset,
  send,
  SENT,
  type StreamOwner,
  takeOver,
} from './libuvStream';
import { fromErrno } from './nodeErrors';
import type { NodeLoop } from './nodeLoop';
import { NodeSecuredStream, type SecuredOwner } from './nodeSecuredStream';
import { afterGiven, given, LENT_BUFFER, lent, READ_BUFFER } from './readMemory';
import { assertPathFits, hasLivingOwner } from './unixPath';

const NO_CHUNKS: Buffer[] = [];

export class NodeStreamHandle
  extends EventEmitter<StreamHandleEvents>
  implements StreamHandle, StreamOwner, SecuredOwner
{
  lends = false;
  readonly #loop: NodeLoop;
  readonly #stream: LibuvStream;
  readonly #isUNIX: boolean;
  #secured: NodeSecuredStream | null = null;
  #peer: SocketAddress | null = null;
  #local: SocketAddress | null = null;
  #isConnected = true;
  #reading = false;
  /** Whether libuv reads: it takes being told twice for an error. */
  #isFlowing = false;
  /** What the next read goes to: the common buffer, or after one that filled that a buffer of its own. */
  #buffer: Buffer = READ_BUFFER;
  /** What was read while it could not be delivered. Never changed when it is `NO_CHUNKS`. */
  #kept = NO_CHUNKS;
  /** The peer's end: seen here, and whether it has been told. */
  #end: 'none' | 'seen' | 'told' = 'none';
  /** The write that has not been told as written: libuv has it, or the operating system all of it. */
  #sending: 'nothing' | 'under way' | 'taken' = 'nothing';
  /** Whether the end of the turn will tell of what has been taken. */
  #willTell = false;
  /** This side's end: on its way, or sent. */
  #finish: 'none' | 'begun' | 'done' = 'none';
  /** This side's command to close: `closed` is never told without it, or an error. */
  #closing = false;
  /** Whether that was with a reset. */
  #resets = false;
  /** Whether the stream of libuv is being closed, or is. */
  #isGone = false;
  #error: DriverError | null = null;

  /** @param local - the listening socket's address: this connection's own, unless it listens on all addresses */
  static accepted(loop: NodeLoop, stream: LibuvStream, local: SocketAddress): NodeStreamHandle {
    const handle = new NodeStreamHandle(loop, stream, local.family === 'UNIX');
    if (local.family === 'UNIX' || (local.host !== '0.0.0.0' && local.host !== '::')) handle.#local = local;
    return handle;
  }

  /** Takes a connected socket over, and throws a `DriverError` for what is none. */
  static adopted(loop: NodeLoop, descriptor: number, family: SocketAddress['family']): NodeStreamHandle {
    assertSocket(descriptor, 'open');
    const stream = newStream(family === 'UNIX' ? 'UNIX' : 'TCP');
    const handle = new NodeStreamHandle(loop, stream, family === 'UNIX');
    const status = openDescriptor(stream, descriptor);
    if (status === 0 && handle.peerAddress !== null) return handle;
    handle.close();
    if (status !== 0) throw fromErrno(status, 'open', `descriptor ${descriptor}`);
    throw new DriverError('ENOTCONN', 'open', `open ENOTCONN: descriptor ${descriptor} is not connected`);
  }

  static connecting(loop: NodeLoop, address: SocketAddress, options: ConnectStreamOptions): NodeStreamHandle {
    const isUNIX = address.family === 'UNIX';
    const handle = new NodeStreamHandle(loop, newStream(isUNIX ? 'UNIX' : 'TCP'), isUNIX);
    handle.#isConnected = false;
    handle.#peer = address;
    loop.whenDelivering(() => {
      handle.#connect(address, options);
    });
    return handle;
  }

  private constructor(loop: NodeLoop, stream: LibuvStream, isUNIX: boolean) {
    super();
    this.#loop = loop;
    this.#stream = stream;
    this.#isUNIX = isUNIX;
    takeOver(stream, this, READ_BUFFER);
    stream.unref();
  }

  get localAddress(): SocketAddress | null {
    if (this.#local !== null) return this.#local;
    if (this.#isUNIX) return (this.#local = { family: 'UNIX', path: '' });
    if (!this.#isConnected) return null;
    return (this.#local = localName(this.#stream));
  }

  get peerAddress(): SocketAddress | null {
    if (!this.#isConnected && !this.#isUNIX) return null;
    if (this.#peer !== null) return this.#peer;
    return (this.#peer = this.#isUNIX ? { family: 'UNIX', path: '' } : peerName(this.#stream));
  }

  get unsent(): number {
    return this.#isGone ? 0 : this.#stream.writeQueueSize;
  }

  get takesMore(): boolean {
    return this.#sending === 'taken';
  }

  readStart(): void {
    if (this.#reading || this.#closing) return;
    this.#reading = true;
    if (this.#kept.length > 0 || this.#end === 'seen') this.#loop.hold(() => this.#catchUp());
    else if (this.#isConnected && this.#end === 'none') this.#read();
  }

  readStop(): void {
    if (!this.#reading) return;
    this.#reading = false;
    if (this.#secured === null) this.#holdBack();
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#closing || this.#isGone) return;
    this.#sending = 'under way';
    if (this.#secured !== null) {
      this.#secured.write(chunks);
      return;
    }
    const status = send(this.#stream, chunks);
    if (status === SENT) {
      this.#sending = 'taken';
      if (!this.#willTell) this.#loop.hold(() => this.#tellTaken());
      this.#willTell = true;
    } else if (status < 0) this.#failed(status, 'write');
  }

  writeText(text: string): number {
    const bytes = this.#secured === null ? encoded(text) : Buffer.from(text);
    this.write([bytes]);
    return bytes.length;
  }

  shutdown(): void {
    if (this.#closing || this.#isGone) return;
    if (this.#secured !== null) this.#secured.shutdown();
    else this.#finishSending();
  }

  close(): void {
    this.#close(false);
  }

  reset(): void {
    this.#close(true);
  }

  startTLS(context: TLSContext, options: StartTLSOptions): void {
    if (this.#closing || this.#isGone) return;
    // What was read in plain is nobody's: to hand it on would let anybody on the way put words into a secured stream.
    this.#kept = NO_CHUNKS;
    this.#end = 'none';
    this.#holdBack();
    this.#secured = new NodeSecuredStream(this.#loop, this.#stream, context, options, this);
  }

  setNoDelay(enabled: boolean): void {
    if (!this.#isGone) this.#stream.setNoDelay?.(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    if (!this.#isGone) this.#stream.setKeepAlive?.(enabled, 0);
  }

  // What libuv's stream says

  connectDone(status: number): void {
    if (this.#isGone) return;
    if (status !== 0) this.#failed(status, 'connect', whereOf(this.#peer));
    else this.#loop.whenDelivering(() => this.#tellConnected());
  }

  bytesRead(count: number): Buffer | undefined {
    const buffer = this.#buffer;
    const lends = this.lends && this.#delivers;
    const chunk = lends ? lent(buffer, count) : given(buffer, count);
    this.#buffer = lends ? LENT_BUFFER : afterGiven(count);
    this.deliver(chunk);
    return this.#buffer === buffer ? undefined : this.#buffer;
  }

  readOver(status: number): void {
    if (status === END_OF_STREAM) this.peerEnded();
    else this.#failed(status, 'read');
  }

  sendDone(status: number): void {
    if (status < 0) this.#failed(status, 'write');
    else if (this.#loop.delivering) this.#tellWritten();
    else this.#loop.hold(() => this.#tellWritten());
  }

  finishDone(): void {
    this.#finish = 'done';
    if (this.#closing && !this.#isGone) this.#closeStream(this.#resets);
  }

  closeDone(): void {
    if (this.#loop.delivering) this.#tellClosed();
    else this.#loop.hold(() => this.#tellClosed());
  }

  // What the secured stream says

  secured(info: SecuredInfo): void {
    this.#loop.whenDelivering(() => {
      if (!this.#closing) this.emit('secured', info);
    });
  }

  session(session: Buffer): void {
    this.#loop.whenDelivering(() => {
      if (!this.#closing) this.emit('session', session);
    });
  }

  socketClosed(error: DriverError | null): void {
    this.#isGone = true;
    this.#error = error;
    // Both directions have ended by themselves: the handle stays until it is told to close.
    if (error !== null || this.#closing) this.#loop.whenDelivering(() => this.#tellClosed());
  }

  // What both say

  /** Delivers what was read, or keeps it; returns whether to read on. */
  deliver(chunk: Buffer): boolean {
    if (this.#delivers) {
      this.emit('data', chunk);
      return this.#reading;
    }
    // Read while nothing may be delivered (the reactor has crashed), or after `readStop`, which TLS does not know: kept,
    // and no more is read.
    if (this.#kept === NO_CHUNKS) this.#kept = [];
    this.#kept.push(chunk);
    if (this.#reading) this.#loop.hold(() => this.#catchUp());
    if (this.#secured === null) this.#holdBack();
    return false;
  }

  peerEnded(): void {
    this.#end = 'seen';
    if (this.#reading) this.#loop.whenDelivering(() => this.#catchUp());
  }

  // The rest of the machine

  /** Whether what is read now is delivered now. */
  get #delivers(): boolean {
    return this.#loop.delivering && this.#reading && this.#kept.length === 0;
  }

  #connect(address: SocketAddress, { bindAddress, lock = false }: ConnectStreamOptions): void {
    if (this.#closing) return;
    try {
      if (address.family === 'UNIX') {
        assertPathFits(address.path, 'connect');
        if (lock && !hasLivingOwner(address.path)) {
          throw new DriverError('EOWNERDEAD', 'connect', `connect EOWNERDEAD ${address.path}`);
        }
        throwFailure(connectPath(this.#stream, address.path), 'connect', address);
      } else {
        if (bindAddress !== undefined) throwFailure(bindTo(this.#stream, bindAddress), 'bind', bindAddress);
        throwFailure(connectTCP(this.#stream, address), 'connect', address);
      }
    } catch (error) {
      this.#error = error as DriverError;
      this.#closeStream(false);
    }
  }

  #tellConnected(): void {
    if (this.#closing) return;
    this.#isConnected = true;
    if (this.#reading) this.#read();
    this.emit('connected');
  }

  #read(): void {
    if (this.#secured !== null) {
      this.#secured.readStart();
      return;
    }
    if (this.#isFlowing || this.#isGone) return;
    this.#isFlowing = true;
    const status = this.#stream.readStart();
    if (status !== 0) this.#failed(status, 'read');
  }

  #holdBack(): void {
    if (!this.#isFlowing || this.#isGone) return;
    this.#isFlowing = false;
    this.#stream.readStop();
  }

  /** Delivers what was held back, as far as it is wanted, and reads on. */
  #catchUp(): void {
    while (this.#reading && this.#kept.length > 0) this.emit('data', this.#kept.shift() as Buffer);
    if (!this.#reading) return;
    if (this.#end === 'none') this.#read();
    if (this.#end !== 'seen') return;
    this.#end = 'told';
    if (this.#secured === null || this.#secured.endedProperly()) this.emit('ended');
  }

  #failed(status: number, syscall: string, where: string | null = null): void {
    // What was under way when the stream was closed fails too, and that is no news.
    if (this.#isGone || this.#closing) return;
    this.#error = fromErrno(status, syscall, where);
    this.#closeStream(false);
  }

  #finishSending(): void {
    if (this.#finish !== 'none') return;
    this.#finish = 'begun';
    // Refused when nobody is there any more, which reading tells.
    if (finish(this.#stream) !== 0) this.finishDone();
  }

  #close(withReset: boolean): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#reading = false;
    this.#resets = withReset && !this.#isUNIX && this.#isConnected;
    if (this.#isGone) this.#loop.hold(() => this.#tellClosed());
    else if (this.#secured !== null) this.#secured.close(this.#resets);
    else if (this.#finish !== 'begun' || !this.#isConnected) this.#closeConnection();
    // Otherwise when that is done: libuv resets nothing before.
  }

  #closeConnection(): void {
    const isCutShort = this.#resets || !this.#isConnected || this.#sending !== 'nothing';
    if (isCutShort || this.#end !== 'none' || this.#finish === 'done') this.#closeStream(this.#resets);
    else {
      // The end of the stream goes out before the socket is closed: closed with bytes unread, it would be reset instead.
      this.#holdBack();
      this.#finishSending();
    }
  }

  #closeStream(withReset: boolean): void {
    this.#isGone = true;
    if (withReset) reset(this.#stream);
    else close(this.#stream);
  }

  #tellTaken(): void {
    this.#willTell = false;
    if (this.#sending === 'taken') this.#tellWritten();
  }

  #tellWritten(): void {
    this.#sending = 'nothing';
    if (!this.#closing && !this.#isGone) this.emit('written');
  }

  #tellClosed(): void {
    const commanded = this.#closing;
    this.#closing = true;
    this.#reading = false;
    this.emit('closed', commanded ? null : this.#error);
    this.removeAllListeners();
  }
}

function whereOf(address: SocketAddress | null): string | null {
  if (address === null) return null;
  return address.family === 'UNIX' ? address.path : `${address.host}:${String(address.port)}`;
}

function throwFailure(status: number, syscall: string, address: SocketAddress): void {
  if (status !== 0) throw fromErrno(status, syscall, whereOf(address));
}
