/**
 * Certificates: what a peer shows, and what authorities are trusted by.
 *
 * @twisted twisted.internet._sslverify.CertBase, Certificate
 *
 * Serial numbers are `bigint`s, digests are of the method that is asked for (Twisted: MD5 if none is). Left out:
 * `hostFromTransport`, since a transport's own certificate is the one its context was made with; and requests (see
 * `keyPair.ts`).
 */
import { CertificateError } from '../error';
import { ISSLTransport } from '../interfaces';

import { DistinguishedName } from './distinguishedName';
import { asBytes, asText, type CertificateFormat, FILETYPE_ASN1, FILETYPE_PEM, PublicKey } from './keyPair';
import { readCertificate, type X509Certificate } from './x509';

export class Certificate {
  /** Node's certificate object. */
  readonly original: X509Certificate;

  constructor(original: X509Certificate) {
    this.original = original;
  }

  /**
   * Reads a certificate: DER, or the first one of a PEM text.
   *
   * @throws InvalidPEMError when it is none
   */
  static load(requestData: string | Uint8Array, format: CertificateFormat = FILETYPE_ASN1): Certificate {
    return new Certificate(readOriginal(requestData, format));
  }

  /** Reads the first certificate of a PEM text. */
  static loadPEM(data: string | Uint8Array): Certificate {
    return this.load(data, FILETYPE_PEM);
  }

  /**
   * The certificate that the other end of a transport has shown.
   *
   * @throws CertificateError when the transport is not secured, or there is none (yet)
   */
  static peerFromTransport(transport: object): Certificate {
    if (!ISSLTransport.providedBy(transport)) {
      throw new CertificateError(`non-TLS transport ${transport.constructor.name} did not have peer certificate`);
    }
    const certificate = transport.getPeerCertificate();
    if (certificate === null) {
      throw new CertificateError(`TLS transport ${transport.constructor.name} did not have peer certificate`);
    }
    return certificate instanceof Certificate ? certificate : this.load(certificate.dump());
  }

  /** The certificate as DER, or as PEM text. */
  dump(format: 'pem'): string;
  dump(format?: 'asn1'): Buffer;
  dump(format: CertificateFormat = FILETYPE_ASN1): Buffer | string {
    return format === FILETYPE_PEM ? pemOf(this.original) : Buffer.from(this.original.raw);
  }

  /** The certificate as PEM text. */
  dumpPEM(): string {
    return this.dump(FILETYPE_PEM);
  }

  /** Whom it is of. */
  getSubject(): DistinguishedName {
    return DistinguishedName.fromX509(this.original.subject);
  }

  /** Who has signed it. */
  getIssuer(): DistinguishedName {
    return DistinguishedName.fromX509(this.original.issuer);
  }

  getPublicKey(): PublicKey {
    return new PublicKey(this.original.publicKey);
  }

  serialNumber(): bigint {
    return BigInt(`0x${this.original.serialNumber}`);
  }

  /** The digest, as pairs of hexadecimal digits with colons between them. */
  digest(method: 'sha1' | 'sha256' | 'sha512' = 'sha256'): string {
    const { fingerprint, fingerprint256, fingerprint512 } = this.original;
    return { sha1: fingerprint, sha256: fingerprint256, sha512: fingerprint512 }[method];
  }

  /** Several lines for people. */
  inspect(): string {
    return `${this.inspectWithoutKey()}\n${this.getPublicKey().inspect()}`;
  }

  protected inspectWithoutKey(): string {
    return [
      'Certificate For Subject:',
      this.getSubject().inspect(),
      '\nIssuer:',
      this.getIssuer().inspect(),
      `\nSerial Number: ${String(this.serialNumber())}`,
      `Digest: ${this.digest()}`,
    ].join('\n');
  }

  /** Whether `other` is the same certificate. */
  equals(other: unknown): boolean {
    return other instanceof Certificate && this.dump().equals(other.dump());
  }

  toString(): string {
    const [subject, issuer] = [this.getSubject(), this.getIssuer()];
    return `<${this.constructor.name} Subject=${subject.CN ?? ''} Issuer=${issuer.CN ?? ''}>`;
  }
}

/** Reads the first certificate of `data`. */
export function readOriginal(data: string | Uint8Array, format: CertificateFormat): X509Certificate {
  const source = format === FILETYPE_PEM ? asText(data) : asBytes(data);
  return readCertificate(source, `${source.length} bytes of ${format.toUpperCase()}`);
}

/** A certificate as PEM text. */
function pemOf(certificate: X509Certificate): string {
  return certificate.toString();
}
