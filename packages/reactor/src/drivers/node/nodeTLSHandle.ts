/**
 * TLS over a handle of anybody's: `node:tls` on a `Duplex` that is the carrier. (Sockets of this driver secure themselves,
 * natively: `nodeStreamHandle.ts`.)
 *
 * Reading stops the carrier, once the handshake is done, so that its end does not come before what TLS has yet to say.
 */
import type tls from 'node:tls';

import { EventEmitter } from 'eventemitter3';

import {
  DriverError,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type StreamHandleEvents,
  TLS_SYSCALL,
  TLS_TRUNCATED,
  type TLSContext,
} from '../../driver';

import { CarrierStream } from './carrierStream';
import { toTLSError } from './nodeErrors';
import type { NodeLoop } from './nodeLoop';
import { destroySecure, type Ending, secureStream } from './nodeTLSSocket';

const NOTHING = Buffer.alloc(0);

export class NodeTLSHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly #loop: NodeLoop;
  readonly #carrier: StreamHandle;
  readonly #stream: CarrierStream;
  readonly #socket: tls.TLSSocket;
  #reading = false;
  #isShaking = true;
  /** What was read while it could not be delivered. */
  readonly #kept: Buffer[] = [];
  /** The peer's end: seen, and told. */
  #end: 'none' | 'seen' | 'told' = 'none';
  #ending: Ending = 'properly';
  /** Whether `shutdown` was commanded during the handshake. */
  #shutdownWaits = false;
  /** Whether it was carried out in this turn. */
  #isParting = false;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(loop: NodeLoop, carrier: StreamHandle, context: TLSContext, options: StartTLSOptions) {
    super();
    this.#loop = loop;
    this.#carrier = carrier;
    this.#stream = new CarrierStream(carrier, this.#carrierClosed);
    this.#socket = secureStream(
      this.#stream,
      context,
      options,
      {
        secured: (info) => {
          this.#isShaking = false;
          if (!this.#reading) this.#stream.isHeld = true;
          if (this.#shutdownWaits) this.shutdown();
          this.#tell(() => this.emit('secured', info));
        },
        read: (chunk) => this.#deliver(chunk),
        ended: (how) => this.#ended(how),
        session: (session) => this.#tell(() => this.emit('session', session)),
        failed: (error) => this.#fail(toTLSError(error)),
      },
      () => (this.#stream.isAtEnd ? 'cut' : 'properly'),
    );
  }

  get localAddress(): SocketAddress | null {
    return this.#carrier.localAddress;
  }

  get peerAddress(): SocketAddress | null {
    return this.#carrier.peerAddress;
  }

  readStart(): void {
    if (this.#reading || this.#state !== 'open') return;
    this.#reading = true;
    if (this.#kept.length > 0 || this.#end === 'seen') this.#loop.hold(this.#catchUp);
    else this.#readOn();
  }

  readStop(): void {
    this.#reading = false;
    // The handshake needs it read.
    if (!this.#isShaking) this.#stream.isHeld = true;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return;
    const last = chunks.length - 1;
    this.#socket.cork();
    for (let i = 0; i < last; i++) this.#socket.write(chunks[i] as Uint8Array);
    this.#socket.write(chunks[last] ?? NOTHING, this.#wrote);
    this.#socket.uncork();
  }

  shutdown(): void {
    if (this.#state !== 'open') return;
    this.#shutdownWaits = this.#isShaking;
    if (this.#isShaking) return;
    this.#socket.end();
    this.#isParting = true;
    this.#loop.hold(() => {
      this.#isParting = false;
    });
  }

  close(): void {
    if (!this.#beginToClose()) return;
    // A farewell that was said a moment ago goes out first; what the peer has to say meanwhile can wait.
    if (this.#isParting && !this.#socket.writableFinished) {
      this.#stream.isHeld = true;
      this.#socket.on('finish', () => this.#loop.hold(this.#closeCarrier));
    } else this.#closeCarrier();
  }

  reset(): void {
    if (!this.#beginToClose()) return;
    destroySecure(this.#socket, this.#stream);
    this.#carrier.reset();
  }

  startTLS(): void {
    throw new Error('the handle is secured already');
  }

  setNoDelay(enabled: boolean): void {
    this.#carrier.setNoDelay(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    this.#carrier.setKeepAlive(enabled);
  }

  readonly #closeCarrier = (): void => {
    if (this.#state === 'closed') return;
    destroySecure(this.#socket, this.#stream);
    this.#carrier.close();
  };

  #beginToClose(): boolean {
    if (this.#state !== 'open') return false;
    this.#state = 'closing';
    this.#reading = false;
    return true;
  }

  /** Delivers what was read, or keeps it; returns whether to read on. */
  #deliver(chunk: Buffer): boolean {
    if (this.#loop.delivering && this.#reading && this.#kept.length === 0) {
      this.emit('data', chunk);
      return this.#reading;
    }
    // Node had it already when reading was stopped, or nothing may be delivered now.
    this.#kept.push(chunk);
    if (this.#reading) this.#loop.hold(this.#catchUp);
    return false;
  }

  readonly #catchUp = (): void => {
    while (this.#reading && this.#kept.length > 0) this.emit('data', this.#kept.shift() as Buffer);
    if (!this.#reading) return;
    if (this.#end === 'none') this.#readOn();
    if (this.#end !== 'seen') return;
    this.#end = 'told';
    if (this.#ending === 'properly') this.emit('ended');
    else this.#cut();
  };

  #readOn(): void {
    this.#socket.resume();
    this.#stream.isHeld = false;
  }

  readonly #wrote = (error?: Error | null): void => {
    if (!error && !this.#socket.destroyed) this.#tell(() => this.emit('written'));
  };

  #ended(how: Ending): void {
    if (this.#end !== 'none') return;
    this.#ending = how;
    this.#end = 'seen';
    // A handshake that is cut off has failed, whether or not anybody wants to read.
    if (this.#isShaking) this.#cut();
    else if (this.#reading) this.#loop.whenDelivering(this.#catchUp);
  }

  /** The peer's end came without a farewell. */
  #cut(): void {
    const what = this.#isShaking ? 'the handshake was done' : 'it said so (close_notify)';
    this.#fail(new DriverError(TLS_TRUNCATED, TLS_SYSCALL, `the peer closed the connection before ${what}`));
  }

  readonly #carrierClosed = (error: DriverError | null): void => {
    if (this.#state === 'closing') this.#loop.whenDelivering(() => this.#tellClosed(null));
    else this.#fail(error ?? new DriverError('ECONNRESET', 'read'));
  };

  /** Something went wrong; the carrier is closed in an orderly way, so that TLS's alert arrives. */
  #fail(error: DriverError): void {
    destroySecure(this.#socket, this.#stream);
    if (!this.#beginToClose()) return;
    this.#carrier.off('closed', this.#carrierClosed);
    this.#carrier.close();
    this.#loop.whenDelivering(() => this.#tellClosed(error));
  }

  #tell(event: () => void): void {
    this.#loop.whenDelivering(() => {
      if (this.#state === 'open') event();
    });
  }

  #tellClosed(error: DriverError | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.emit('closed', error);
    this.removeAllListeners();
  }
}
