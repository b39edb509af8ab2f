/**
 * What goes wrong in AMP: on this side, on the other, and between.
 *
 * @twisted twisted.protocols.amp (its exceptions)
 *
 * Error codes are text, a character a byte, as the keys of boxes are.
 */
import type { Failure } from '@skein/reactor/failure';

import { UNKNOWN_ERROR_CODE } from './constants';

function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** The base class of AMP's errors. */
export class AmpError extends Error {
  static {
    nameError(this, 'AmpError');
  }
}

/** The connection belongs to another protocol now: no more boxes can be sent. */
export class ProtocolSwitched extends Error {
  static {
    nameError(this, 'ProtocolSwitched');
  }
}

/** TLS was to be started a second time. */
export class OnlyOneTLS extends AmpError {
  static {
    nameError(this, 'OnlyOneTLS');
  }
}

/** A box was received that is no command, no answer and no error: the connection is lost. */
export class NoEmptyBoxes extends AmpError {
  static {
    nameError(this, 'NoEmptyBoxes');
  }
}

/** A command was called without an argument that it needs, or with one that it does not have. */
export class InvalidSignature extends AmpError {
  static {
    nameError(this, 'InvalidSignature');
  }
}

/** A box means nothing: an answer to no question, or an error without a code. The connection is lost. */
export class MalformedAmpBox extends AmpError {
  static {
    nameError(this, 'MalformedAmpBox');
  }
}

/** The peer has no responder for the command. */
export class UnhandledCommand extends AmpError {
  static {
    nameError(this, 'UnhandledCommand');
  }
}

/** The two sides speak no version in common. For applications: nothing here raises it. */
export class IncompatibleVersions extends AmpError {
  static {
    nameError(this, 'IncompatibleVersions');
  }
}

/** A key, a value or (only here) a whole box is longer than the protocol or this side allows. */
export class TooLong extends AmpError {
  /** Whether it is a key. */
  readonly isKey: boolean;
  /** Whether this side was to send it; otherwise the peer sent it. */
  readonly isLocal: boolean;
  /** What is too long; null for what was received, which is not kept. */
  readonly value: Buffer | null;
  /** The key of a value that is too long, as far as it is known. */
  readonly keyName: string | null;

  static {
    nameError(this, 'TooLong');
  }

  constructor(isKey: boolean, isLocal: boolean, value: Buffer | null, keyName: string | null = null) {
    const what = isKey ? 'key' : keyName === null ? 'box' : `value '${keyName}'`;
    super(`${isLocal ? 'local' : 'remote'} ${what} too long${value === null ? '' : `: ${value.length}`}`);
    this.isKey = isKey;
    this.isLocal = isLocal;
    this.value = value;
    this.keyName = keyName;
  }
}

/** What a responder returned cannot be sent. */
export class BadLocalReturn extends AmpError {
  /** Why not. */
  readonly enclosed: Failure;

  static {
    nameError(this, 'BadLocalReturn');
  }

  constructor(message: string, enclosed: Failure) {
    super(`${message}: ${enclosed.getErrorMessage()}`, { cause: enclosed.value });
    this.enclosed = enclosed;
  }
}

/** Options of `RemoteAmpError`. */
export interface RemoteAmpErrorOptions {
  /** Whether the error ends the connection (default false). */
  readonly fatal?: boolean;
  /** The error behind it, on the side where it happened. */
  readonly local?: Failure | null;
}

/** Something went wrong on the other side, which says so by a code and a description. */
export class RemoteAmpError extends AmpError {
  readonly errorCode: string;
  readonly description: string;
  readonly fatal: boolean;
  readonly local: Failure | null;

  static {
    nameError(this, 'RemoteAmpError');
  }

  constructor(errorCode: string, description: string, options: RemoteAmpErrorOptions = {}) {
    const { fatal = false, local = null } = options;
    const code = errorCode.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
    super(
      `Code<${code}>${local === null ? '' : ' (local)'}: ${description}`,
      local === null ? undefined : { cause: local.value },
    );
    this.errorCode = errorCode;
    this.description = description;
    this.fatal = fatal;
    this.local = local;
  }
}

/** An error of which the command says nothing. The peer has logged what it was, and closes the connection. */
export class UnknownRemoteError extends RemoteAmpError {
  static {
    nameError(this, 'UnknownRemoteError');
  }

  constructor(description: string) {
    super(UNKNOWN_ERROR_CODE, description);
  }
}
