/**
 * The nonce of a WebSocket handshake and its answer: not secrets, but proof that the other side speaks the protocol (RFC 6455, 1.3).
 */
import { createHash, randomBytes } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** A new `Sec-WebSocket-Key`, made by `random` (numbers from 0 up to 1), or by the operating system. */
export function newKey(random: (() => number) | null): string {
  const bytes = random === null ? randomBytes(16) : Buffer.from(Array.from({ length: 16 }, () => random() * 256));
  return bytes.toString('base64');
}

/** Whether a server takes this as a `Sec-WebSocket-Key`. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** The `Sec-WebSocket-Accept` for a key. */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}
