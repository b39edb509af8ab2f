/**
 * Netstrings: `5:hello,`.
 *
 * @twisted twisted.protocols.basic.NetstringReceiver
 *
 * Unlike Twisted's: after bytes that are no netstring nothing more is kept (Twisted keeps all that still comes), and a line
 * feed after the digits is an error at once (Twisted waits for the byte after it).
 */
import { Buffer } from 'node:buffer';

import { NotImplementedError } from '@skein/reactor/error';
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';
import { Protocol } from '../protocol';

import { PartialFrame } from './partialFrame';
import { UnreadBytes } from './unreadBytes';

const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Strings up to this long are copied to be sent in one piece. */
const COPY_LIMIT = 1024;

/**
 * Where the parser is: at the beginning of a netstring, among the digits of its length, in its payload (the comma
 * counted in), or beyond repair. Of the payload, what came with earlier chunks is in `#payload`.
 */
type State = 'start' | 'digits' | 'payload' | 'broken';

/**
 * Receives and sends netstrings: strings of bytes with their length in front, `5:hello,`.
 *
 * A peer that sends something else, or a length above `MAX_LENGTH` (judged as soon as the digits show it), is
 * disconnected. Strings that came together with the one after which `loseConnection` was called are still delivered.
 *
 * @twisted twisted.protocols.basic.NetstringReceiver
 */
export class NetstringReceiver extends Protocol {
  /** The longest string accepted, in bytes. */
  MAX_LENGTH = 99999;

  /** Whether the peer sent something that is no netstring, or one that is too long. */
  brokenPeer = false;

  #state: State = 'start';
  #length = 0;
  readonly #payload = new PartialFrame();
  readonly #unread = new UnreadBytes();
  /** Whether bytes came that can never be parsed. As long as they would still be there, each call loses the connection again. */
  #stuck = false;

  /** Takes bytes, in any division, and calls `stringReceived`. From inside that it parses on from where it is. */
  override dataReceived(data: Buffer): void {
    if (this.#state !== 'broken') this.#unread.append(data);
    else if (data.length > 0) this.#stuck = true;
    while (this.#stuck || this.#unread.length > 0) {
      const string = this.#stuck ? null : this.#next();
      if (string === null) {
        if (this.#state === 'broken') {
          this.transport.loseConnection();
          this.brokenPeer = true;
        }
        break;
      }
      this.stringReceived(string);
    }
    this.#unread.trim();
  }

  /** A string has arrived. To be overridden. */
  stringReceived(_string: Buffer): void {
    throw new NotImplementedError(`"${this.logPrefix()}" cannot receive strings, wanted a stringReceived method`);
  }

  /** Sends a netstring, in one write. Its length is not checked. Throws `TypeError` for what is neither bytes nor text. */
  sendString(string: Bytes): void {
    if (typeof string === 'string') this.transport.write(`${Buffer.byteLength(string)}:${string},`);
    else {
      const bytes = toBuffer(string);
      if (bytes.length > COPY_LIMIT) this.transport.writeSequence([`${bytes.length}:`, bytes, ',']);
      else this.transport.write(inOnePiece(bytes));
    }
  }

  /** The next string; null when it is not there yet, or never will be. */
  #next(): Buffer | null {
    if (this.#state !== 'payload' && !this.#readLength()) return null;
    const { bytes, start, end } = this.#unread;
    const missing = this.#length + 1 - this.#payload.length;
    if (end - start < missing) {
      this.#payload.append(bytes, start, end);
      this.#unread.clear();
      return null;
    }
    const next = start + missing;
    if (bytes[next - 1] !== COMMA) {
      this.#break(next < end);
      return null;
    }
    this.#unread.start = next;
    this.#state = 'start';
    if (this.#payload.length === 0) return bytes.subarray(start, next - 1);
    this.#payload.append(bytes, start, next);
    return this.#payload.take(this.#length);
  }

  /** Reads digits and the colon; whether the payload begins. */
  #readLength(): boolean {
    const unread = this.#unread;
    for (; unread.start < unread.end; unread.start += 1) {
      const byte = unread.bytes[unread.start]!;
      if (byte === COLON && this.#state === 'digits') {
        unread.start += 1;
        this.#state = 'payload';
        return true;
      }
      const leadingZero = this.#state === 'digits' && this.#length === 0;
      if (byte < ZERO || byte > NINE || leadingZero) {
        this.#break(true);
        return false;
      }
      this.#length = (this.#state === 'start' ? 0 : this.#length * 10) + (byte - ZERO);
      this.#state = 'digits';
      if (this.#length > this.MAX_LENGTH) {
        this.#break(true);
        return false;
      }
    }
    return false;
  }

  #break(stuck: boolean): void {
    this.#state = 'broken';
    this.#stuck = stuck;
    this.#payload.take();
    this.#unread.clear();
  }
}

/**
 * A short netstring, which costs the transport less as one piece than as three. The digits are written by hand: `Buffer.write`
 * costs more than all the rest.
 */
function inOnePiece(bytes: Buffer): Buffer {
  const { length } = bytes;
  const digits = length < 10 ? 1 : length < 100 ? 2 : length < 1000 ? 3 : 4;
  const whole = Buffer.allocUnsafe(digits + length + 2);
  for (let at = digits - 1, rest = length; at >= 0; at--, rest = Math.floor(rest / 10)) whole[at] = ZERO + (rest % 10);
  whole[digits] = COLON;
  whole.set(bytes, digits + 1);
  whole[digits + 1 + length] = COMMA;
  return whole;
}
