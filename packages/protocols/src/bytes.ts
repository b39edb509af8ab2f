/**
 * From what may be given as bytes to a `Buffer`. Internal to this package.
 */
// Node's global `Buffer` is a getter, which costs more than what is done with it here.
import { Buffer } from 'node:buffer';

import type { Bytes } from '@skein/reactor/interfaces';

/** An empty buffer, shared. */
export const EMPTY: Buffer = Buffer.alloc(0);

/**
 * The bytes of `data`: a string in UTF-8, a `Buffer` as it is, another `Uint8Array` as a view of the same memory.
 * Throws `TypeError` for anything else.
 */
export function toBuffer(data: Bytes): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError(`cannot take "${String(data)}" (${typeof data}) as bytes, wanted a Uint8Array or a string`);
}
