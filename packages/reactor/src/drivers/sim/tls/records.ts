/**
 * Records, as on the wire: the five bytes of RFC 8446's section 5.1, and at most 16 KiB.
 *
 * What is protected is masked, so that nobody reads it by accident, and has the length of the real thing with a tag that
 * says whether it was changed, left out or sent twice. It keeps no secret from anybody: this is a model.
 */
import { fault } from './alerts';

export type RecordKind = 'changeCipherSpec' | 'alert' | 'handshake' | 'data';

export interface TLSRecord {
  readonly kind: RecordKind;
  readonly bytes: Buffer;
}

const NUMBERS = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
const KINDS = new Map(Object.entries(NUMBERS).map(([kind, number]) => [number as number, kind as RecordKind]));
const HEADER = 5;
const LARGEST = 16 * 1024;
/** What protection adds: TLS 1.3's tag and kind, TLS 1.2's nonce and tag. */
const OVERHEAD = { 'TLSv1.3': 17, older: 24 } as const;
const LONGEST = LARGEST + 256;
const MASK = 0x5a;
/** Looked up once: for every byte, that takes long in the contexts that jest runs tests in. */
const { imul } = Math;

/** How one direction is protected. Counts its records. */
export class Protection {
  readonly overhead: number;
  /** TLS 1.3 does not say in plain what is in a record. */
  readonly hidesKinds: boolean;
  #sequence = 0;

  constructor(version: string) {
    this.hidesKinds = version === 'TLSv1.3';
    this.overhead = this.hidesKinds ? OVERHEAD['TLSv1.3'] : OVERHEAD.older;
  }

  /** Puts `bytes` into `sealed`, which has `overhead` more. */
  protect(kind: RecordKind, bytes: Uint8Array, sealed: Buffer): void {
    const sum = sumOf(bytes, bytes.length, this.#sequence++);
    mask(bytes, sealed, bytes.length);
    sealed[bytes.length] = NUMBERS[kind];
    sealed.writeUInt32BE(sum, bytes.length + 1);
  }

  open(sealed: Buffer): TLSRecord {
    const length = sealed.length - this.overhead;
    const kind = length < 0 ? undefined : KINDS.get(sealed[length] as number);
    if (kind === undefined) throw fault('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
    const bytes = Buffer.allocUnsafe(length);
    mask(sealed, bytes, length);
    if (sumOf(bytes, length, this.#sequence++) !== sealed.readUInt32BE(length + 1)) {
      throw fault('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
    }
    return { kind, bytes };
  }
}

/** The records that carry `bytes`. */
export function toRecords(kind: RecordKind, bytes: Uint8Array, protection: Protection | null): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += LARGEST) {
    const part = bytes.subarray(at, at + LARGEST);
    const length = part.length + (protection?.overhead ?? 0);
    const record = Buffer.alloc(HEADER + length);
    record[0] = protection?.hidesKinds === true ? NUMBERS.data : NUMBERS[kind];
    record[1] = 3;
    record[2] = 3;
    record.writeUInt16BE(length, 3);
    if (protection === null) record.set(part, HEADER);
    else protection.protect(kind, part, record.subarray(HEADER));
    records.push(record);
  }
  return records;
}

/** Takes records out of what arrives, one at a time. */
export class RecordReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Null: what comes is in plain. */
  protection: Protection | null = null;

  /** More has arrived. */
  feed(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next record, or null when it is not all there. Throws a `TLSFault` for what is none. */
  next(): TLSRecord | null {
    if (this.#length < HEADER) return null;
    const header = this.#peek(HEADER);
    const kind = KINDS.get(header[0] as number);
    if (kind === undefined || header[1] !== 3) throw fault('protocol_version', notTLS(header));
    const length = header.readUInt16BE(3);
    if (length > LONGEST) throw fault('protocol_version', 'PACKET_LENGTH_TOO_LONG');
    if (this.#length < HEADER + length) return null;
    const bytes = this.#take(HEADER + length).subarray(HEADER);
    // TLS 1.3 sends it for the sake of things in between, and means nothing.
    const isPlain = kind === 'changeCipherSpec' || this.protection === null;
    return isPlain ? { kind, bytes } : (this.protection as Protection).open(bytes);
  }

  #peek(count: number): Buffer {
    if ((this.#chunks[0] as Buffer).length < count) this.#chunks = [Buffer.concat(this.#chunks)];
    return (this.#chunks[0] as Buffer).subarray(0, count);
  }

  #take(count: number): Buffer {
    const taken = this.#peek(count);
    const first = this.#chunks[0] as Buffer;
    if (first.length === count) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    this.#length -= count;
    return taken;
  }
}

/** What OpenSSL makes of a peer that speaks something else. */
function notTLS(start: Buffer): string {
  const text = start.toString('latin1');
  if (/^(GET |POST|HEAD|PUT )/.test(text)) return 'HTTP_REQUEST';
  return text.startsWith('CONNE') ? 'HTTPS_PROXY_REQUEST' : 'WRONG_VERSION_NUMBER';
}

/** Masks `length` bytes from one buffer to another, or takes the mask off. */
function mask(from: Uint8Array, to: Uint8Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = (from[i] as number) ^ MASK;
}

/** FNV-1a. */
function sumOf(bytes: Uint8Array, length: number, sequence: number): number {
  let sum = 0x811c9dc5 ^ sequence;
  for (let i = 0; i < length; i++) sum = imul(sum ^ (bytes[i] as number), 0x01000193);
  return sum >>> 0;
}
