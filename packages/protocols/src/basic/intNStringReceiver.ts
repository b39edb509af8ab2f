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
import { Buffer } from 'node:buffer';

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

/** What a `structFormat` comes to. */
interface Prefix {
  readonly format: StructFormat | null;
  readonly size: number;
  /** The first length that does not fit. */
  readonly limit: number;
  readonly isLittleEndian: boolean;
}

/** Of those that set no format. It fits no `prefixLength`. */
const NO_PREFIX: Prefix = { format: null, size: NaN, limit: NaN, isLittleEndian: false };
const PREFIXES: readonly Prefix[] = [
  { format: '!B', size: 1, limit: 0x100, isLittleEndian: false },
  { format: '!H', size: 2, limit: 0x1_0000, isLittleEndian: false },
  { format: '!I', size: 4, limit: 0x1_0000_0000, isLittleEndian: false },
  { format: '>B', size: 1, limit: 0x100, isLittleEndian: false },
  { format: '>H', size: 2, limit: 0x1_0000, isLittleEndian: false },
  { format: '>I', size: 4, limit: 0x1_0000_0000, isLittleEndian: false },
  { format: '<B', size: 1, limit: 0x100, isLittleEndian: true },
  { format: '<H', size: 2, limit: 0x1_0000, isLittleEndian: true },
  { format: '<I', size: 4, limit: 0x1_0000_0000, isLittleEndian: true },
];

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

  #prefix = NO_PREFIX;
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
    const prefix = this.#prepared();
    const { size, limit } = prefix;
    if (length >= limit) throw new StringTooLongError(`Try to send ${length} bytes whereas maximum is ${limit}`);
    if (length > COPY_LIMIT) {
      this.transport.writeSequence([writeLength(Buffer.allocUnsafe(size), length, prefix), bytes]);
      return;
    }
    // One piece costs the transport less than two.
    const whole = writeLength(Buffer.allocUnsafe(size + length), length, prefix);
    whole.set(bytes, size);
    this.transport.write(whole);
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
    const prefix = this.#prepared();
    const { size } = prefix;
    while (unread.length >= size && !this.paused) {
      const { bytes, start, end } = unread;
      const length = readLength(bytes, start, prefix);
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

  /** What the length is written like now. */
  #prepared(): Prefix {
    const { structFormat: format } = this;
    if (this.#prefix.format !== format) this.#prefix = PREFIXES.find((each) => each.format === format) ?? NO_PREFIX;
    if (this.#prefix.size !== this.prefixLength) {
      throw new ValueError(
        `cannot frame strings by structFormat "${String(format)}" and prefixLength ${this.prefixLength}, ` +
          'wanted "!B" and 1, "!H" and 2, or "!I" and 4',
      );
    }
    return this.#prefix;
  }
}

// By hand: what Buffer has for numbers of any size costs more than all the rest of a short string.

/** Writes the length at the beginning of `bytes`, which it returns. */
function writeLength(bytes: Buffer, length: number, { size, isLittleEndian }: Prefix): Buffer {
  let rest = length;
  for (let i = 0; i < size; i++) {
    bytes[isLittleEndian ? i : size - 1 - i] = rest & 0xff;
    rest >>>= 8;
  }
  return bytes;
}

function readLength(bytes: Buffer, start: number, { size, isLittleEndian }: Prefix): number {
  let length = 0;
  for (let i = 0; i < size; i++) {
    const byte = bytes[start + (isLittleEndian ? size - 1 - i : i)]!;
    // Not shifted: four bytes make more than shifting can hold.
    length = length * 0x100 + byte;
  }
  return length;
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
