/**
 * Whether a peer is who it should be: the chain, the dates and the names of real certificates, by OpenSSL's rules and names.
 *
 * Signatures are really verified. Left out: revocation, purposes, name constraints and policies.
 */
import type { X509Certificate } from 'node:crypto';

import { DriverError, TLS_SYSCALL, TLS_WRONG_NAME, type TLSPeerName } from '../../../driver';

import { TLSFault } from './alerts';

/** How long a chain may be. */
const LONGEST = 10;

/**
 * Verifies a chain. Throws a `TLSFault`.
 *
 * @param date - milliseconds since 1970; null: dates are not looked at
 */
export function verifyChain(
  chain: readonly X509Certificate[],
  trust: readonly X509Certificate[],
  date: number | null,
): void {
  let certificate = chain[0] as X509Certificate;
  const path = [certificate];
  while (!trust.some(({ raw }) => raw.equals(certificate.raw))) {
    const issued = certificate;
    const isIssuer = (each: X509Certificate): boolean => issued.checkIssued(each) && issued.verify(each.publicKey);
    const issuer = trust.find(isIssuer) ?? chain.slice(1).find(isIssuer);
    if (issuer === undefined || issuer === certificate || path.length === LONGEST) {
      throw untrusted(chain, path, certificate);
    }
    if (!issuer.ca) throw refused('unknown_ca', 'INVALID_CA', 'invalid CA certificate');
    path.push(issuer);
    certificate = issuer;
  }
  if (date !== null) path.forEach((each) => verifyDate(each, date));
}

/** Whether the certificate is for that name. Throws a `TLSFault`. */
export function verifyName(certificate: X509Certificate, { kind, name }: TLSPeerName): void {
  const options = { subject: 'never', partialWildcards: false } as const;
  const fits = kind === 'ip' ? certificate.checkIP(name) : certificate.checkHost(name, options);
  if (fits !== undefined) return;
  const names = certificate.subjectAltName ?? 'nobody';
  // Names are no matter of OpenSSL's: Twisted and Node look at them when it is done, and cut the connection without a word.
  throw refused(null, TLS_WRONG_NAME, `the certificate is for ${names}, wanted '${name}'`);
}

function verifyDate({ validFrom, validTo }: X509Certificate, date: number): void {
  if (date < Date.parse(validFrom)) {
    throw refused('certificate_expired', 'CERT_NOT_YET_VALID', 'certificate is not yet valid');
  }
  if (date > Date.parse(validTo)) throw refused('certificate_expired', 'CERT_HAS_EXPIRED', 'certificate has expired');
}

function untrusted(
  chain: readonly X509Certificate[],
  path: readonly X509Certificate[],
  last: X509Certificate,
): TLSFault {
  const isSelfSigned = last.checkIssued(last);
  if (isSelfSigned && path.length === 1) {
    return refused('unknown_ca', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate');
  }
  if (isSelfSigned) {
    return refused('unknown_ca', 'SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain');
  }
  return chain.length === 1
    ? refused('unknown_ca', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate')
    : refused('unknown_ca', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate');
}

function refused(alert: TLSFault['alert'], code: string, message: string): TLSFault {
  return new TLSFault(alert, new DriverError(code, TLS_SYSCALL, message));
}
