import { once } from 'node:events';
import { Duplex } from 'node:stream';

import { ConnectionAborted, ConnectionDone, RuntimeError } from '../error';
import type { Failure } from '../failure';
import {
  type IHalfCloseableProtocol,
  type IProtocol,
  type IPushProducer,
  ITCPTransport,
  type ITransport,
} from '../interfaces';

/** Bytes that a `Duplex` holds in each direction before it asks the other side to wait: what sockets are read by. */
const HIGH_WATER_MARK = 64 * 1024;

export interface DuplexProtocolOptions {
  /**
   * Whether the peer's end leaves this side open for writing, until `end()` is called. Default false: the peer's end ends the
   * `Duplex`, after what was written. As `allowHalfOpen` of `net.Socket`.
   */
  readonly allowHalfOpen?: boolean;
}

type Callback = (error?: Error | null) => void;

/**
 * A connection as a Node `Duplex`.
 *
 * - What nobody reads is not read from the network; a `write` is called back when there is room again.
 * - `end()` closes the write side after what was written; when both sides have ended, the connection is lost.
 * - `destroy()` is `loseConnection()`, `destroy(error)` is `abortConnection()`, and `'close'` is the connection's end.
 * - `await using` sends what was written, then loses the connection, whatever was not read. As with `loseConnection`, a peer that
 *   takes nothing for a minute ends the wait: the connection is reset.
 * - A connection that breaks is an `'error'` with Twisted's reason (`ConnectionLost`, …): listen to it, as with any socket.
 */
class ConnectionDuplex extends Duplex implements IPushProducer {
  readonly #transport: ITCPTransport;
  #isLost = false;
  /** Whether it is being disposed of: nothing waits for room then. */
  #isParting = false;
  /** The transport has enough; what goes on when it has not. */
  #isFull = false;
  #whenRoom: Callback | null = null;
  #whenEnded: Callback | null = null;
  #whenDestroyed: (() => void) | null = null;

  constructor(transport: ITCPTransport, { allowHalfOpen = false }: DuplexProtocolOptions) {
    super({ allowHalfOpen, readableHighWaterMark: HIGH_WATER_MARK, writableHighWaterMark: HIGH_WATER_MARK });
    this.#transport = transport;
    transport.registerProducer(this, true);
    transport.pauseProducing();
  }

  // What the protocol passes on

  dataReceived(data: Buffer): void {
    if (!this.push(data)) this.#transport.pauseProducing();
  }

  readConnectionLost(): void {
    this.push(null);
  }

  writeConnectionLost(): void {
    this.#whenEnded?.();
    this.#whenEnded = null;
  }

  connectionLost(reason: Failure): void {
    this.#isLost = true;
    const error = reason.value;
    const isClean = error instanceof ConnectionDone;
    const unsent = this.#whenRoom ?? this.#whenEnded;
    this.#whenRoom = null;
    this.#whenEnded = null;
    if (this.#whenDestroyed !== null) this.#whenDestroyed();
    else if (isClean && unsent === null) this.destroy();
    else this.destroy(error);
    unsent?.(error);
  }

  // Of the transport's push producer: what is written here

  pauseProducing(): void {
    this.#isFull = true;
  }

  resumeProducing(): void {
    this.#isFull = false;
    const goOn = this.#whenRoom;
    this.#whenRoom = null;
    goOn?.();
  }

  stopProducing(): void {
    // `connectionLost` follows.
  }

  // Of Duplex

  override _read(): void {
    if (!this.#isLost) this.#transport.resumeProducing();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#transport.write(chunk);
    this.#afterWrite(done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    this.#transport.writeSequence(chunks.map(({ chunk }) => chunk));
    this.#afterWrite(done);
  }

  override _final(done: Callback): void {
    if (this.#isLost || this.#isParting) {
      done();
      return;
    }
    this.#whenEnded = done;
    this.#transport.unregisterProducer();
    this.#transport.loseWriteConnection();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#isLost) {
      done(error);
      return;
    }
    this.#whenDestroyed = () => done(error);
    this.#transport.unregisterProducer();
    if (error === null) this.#transport.loseConnection();
    else this.#transport.abortConnection();
  }

  /**
   * For `await using`: fulfilled when the connection is lost. What was written is handed to the transport, whether it has room or not,
   * for `loseConnection` to send: so that it waits no longer for a peer that does not read than that does. (What `Duplex` has
   * for this resets a connection that was not read to its end.)
   */
  override async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.closed ? null : once(this, 'close');
    this.#isParting = true;
    this.resumeProducing();
    if (this.destroyed || this.writableFinished || this.#whenEnded !== null) this.destroy();
    else {
      this.once('finish', () => this.destroy());
      if (!this.writableEnded) this.end();
    }
    await closed;
  }

  #afterWrite(done: Callback): void {
    if (this.#isLost) done(new ConnectionAborted());
    else if (this.#isFull && !this.#isParting) this.#whenRoom = done;
    else done();
  }
}

/**
 * A protocol that makes a Node `Duplex` of its connection.
 *
 * @example
 * const { duplex } = await connectProtocol(endpoint, new DuplexProtocol());
 * await pipeline(createReadStream('letter.txt'), duplex);
 */
export class DuplexProtocol implements IHalfCloseableProtocol {
  readonly #options: DuplexProtocolOptions;
  #duplex: ConnectionDuplex | null = null;

  constructor(options: DuplexProtocolOptions = {}) {
    this.#options = options;
  }

  /** The connection. Null before it is made. */
  get duplex(): Duplex | null {
    return this.#duplex;
  }

  makeConnection(transport: ITransport): void {
    if (!ITCPTransport.providedBy(transport)) {
      throw new TypeError('Cannot make a Duplex of a transport without flow control, wanted a stream transport');
    }
    this.#duplex = new ConnectionDuplex(transport, this.#options);
    this.connectionMade();
  }

  connectionMade(): void {}

  dataReceived(data: Buffer): void {
    this.#duplex?.dataReceived(data);
  }

  readConnectionLost(): void {
    this.#duplex?.readConnectionLost();
  }

  writeConnectionLost(): void {
    this.#duplex?.writeConnectionLost();
  }

  connectionLost(reason: Failure): void {
    this.#duplex?.connectionLost(reason);
  }
}

/** What a transport must have to be taken over: the attribute `protocol` of a reactor's own connections. */
interface Transferable extends ITransport {
  protocol: IProtocol | null;
}

/**
 * Takes a connection over, and makes a `Duplex` of it: from now on its protocol hears nothing more, not even the end (but a
 * connector's factory does). Call it in `connectionMade`, or later; what the protocol has received is the protocol's, and
 * can be given back by `duplex.unshift(data)`.
 *
 * @param transport - a connection of a reactor; a protocol wrapper's is none
 * @throws TypeError for another transport, RuntimeError when it is lost already, or has a producer
 *
 * @example
 * class Upload extends Protocol {
 *   override connectionMade() {
 *     pipeline(toDuplex(this.transport), createWriteStream('upload'), done);
 *   }
 * }
 */
export function toDuplex(transport: ITransport, options: DuplexProtocolOptions = {}): Duplex {
  if (!('protocol' in transport)) {
    throw new TypeError('Cannot make a Duplex of a wrapped transport, wanted the connection of a reactor');
  }
  if ((transport as Transferable).protocol === null) {
    throw new RuntimeError('Cannot make a Duplex of a connection that is lost');
  }
  const protocol = new DuplexProtocol(options);
  protocol.makeConnection(transport);
  (transport as Transferable).protocol = protocol;
  return protocol.duplex!;
}
