import { ValueError } from '@skein/reactor/error';
import type { Bytes, ITransport } from '@skein/reactor/interfaces';

import type { Delimiter } from './delimiter';

/**
 * Writes a line and its delimiter in one write: as one string where both are text, because the transport joins strings
 * cheaply. Internal to `basic`.
 */
export function sendLine(transport: ITransport, line: Bytes, delimiter: Delimiter): void {
  const { suffix } = delimiter;
  if (typeof line === 'string' && suffix !== null) {
    transport.write(line + suffix);
  } else if (typeof line !== 'string') {
    transport.writeSequence([line, delimiter.encoding === 'latin1' ? latin1(delimiter.text) : delimiter.source]);
  } else if (delimiter.encoding === 'latin1') {
    transport.write(latin1(line + delimiter.text));
  } else {
    transport.writeSequence([line, delimiter.source]);
  }
}

function latin1(text: string): Buffer {
  const beyond = /[^\0-\xff]/.exec(text);
  if (beyond !== null) {
    throw new ValueError(`cannot send "${beyond[0]}" in the encoding latin1, wanted characters up to U+00FF`);
  }
  return Buffer.from(text, 'latin1');
}
