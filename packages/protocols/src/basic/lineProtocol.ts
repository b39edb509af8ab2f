/**
 * What `LineReceiver` and `BytesLineReceiver` have in common: everything but the type of a line.
 *
 * @twisted twisted.protocols.basic.LineReceiver
 *
 * The bytes not yet delivered are `#partial` (the beginning of a line, searched already, no delimiter in it) followed by
 * `#chunk[#start..#end)`. Of the chunk, `#text` holds a stretch as text, one character a byte, to search and to cut lines
 * from. Rules for editing:
 *
 * - Before a callback is called, the fields say what is left after the bytes it is given: the callback may clear the
 *   buffer, change mode or delimiter, pause, throw, or call `dataReceived`, which then only appends.
 * - After a callback, nothing local is believed that a callback can change.
 * - Bytes are decoded to text once, and copied once if they do not end a line; nothing is searched twice.
 */
import { NotImplementedError } from '@skein/reactor/error';
import type { Bytes, ITCPTransport } from '@skein/reactor/interfaces';

import { EMPTY, toBuffer } from '../bytes';
import { Protocol } from '../protocol';

import { AsyncResults, observe } from './asyncResults';
import { type Delimiter, findDelimiter, type LineEncoding, prepareDelimiter } from './delimiter';
import { readText, toLine } from './lineText';
import { PartialFrame } from './partialFrame';
import { sendLine } from './sendLine';

export abstract class LineProtocol<L extends string | Buffer> extends Protocol {
  /** How lines are coded; null for lines as bytes. */
  abstract encoding: LineEncoding | null;

  /** What ends a line: bytes, or text in the receiver's encoding. May be changed at any time, and counts at once. */
  delimiter: Bytes = '\r\n';

  /** The longest line allowed, in bytes, without its delimiter. */
  MAX_LENGTH = 16384;

  /** Whether lines are received (and not raw data). Change it with `setLineMode` and `setRawMode`. */
  line_mode = true;

  /** Whether delivery is paused. Change it with `pauseProducing` and `resumeProducing`. */
  paused = false;

  #partial = new PartialFrame();
  #chunk: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Whose memory `#chunk` is: the transport's, the receiver's, or the receiver's with room after `#end`. */
  #owner: 'transport' | 'receiver' | 'receiver, with room' = 'receiver';
  /** A stretch of the chunk, from `#textStart`, as text; `''` for none. */
  #text = '';
  #textStart = 0;
  /** Whether pieces of `#text` are lines; if not, it is good only to be searched, and lines are decoded from the chunk. */
  #direct = false;
  #delimiter: Delimiter | null = null;
  #busy = false;
  readonly #asyncResults = new AsyncResults();

  /** As long as lines are received, as text: they are decoded. (A `dataReceived` of a subclass may keep what it is given.) */
  get borrowsData(): boolean {
    return this.line_mode && this.encoding !== null && this.dataReceived === LineProtocol.prototype.dataReceived;
  }

  /** Takes bytes, in any division, and calls `lineReceived` or `rawDataReceived`. From inside these it only appends. */
  override dataReceived(data: Buffer): unknown {
    this.#append(data);
    if (this.#busy) return undefined;
    this.#busy = true;
    let result: unknown;
    try {
      result = this.#deliver();
    } catch (error) {
      observe(this, this.#asyncResults.take());
      throw error;
    } finally {
      this.#busy = false;
      if (this.#start === this.#end) this.#dropChunk();
      else if (this.#owner === 'transport') this.#copyRest();
    }
    return this.#asyncResults.take() ?? result;
  }

  /** A line has arrived, without its delimiter. To be overridden. A result other than null, 0 or false stops the delivery until more data comes; a promise does not. */
  lineReceived(_line: L): unknown {
    throw new NotImplementedError(`"${this.logPrefix()}" cannot receive lines, wanted a lineReceived method`);
  }

  /** Data has arrived in raw mode, in any division. To be overridden by protocols that use raw mode. Its result counts as that of `lineReceived`. */
  rawDataReceived(_data: Buffer): unknown {
    throw new NotImplementedError(`"${this.logPrefix()}" cannot receive raw data, wanted a rawDataReceived method`);
  }

  /**
   * A line is longer than `MAX_LENGTH`. By default the connection is lost.
   *
   * @param _line - all that was buffered from the long line on, its delimiter and later lines included (and, for a line
   *   whose end has not come, as much of it as there is). It has been taken out of the buffer.
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

  /**
   * Receives lines from now on.
   *
   * @param extra - from inside `rawDataReceived`: what was received after the raw data, to be read as lines
   */
  setLineMode(extra: Bytes = EMPTY): void {
    this.line_mode = true;
    if (extra.length > 0) observe(this, this.dataReceived(toBuffer(extra)));
  }

  /** Receives raw data from now on; the rest of the present chunk is the first of it. */
  setRawMode(): void {
    this.line_mode = false;
  }

  /** Empties the buffer and returns what was in it: the bytes after the line being delivered. */
  clearLineBuffer(): Buffer {
    return this.#takeAll();
  }

  /** Pauses the transport, and delivery: what is buffered stays so. */
  pauseProducing(): void {
    this.paused = true;
    this.transport.pauseProducing();
  }

  /** Delivers what is buffered, and lets the transport go on. */
  resumeProducing(): void {
    this.paused = false;
    this.transport.resumeProducing();
    observe(this, this.dataReceived(EMPTY));
  }

  /** Pauses for good, and stops the transport. */
  stopProducing(): void {
    this.paused = true;
    this.transport.stopProducing();
  }

  /** Puts `data` after the bytes there are. */
  #append(data: Buffer): void {
    if (data.length === 0) return;
    const present = this.#end - this.#start;
    if (present === 0) {
      const { borrowsData } = this;
      // From inside a callback there is no time to use it before its owner has it back.
      this.#chunk = borrowsData && this.#busy ? Buffer.from(data) : data;
      this.#start = 0;
      this.#end = data.length;
      this.#owner = borrowsData && !this.#busy ? 'transport' : 'receiver';
      this.#text = '';
      return;
    }
    if (this.#owner !== 'receiver, with room' || this.#end + data.length > this.#chunk.length) {
      const bigger = Buffer.allocUnsafe(2 * (present + data.length));
      this.#chunk.copy(bigger, 0, this.#start, this.#end);
      this.#textStart -= this.#start;
      this.#chunk = bigger;
      this.#start = 0;
      this.#end = present;
      this.#owner = 'receiver, with room';
    }
    data.copy(this.#chunk, this.#end);
    this.#end += data.length;
  }

  /** Copies what is left of a chunk that is borrowed: until more data comes, or for whoever is given it. */
  #copyRest(): void {
    this.#textStart -= this.#start;
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#owner = 'receiver';
  }

  /** Takes everything out of the buffer. */
  #takeAll(): Buffer {
    if (this.#partial.length > 0) this.#partial.append(this.#chunk, this.#start, this.#end);
    else if (this.#owner === 'transport') this.#copyRest();
    const all = this.#partial.length > 0 ? this.#partial.take() : this.#chunk.subarray(this.#start, this.#end);
    this.#dropChunk();
    return all;
  }

  #dropChunk(): void {
    this.#chunk = EMPTY;
    this.#start = 0;
    this.#end = 0;
    this.#owner = 'receiver';
    this.#text = '';
  }

  /** Delivers until there is nothing to deliver, or a reason not to; that reason is the result. */
  #deliver(): unknown {
    while (!this.paused && (this.#end > this.#start || this.#partial.length > 0)) {
      if (this.line_mode) {
        const delimiter = this.#prepared();
        const result = this.#partial.length > 0 ? this.#deliverSplitLine(delimiter) : this.#deliverLines(delimiter);
        if (result !== GO_ON) return result;
      } else {
        const why = this.rawDataReceived(this.#takeAll());
        if (why && !this.#asyncResults.keep(why)) return why;
      }
    }
    return undefined;
  }

  /** Delivers lines that lie in the chunk whole. */
  #deliverLines(delimiter: Delimiter): unknown {
    // Lines as bytes are pieces of the chunk. (It was borrowed when lines were text.)
    if (delimiter.encoding === null && this.#owner === 'transport') this.#copyRest();
    this.#readText(delimiter);
    const text = this.#text;
    // Of which lines can be cut.
    const lines = this.#direct ? text : null;
    const textStart = this.#textStart;
    const { text: sought, source, encoding } = delimiter;
    const width = sought.length;
    let start = this.#start;
    for (;;) {
      const from = start - textStart;
      const to = findDelimiter(text, sought, from);
      if (to === -1) break;
      const length = to - from;
      if (length > this.MAX_LENGTH) return this.#exceeded();
      const line = lines === null ? this.#lineAt(start, length) : (lines.slice(from, to) as L);
      start += length + width;
      this.#start = start;
      const why = this.lineReceived(line);
      // Nearly always nothing has changed: asked with as few instructions as can be, which is what a short line costs.
      if (
        why !== undefined ||
        (this.transport as ITCPTransport | null)?.disconnecting === true ||
        this.paused ||
        !this.line_mode ||
        this.#start !== start || // something was appended, taken or replaced
        this.delimiter !== source ||
        this.encoding !== encoding
      ) {
        if (why && !this.#asyncResults.keep(why)) return why;
        return this.#disconnecting() ? why : GO_ON;
      }
    }
    if (this.#textStart + text.length < this.#end) {
      // Bytes were appended after the text had been read.
      this.#text = '';
      return GO_ON;
    }
    return this.#keepBeginning(width);
  }

  /** Delivers the line that begins in `#partial`, if its end has come. */
  #deliverSplitLine(delimiter: Delimiter): unknown {
    const width = delimiter.text.length;
    const start = this.#start;
    // Where the delimiter begins, counted from the chunk's start: it may lie across the seam.
    let position = this.#partial.findAcross(delimiter.text, this.#chunk, start, this.#end);
    if (position === null && this.#end > start) {
      this.#readText(delimiter);
      const from = start - this.#textStart;
      const at = findDelimiter(this.#text, delimiter.text, from);
      if (at !== -1) position = at - from;
      else if (this.#textStart + this.#text.length < this.#end) {
        this.#text = '';
        return GO_ON;
      }
    }
    if (position === null) return this.#keepBeginning(width);
    const length = this.#partial.length + position;
    if (length > this.MAX_LENGTH) return this.#exceeded();
    if (position > 0) this.#partial.append(this.#chunk, start, start + position);
    const bytes = this.#partial.take(length);
    this.#start = start + position + width;
    const why = this.lineReceived(toLine(bytes, 0, length, this.encoding) as L);
    if (why && !this.#asyncResults.keep(why)) return why;
    return this.#disconnecting() ? why : GO_ON;
  }

  /** There is no further delimiter: keeps the beginning of a line for later, unless it is too long already. */
  #keepBeginning(width: number): unknown {
    const length = this.#partial.length + (this.#end - this.#start);
    if (length >= this.MAX_LENGTH + width) return this.#exceeded();
    this.#partial.append(this.#chunk, this.#start, this.#end);
    this.#dropChunk();
    return undefined;
  }

  #exceeded(): unknown {
    const all = this.#takeAll();
    return this.lineLengthExceeded(toLine(all, 0, all.length, this.encoding) as L);
  }

  /** Sees to it that `#text` holds the chunk from `#start` on. */
  #readText(delimiter: Delimiter): void {
    if (this.#text !== '' && this.#textStart + this.#text.length > this.#start) return;
    const { text, direct } = readText(this.#chunk, this.#start, this.#end, delimiter);
    this.#text = text;
    this.#textStart = this.#start;
    this.#direct = direct;
  }

  /** The delimiter as it is now. */
  #prepared(): Delimiter {
    const present = this.#delimiter;
    if (present !== null && present.source === this.delimiter && present.encoding === this.encoding) return present;
    this.#delimiter = prepareDelimiter(this.delimiter, this.encoding);
    this.#text = '';
    if (this.#partial.length > 0) {
      // It was searched for another delimiter.
      this.#append(this.#takeAll());
    }
    return this.#delimiter;
  }

  #lineAt(start: number, length: number): L {
    return toLine(this.#chunk, start, start + length, this.encoding) as L;
  }

  #disconnecting(): boolean {
    return (this.transport as ITCPTransport | null)?.disconnecting === true;
  }
}

/** Says that there may be more to deliver. */
const GO_ON = Symbol('go on');
