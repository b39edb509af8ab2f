/**
 * Keys: the public half of one, and both halves.
 *
 * @twisted twisted.internet._sslverify.PublicKey, KeyPair
 *
 * Left out: making keys, requests and certificates (`generate`, `requestObject`, `signRequestObject`,
 * `selfSignedCert`, …). Node can make keys but no certificates; `openssl req -x509 …` makes both.
 */
import { digestOf, type KeyObject, publicHalf, readPrivateKey } from './x509';

/** How certificates and keys are written: DER or PEM. */
export type CertificateFormat = 'asn1' | 'pem';

/** Twisted's constants for the two: `crypto.FILETYPE_ASN1`, `crypto.FILETYPE_PEM`. */
export const FILETYPE_ASN1 = 'asn1';
export const FILETYPE_PEM = 'pem';

/** The public half of a key. */
export class PublicKey {
  /** Node's key object. */
  readonly original: KeyObject;

  constructor(original: KeyObject) {
    this.original = original;
  }

  /** Whether `other` is (or has) the same public key. */
  matches(other: PublicKey): boolean {
    return this.keyHash() === other.keyHash();
  }

  /** 32 hexadecimal digits that tell this key from others. For nothing else: it is an MD5. */
  keyHash(): string {
    return digestOf('md5', publicHalf(this.original).export({ format: 'der', type: 'spki' }));
  }

  /** A line for people. */
  inspect(): string {
    return `Public Key with Hash: ${this.keyHash()}`;
  }

  toString(): string {
    return `<${this.constructor.name} ${this.keyHash()}>`;
  }
}

/** A private key, with its public half. */
export class KeyPair extends PublicKey {
  /**
   * Reads a private key.
   *
   * @param passphrase - of an encrypted key; an addition to Twisted's
   * @throws InvalidPEMError when it is none
   */
  static load(data: string | Uint8Array, format: CertificateFormat = FILETYPE_ASN1, passphrase?: string): KeyPair {
    const source = format === FILETYPE_PEM ? asText(data) : asBytes(data);
    return new KeyPair(readPrivateKey(source, `a ${source.length}-byte ${format.toUpperCase()} key`, passphrase));
  }

  /** The key in PKCS #8: DER, or PEM text. */
  dump(format: 'pem'): string;
  dump(format?: 'asn1'): Buffer;
  dump(format?: CertificateFormat): Buffer | string;
  dump(format: CertificateFormat = FILETYPE_ASN1): Buffer | string {
    return format === FILETYPE_PEM
      ? this.original.export({ format: 'pem', type: 'pkcs8' })
      : this.original.export({ format: 'der', type: 'pkcs8' });
  }

  override inspect(): string {
    const { asymmetricKeyDetails: details, asymmetricKeyType: type = 'unknown' } = this.original;
    const size = details?.modulusLength ?? details?.namedCurve ?? '';
    return `${String(size)}-bit ${type.toUpperCase()} Key Pair with Hash: ${this.keyHash()}`;
  }
}

/** PEM as text, however it was read. */
export function asText(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
}

/** DER as bytes; text stands for the bytes of its characters. */
export function asBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
}
