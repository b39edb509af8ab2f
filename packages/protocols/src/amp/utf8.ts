/**
 * Text in UTF-8, strictly. Internal to `amp`.
 */
import { ValueError } from '@skein/reactor/error';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as UTF-8. Throws `TypeError` for what is no text, `ValueError` for half a surrogate pair. */
export function encodeText(value: string): Buffer {
  if (typeof value !== 'string') throw new TypeError(`cannot send "${String(value)}" as text, wanted a string`);
  if (/\p{Surrogate}/u.test(value)) {
    throw new ValueError('cannot send half a surrogate pair as UTF-8, wanted text that is well-formed');
  }
  return Buffer.from(value);
}

/** The text of `bytes`. Throws `ValueError` for what is no UTF-8. */
export function decodeText(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ValueError('cannot read bytes as text, wanted UTF-8', { cause });
  }
}
