/**
 * Bytes as text to search for a delimiter and, where that is right, to cut lines from. Internal to `basic`.
 */
import type { Delimiter, LineEncoding } from './delimiter';

/** A stretch of bytes as text, one character a byte. */
export interface LineText {
  readonly text: string;
  /** Whether pieces of the text are lines. If not, it is good only to be searched, and lines are decoded from the bytes. */
  readonly direct: boolean;
}

/** Reads `bytes[start..end)`. */
export function readText(bytes: Buffer, start: number, end: number, delimiter: Delimiter): LineText {
  if (delimiter.encoding === 'utf8' && delimiter.ascii) {
    const text = bytes.toString('utf8', start, end);
    // As many characters as bytes: every byte has become a character of its own, so positions agree, and what lies between
    // two delimiters is the line. Otherwise there are longer characters.
    if (text.length === end - start) return { text, direct: true };
  }
  return { text: bytes.toString('latin1', start, end), direct: delimiter.encoding === 'latin1' };
}

/** The line `bytes[start..end)`: a string, or without an encoding a `Buffer`. */
export function toLine(bytes: Buffer, start: number, end: number, encoding: LineEncoding | null): string | Buffer {
  return encoding === null ? bytes.subarray(start, end) : bytes.toString(encoding, start, end);
}
