/**
 * What a command is given, as it is sent: text in latin1, a character for each byte. Internal to `memcache`.
 *
 * All throw `ClientError` for what a command does not take. A key with a line's end in it would be two commands; Twisted sends it.
 */
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import { ClientError } from './errors';

/** Control characters and blanks. */
const UNFIT_FOR_KEYS = /[\0-\x20\x7f]/;
/** Control characters. */
const UNFIT_FOR_WORDS = /[^\x20-\x7e]/;

export function wireKey(key: Bytes, limit: number): string {
  const text = bytesOf('key', key).toString('latin1');
  if (text.length > limit) throw new ClientError('Key too long');
  if (text === '') throw new ClientError('Key too short');
  if (UNFIT_FOR_KEYS.test(text)) throw new ClientError(`Invalid key: ${JSON.stringify(text)}, expecting no blanks`);
  return text;
}

export function wireValue(value: Bytes): Buffer {
  return bytesOf('value', value);
}

/** A whole number. */
export function wireNumber(value: number): string {
  if (!Number.isSafeInteger(value)) throw new ClientError(`Invalid number: ${value}, expecting a whole one`);
  return String(value);
}

/** Words, on one line. */
export function wireWords(words: string): string {
  if (UNFIT_FOR_WORDS.test(words)) throw new ClientError(`Invalid argument: ${JSON.stringify(words)}, expecting ASCII`);
  return words;
}

function bytesOf(what: string, bytes: Bytes): Buffer {
  if (typeof bytes !== 'string' && !(bytes instanceof Uint8Array)) {
    throw new ClientError(`Invalid type for ${what}: ${typeof bytes}, expecting bytes`);
  }
  return toBuffer(bytes);
}
