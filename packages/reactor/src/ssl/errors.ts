/**
 * What can be wrong with TLS, each in a class of its own.
 *
 * @twisted OpenSSL.SSL.Error, OpenSSL.crypto.Error and service_identity's VerificationError, which Twisted passes on
 *
 * A connection that fails tells its protocol by `connectionLost`, with a `TLSError` of the class that fits; what is wrong
 * with a certificate or a key throws where it is loaded. `code` is the TLS library's own name for it
 * (`'CERT_HAS_EXPIRED'`), `cause` the library's error. A stream that is cut off is no `TLSError` but a `ConnectionLost`.
 */
/** TLS failed. Twisted: `SSL.Error`. */
export class TLSError extends Error {
  override readonly name: string = 'TLSError';
  /** The TLS library's name for it, for example `'ERR_SSL_NO_SHARED_CIPHER'`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The peer's certificate does not lead to an authority that is trusted, or something else is wrong with it. */
export class UntrustedCertificateError extends TLSError {
  override readonly name: string = 'UntrustedCertificateError';
}

/** The time of the peer's certificate, or of one that it leads to, is over or has not begun. */
export class ExpiredCertificateError extends UntrustedCertificateError {
  override readonly name: string = 'ExpiredCertificateError';
}

/**
 * The server's certificate is for somebody else.
 *
 * @twisted twisted.internet.ssl.VerificationError
 */
export class VerificationError extends TLSError {
  override readonly name: string = 'VerificationError';
}

/** The peer does not speak TLS. */
export class PlaintextPeerError extends TLSError {
  override readonly name: string = 'PlaintextPeerError';
}

/** The handshake was not done in time. */
export class HandshakeTimeoutError extends TLSError {
  override readonly name: string = 'HandshakeTimeoutError';
}

/** What should be a certificate or a key cannot be read. Twisted: `OpenSSL.crypto.Error`. */
export class InvalidPEMError extends TLSError {
  override readonly name: string = 'InvalidPEMError';
}
