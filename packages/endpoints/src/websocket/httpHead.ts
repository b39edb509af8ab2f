/**
 * Reading the head of an HTTP/1.1 message: a start line and header fields (RFC 9112), as much of it as a WebSocket handshake needs.
 *
 * Strict and bounded: lines end in CR LF, no folded lines, no control characters, so many bytes and no more. Left out: bodies.
 */

/** How long a head may be, in bytes. */
const MAX_HEAD = 8192;

const END = Buffer.from('\r\n\r\n');
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
// eslint-disable-next-line no-control-regex -- these are what is refused
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Header fields by name in lower case; several of one name are joined by `, `. */
export type HTTPHeaders = ReadonlyMap<string, string>;

export interface HTTPHead {
  /** The request line or the status line. */
  readonly startLine: string;
  readonly headers: HTTPHeaders;
  /** What came after the head. */
  readonly rest: Buffer;
}

/** The bytes are no head. `status` is what a server answers. */
export class BadHead extends Error {
  override readonly name = 'BadHead';
  readonly status: 400 | 431;

  constructor(status: 400 | 431, message: string) {
    super(message);
    this.status = status;
  }
}

export class HTTPHeadReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** Takes bytes; returns the head when it is whole. Throws `BadHead` as soon as they cannot be one. */
  feed(data: Buffer): HTTPHead | null {
    const before = this.#buffer.length;
    const bytes = (this.#buffer = before === 0 ? data : Buffer.concat([this.#buffer, data]));
    // The end may begin in what was there before.
    const end = bytes.indexOf(END, Math.max(0, before - END.length + 1));
    if (end > MAX_HEAD || (end === -1 && bytes.length > MAX_HEAD)) {
      throw new BadHead(431, `the head is longer than ${MAX_HEAD} bytes`);
    }
    // Rubbish (TLS where none is spoken, another protocol) is not waited for.
    checkCharacters(bytes, before, end === -1 ? bytes.length : end);
    if (end === -1) return null;
    this.#buffer = Buffer.alloc(0);
    const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
    return { startLine, headers: parseFields(lines), rest: bytes.subarray(end + END.length) };
  }
}

function checkCharacters(bytes: Buffer, from: number, end: number): void {
  const text = bytes.toString('latin1', from, end);
  if (CONTROL.test(text.replaceAll('\r\n', '').replace(/^\n|\r$/g, ''))) {
    throw new BadHead(400, 'the head has control characters in it, or lines that do not end in CR LF');
  }
}

function parseFields(lines: readonly string[]): HTTPHeaders {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new BadHead(400, `"${line.slice(0, 40)}" is no header field, wanted "Name: value"`);
    }
    const key = name.toLowerCase();
    const present = headers.get(key);
    headers.set(key, present === undefined ? value : `${present}, ${value}`);
  }
  return headers;
}

/** The members of a header field that is a list: `chat, superchat`. */
export function listOf(headers: HTTPHeaders, name: string): string[] {
  return (headers.get(name) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Whether a header field that is a list has a member, whatever its case. */
export function hasToken(headers: HTTPHeaders, name: string, token: string): boolean {
  return listOf(headers, name).some((each) => each.toLowerCase() === token);
}
