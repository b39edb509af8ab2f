/**
 * A handle that can be secured, of one that cannot secure itself: what a driver's own handles do natively, for others.
 */
import { EventEmitter } from 'eventemitter3';

import type {
  DriverError,
  IDriver,
  SecuredInfo,
  SocketAddress,
  StartTLSOptions,
  StreamHandle,
  StreamHandleEvents,
  TLSContext,
} from '../driver';
import { NotImplementedError } from '../error';

export class SecurableHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly #driver: IDriver;
  /** What it is now: the handle in plain, and then the one over it. */
  #beneath: StreamHandle;
  #reading = false;

  /** @param plain - from now on this one's */
  constructor(driver: IDriver, plain: StreamHandle) {
    super();
    this.#driver = driver;
    this.#beneath = plain;
    this.#listen(plain);
  }

  get localAddress(): SocketAddress | null {
    return this.#beneath.localAddress;
  }

  get peerAddress(): SocketAddress | null {
    return this.#beneath.peerAddress;
  }

  readStart(): void {
    this.#reading = true;
    this.#beneath.readStart();
  }

  readStop(): void {
    this.#reading = false;
    this.#beneath.readStop();
  }

  write(chunks: readonly Uint8Array[]): void {
    this.#beneath.write(chunks);
  }

  shutdown(): void {
    this.#beneath.shutdown();
  }

  close(): void {
    this.#beneath.close();
  }

  reset(): void {
    this.#beneath.reset();
  }

  startTLS(context: TLSContext, options: StartTLSOptions): void {
    const plain = this.#beneath;
    if (this.#driver.startTLSOver === null)
      throw new NotImplementedError(`the driver '${this.#driver.name}' has no TLS`);
    plain.readStop();
    plain.removeAllListeners();
    this.#beneath = this.#driver.startTLSOver(plain, context, options);
    this.#listen(this.#beneath);
    if (this.#reading) this.#beneath.readStart();
  }

  setNoDelay(enabled: boolean): void {
    this.#beneath.setNoDelay(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    this.#beneath.setKeepAlive(enabled);
  }

  #listen(handle: StreamHandle): void {
    handle.on('connected', () => this.emit('connected'));
    handle.on('data', (chunk: Buffer) => this.emit('data', chunk));
    handle.on('written', () => this.emit('written'));
    handle.on('ended', () => this.emit('ended'));
    handle.on('secured', (info: SecuredInfo) => this.emit('secured', info));
    handle.on('session', (session: Buffer) => this.emit('session', session));
    handle.on('closed', (error: DriverError | null) => this.emit('closed', error));
  }
}
