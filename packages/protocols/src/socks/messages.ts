/**
 * The bytes of SOCKS version 4: requests and replies. Internal to `socks`.
 *
 * A request is version, command, port and address (8 bytes), then the user's name, which ends in NUL, and, where the address
 * is 0.0.0.x (version 4a), the host's name, which does too.
 */
import type { Bytes } from '@skein/reactor/interfaces';

/** What a client asks for. */
export interface SOCKSRequest {
  /** 4, unless it is another protocol. */
  readonly version: number;
  /** 1 to connect, 2 to be connected to. */
  readonly code: number;
  readonly port: number;
  /** A dotted quad. */
  readonly address: string;
  /** The host in the place of the address, as text with a character for each byte; null when there is none. */
  readonly name: string | null;
  readonly user: Buffer;
  /** How many bytes the request has. */
  readonly length: number;
}

const HEAD = 8;

/** The request that `bytes` begin with; null when its end has not come. */
export function parseRequest(bytes: Buffer): SOCKSRequest | null {
  if (bytes.length <= HEAD) return null;
  const userEnd = bytes.indexOf(0, HEAD);
  if (userEnd === -1) return null;
  const isNamed = bytes.readUIntBE(4, 3) === 0 && bytes[7] !== 0;
  const end = isNamed ? bytes.indexOf(0, userEnd + 1) : userEnd;
  if (end === -1) return null;
  return {
    version: bytes[0]!,
    code: bytes[1]!,
    port: bytes.readUInt16BE(2),
    address: bytes.subarray(4, HEAD).join('.'),
    name: isNamed ? bytes.toString('latin1', userEnd + 1, end) : null,
    user: Buffer.from(bytes.subarray(HEAD, userEnd)),
    length: end + 1,
  };
}

/** A reply. An address that is no dotted quad is sent as 0.0.0.0, which means the server's own. */
export function formatReply(version: number, reply: number, port: number, ip: string): Buffer {
  const bytes = Buffer.alloc(HEAD);
  bytes[0] = version;
  bytes[1] = reply;
  bytes.writeUInt16BE(port, 2);
  if (/^\d+(\.\d+){3}$/.test(ip)) bytes.set(ip.split('.').map(Number), 4);
  return bytes;
}

/** Rows of 16 bytes, in hexadecimal and as characters. */
export function hexDump(data: Bytes): string {
  const bytes = Buffer.from(data as Uint8Array);
  let rows = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = Array.from(row, (byte) => `${byte.toString(16).toUpperCase().padStart(2, '0')} `).join('');
    rows += `${hex.padEnd(48)}${row.toString('latin1').replace(/[^ -~]/g, '.')}\n`;
  }
  return rows;
}
