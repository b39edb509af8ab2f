/**
 * A certificate with its key: what one shows, and proves to be one's own.
 *
 * @twisted twisted.internet._sslverify.PrivateCertificate
 */
import { VerifyError } from '../error';

import { Certificate, readOriginal } from './certificate';
import { CertificateOptions } from './certificateOptions';
import { asText, type CertificateFormat, FILETYPE_ASN1, FILETYPE_PEM, KeyPair } from './keyPair';
import { trustRootFromCertificates } from './trustRoot';
import { readCertificates, type X509Certificate } from './x509';

export class PrivateCertificate extends Certificate {
  readonly privateKey: KeyPair;
  /** What leads from the certificate to an authority, where it was loaded together with it. An addition to Twisted's. */
  readonly chain: readonly X509Certificate[];

  /** @throws VerifyError when the key is not the certificate's */
  constructor(original: X509Certificate, privateKey: KeyPair, chain: readonly X509Certificate[] = []) {
    super(original);
    if (!privateKey.matches(this.getPublicKey())) {
      throw new VerifyError('Certificate public and private keys do not match.');
    }
    this.privateKey = privateKey;
    this.chain = chain;
  }

  /** @throws InvalidPEMError, VerifyError */
  static override load(data: string | Uint8Array, format?: CertificateFormat): never;
  static override load(data: string | Uint8Array, privateKey: KeyPair, format?: CertificateFormat): PrivateCertificate;
  static override load(
    data: string | Uint8Array,
    privateKey?: KeyPair | CertificateFormat,
    format: CertificateFormat = FILETYPE_ASN1,
  ): PrivateCertificate {
    if (!(privateKey instanceof KeyPair)) throw new TypeError('PrivateCertificate.load wants a KeyPair');
    return new PrivateCertificate(readOriginal(data, format), privateKey);
  }

  /**
   * Reads a PEM text with a certificate (and what leads from it to an authority) and its key, in any order.
   *
   * @throws InvalidPEMError when one of them is missing, VerifyError when they do not fit
   */
  static override loadPEM(data: string | Uint8Array): PrivateCertificate {
    const pem = asText(data);
    const [original, ...chain] = readCertificates(pem, 'PEM text');
    return new PrivateCertificate(original as X509Certificate, KeyPair.load(pem, FILETYPE_PEM), chain);
  }

  static fromCertificateAndKeyPair(certificate: Certificate, privateKey: KeyPair): PrivateCertificate {
    return new PrivateCertificate(certificate.original, privateKey);
  }

  /** The certificate and the key as PEM text. */
  override dumpPEM(): string {
    return super.dumpPEM() + this.privateKey.dump(FILETYPE_PEM);
  }

  /**
   * A context factory that shows this certificate. With authorities, the peer has to show one of theirs.
   *
   * @example
   * reactor.listenSSL(8000, factory, PrivateCertificate.loadPEM(pem).options());
   */
  options(...authorities: readonly Certificate[]): CertificateOptions {
    return new CertificateOptions({
      privateKey: this.privateKey,
      certificate: this,
      extraCertChain: this.chain,
      ...(authorities.length > 0 && { trustRoot: trustRootFromCertificates(authorities) }),
    });
  }

  override inspect(): string {
    return `${this.inspectWithoutKey()}\n${this.privateKey.inspect()}`;
  }

  override toString(): string {
    return `${super.toString()} with ${String(this.privateKey)}`;
  }
}
