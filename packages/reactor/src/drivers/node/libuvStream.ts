/**
 * libuv's streams as `net` itself uses them: the one place that touches Node's undocumented bindings for them.
 *
 * A `net.Socket` is a duplex stream of Node's around such a handle, and costs more than all that Skein does with a
 * connection: twice the memory when it is idle, half of the processor's time when it is short. What the transport needs of
 * it is what libuv has: bytes in, bytes out, an end each way. So the handles are used as they are. (TLS, which Node builds
 * upon `net.Socket`, is given something that passes for one: `socketBeneath.ts`.)
 *
 * Silent by default on all versions of Node; `--pending-deprecation` has `process.binding` warn, once. Under `--permission` Node
 * refuses it: then there are no sockets, which whoever wants one is told, and everything else works.
 * `test/drivers/node/libuvStream.test.ts` fails loudly when Node changes any of this.
 */
import { DriverError, type InetSocketAddress } from '../../driver';

/** Told what happens on a stream, in Node's own turn. Negative numbers are libuv's errors. */
export interface StreamOwner {
  /** An attempt to connect is over: 0, or an error. */
  connectDone(status: number): void;
  /** So many bytes are in the buffer, more than 0. Returns the buffer for the next read, or undefined for the same. */
  bytesRead(count: number): Uint8Array | undefined;
  /** Nothing more can be read: `END_OF_STREAM`, or an error. */
  readOver(status: number): void;
  /** What `send` began is done: 0, or an error. */
  sendDone(status: number): void;
  /** What `finish` began is done, one way or the other. */
  finishDone(): void;
  /** What `close` or `reset` began is done: the handle is gone. */
  closeDone(): void;
}

/** A name that a socket has, as the handles tell it. */
interface Name {
  readonly address?: string;
  readonly family?: string;
  readonly port?: number;
}

/** A TCP or UNIX stream of libuv. */
export interface LibuvStream {
  /** The descriptor. Negative when there is none. */
  readonly fd: number;
  /** Bytes that `send` was given and the operating system has not taken. */
  readonly writeQueueSize: number;
  /** Lets bytes come; 0 or an error. */
  readStart(): number;
  readStop(): number;
  /** A handle keeps the process alive as long as it is referenced. */
  unref(): void;
  /** TCP only. */
  setNoDelay?(enabled: boolean): number;
  /** TCP only. The delay is in seconds; 0 leaves it to the operating system. */
  setKeepAlive?(enabled: boolean, delay: number): number;
}

interface Handle extends LibuvStream {
  owner: StreamOwner;
  onread: (this: Handle) => Uint8Array | undefined;
  useUserBuffer(buffer: Uint8Array): void;
  writeBuffer(request: Request, chunk: Uint8Array): number;
  writev(request: Request, chunks: readonly Uint8Array[], areBuffers: true): number;
  shutdown(request: Request): number;
  close(done: (this: Handle) => void): void;
  open(descriptor: number): number | undefined;
}

interface TCPHandle extends Handle {
  bind(host: string, port: number): number;
  bind6(host: string, port: number, flags: number): number;
  connect(request: Request, host: string, port: number): number;
  connect6(request: Request, host: string, port: number): number;
  getsockname(out: Name): number;
  getpeername(out: Name): number;
  reset(done: (this: Handle) => void): number;
}

interface PipeHandle extends Handle {
  connect(request: Request, path: string): number | undefined;
}

/** What libuv is to remember of an operation under way. */
interface Request {
  oncomplete: (this: Request, status: number, handle: Handle) => void;
  /** The bytes, kept from being collected. */
  chunks?: readonly Uint8Array[];
}

interface Bindings {
  readonly stream_wrap: {
    readonly WriteWrap: new () => Request;
    readonly ShutdownWrap: new () => Request;
    /** Where the handles leave what they have to say besides what they return. */
    readonly streamBaseState: Int32Array;
    readonly kReadBytesOrError: number;
    readonly kLastWriteWasAsync: number;
  };
  readonly tcp_wrap: {
    readonly TCP: new (type: number) => TCPHandle;
    readonly TCPConnectWrap: new () => Request;
    readonly constants: { readonly SOCKET: number };
  };
  readonly pipe_wrap: {
    readonly Pipe: new (type: number) => PipeHandle;
    readonly PipeConnectWrap: new () => Request;
    readonly constants: { readonly SOCKET: number };
  };
}

/** Null where they are refused. */
function loadBindings(): Bindings | null {
  const node = process as unknown as { binding<K extends keyof Bindings>(name: K): Bindings[K] };
  try {
    return {
      stream_wrap: node.binding('stream_wrap'),
      tcp_wrap: node.binding('tcp_wrap'),
      pipe_wrap: node.binding('pipe_wrap'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') return null;
    throw error;
  }
}

const bindings = loadBindings();
// Without them no stream is ever made (`assertAllowed`), and none of these is touched.
const { stream_wrap, tcp_wrap, pipe_wrap } = bindings ?? ({ stream_wrap: {}, tcp_wrap: {}, pipe_wrap: {} } as Bindings);
const { WriteWrap, ShutdownWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = stream_wrap;
const { TCP, TCPConnectWrap, constants: tcpTypes } = tcp_wrap;
const { Pipe, PipeConnectWrap, constants: pipeTypes } = pipe_wrap;

/** Throws the `DriverError` `EACCES` where Node refuses its bindings: before a socket is made, for `syscall`. */
export function assertAllowed(syscall: string): void {
  if (bindings !== null) return;
  const why = "Node's permission model (--permission) refuses process.binding, which sockets need";
  throw new DriverError('EACCES', syscall, `${syscall} EACCES: ${why}`);
}

/** libuv's `UV_EOF`: the peer has finished. */
export const END_OF_STREAM = -4095;

/** A stream that is not connected yet. */
export function newStream(kind: 'TCP' | 'UNIX'): LibuvStream {
  assertAllowed('connect');
  return kind === 'TCP' ? new TCP(tcpTypes.SOCKET) : new Pipe(pipeTypes.SOCKET);
}

/** Puts a connected socket's descriptor into a new stream; 0 or an error. */
export function openDescriptor(stream: LibuvStream, descriptor: number): number {
  return (stream as Handle).open(descriptor) ?? 0;
}

/** Has `owner` told what happens, and bytes read into `buffer` at first. Once for each stream. */
export function takeOver(stream: LibuvStream, owner: StreamOwner, buffer: Uint8Array): void {
  const handle = stream as Handle;
  handle.owner = owner;
  handle.onread = readDone;
  handle.useUserBuffer(buffer);
}

/** Binds a new TCP stream to the address that it is to connect from; 0 or an error. */
export function bindTo(stream: LibuvStream, { family, host, port }: InetSocketAddress): number {
  const handle = stream as TCPHandle;
  const status = family === 'IPv4' ? handle.bind(host, port) : handle.bind6(host, port, 0);
  // libuv keeps bind's EADDRINUSE back until it is asked for the name.
  return status !== 0 || port === 0 ? status : handle.getsockname({});
}

/** Begins to connect, TCP; 0 or an error. */
export function connectTCP(stream: LibuvStream, { family, host, port }: InetSocketAddress): number {
  const handle = stream as TCPHandle;
  const request = new TCPConnectWrap();
  request.oncomplete = connectDone;
  return family === 'IPv4' ? handle.connect(request, host, port) : handle.connect6(request, host, port);
}

/** Begins to connect, UNIX; 0 or an error. */
export function connectPath(stream: LibuvStream, path: string): number {
  const request = new PipeConnectWrap();
  request.oncomplete = connectDone;
  return (stream as PipeHandle).connect(request, path) ?? 0;
}

/** This side's name of a TCP stream, or null when it has none. */
export function localName(stream: LibuvStream): InetSocketAddress | null {
  const out: Name = {};
  return (stream as TCPHandle).getsockname(out) === 0 ? toAddress(out) : null;
}

/** The peer's name of a TCP stream, or null when it has none. */
export function peerName(stream: LibuvStream): InetSocketAddress | null {
  const out: Name = {};
  return (stream as TCPHandle).getpeername(out) === 0 ? toAddress(out) : null;
}

function toAddress({ address, family, port }: Name): InetSocketAddress | null {
  // A socket that is not of the Internet has an empty address.
  if (address === undefined || address === '' || port === undefined) return null;
  return { family: family === 'IPv6' ? 'IPv6' : 'IPv4', host: address, port };
}

/** `send`: the operating system has taken everything, and nobody is told. */
export const SENT = 1;

/** A request that libuv had no use for: most writes are done at once. */
let unused: Request | null = null;

/** Pieces of this size and more go out one at a time: to hand several of them over at once takes half as long again. */
const LARGE = 32 * 1024;

/** Writes; `SENT`, an error, or 0: `sendDone` follows. Only when nothing is being sent. */
export function send(stream: LibuvStream, chunks: readonly Uint8Array[]): number {
  let i = 0;
  for (; i < chunks.length - 1 && (chunks[i] as Uint8Array).byteLength >= LARGE; i++) {
    const status = sendTogether(stream, chunks.slice(i, i + 1), sendFailed);
    if (status < 0) return status;
    // The rest follows it, and is done after it.
    if (status !== SENT) return sendTogether(stream, chunks.slice(i + 1), sendDone);
  }
  return sendTogether(stream, i === 0 ? chunks : chunks.slice(i), sendDone);
}

/** Writes in one go; `SENT`, an error, or 0: `done` is called. */
function sendTogether(stream: LibuvStream, chunks: readonly Uint8Array[], done: Request['oncomplete']): number {
  if (chunks.length === 0) return SENT;
  const handle = stream as Handle;
  const request = unused ?? new WriteWrap();
  unused = null;
  request.oncomplete = done;
  const status =
    chunks.length === 1 ? handle.writeBuffer(request, chunks[0] as Uint8Array) : handle.writev(request, chunks, true);
  if (status !== 0) return status;
  if (streamBaseState[kLastWriteWasAsync] !== 0) {
    request.chunks = chunks;
    if (textBuffer !== null && chunks.some(({ buffer }) => buffer === textBuffer?.buffer)) textBuffer = null;
    return 0;
  }
  unused = request;
  return SENT;
}

/** Shorter text (in UTF-16 units) is encoded into Buffer's pool, and longer text than this by the megabyte into memory of its own. */
const SHORT_TEXT = 1024;
/** Bytes that a character takes in UTF-8, at most. */
const LONGEST_CHARACTER = 4;
const TEXT_BUFFER_SIZE = 96 * 1024 + LONGEST_CHARACTER;
/** What text is encoded into: most writes are done at once, and then it is free again. */
let textBuffer: Buffer | null = null;

/** Encodes text as UTF-8, for `send` to be called with at once: the next call may use the same memory, unless `sendDone` is to come. */
export function encoded(text: string): Buffer {
  const { length } = text;
  if (length < SHORT_TEXT || length > TEXT_BUFFER_SIZE) return Buffer.from(text);
  textBuffer ??= Buffer.allocUnsafeSlow(TEXT_BUFFER_SIZE);
  // To write it costs hardly more than to work out its length first.
  const written = textBuffer.write(text);
  // Written as far as whole characters fit: there is room for another one only if that was all.
  return written > TEXT_BUFFER_SIZE - LONGEST_CHARACTER ? Buffer.from(text) : textBuffer.subarray(0, written);
}

/** Sends the end of the stream (FIN); 0: `finishDone` follows. Otherwise it will not. */
export function finish(stream: LibuvStream): number {
  const request = new ShutdownWrap();
  request.oncomplete = finishDone;
  return (stream as Handle).shutdown(request);
}

/** Closes; `done` follows, the owner's `closeDone`. Once, and not after `reset`. */
export function close(stream: LibuvStream, done: (this: Handle) => void = closeDone): void {
  (stream as Handle).close(done);
}

/** Closes a TCP stream with a reset; as `close`. Once, not after `close`, and not before `finishDone`, which libuv refuses. */
export function reset(stream: LibuvStream, done: (this: Handle) => void = closeDone): void {
  (stream as TCPHandle).reset(done);
}

function connectDone(this: Request, status: number, handle: Handle): void {
  handle.owner.connectDone(status);
}

function readDone(this: Handle): Uint8Array | undefined {
  const count = streamBaseState[kReadBytesOrError] as number;
  if (count > 0) return this.owner.bytesRead(count);
  if (count < 0) this.owner.readOver(count);
  return undefined;
}

function sendDone(this: Request, status: number, handle: Handle): void {
  handle.owner.sendDone(status);
}

/** Of a piece that others follow: they tell when all is done. */
function sendFailed(this: Request, status: number, handle: Handle): void {
  if (status < 0) handle.owner.sendDone(status);
}

function finishDone(this: Request, _status: number, handle: Handle): void {
  handle.owner.finishDone();
}

function closeDone(this: Handle): void {
  this.owner.closeDone();
}
