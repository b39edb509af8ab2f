/**
 * The seam's part of TLS: how a handle is secured, and what it then knows.
 *
 * `TLSContext` is the description that all layers share (`interfaces/tls.ts`): certificates and keys as PEM, whom to
 * trust, versions, ciphers, application protocols. What a driver makes of it is its own business.
 */
import type { TLSContext, TLSPeerName } from '../interfaces/tls';

export type { TLSContext, TLSPeerName } from '../interfaces/tls';

/** Which end of TLS a handle is, and what only that end needs. */
export type StartTLSOptions =
  | {
      readonly role: 'client';
      /** Checked against the server's certificate, and a DNS name is sent to it. Null: neither. */
      readonly peerName: TLSPeerName | null;
      /** A session to resume, from a `session` event of an earlier handle; one that is stale is ignored. */
      readonly session: Buffer | null;
    }
  | {
      readonly role: 'server';
      /** Asked, once, when a client names a server; null: the handle's own context. It does not throw. */
      readonly chooseContext: ((serverName: string) => TLSContext | null) | null;
    };

/** What a handshake came to. */
export interface SecuredInfo {
  /** The version, for example `'TLSv1.3'`. */
  readonly version: string;
  /** The cipher suite's name. */
  readonly cipher: string;
  /** What ALPN agreed on, or null. */
  readonly negotiatedProtocol: string | null;
  /** The peer's own certificate in DER, or null where it showed none. Verified as the context says. */
  readonly peerCertificate: Buffer | null;
  /** Whether an earlier session was resumed. */
  readonly sessionReused: boolean;
}

/** `DriverError.code` of a stream that ended without a proper farewell (close_notify). */
export const TLS_TRUNCATED = 'EOF';
/** `DriverError.code` of a server whose certificate is for other names than `peerName`. */
export const TLS_WRONG_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';
/** `DriverError.syscall` of all that TLS itself finds wrong; errors of the connection beneath keep theirs. */
export const TLS_SYSCALL = 'tls';
