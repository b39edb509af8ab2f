import type { LineEncoding } from './delimiter';
import { LineProtocol } from './lineProtocol';

/**
 * Receives lines, as strings, and raw data, as the protocol chooses: `setRawMode()` and `setLineMode()` switch.
 *
 * Lines end in `delimiter` (`'\r\n'`) and are decoded in `encoding`: `'utf8'`, where a character split over chunks comes out
 * whole and bytes that are no UTF-8 come out as U+FFFD; or `'latin1'`, which keeps every byte. For lines as `Buffer`s
 * extend `BytesLineReceiver`. Limits (`MAX_LENGTH`) count bytes.
 *
 * After `transport.loseConnection()` the lines that have arrived already are not delivered any more. An exception thrown by
 * `lineReceived` leaves `dataReceived`, which costs the connection.
 *
 * V8 cuts lines of 13 characters or more out of the text of their chunk without copying: to keep one for long, and not all
 * that came with it, copy it, for example with `Buffer.from(line).toString()`.
 *
 * @twisted twisted.protocols.basic.LineReceiver
 *
 * @example
 * class Answer extends LineReceiver {
 *   override lineReceived(line: string) {
 *     this.sendLine(line === 'How are you?' ? 'Fine, thanks.' : 'I beg your pardon?');
 *   }
 * }
 */
export class LineReceiver extends LineProtocol<string> {
  /** `'utf8'` (the default) or `'latin1'`. */
  encoding: LineEncoding = 'utf8';
}

/**
 * A `LineReceiver` whose lines are `Buffer`s: `lineReceived(line: Buffer)`, `lineLengthExceeded(line: Buffer)`.
 *
 * Twisted's lines always are bytes; this is the class to port to when the bytes matter.
 *
 * @twisted twisted.protocols.basic.LineReceiver
 */
export class BytesLineReceiver extends LineProtocol<Buffer> {
  readonly encoding = null;
}
