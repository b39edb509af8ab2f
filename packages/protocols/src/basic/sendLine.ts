import { ValueError } from '@skein/reactor/error';
import type { Bytes, ITransport } from '@skein/reactor/interfaces';

import type { LineEncoding } from './delimiter';

/**
 * Writes a line and its delimiter in one write: as one string where both are text that goes out as UTF-8, because the transport
 * joins strings cheaply. Internal to `basic`.
 */
export function sendLine(transport: ITransport, line: Bytes, delimiter: Bytes, encoding: LineEncoding | null): void {
  if (typeof line === 'string' && typeof delimiter === 'string') {
    transport.write(encoding === 'latin1' ? latin1(line + delimiter) : line + delimiter);
  } else if (encoding === 'latin1') {
    transport.writeSequence([latin1(line), latin1(delimiter)]);
  } else {
    transport.writeSequence([line, delimiter]);
  }
}

function latin1(text: Bytes): Bytes {
  if (typeof text !== 'string') return text;
  const beyond = /[^\0-\xff]/.exec(text);
  if (beyond !== null) {
    throw new ValueError(`cannot send "${beyond[0]}" in the encoding latin1, wanted characters up to U+00FF`);
  }
  return Buffer.from(text, 'latin1');
}
