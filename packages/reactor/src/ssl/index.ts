/**
 * TLS: certificates, keys, and how to secure connections with them.
 *
 * @twisted twisted.internet.ssl
 *
 * Left out: making certificates (`CertificateRequest`, `KeyPair.selfSignedCert`, …; `openssl req -x509` does), and the constants of
 * NPN.
 */
export { AcceptableCiphers } from './acceptableCiphers';
export { Certificate } from './certificate';
export { CertificateOptions, type CertificateOptionsArguments } from './certificateOptions';
export { type ClientTLSArguments, ClientTLSOptions, optionsForClientTLS } from './clientTLSOptions';
export { ClientContextFactory, ContextFactory, DefaultOpenSSLContextFactory } from './contextFactories';
export { DiffieHellmanParameters } from './diffieHellmanParameters';
export { DistinguishedName, type DistinguishedNameFields, DN } from './distinguishedName';
export {
  ExpiredCertificateError,
  HandshakeTimeoutError,
  InvalidPEMError,
  PlaintextPeerError,
  TLSError,
  UntrustedCertificateError,
  VerificationError,
} from './errors';
export { type CertificateFormat, FILETYPE_ASN1, FILETYPE_PEM, KeyPair, PublicKey } from './keyPair';
export { PrivateCertificate } from './privateCertificate';
export { TLSVersion } from './tlsVersion';
export { OpenSSLDefaultPaths, platformTrust, type TrustRoot, trustRootFromCertificates } from './trustRoot';
