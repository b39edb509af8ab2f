/**
 * Strings with their length in front, as a binary number.
 *
 * @twisted twisted.protocols.basic.IntNStringReceiver
 *
 * Unlike Twisted's, nothing is parsed twice: `dataReceived` (and so `resumeProducing`) called from inside
 * `stringReceived` only appends, and strings before one that is too long are not delivered again; and after a string that is
 * too long no more is kept.
 *
 * Left out: `structFormat`s other than unsigned numbers of 1, 2 or 4 bytes.
 */
import { AssertionError, NotImplementedError, ValueError } from '@skein/reactor/error';
import type { Bytes } from '@skein/reactor/interfaces';

import { EMPTY, toBuffer } from '../bytes';
import { Protocol } from '../protocol';

import { UnreadBytes } from './unreadBytes';

/** A string is too long for its length to be written in front of it. */
export class StringTooLongError extends AssertionError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'StringTooLongError', writable: true, configurable: true });
  }
}

/** How the length is written: byte order (`!` and `>` network, `<` little-endian) and size (`B` 1, `H` 2, `I` 4 bytes). */
export type StructFormat = `${'!' | '>' | '<'}${'B' | 'H' | 'I'}`;

/** Strings up to this long are copied to be sent in one piece. */
const COPY_LIMIT = 1024;

const SIZES: Readonly<Record<string, number>> = { B: 1, H: 2, I: 4 };

/**
 * Receives and sends strings of bytes with their length in front. Extend one of its subclasses, or set `structFormat`
 * and `prefixLength`.
 *
 * A string above `MAX_LENGTH` calls `lengthLimitExceeded` as soon as its length has come. Strings that came together with
 * the one after which `loseConnection` was called are still delivered.
 *
 * @twisted twisted.protocols.basic.IntNStringReceiver
 */
export class IntNStringReceiver extends Protocol {
  /** The longest string accepted, in bytes. */
  MAX_LENGTH = 99999;

  /** How the length is written. */
  structFormat: StructFormat | null = null;

  /** How many bytes the length takes: 1, 2 or 4, as `structFormat` says. */
  prefixLength = 0;

  /** Whether delivery is paused. Change it with `pauseProducing` and `resumeProducing`. */
  paused = false;

  readonly #unread = new UnreadBytes();
  #busy = false;
  /** The length that was too long: nothing is parsed any more. */
  #refused: number | null = null;

  /** Takes bytes, in any division, and calls `stringReceived`. From inside that it only appends. */
  override dataReceived(data: Buffer): void {
    if (this.#refused !== null) {
      if (!this.#busy) this.lengthLimitExceeded(this.#refused);
      return;
    }
    this.#unread.append(data);
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#deliver();
    } finally {
      this.#busy = false;
      this.#unread.trim();
    }
  }

  /** A string has arrived. To be overridden. */
  stringReceived(_string: Buffer): void {
    throw new NotImplementedError(`"${this.logPrefix()}" cannot receive strings, wanted a stringReceived method`);
  }

  /**
   * A string of `_length` bytes was announced, and that is above `MAX_LENGTH`. By default the connection is lost.
   *
   * Unless `MAX_LENGTH` is raised here (the string then is delivered as soon as more data comes), nothing is parsed any more.
   */
  lengthLimitExceeded(_length: number): void {
    this.transport.loseConnection();
  }

  /**
   * Sends a string, in one write.
   *
   * Throws `StringTooLongError` when its length does not fit the prefix (`MAX_LENGTH` does not matter), `TypeError` for what
   * is neither bytes nor text.
   */
  sendString(string: Bytes): void {
    const bytes = toBuffer(string);
    const { length } = bytes;
    const limit = 2 ** (8 * this.prefixLength);
    if (length >= limit) {
      throw new StringTooLongError(`Try to send ${length} bytes whereas maximum is ${limit}`);
    }
    const size = this.#size();
    const isCopied = length <= COPY_LIMIT; // one piece costs the transport less than two
    const head = Buffer.allocUnsafe(isCopied ? size + length : size);
    if (this.structFormat?.startsWith('<') === true) head.writeUIntLE(length, 0, size);
    else head.writeUIntBE(length, 0, size);
    if (isCopied) {
      bytes.copy(head, size);
      this.transport.write(head);
    } else this.transport.writeSequence([head, bytes]);
  }

  /** What was received and has not been delivered. May be set from inside `stringReceived`, to be parsed instead. */
  get recvd(): Buffer {
    return Buffer.from(this.#unread.bytes.subarray(this.#unread.start, this.#unread.end));
  }

  set recvd(bytes: Buffer) {
    this.#unread.replace(bytes);
  }

  /** Pauses the transport, and delivery: what is received stays in the buffer. */
  pauseProducing(): void {
    this.paused = true;
    this.transport.pauseProducing();
  }

  /** Delivers what is buffered, and lets the transport go on. */
  resumeProducing(): void {
    this.paused = false;
    this.transport.resumeProducing();
    this.dataReceived(EMPTY);
  }

  /** Pauses for good, and stops the transport. */
  stopProducing(): void {
    this.paused = true;
    this.transport.stopProducing();
  }

  #deliver(): void {
    const unread = this.#unread;
    const size = this.#size();
    const little = this.structFormat?.startsWith('<') === true;
    while (unread.length >= size && !this.paused) {
      const { bytes, start, end } = unread;
      const length = little ? bytes.readUIntLE(start, size) : bytes.readUIntBE(start, size);
      if (length > this.MAX_LENGTH) {
        this.lengthLimitExceeded(length);
        if (length > this.MAX_LENGTH) {
          this.#refused = length;
          unread.clear();
        }
        return;
      }
      const next = start + size + length;
      if (next > end) return;
      unread.start = next;
      this.stringReceived(bytes.subarray(start + size, next));
    }
  }

  #size(): number {
    const size = SIZES[this.structFormat?.slice(1) ?? ''];
    if (size === undefined || size !== this.prefixLength) {
      throw new ValueError(
        `cannot frame strings by structFormat "${String(this.structFormat)}" and prefixLength ${this.prefixLength}, ` +
          'wanted "!B" and 1, "!H" and 2, or "!I" and 4',
      );
    }
    return size;
  }
}

/**
 * Strings of up to 4 GiB, their length in 4 bytes in front.
 *
 * @twisted twisted.protocols.basic.Int32StringReceiver
 */
export class Int32StringReceiver extends IntNStringReceiver {
  override structFormat: StructFormat = '!I';
  override prefixLength = 4;
}

/**
 * Strings of up to 65535 bytes, their length in 2 bytes in front.
 *
 * @twisted twisted.protocols.basic.Int16StringReceiver
 */
export class Int16StringReceiver extends IntNStringReceiver {
  override structFormat: StructFormat = '!H';
  override prefixLength = 2;
}

/**
 * Strings of up to 255 bytes, their length in 1 byte in front.
 *
 * @twisted twisted.protocols.basic.Int8StringReceiver
 */
export class Int8StringReceiver extends IntNStringReceiver {
  override structFormat: StructFormat = '!B';
  override prefixLength = 1;
}
