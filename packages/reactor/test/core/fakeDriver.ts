/**
 * A driver driven by hand: time stands still until it is moved, a turn is taken when the test says so, and the world's side
 * of every handle is in the test's hands. Nothing sleeps, and the seam's rules for the layer above are checked on the way.
 */
import { EventEmitter } from 'eventemitter3';

import {
  type Cancellation,
  type ConnectStreamOptions,
  DriverError,
  type IDriver,
  type ListenHandle,
  type ListenHandleEvents,
  type ListenStreamOptions,
  type ResolvedAddress,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type StreamHandleEvents,
  type TLSContext,
} from '../../src/driver';

/** More turns than any test needs: who asks for them all never comes to rest. */
const PATIENCE = 1000;
const FIRST_PORT = 40000;

const CLIENT_ADDRESS: SocketAddress = { family: 'IPv4', host: '192.0.2.1', port: 1111 };
const SERVER_ADDRESS: SocketAddress = { family: 'IPv4', host: '192.0.2.2', port: 2222 };

export class FakeDriver implements IDriver {
  readonly name = 'fake';
  /** What `now()` says. */
  time = 0;
  started = false;
  /** What has been asked for, in order. */
  readonly listening: FakeListenHandle[] = [];
  readonly connecting: FakeStreamHandle[] = [];
  readonly lookups: FakeLookup[] = [];
  /** Thrown by the next `listenStream`. */
  listenError: Error | null = null;
  /** The listener for signals, while there is one. */
  signal: ((signal: string) => void) | null = null;
  deadline: number | null = null;
  #onTurn: (() => void) | null = null;
  #wakeRequested = false;

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  start(onTurn: () => void): void {
    if (this.started) throw new Error('the driver has been started already');
    this.started = true;
    this.#onTurn = onTurn;
  }

  stop(): void {
    this.started = false;
    this.#onTurn = null;
    this.deadline = null;
    this.#wakeRequested = false;
  }

  wakeAt(deadline: number | null): void {
    if (this.started) this.deadline = deadline;
  }

  wakeSoon(): void {
    if (this.started) this.#wakeRequested = true;
  }

  listenStream(address: SocketAddress, options: ListenStreamOptions): FakeListenHandle {
    const error = this.listenError;
    this.listenError = null;
    if (error !== null) throw error;
    const bound = address.family !== 'UNIX' && address.port === 0 ? { ...address, port: FIRST_PORT } : address;
    const handle = new FakeListenHandle(bound, options);
    this.listening.push(handle);
    return handle;
  }

  connectStream(address: SocketAddress, options: ConnectStreamOptions): FakeStreamHandle {
    const handle = new FakeStreamHandle(null, null, address, options);
    this.connecting.push(handle);
    return handle;
  }

  resolveName(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation {
    const lookup: FakeLookup = { name, done, cancelled: false };
    this.lookups.push(lookup);
    return () => {
      lookup.cancelled = true;
    };
  }

  /** What is wrong with every context. */
  tlsError: DriverError | null = null;

  checkTLS(): void {
    if (this.tlsError !== null) throw this.tlsError;
  }

  readonly startTLSOver = null;

  onSignals(_signals: readonly string[], listener: (signal: string) => void): Cancellation {
    this.signal = listener;
    return () => {
      this.signal = null;
    };
  }

  /** Whether somebody has asked for a turn, or the alarm is due. */
  get wantsTurn(): boolean {
    return this.#wakeRequested || (this.deadline !== null && this.deadline <= this.time);
  }

  /** Takes one turn, if one is wanted. */
  turn(): void {
    if (!this.started || !this.wantsTurn) return;
    this.#wakeRequested = false;
    if (this.deadline !== null && this.deadline <= this.time) this.deadline = null;
    this.#onTurn?.();
  }

  /** Takes turns until none is wanted. */
  settle(): void {
    let left = PATIENCE;
    while (this.started && this.wantsTurn) {
      if (left === 0) throw new Error('the reactor does not come to rest');
      left -= 1;
      this.turn();
    }
  }

  /** Moves time to where the alarm is, as often as it is within `seconds`, and takes the turns that are wanted. */
  advance(seconds: number): void {
    const end = this.time + seconds;
    this.settle();
    while (this.deadline !== null && this.deadline <= end) {
      this.time = Math.max(this.time, this.deadline);
      this.settle();
    }
    this.time = end;
  }
}

/** A name that is being looked up; the test calls `done`. */
interface FakeLookup {
  readonly name: string;
  readonly done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void;
  cancelled: boolean;
}

export class FakeListenHandle extends EventEmitter<ListenHandleEvents> implements ListenHandle {
  readonly localAddress: SocketAddress;
  readonly options: ListenStreamOptions;
  closing = false;

  constructor(localAddress: SocketAddress, options: ListenStreamOptions) {
    super();
    this.localAddress = localAddress;
    this.options = options;
  }

  close(): void {
    this.closing = true;
  }

  /** A client connects. */
  accepts(handle = new FakeStreamHandle()): FakeStreamHandle {
    this.emit('connection', handle);
    return handle;
  }

  /** Accepting fails. */
  fails(code: string): void {
    this.emit('acceptFailed', new DriverError(code, 'accept'));
  }

  /** The socket is gone, as asked for. */
  isClosed(): void {
    if (!this.closing) throw new Error('nobody has closed the handle');
    this.emit('closed');
  }
}

export class FakeStreamHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  lends = false;
  localAddress: SocketAddress | null;
  peerAddress: SocketAddress | null;
  /** Where it was told to connect to, and how. */
  readonly destination: SocketAddress | null;
  readonly options: ConnectStreamOptions;
  /** Every write, as it came. */
  readonly writes: (readonly Uint8Array[])[] = [];
  /** What was commanded besides reading and writing, in order. */
  readonly commands: string[] = [];
  reading = false;
  /** Whether a write is under way. */
  writing = false;
  /** Whether a further write may follow it. */
  takesMore = false;
  noDelay = false;
  keepAlive = false;
  /** What the network has not taken of the outstanding write. */
  unsent = 0;
  #closed = false;

  constructor(
    localAddress: SocketAddress | null = SERVER_ADDRESS,
    peerAddress: SocketAddress | null = CLIENT_ADDRESS,
    destination: SocketAddress | null = null,
    options: ConnectStreamOptions = {},
  ) {
    super();
    this.localAddress = localAddress;
    this.peerAddress = peerAddress;
    this.destination = destination;
    this.options = options;
  }

  /** All that was written, as text. */
  get sent(): string {
    return this.writes.map((chunks) => Buffer.concat(chunks).toString('latin1')).join('');
  }

  readStart(): void {
    if (!this.#closed) this.reading = true;
  }

  readStop(): void {
    this.reading = false;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#closed) return;
    if (this.writing && !this.takesMore) throw new Error('a write is outstanding (rule 4)');
    if (this.commands.includes('shutdown')) throw new Error('the write side is closed');
    if (chunks.length === 0 || chunks.some(({ byteLength }) => byteLength === 0)) throw new Error('an empty write');
    this.writing = true;
    this.writes.push(chunks);
  }

  /** For tests of handles that have it. */
  writeText?: (text: string) => number;

  /** Has it take text. */
  takesText(): void {
    this.writeText = (text) => {
      const bytes = Buffer.from(text);
      this.write([bytes]);
      return bytes.length;
    };
  }

  shutdown(): void {
    if (this.writing) throw new Error('a write is outstanding');
    this.commands.push('shutdown');
  }

  close(): void {
    this.#end('close');
  }

  reset(): void {
    this.#end('reset');
  }

  /** How it was secured. */
  security: StartTLSOptions | null = null;

  startTLS(_context: TLSContext, options: StartTLSOptions): void {
    if (this.writing) throw new Error('a write is outstanding (rule 9)');
    this.security = options;
    this.commands.push('startTLS');
  }

  setNoDelay(enabled: boolean): void {
    this.noDelay = enabled;
  }

  setKeepAlive(enabled: boolean): void {
    this.keepAlive = enabled;
  }

  /** The connection is up. */
  connects(): void {
    this.localAddress = SERVER_ADDRESS;
    this.peerAddress = this.destination;
    this.emit('connected');
  }

  /** Bytes arrive; only while reading (rule 5). */
  receives(data: string): void {
    if (!this.reading) throw new Error('nobody reads (rule 5)');
    this.emit('data', Buffer.from(data));
  }

  /** The peer finishes sending; only told while reading. */
  ends(): void {
    if (!this.reading) throw new Error('nobody reads');
    this.emit('ended');
  }

  /** The outstanding write has been taken. */
  takes(): void {
    if (!this.writing) throw new Error('no write is outstanding');
    this.writing = false;
    this.emit('written');
  }

  /** The connection breaks, or cannot be made. */
  breaks(code: string): void {
    this.#closed = true;
    this.reading = false;
    this.emit('closed', new DriverError(code, 'read'));
  }

  #end(command: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.reading = false;
    this.commands.push(command);
  }
}
