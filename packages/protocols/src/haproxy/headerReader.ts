/**
 * Reads a PROXY header of either version out of a stream. Internal to `haproxy`.
 */
import { EMPTY } from '../bytes';

import { InvalidProxyHeader } from './errors';
import type { ProxyInfo } from './proxyInfo';
import { parseVersion1, VERSION_1_LIMIT } from './version1';
import { FIXED_PART, parseVersion2, SIGNATURE, VERSION } from './version2';

const VERSION_1 = Buffer.from('PROXY ');

export class HeaderReader {
  readonly #limit: number;
  #buffer: Buffer = EMPTY;
  /** What came after the header. */
  rest: Buffer = EMPTY;

  /** @param limit - how long a version 2 header may be, in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Takes bytes; returns what the header says when it is whole, and leaves what comes after it in `rest`.
   *
   * Throws `InvalidProxyHeader` as soon as the bytes cannot be (the beginning of) a header.
   */
  feed(data: Buffer): ProxyInfo | null {
    // A header is short: what is kept never exceeds the limit.
    const bytes = (this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]));
    const end = startsLike(bytes, VERSION_1) ? this.#endOfVersion1(bytes) : this.#endOfVersion2(bytes);
    if (end === null) return null;
    this.#buffer = EMPTY;
    this.rest = bytes.subarray(end);
    return startsLike(bytes, VERSION_1)
      ? parseVersion1(bytes.subarray(0, end - 2))
      : parseVersion2(bytes.subarray(0, end));
  }

  #endOfVersion1(bytes: Buffer): number | null {
    const at = bytes.subarray(0, VERSION_1_LIMIT).indexOf('\r\n');
    if (at !== -1) return at + 2;
    if (bytes.length > VERSION_1_LIMIT) {
      throw new InvalidProxyHeader(`cannot read a header, wanted CR LF within ${VERSION_1_LIMIT} bytes`);
    }
    return null;
  }

  #endOfVersion2(bytes: Buffer): number | null {
    if (!startsLike(bytes, SIGNATURE)) {
      throw new InvalidProxyHeader('cannot read a header, wanted "PROXY " or the signature of version 2');
    }
    const next = bytes[SIGNATURE.length];
    if (next !== undefined && (next & 0xf0) !== VERSION) {
      throw new InvalidProxyHeader(`cannot read a header whose version is ${next >> 4}, wanted 2`);
    }
    if (bytes.length < FIXED_PART) return null;
    const end = FIXED_PART + bytes.readUInt16BE(14);
    if (end > this.#limit) {
      throw new InvalidProxyHeader(`cannot read a header of ${end} bytes, wanted at most ${this.#limit}`);
    }
    return bytes.length < end ? null : end;
  }
}

/** Whether `bytes` begins like `pattern`, as far as it goes. */
function startsLike(bytes: Buffer, pattern: Buffer): boolean {
  const length = Math.min(bytes.length, pattern.length);
  return bytes.subarray(0, length).equals(pattern.subarray(0, length));
}
