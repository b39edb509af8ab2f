/**
 * What TLS found wrong, in the classes that users catch.
 */
import { type DriverError, type SocketAddress, TLS_TRUNCATED, TLS_WRONG_NAME } from '../driver';
import { ConnectionLost, VerifyError } from '../error';
import {
  ExpiredCertificateError,
  InvalidPEMError,
  PlaintextPeerError,
  TLSError,
  UntrustedCertificateError,
  VerificationError,
} from '../ssl/errors';

/** What OpenSSL makes of a peer that says something else than a TLS record. */
const PLAINTEXT =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL)$/;
const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
/** OpenSSL's names for what is wrong with a chain of certificates. */
const UNTRUSTED =
  /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|ERROR_IN_CERT_)/;

/**
 * The error of a connection whose TLS failed: what is wrong, and with which peer.
 *
 * @param isShaking - whether the handshake was still under way
 * @param peer - null: not known
 */
export function tlsConnectionError(error: DriverError, isShaking: boolean, peer: SocketAddress | null): Error {
  const { code } = error;
  const options = { cause: error };
  if (code === TLS_TRUNCATED) return new ConnectionLost(error.message, options);
  const message = `${error.message}${where(peer)}`;
  if (code === TLS_WRONG_NAME) return new VerificationError(code, message, options);
  if (EXPIRED.has(code)) return new ExpiredCertificateError(code, message, options);
  if (UNTRUSTED.test(code)) return new UntrustedCertificateError(code, message, options);
  if (isShaking && PLAINTEXT.test(code)) {
    return new PlaintextPeerError(code, `the peer does not speak TLS (${error.message})${where(peer)}`, options);
  }
  return new TLSError(code, message, options);
}

/** Which peer it was, to be put after a message; nothing when it is not known. A client of a UNIX socket has no name. */
export function where(peer: SocketAddress | null): string {
  if (peer === null) return '';
  if (peer.family === 'UNIX') return peer.path === '' ? ', at a UNIX socket' : `, at ${peer.path}`;
  return `, at ${peer.family === 'IPv6' ? `[${peer.host}]` : peer.host}:${String(peer.port)}`;
}

/** The error of a context that cannot be used. */
export function tlsContextError(error: DriverError): Error {
  const { code, message } = error;
  const options = { cause: error };
  if (/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/.test(code)) {
    return new VerifyError('Certificate public and private keys do not match.', options);
  }
  if (/^ERR_OSSL_(PEM|ASN1|EVP|UNSUPPORTED|DECODER)|_PEM_LIB$|BAD_BASE64/.test(code)) {
    return new InvalidPEMError(code, `Cannot load a certificate or key: ${message}`, options);
  }
  return new TLSError(code, `Cannot use a TLS context: ${message}`, options);
}
