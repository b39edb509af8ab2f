/**
 * A stream handle as the `Duplex` that `node:tls` wants beneath it: ciphertext of somebody else's stream.
 *
 * Flow control goes through both ways: what TLS does not take is not read from the carrier, and what the carrier has not
 * sent holds TLS back. The write side's end is not passed on: TLS has a farewell of its own.
 */
import { Duplex } from 'node:stream';

import type { DriverError, StreamHandle } from '../../driver';

/** Bytes that wait for TLS before the carrier is stopped: a record. */
const HIGH_WATER_MARK = 16 * 1024;

type Callback = (error?: Error | null) => void;

export class CarrierStream extends Duplex {
  /** Whether the peer's end has been read. */
  isAtEnd = false;
  readonly #carrier: StreamHandle;
  #isHeld = false;
  #wantsMore = false;
  #whenWritten: Callback | null = null;

  /** @param whenClosed - called when the carrier is gone */
  constructor(carrier: StreamHandle, whenClosed: (error: DriverError | null) => void) {
    super({ readableHighWaterMark: HIGH_WATER_MARK, writableHighWaterMark: HIGH_WATER_MARK, allowHalfOpen: true });
    this.#carrier = carrier;
    // Before anybody else, who may take it for a farewell.
    this.on('end', () => {
      this.isAtEnd = true;
    });
    carrier.on('data', (chunk) => {
      this.#wantsMore = false;
      if (!this.destroyed && !this.push(chunk) && !this.#wantsMore) carrier.readStop();
    });
    carrier.on('written', () => {
      const done = this.#whenWritten;
      this.#whenWritten = null;
      done?.();
    });
    carrier.on('ended', () => {
      if (!this.destroyed) this.push(null);
    });
    carrier.on('closed', whenClosed);
  }

  /** Whether the carrier is not to be read, though there is room: its end is not wanted before what came is read. */
  set isHeld(held: boolean) {
    this.#isHeld = held;
    if (held) this.#carrier.readStop();
    else if (this.#wantsMore) this._read();
  }

  override _read(): void {
    this.#wantsMore = true;
    if (!this.#isHeld) this.#carrier.readStart();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #send(chunks: readonly Buffer[], done: Callback): void {
    this.#whenWritten = done;
    this.#carrier.write(chunks);
  }
}
