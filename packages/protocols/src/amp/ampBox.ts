/**
 * Boxes: what AMP sends, pairs of keys and values.
 *
 * @twisted twisted.protocols.amp.AmpBox, Box, QuitBox
 *
 * A box is a `Map`. Its keys are text, a character a byte (latin1): names are ASCII in practice, and any byte is kept.
 */
import { ValueError } from '@skein/reactor/error';
import type { Bytes, ITransport } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import { MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from './constants';
import { TooLong } from './errors';
import type { IBoxSender } from './interfaces';

/** What a box can be made of. */
export type BoxContents = Iterable<readonly [key: string, value: Bytes]> | Readonly<Record<string, Bytes>>;

/**
 * A box: pairs of keys (up to 255 bytes, not empty) and values (up to 65535 bytes).
 *
 * @twisted twisted.protocols.amp.AmpBox
 *
 * @example
 * new AmpBox({ user: 'ada' }).serialize(); // <Buffer 00 04 75 73 65 72 00 03 61 64 61 00 00>
 */
export class AmpBox extends Map<string, Buffer> {
  constructor(contents: BoxContents | null = null) {
    super();
    if (contents === null) return;
    const pairs = Symbol.iterator in contents ? contents : Object.entries(contents);
    for (const [key, value] of pairs as Iterable<readonly [string, Bytes]>) this.set(key, value);
  }

  /** Puts a value in: bytes, or text that is sent as UTF-8. */
  override set(key: string, value: Bytes): this {
    return super.set(key, toBuffer(value));
  }

  /** Another box with the same pairs. */
  copy(): AmpBox {
    return new AmpBox(this);
  }

  /**
   * The box as it is sent: the pairs in the order of their keys' bytes.
   *
   * @throws TooLong for a key or value that is (the first in that order)
   * @throws ValueError for a key that is empty, or no text of bytes
   */
  serialize(): Buffer {
    const pairs = [...this].sort(([a], [b]) => (a < b ? -1 : 1));
    let length = 2;
    for (const [key, value] of pairs) {
      checkKey(key);
      if (value.length > MAX_VALUE_LENGTH) throw new TooLong(false, true, value, key);
      length += 4 + key.length + value.length;
    }
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (const [key, value] of pairs) {
      at = bytes.writeUInt16BE(key.length, at);
      at += bytes.write(key, at, 'latin1');
      at = bytes.writeUInt16BE(value.length, at);
      at += value.copy(bytes, at);
    }
    bytes.writeUInt16BE(0, at);
    return bytes;
  }

  /** Sends the box. Boxes that do more than being sent override it. */
  sendTo(sender: IBoxSender): void {
    sender.sendBox(this);
  }
}

/** Twisted's other name of `AmpBox`. */
export const Box = AmpBox;
export type Box = AmpBox;

/**
 * A box that ends the connection when it is sent.
 *
 * @twisted twisted.protocols.amp.QuitBox
 */
export class QuitBox extends AmpBox {
  override sendTo(sender: IBoxSender & { readonly transport?: ITransport | null }): void {
    super.sendTo(sender);
    sender.transport?.loseConnection();
  }
}

function checkKey(key: string): void {
  // An empty key would be read as the end of the box. (Twisted sends it.)
  if (key === '' || /[^\0-\xff]/.test(key)) {
    throw new ValueError(`cannot send the key "${key}", wanted at least one byte, and characters up to U+00FF`);
  }
  if (key.length > MAX_KEY_LENGTH) throw new TooLong(true, true, Buffer.from(key, 'latin1'));
}
