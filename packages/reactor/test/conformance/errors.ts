/** The application errors of the scenarios, and errors as the recordings write them. */
import { FailureGroup, FirstError, TimeoutError } from '../../src/defer/errors';

export class ErrA extends Error {
  override readonly name: string = 'ErrA';
}
export class ErrB extends Error {
  override readonly name: string = 'ErrB';
}
export class ErrC extends ErrA {
  override readonly name: string = 'ErrC';
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = { ErrA, ErrB, ErrC };

/** The error that a scenario calls `[type, message]`. */
export function makeError(type: unknown, message: unknown): Error {
  const errorClass = CLASSES[String(type)];
  if (errorClass === undefined) throw new Error(`unknown error class ${String(type)}`);
  return new errorClass(String(message));
}

/** An error as it stands in a log. */
export function renderError(error: Error): unknown[] {
  if (error instanceof FirstError) return ['FirstError', error.index, renderError(error.subFailure.value)];
  if (error instanceof FailureGroup) return ['FailureGroup', error.errors.map(renderError)];
  if (error instanceof TimeoutError && error.timeout !== null) return ['TimeoutError', error.timeout, 'Deferred'];
  return [error.name, error.message];
}
