/**
 * A line delimiter, made ready to be searched for. Internal to `basic`.
 *
 * Bytes are searched as text in latin1, one character a byte: V8 finds a short string in a long one several times
 * faster than `Buffer.indexOf` finds bytes, and positions in the text are positions in the buffer.
 */
import { ValueError } from '@skein/reactor/error';
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

/** How text lines are coded. Both keep ASCII as it is, so an ASCII delimiter can be found in the bytes. */
export type LineEncoding = 'utf8' | 'latin1';

/** What `delimiter` and `encoding` of a receiver come to. */
export interface Delimiter {
  /** The attributes it was made of: when they change, it has to be made again. */
  readonly source: Bytes;
  readonly encoding: LineEncoding | null;
  /** The bytes as latin1 text; its length is the number of bytes, at least 1. */
  readonly text: string;
}

// What nearly every protocol has, made once.
const CRLF: Readonly<Record<'utf8' | 'latin1' | 'null', Delimiter>> = {
  utf8: { source: '\r\n', encoding: 'utf8', text: '\r\n' },
  latin1: { source: '\r\n', encoding: 'latin1', text: '\r\n' },
  null: { source: '\r\n', encoding: null, text: '\r\n' },
};

/** Makes a delimiter. Throws `ValueError` for an empty one, `TypeError` for what is neither bytes nor text. */
export function prepareDelimiter(source: Bytes, encoding: LineEncoding | null): Delimiter {
  if (source === '\r\n') return CRLF[encoding ?? 'null'];
  const bytes = typeof source === 'string' ? Buffer.from(source, encoding ?? 'utf8') : toBuffer(source);
  if (bytes.length === 0) throw new ValueError('cannot search for the delimiter "", wanted at least one byte');
  return { source, encoding, text: bytes.toString('latin1') };
}

const CR = 0x0d;

/**
 * Where the delimiter begins in `text`, from `from` on; -1 for nowhere.
 *
 * V8 finds one character without leaving compiled code, and two not: so CR LF is looked for by its LF, once. Where that LF stands
 * alone (which is rare, or malice) the search is the ordinary one, so that time stays linear.
 */
export function findDelimiter(text: string, delimiter: string, from: number): number {
  if (delimiter === '\r\n') {
    const at = text.indexOf('\n', from + 1);
    if (at === -1 || text.charCodeAt(at - 1) === CR) return at === -1 ? -1 : at - 1;
  }
  return text.indexOf(delimiter, from);
}
