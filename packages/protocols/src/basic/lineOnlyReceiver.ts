import type { LineEncoding } from './delimiter';
import { LineOnlyProtocol } from './lineOnlyProtocol';

/**
 * Receives lines, as strings, and nothing else: a `LineReceiver` without raw mode and pausing. See there for encodings.
 *
 * It differs in what becomes of the lines that arrived together with the one that ended the connection, was too long, or
 * made `lineReceived` throw: here they are dropped.
 *
 * @twisted twisted.protocols.basic.LineOnlyReceiver
 */
export class LineOnlyReceiver extends LineOnlyProtocol<string> {
  /** `'utf8'` (the default) or `'latin1'`. */
  encoding: LineEncoding = 'utf8';
}

/**
 * A `LineOnlyReceiver` whose lines are `Buffer`s.
 *
 * @twisted twisted.protocols.basic.LineOnlyReceiver
 */
export class BytesLineOnlyReceiver extends LineOnlyProtocol<Buffer> {
  readonly encoding = null;
}
