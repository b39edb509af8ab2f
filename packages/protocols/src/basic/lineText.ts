/**
 * Bytes as text to search for a delimiter and, where that is right, to cut lines from. Internal to `basic`.
 */
import { isAscii } from 'node:buffer';

import type { Delimiter, LineEncoding } from './delimiter';

/** A stretch of bytes as text, one character a byte. */
export interface LineText {
  readonly text: string;
  /** Whether pieces of the text are lines. If not, it is good only to be searched, and lines are decoded from the bytes. */
  readonly direct: boolean;
}

/** Reads `bytes[start..end)`. */
export function readText(bytes: Buffer, start: number, end: number, delimiter: Delimiter): LineText {
  const { encoding } = delimiter;
  const direct = encoding === 'latin1' || (encoding === 'utf8' && isAscii(bytes.subarray(start, end)));
  return { text: bytes.toString('latin1', start, end), direct };
}

/** The line `bytes[start..end)`: a string, or without an encoding a `Buffer`. */
export function toLine(bytes: Buffer, start: number, end: number, encoding: LineEncoding | null): string | Buffer {
  return encoding === null ? bytes.subarray(start, end) : bytes.toString(encoding, start, end);
}
