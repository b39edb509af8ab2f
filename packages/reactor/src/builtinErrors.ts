/**
 * The Python built-in exceptions that Twisted's API raises and JavaScript does not have.
 *
 * @twisted Python's `builtins`
 *
 * `TypeError` and `RangeError` are JavaScript's own. `KeyError` prints its text as it is (Python prints the key's repr).
 */

/** Gives a class its literal name, on the prototype: not an own property of every error, and safe from minifiers. */
function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** An operation was called in a state that does not allow it. */
export class RuntimeError extends Error {
  static {
    nameError(this, 'RuntimeError');
  }
}

/** The method has to be written by a subclass. */
export class NotImplementedError extends RuntimeError {
  static {
    nameError(this, 'NotImplementedError');
  }
}

/** An argument has the right type and a value that means nothing here. */
export class ValueError extends Error {
  static {
    nameError(this, 'ValueError');
  }
}

/** Something that must hold does not. */
export class AssertionError extends Error {
  static {
    nameError(this, 'AssertionError');
  }
}

/** What was to be looked up, or taken away, is not there. */
export class KeyError extends Error {
  static {
    nameError(this, 'KeyError');
  }
}

/** The operating system refused. */
export class OSError extends Error {
  static {
    nameError(this, 'OSError');
  }
}

/** Python 3's other name of `OSError`. */
export const IOError = OSError;
export type IOError = OSError;
