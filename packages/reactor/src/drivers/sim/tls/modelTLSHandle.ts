/**
 * TLS over a handle, modelled: records and round trips as the real thing has them, and no cryptography. (See
 * `verification.ts`: certificates are real ones, and really verified.)
 */
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
} from '../../../driver';

import { type AlertName, TLSFault } from './alerts';
import { Conversation, type Happening } from './conversation';
import type { TLSSurroundings } from './surroundings';

export class ModelTLSHandle extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly #carrier: StreamHandle;
  readonly #later: (event: () => void) => void;
  readonly #conversation: Conversation;
  #reading = false;
  #isShaking = true;
  /** Commanded during the handshake. */
  #unsent: readonly Uint8Array[] | null = null;
  #shutdownWaits = false;
  /** Ciphertext that waits for the carrier; and whether it has something to send. */
  #outgoing: Uint8Array[] = [];
  #isSending = false;
  /** Whether a write is outstanding. */
  #isWriting = false;
  /** The peer's end: of its stream, and of TLS. */
  #carrierEnded = false;
  #endTold = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closesWhenSent = false;

  /** @param later - has an event happen soon, in the driver's turn */
  constructor(
    carrier: StreamHandle,
    context: TLSContext,
    options: StartTLSOptions,
    surroundings: TLSSurroundings,
    later: (event: () => void) => void,
  ) {
    super();
    this.#carrier = carrier;
    this.#later = later;
    carrier.on('data', (chunk) => {
      this.#conversation.feed(chunk);
      this.#proceed();
    });
    carrier.on('written', () => {
      this.#isSending = false;
      this.#sent();
    });
    carrier.on('ended', () => {
      this.#carrierEnded = true;
      this.#proceed();
    });
    carrier.on('closed', this.#carrierClosed);
    this.#conversation = new Conversation(context, options, surroundings, (records) => {
      this.#outgoing.push(...records);
      this.#send();
    });
    carrier.readStart();
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
    this.#carrier.readStart();
    this.#later(() => this.#proceed());
  }

  readStop(): void {
    this.#reading = false;
    // The handshake needs it read.
    if (!this.#isShaking) this.#carrier.readStop();
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return;
    this.#isWriting = true;
    if (this.#isShaking) this.#unsent = chunks;
    else this.#write(chunks);
  }

  shutdown(): void {
    if (this.#state !== 'open') return;
    this.#shutdownWaits = this.#isShaking;
    if (!this.#isShaking) this.#conversation.alert('close_notify');
  }

  close(): void {
    if (!this.#beginToClose()) return;
    // What has been said, a farewell above all, goes out first.
    if (this.#isSending && this.#outgoing.length > 0) this.#closesWhenSent = true;
    else this.#carrier.close();
  }

  reset(): void {
    if (this.#beginToClose()) this.#carrier.reset();
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

  #write(chunks: readonly Uint8Array[]): void {
    const bytes = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
    if (bytes.length === 0) this.#later(() => this.#sent());
    else this.#conversation.write(bytes);
  }

  #send(): void {
    if (this.#isSending || this.#outgoing.length === 0) return;
    this.#isSending = true;
    const records = this.#outgoing;
    this.#outgoing = [];
    this.#carrier.write(records);
  }

  /** The carrier has taken what it was given. */
  #sent(): void {
    this.#send();
    if (this.#isSending) return;
    if (this.#closesWhenSent) this.#carrier.close();
    if (!this.#isWriting || this.#isShaking || this.#state !== 'open') return;
    this.#isWriting = false;
    this.emit('written');
  }

  /** Goes on with what has come, as far as it is wanted. */
  #proceed(): void {
    try {
      while (this.#state === 'open' && (this.#isShaking || this.#reading)) {
        const happening = this.#conversation.next();
        if (happening === null) {
          if (this.#carrierEnded && !this.#endTold) this.#cut();
          return;
        }
        this.#happened(happening);
      }
    } catch (error) {
      if (error instanceof TLSFault) this.#fail(error.error, error.alert);
      else if (error instanceof DriverError) this.#fail(error, null);
      else throw error;
    }
  }

  #happened(happening: Happening): void {
    switch (happening.kind) {
      case 'secured':
        this.#isShaking = false;
        if (!this.#reading) this.#carrier.readStop();
        if (this.#unsent !== null) this.#write(this.#unsent);
        this.#unsent = null;
        if (this.#shutdownWaits) this.shutdown();
        this.emit('secured', happening.info);
        break;
      case 'session':
        this.emit('session', happening.session);
        break;
      case 'data':
        this.emit('data', happening.bytes);
        break;
      case 'farewell':
        if (this.#isShaking) {
          this.#cut();
          break;
        }
        this.#endTold = true;
        this.emit('ended');
        break;
    }
  }

  /** The peer's end came without a farewell, or before the handshake was done. */
  #cut(): void {
    const what = this.#isShaking ? 'the handshake was done' : 'it said so (close_notify)';
    const message = `the peer closed the connection before ${what}`;
    this.#fail(new DriverError(TLS_TRUNCATED, TLS_SYSCALL, message), null);
  }

  #fail(error: DriverError, alert: AlertName | null): void {
    if (this.#state !== 'open') return;
    if (alert !== null) this.#conversation.alert(alert);
    this.#carrier.off('closed', this.#carrierClosed);
    this.close();
    this.#tellClosed(error);
  }

  readonly #carrierClosed = (error: DriverError | null): void => {
    if (this.#state === 'closing') this.#tellClosed(null);
    else if (this.#beginToClose()) this.#tellClosed(error ?? new DriverError('ECONNRESET', 'read'));
  };

  #beginToClose(): boolean {
    if (this.#state !== 'open') return false;
    this.#state = 'closing';
    this.#reading = false;
    return true;
  }

  #tellClosed(error: DriverError | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.emit('closed', error);
    this.removeAllListeners();
  }
}
