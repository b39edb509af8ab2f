/**
 * A failure of the world, as drivers report it: thrown by `listenStream`, or the argument of `closed`.
 *
 * The layers above turn it into the class of `twisted.internet.error` that fits its code, and keep it as `cause`.
 */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  /** The errno name, for example `'ECONNREFUSED'`; for names that cannot be resolved `getaddrinfo`'s, `'ENOTFOUND'`. */
  readonly code: string;
  /** What was attempted, for example `'connect'`. */
  readonly syscall: string;

  constructor(code: string, syscall: string, message = `${syscall} ${code}`, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.syscall = syscall;
  }
}
