/**
 * Certificates and keys, read by `node:crypto`: the one file of this folder that knows it.
 *
 * It computes and does nothing else: no chance, no I/O. What cannot be read is an `InvalidPEMError`.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

import { InvalidPEMError } from './errors';

export type { KeyObject, X509Certificate } from 'node:crypto';

const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g;
const PEM_CERTIFICATE = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/;

/** A certificate from PEM (its first certificate) or DER. `what` is for the error: where it came from. */
export function readCertificate(data: string | Uint8Array, what: string): X509Certificate {
  try {
    return new X509Certificate(data);
  } catch (error) {
    throw unreadable('a certificate', what, data, error);
  }
}

/** The certificates in a PEM text, in order; at least one. */
export function readCertificates(pem: string, what: string): readonly X509Certificate[] {
  const blocks = pem.match(PEM_BLOCK) ?? [];
  if (blocks.length === 0 || !PEM_CERTIFICATE.test(pem)) {
    throw unreadable('a certificate', what, pem, new Error('there is none in it'));
  }
  return blocks.map((block) => readCertificate(block, what));
}

/** A private key from PEM or DER (PKCS #8). */
export function readPrivateKey(data: string | Uint8Array, what: string, passphrase?: string): KeyObject {
  try {
    return createPrivateKey(
      typeof data === 'string'
        ? { key: data, format: 'pem', ...(passphrase !== undefined && { passphrase }) }
        : { key: Buffer.from(data), format: 'der', type: 'pkcs8', ...(passphrase !== undefined && { passphrase }) },
    );
  } catch (error) {
    throw unreadable('a private key', what, data, error);
  }
}

/** The key's public half; a public key is its own. */
export function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

/** The digest of bytes, as lower-case hexadecimal. */
export function digestOf(method: string, data: Uint8Array): string {
  return createHash(method).update(data).digest('hex');
}

function unreadable(wanted: string, what: string, data: string | Uint8Array, cause: unknown): InvalidPEMError {
  const { code = 'ERR_INVALID_PEM', message } = cause as NodeJS.ErrnoException;
  const begins = typeof data === 'string' ? `; it begins '${data.slice(0, 20).replace(/\s+/g, ' ')}'` : '';
  // A key's own text is nobody's business.
  const quote = wanted === 'a private key' || data.length === 0 ? '' : begins;
  return new InvalidPEMError(code, `Cannot read ${wanted} from ${what}: ${message}${quote}`, { cause });
}
