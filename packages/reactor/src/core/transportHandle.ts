/**
 * A protocol's transport, whatever it is, as a handle of the seam: what `write` takes is written to it, and what its
 * protocol receives is given to `received`. So TLS runs over it as over a socket.
 *
 * Flow control goes through: the transport's producer is this handle, which holds `written` back while it is paused; and
 * what nobody reads pauses the transport. A transport that is no `IConsumer`, or no `IPushProducer`, has none.
 */
import { EventEmitter } from 'eventemitter3';

import { DriverError, type StreamHandle, type StreamHandleEvents } from '../driver';
import { ConnectionDone, RuntimeError } from '../error';
import type { Failure } from '../failure';
import { IConsumer, IPushProducer, type ITCPTransport, type ITransport } from '../interfaces';

import type { Flushable, Turn } from './turn';

export class TransportHandle
  extends EventEmitter<StreamHandleEvents>
  implements StreamHandle, IPushProducer, Flushable
{
  /** The addresses are the transport's business. */
  readonly localAddress = null;
  readonly peerAddress = null;
  readonly #turn: Turn;
  readonly #transport: ITransport;
  #reading = false;
  /** Whether the transport has been asked to stop. */
  #hasPaused = false;
  /** What came while nothing was to be read. */
  readonly #kept: Buffer[] = [];
  #end: 'none' | 'seen' | 'told' = 'none';
  #isWriting = false;
  /** Whether the transport has enough for now. */
  #isFull = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Whether the transport is lost. */
  #isLost = false;

  /** @throws RuntimeError when the transport has a producer already */
  constructor(turn: Turn, transport: ITransport) {
    super();
    this.#turn = turn;
    this.#transport = transport;
    if (IConsumer.providedBy(transport)) transport.registerProducer(this, true);
  }

  // What the transport's protocol passes on

  /** The transport has received something. */
  received(chunk: Buffer): void {
    if (this.#state !== 'open' || chunk.length === 0) return;
    if (this.#reading && this.#kept.length === 0) {
      this.emit('data', chunk);
      return;
    }
    this.#kept.push(chunk);
    if (!this.#reading) this.#pauseTransport(true);
  }

  /** The transport's connection is lost. */
  lost(reason: Failure): void {
    this.#isLost = true;
    if (this.#state === 'closing') {
      this.#turn.flushSoon(this);
    } else if (reason.check(ConnectionDone) !== null) {
      this.#end = 'seen';
      if (this.#reading) this.#catchUp();
    } else {
      const { code = 'ECONNRESET', message } = reason.value as NodeJS.ErrnoException;
      this.#tellClosed(new DriverError(code, 'read', message, { cause: reason.value }));
    }
  }

  // StreamHandle

  readStart(): void {
    if (this.#reading || this.#state !== 'open') return;
    this.#reading = true;
    if (this.#kept.length > 0 || this.#end === 'seen') this.#turn.flushSoon(this);
    else this.#pauseTransport(false);
  }

  readStop(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#pauseTransport(true);
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#state !== 'open' || this.#isLost) return;
    this.#isWriting = true;
    this.#transport.writeSequence(chunks);
    if (!this.#isFull) this.#turn.flushSoon(this);
  }

  shutdown(): void {
    // What runs over this ends by itself.
  }

  close(): void {
    this.#close(() => this.#transport.loseConnection());
  }

  reset(): void {
    const { abortConnection } = this.#transport as Partial<ITCPTransport>;
    this.#close(() => {
      if (abortConnection === undefined) this.#transport.loseConnection();
      else abortConnection.call(this.#transport);
    });
  }

  startTLS(): void {
    throw new RuntimeError('Cannot start TLS on a transport by its handle, wanted startTLSOver');
  }

  setNoDelay(): void {
    // The transport's business.
  }

  setKeepAlive(): void {
    // The same.
  }

  // IPushProducer: what the transport thinks of what is written

  pauseProducing(): void {
    this.#isFull = true;
  }

  resumeProducing(): void {
    this.#isFull = false;
    if (this.#isWriting) this.#turn.flushSoon(this);
  }

  stopProducing(): void {
    // `lost` follows.
  }

  // Flushable

  flush(): void {
    if (this.#state === 'closing' && this.#isLost) this.#tellClosed(null);
    if (this.#reading) this.#catchUp();
    if (!this.#isWriting || this.#isFull || this.#state !== 'open') return;
    this.#isWriting = false;
    this.emit('written');
  }

  #catchUp(): void {
    while (this.#reading && this.#kept.length > 0) this.emit('data', this.#kept.shift() as Buffer);
    if (!this.#reading) return;
    this.#pauseTransport(false);
    if (this.#end !== 'seen') return;
    this.#end = 'told';
    this.emit('ended');
  }

  #pauseTransport(paused: boolean): void {
    if (this.#hasPaused === paused || this.#isLost || !IPushProducer.providedBy(this.#transport)) return;
    this.#hasPaused = paused;
    if (paused) this.#transport.pauseProducing();
    else this.#transport.resumeProducing();
  }

  #close(end: () => void): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#reading = false;
    this.#kept.length = 0;
    if (this.#isLost) {
      this.#turn.flushSoon(this);
      return;
    }
    // A producer would hold the connection open; and paused, the transport would not see its peer's end.
    if (IConsumer.providedBy(this.#transport)) this.#transport.unregisterProducer();
    this.#pauseTransport(false);
    end();
  }

  #tellClosed(error: DriverError | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reading = false;
    this.emit('closed', error);
    this.removeAllListeners();
  }
}
