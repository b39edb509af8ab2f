/**
 * What `LineOnlyReceiver` and `BytesLineOnlyReceiver` have in common: everything but the type of a line.
 *
 * @twisted twisted.protocols.basic.LineOnlyReceiver
 *
 * Unlike Twisted's, a line whose end has not come and that is too long already is reported once, and the rest of it is
 * dropped. (Twisted keeps it, and reports it again, longer, with every chunk: unbounded memory, quadratic time.)
 */
import { NotImplementedError } from '@skein/reactor/error';
import type { Bytes } from '@skein/reactor/interfaces';

import { Protocol } from '../protocol';

import { AsyncResults, observe } from './asyncResults';
import { type Delimiter, type LineEncoding, prepareDelimiter } from './delimiter';
import { readText, toLine } from './lineText';
import { PartialFrame } from './partialFrame';
import { sendLine } from './sendLine';

export abstract class LineOnlyProtocol<L extends string | Buffer> extends Protocol {
  /** How lines are coded; null for lines as bytes. */
  abstract encoding: LineEncoding | null;

  /** What ends a line: bytes, or text in the receiver's encoding. A change counts from the next chunk on. */
  delimiter: Bytes = '\r\n';

  /** The longest line allowed, in bytes, without its delimiter. */
  MAX_LENGTH = 16384;

  /** The beginning of a line; no delimiter in it. */
  readonly #partial = new PartialFrame();
  /** Whether `#partial` is the end of a line that was too long. */
  #discarding = false;
  readonly #asyncResults = new AsyncResults();
  #delimiter: Delimiter | null = null;

  /** Lines as text are decoded, and all else is copied. (A `dataReceived` of a subclass may keep what it is given.) */
  get borrowsData(): boolean {
    return this.encoding !== null && this.dataReceived === LineOnlyProtocol.prototype.dataReceived;
  }

  /** Takes bytes, in any division, and calls `lineReceived` for each line. */
  override dataReceived(data: Buffer): unknown {
    const before = this.#delimiter;
    const delimiter = this.#prepared();
    let chunk = data;
    if (this.#partial.length > 0 && before !== delimiter) {
      // What is kept was searched for another delimiter.
      this.#partial.append(data, 0, data.length);
      chunk = this.#partial.take();
    }

    const { text, direct } = readText(chunk, 0, chunk.length, delimiter);
    let first: L | null = null;
    let firstLength = 0;
    let start = 0;
    if (this.#partial.length > 0 || this.#discarding) {
      const end = this.#partial.findAcross(delimiter.text, chunk, 0, chunk.length) ?? indexOf(text, delimiter.text);
      if (end === null) {
        this.#partial.append(chunk, 0, chunk.length);
        return this.#checkPartial();
      }
      start = end + delimiter.text.length;
      if (this.#discarding) {
        this.#discarding = false;
        this.#partial.take();
      } else {
        firstLength = this.#partial.length + end;
        if (end > 0) this.#partial.append(chunk, 0, end);
        first = toLine(this.#partial.take(firstLength), 0, firstLength, delimiter.encoding) as L;
      }
    }

    const pieces = (start === 0 ? text : text.slice(start)).split(delimiter.text);
    this.#partial.append(chunk, chunk.length - (pieces.pop() ?? '').length, chunk.length);

    let result: unknown;
    try {
      result = this.#deliver(first, firstLength, pieces, direct, chunk, start, delimiter);
    } catch (error) {
      observe(this, this.#asyncResults.take());
      throw error;
    }
    return this.#asyncResults.take() ?? result;
  }

  /** A line has arrived, without its delimiter. To be overridden. */
  lineReceived(_line: L): unknown {
    throw new NotImplementedError(`"${this.logPrefix()}" cannot receive lines, wanted a lineReceived method`);
  }

  /**
   * A line is longer than `MAX_LENGTH`. By default the connection is lost.
   *
   * @param _line - the line; or, when its end has not come, as much of it as there is (the rest will be dropped). Lines
   *   after it that have arrived already are not delivered.
   */
  lineLengthExceeded(_line: L): unknown {
    this.transport.loseConnection();
    return undefined;
  }

  /**
   * Sends a line and the delimiter, in one write.
   *
   * Throws `TypeError` for what is neither bytes nor text, `ValueError` for text that the encoding `latin1` does not have.
   */
  sendLine(line: Bytes): void {
    sendLine(this.transport, line, this.delimiter, this.encoding);
  }

  #deliver(
    first: L | null,
    firstLength: number,
    pieces: readonly string[],
    direct: boolean,
    chunk: Buffer,
    start: number,
    delimiter: Delimiter,
  ): unknown {
    if (first !== null) {
      if (this.transport.disconnecting) return this.#dropRest();
      if (firstLength > this.MAX_LENGTH) return this.#exceeded(first);
      this.#asyncResults.keep(this.lineReceived(first));
    }
    const width = delimiter.text.length;
    let position = start;
    for (const piece of pieces) {
      // Lines that came together with the one that ended the connection are not for delivery.
      if (this.transport.disconnecting) return this.#dropRest();
      const { length } = piece;
      const line = direct ? (piece as L) : (toLine(chunk, position, position + length, delimiter.encoding) as L);
      if (length > this.MAX_LENGTH) return this.#exceeded(line);
      this.#asyncResults.keep(this.lineReceived(line));
      position += length + width;
    }
    return this.transport.disconnecting ? this.#dropRest() : this.#checkPartial();
  }

  /** Reports a line whose end has come. The beginning of another one after it may be too long as well. */
  #exceeded(line: L): unknown {
    const result = this.lineLengthExceeded(line);
    // Nothing more is delivered, and so nothing kept; what is too long is not reported twice.
    if (this.transport.disconnecting) this.#discarding = true;
    const later = this.#checkPartial();
    return result ?? later;
  }

  /** The connection is being lost: nothing more is delivered, and so nothing kept, nor reported as too long. */
  #dropRest(): unknown {
    this.#discarding = true;
    return this.#checkPartial();
  }

  /** Sees to it that what is kept is not too long. */
  #checkPartial(): unknown {
    const { length } = this.#partial;
    if (!this.#discarding && length <= this.MAX_LENGTH) return undefined;
    const reported = this.#discarding;
    const bytes = this.#partial.take();
    // The delimiter may have begun.
    const reach = this.#prepared().text.length - 1;
    this.#partial.append(bytes, Math.max(0, length - reach), length);
    this.#discarding = true;
    return reported ? undefined : this.lineLengthExceeded(toLine(bytes, 0, length, this.encoding) as L);
  }

  #prepared(): Delimiter {
    const present = this.#delimiter;
    if (present !== null && present.source === this.delimiter && present.encoding === this.encoding) return present;
    return (this.#delimiter = prepareDelimiter(this.delimiter, this.encoding));
  }
}

function indexOf(text: string, sought: string): number | null {
  const at = text.indexOf(sought);
  return at === -1 ? null : at;
}
