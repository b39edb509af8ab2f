/**
 * Handshake messages: their kinds and sizes are those of the real ones, what is in them is JSON, with certificates as they
 * are. Whoever looks at the wire sees the flights of TLS 1.2 and 1.3; whoever parses them sees a model.
 */
import type { TLSVersionName } from '../../../interfaces/tls';

import { fault } from './alerts';

export interface ClientHello {
  readonly kind: 'clientHello';
  readonly versions: readonly TLSVersionName[];
  readonly ciphers: readonly string[];
  readonly serverName: string | null;
  readonly protocols: readonly string[];
  /** The session to resume. */
  readonly ticket: string | null;
}

export interface ServerHello {
  readonly kind: 'serverHello';
  readonly version: TLSVersionName;
  readonly cipher: string;
  readonly protocol: string | null;
  readonly isResumed: boolean;
  /** Whether the client is asked for a certificate. */
  readonly asks: boolean;
}

export interface CertificateMessage {
  readonly kind: 'certificate';
  /** DER, the first the sender's own; empty: it has none. */
  readonly chain: readonly Buffer[];
}

/** What a session is resumed by. */
export interface NewSessionTicket {
  readonly kind: 'newSessionTicket';
  readonly ticket: string;
}

/** Messages that have a size and say nothing. */
export interface SilentMessage {
  readonly kind: SilentKind;
}

export type SilentKind =
  | 'encryptedExtensions'
  | 'certificateRequest'
  | 'certificateVerify'
  | 'serverKeyExchange'
  | 'serverHelloDone'
  | 'clientKeyExchange'
  | 'finished';

export type Message = ClientHello | ServerHello | CertificateMessage | NewSessionTicket | SilentMessage;

/** Each kind's number in RFC 8446 and 5246, and what the message weighs, with its header, in bytes. */
const KINDS: Readonly<Record<Message['kind'], { readonly number: number; readonly size: number }>> = {
  clientHello: { number: 1, size: 512 },
  serverHello: { number: 2, size: 122 },
  newSessionTicket: { number: 4, size: 233 },
  encryptedExtensions: { number: 8, size: 10 },
  certificate: { number: 11, size: 0 },
  serverKeyExchange: { number: 12, size: 147 },
  certificateRequest: { number: 13, size: 60 },
  serverHelloDone: { number: 14, size: 4 },
  certificateVerify: { number: 15, size: 79 },
  clientKeyExchange: { number: 16, size: 70 },
  finished: { number: 20, size: 52 },
};
const NAMES = new Map(Object.entries(KINDS).map(([kind, { number }]) => [number, kind as Message['kind']]));
const HEADER = 4;

export function encode(message: Message): Buffer {
  const { number, size } = KINDS[message.kind];
  const body = message.kind === 'certificate' ? encodeChain(message.chain) : encodeText(message);
  const whole = Buffer.alloc(Math.max(size, HEADER + body.length));
  whole.writeUInt32BE(whole.length - HEADER);
  whole[0] = number;
  body.copy(whole, HEADER);
  return whole;
}

/** Takes messages out of handshake records, whatever their division. */
export class MessageReader {
  #bytes: Buffer = Buffer.alloc(0);

  feed(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  /** The next message, or null. Throws a `TLSFault` for what is none. */
  next(): Message | null {
    if (this.#bytes.length < HEADER) return null;
    const length = this.#bytes.readUIntBE(1, 3);
    const kind = NAMES.get(this.#bytes[0] as number);
    if (kind === undefined || length > 0x20000) throw fault('decode_error', 'UNEXPECTED_MESSAGE');
    if (this.#bytes.length < HEADER + length) return null;
    const body = this.#bytes.subarray(HEADER, HEADER + length);
    this.#bytes = this.#bytes.subarray(HEADER + length);
    return decode(kind, body);
  }
}

function decode(kind: Message['kind'], body: Buffer): Message {
  try {
    if (kind === 'certificate') return { kind, chain: decodeChain(body) };
    if (kind !== 'clientHello' && kind !== 'serverHello' && kind !== 'newSessionTicket') return { kind };
    const fields = JSON.parse(body.toString('utf8', 2, 2 + body.readUInt16BE())) as object;
    return { ...fields, kind } as Message;
  } catch {
    throw fault('decode_error', 'LENGTH_MISMATCH');
  }
}

function encodeText({ kind, ...fields }: Exclude<Message, CertificateMessage>): Buffer {
  if (Object.keys(fields).length === 0) return Buffer.alloc(0);
  const text = Buffer.from(JSON.stringify(fields));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
}

function encodeChain(chain: readonly Buffer[]): Buffer {
  return Buffer.concat(
    chain.flatMap((certificate) => {
      const length = Buffer.alloc(3);
      length.writeUIntBE(certificate.length, 0, 3);
      return [length, certificate];
    }),
  );
}

function decodeChain(body: Buffer): Buffer[] {
  const chain: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const length = body.readUIntBE(at, 3);
    chain.push(body.subarray(at + 3, at + 3 + length));
    at += 3 + length;
    if (at > body.length) throw new RangeError('a certificate is longer than its message');
  }
  return chain;
}
