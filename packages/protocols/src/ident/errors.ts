/**
 * Why nobody is named.
 *
 * @twisted twisted.protocols.ident (its exceptions)
 *
 * An error's message is the word that RFC 1413 has for it; `cause` is what else is known.
 */

function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** Whose connection it is cannot be determined; the reason is unknown. */
export class IdentError extends Error {
  /** The word for it on the wire. */
  static readonly identDescription: string = 'UNKNOWN-ERROR';
  static {
    nameError(this, 'IdentError');
  }

  /** @param cause - the answer, or what ended the connection */
  constructor(cause?: unknown) {
    super(new.target.identDescription, cause === undefined ? {} : { cause });
  }
}

/** There is no such connection, or nobody owns it. */
export class NoUser extends IdentError {
  static override readonly identDescription = 'NO-USER';
  static {
    nameError(this, 'NoUser');
  }
}

/** A port is none: ports go from 1 to 65535. */
export class InvalidPort extends IdentError {
  static override readonly identDescription = 'INVALID-PORT';
  static {
    nameError(this, 'InvalidPort');
  }
}

/** The user does not want to be named. */
export class HiddenUser extends IdentError {
  static override readonly identDescription = 'HIDDEN-USER';
  static {
    nameError(this, 'HiddenUser');
  }
}
