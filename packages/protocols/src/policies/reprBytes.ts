/** Bytes as Python writes them, for logs. Internal to `policies`. */
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

const NAMED: Readonly<Record<number, string>> = { 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r', 0x5c: '\\\\' };

/** Bytes as Python's `repr` writes them: `b'GET / HTTP/1.1\r\n'`. */
export function reprBytes(data: Bytes): string {
  const bytes = toBuffer(data);
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) text += `\\${quote}`;
    else if (byte in NAMED) text += NAMED[byte] ?? '';
    else if (byte >= 0x20 && byte < 0x7f) text += character;
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `b${quote}${text}${quote}`;
}
