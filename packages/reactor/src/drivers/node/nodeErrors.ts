import { getSystemErrorName } from 'node:util';

import { DriverError, TLS_SYSCALL } from '../../driver';

/** A `DriverError` from what Node's modules throw or emit; the original is its `cause`. */
export function toDriverError(error: unknown, syscall: string): DriverError {
  const { code, syscall: reported, message } = error as NodeJS.ErrnoException;
  return new DriverError(code ?? 'EIO', reported ?? syscall, message, { cause: error });
}

/** A `DriverError` from the negative number that a libuv handle returns; `where` is an address, if there is one to tell. */
export function fromErrno(errno: number, syscall: string, where: string | null): DriverError {
  const code = getSystemErrorName(errno);
  return new DriverError(code, syscall, where === null ? `${syscall} ${code}` : `${syscall} ${code} ${where}`);
}

/** OpenSSL's line in the message of an `EPROTO`: what TLS found wrong while something was being written. */
const OPENSSL_LINE = /:SSL routines:[^:]*:([^:]+):/;

/** A `DriverError` from what TLS finds wrong. Errors of the connection beneath stay what they are. */
export function toTLSError(error: unknown): DriverError {
  const { code, syscall, reason, message } = error as NodeJS.ErrnoException & { reason?: string };
  // OpenSSL's own words, without its file names and line numbers.
  const words = reason ?? OPENSSL_LINE.exec(message)?.[1];
  if (code === 'EPROTO' && words !== undefined) {
    const name = `ERR_SSL_${words.toUpperCase().replaceAll(' ', '_')}`;
    return new DriverError(name, TLS_SYSCALL, words, { cause: error });
  }
  if (syscall !== undefined) return toDriverError(error, syscall);
  return new DriverError(code ?? 'ERR_SSL', TLS_SYSCALL, words ?? message, { cause: error });
}
