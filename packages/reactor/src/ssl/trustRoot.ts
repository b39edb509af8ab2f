/**
 * Whose word is good: the authorities that a peer's certificate has to lead to.
 *
 * @twisted twisted.internet._sslverify.IOpenSSLTrustRoot and what implements it
 */
import { Certificate } from './certificate';
import type { X509Certificate } from './x509';

/** A set of authorities. A `Certificate` stands for a set of one wherever one is wanted. */
export interface TrustRoot {
  /** The platform's authorities, or these (PEM, one a string). */
  readonly trusted: 'platform' | readonly string[];
}

/** @twisted twisted.internet.ssl.OpenSSLDefaultPaths */
export class OpenSSLDefaultPaths implements TrustRoot {
  readonly trusted = 'platform';
}

/** @twisted twisted.internet._sslverify.OpenSSLCertificateAuthorities */
class OpenSSLCertificateAuthorities implements TrustRoot {
  readonly trusted: readonly string[];

  constructor(certificates: readonly X509Certificate[]) {
    this.trusted = certificates.map(String);
  }
}

/**
 * The authorities that the platform trusts: what clients should use, and do if they say nothing.
 *
 * With the Node driver these are Node's own: the authorities that Mozilla trusts, and those of the variable
 * `NODE_EXTRA_CA_CERTS`; with `node --use-openssl-ca` (or, in later versions, `--use-system-ca`) the system's.
 */
export function platformTrust(): TrustRoot {
  return new OpenSSLDefaultPaths();
}

/**
 * Trusts the given certificates, and what they have signed, and nothing else.
 *
 * @throws TypeError for what is no certificate
 */
export function trustRootFromCertificates(certificates: Iterable<Certificate>): TrustRoot {
  return new OpenSSLCertificateAuthorities(
    [...certificates].map((certificate: unknown) => {
      if (certificate instanceof Certificate) return certificate.original;
      throw new TypeError('certificates items must be twisted.internet.ssl.CertBase instances');
    }),
  );
}
