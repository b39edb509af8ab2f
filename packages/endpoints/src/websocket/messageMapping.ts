/**
 * Between a stream of bytes, which is what protocols write, and messages, which is what WebSockets carry: three ways.
 *
 * Whatever the way, what arrives is taken as it is, text (UTF-8) and binary alike; `lines` alone adds to it.
 */
import { isUtf8 } from 'node:buffer';

import { ValueError } from '@skein/reactor/error';

/**
 * What a message is.
 *
 * - `'binary'`: each write is one binary message. Any protocol works, and boundaries mean nothing.
 * - `'text'`: each write is one text message: for protocols that write UTF-8. A character that is cut in two waits for its rest.
 * - `'lines'`: each line is one text message, without the delimiter, and a text message that arrives is one line: for
 *   `LineReceiver` and its kin, and a browser that says `socket.send('hello')`.
 */
export type FrameKind = 'binary' | 'text' | 'lines';

export interface OutboundMessage {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

export interface MessageMapping {
  /** The messages that `data` makes, or finishes. Throws `ValueError` for what cannot be text. */
  outbound(data: Buffer): OutboundMessage[];
  /** What is left, when the connection is to end. */
  lastOutbound(): OutboundMessage[];
  /** The bytes that a message stands for. */
  inbound(data: Buffer, isBinary: boolean): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** A line that is longer goes out in pieces: what is held back is bounded. */
const MAX_HELD_LINE = 65536;

class BinaryMapping implements MessageMapping {
  outbound(data: Buffer): OutboundMessage[] {
    return [{ data, isBinary: true }];
  }

  lastOutbound(): OutboundMessage[] {
    return [];
  }

  inbound(data: Buffer): Buffer {
    return data;
  }
}

class TextMapping implements MessageMapping {
  #held: Buffer = EMPTY;

  outbound(data: Buffer): OutboundMessage[] {
    const bytes = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    const end = endOfCharacters(bytes);
    this.#held = EMPTY;
    const messages = end === 0 ? [] : [textOf(bytes.subarray(0, end))];
    this.#held = bytes.subarray(end);
    return messages;
  }

  lastOutbound(): OutboundMessage[] {
    // Half a character is no text.
    return [];
  }

  inbound(data: Buffer): Buffer {
    return data;
  }
}

class LineMapping implements MessageMapping {
  readonly #delimiter: Buffer;
  #held: Buffer = EMPTY;

  constructor(delimiter: string) {
    this.#delimiter = Buffer.from(delimiter);
  }

  outbound(data: Buffer): OutboundMessage[] {
    const delimiter = this.#delimiter;
    // The delimiter may begin in what was held.
    let searched = Math.max(0, this.#held.length - delimiter.length + 1);
    const bytes = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    this.#held = EMPTY;
    const messages: OutboundMessage[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(delimiter, searched);
      if (end === -1) break;
      messages.push(textOf(bytes.subarray(start, end)));
      start = searched = end + delimiter.length;
    }
    let rest = bytes.subarray(start);
    if (rest.length > MAX_HELD_LINE) {
      const end = endOfCharacters(rest);
      messages.push(textOf(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
    this.#held = rest;
    return messages;
  }

  lastOutbound(): OutboundMessage[] {
    const held = this.#held;
    this.#held = EMPTY;
    return held.length > 0 && isUtf8(held) ? [textOf(held)] : [];
  }

  inbound(data: Buffer, isBinary: boolean): Buffer {
    const delimiter = this.#delimiter;
    const isWhole = isBinary || (data.length >= delimiter.length && data.subarray(-delimiter.length).equals(delimiter));
    return isWhole ? data : Buffer.concat([data, delimiter]);
  }
}

function textOf(data: Buffer): OutboundMessage {
  if (isUtf8(data)) return { data, isBinary: false };
  throw new ValueError('cannot send bytes that are not UTF-8 as a text message, wanted frames: "binary"');
}

/** Where the last whole character ends: before a UTF-8 sequence that lacks its rest. */
function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break; // ASCII
    if (byte < 0xc0) continue; // inside a sequence
    if (byte > 0xf4) break; // never in UTF-8
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

export function messageMapping(frames: FrameKind, delimiter: string): MessageMapping {
  if (frames === 'binary') return new BinaryMapping();
  return frames === 'text' ? new TextMapping() : new LineMapping(delimiter);
}
