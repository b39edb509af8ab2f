import { EventEmitter } from 'eventemitter3';

import type { SocketAddress, StreamHandle, StreamHandleEvents } from '../../../driver';

/** What a handle does beneath its TLS. */
interface PlainCommands {
  readonly addresses: Pick<StreamHandle, 'localAddress' | 'peerAddress'>;
  readStart(): void;
  readStop(): void;
  write(chunks: readonly Uint8Array[]): void;
  end(withReset: boolean): void;
}

/** A handle beneath its TLS, as a handle of its own. */
class Carrier extends EventEmitter<StreamHandleEvents> implements StreamHandle {
  readonly #plain: PlainCommands;

  constructor(plain: PlainCommands) {
    super();
    this.#plain = plain;
  }

  get localAddress(): SocketAddress | null {
    return this.#plain.addresses.localAddress;
  }

  get peerAddress(): SocketAddress | null {
    return this.#plain.addresses.peerAddress;
  }

  readStart(): void {
    this.#plain.readStart();
  }

  readStop(): void {
    this.#plain.readStop();
  }

  write(chunks: readonly Uint8Array[]): void {
    this.#plain.write(chunks);
  }

  shutdown(): void {
    // TLS has a farewell of its own.
  }

  close(): void {
    this.#plain.end(false);
  }

  reset(): void {
    this.#plain.end(true);
  }

  startTLS(): void {
    throw new Error('the handle is secured already');
  }

  setNoDelay(): void {
    // Not simulated.
  }

  setKeepAlive(): void {
    // Not simulated.
  }
}

/** The TLS of a handle: what is beneath it, and the handle over that, whose events are the handle's. */
export class SecuredSide {
  /** Where the handle says what happens beneath. */
  readonly carrier: EventEmitter<StreamHandleEvents>;
  /** Where its commands go. */
  readonly handle: StreamHandle;

  constructor(
    owner: EventEmitter<StreamHandleEvents>,
    plain: PlainCommands,
    secure: (carrier: StreamHandle) => StreamHandle,
  ) {
    const carrier = new Carrier(plain);
    this.carrier = carrier;
    this.handle = secure(carrier);
    this.handle.on('data', (chunk) => owner.emit('data', chunk));
    this.handle.on('written', () => owner.emit('written'));
    this.handle.on('ended', () => owner.emit('ended'));
    this.handle.on('secured', (info) => owner.emit('secured', info));
    this.handle.on('session', (session) => owner.emit('session', session));
    this.handle.on('closed', (error) => {
      owner.emit('closed', error);
      owner.removeAllListeners();
    });
  }
}
