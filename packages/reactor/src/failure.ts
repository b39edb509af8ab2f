/**
 * `Failure`: an error on its way through callbacks, as a value.
 *
 * @twisted twisted.python.failure.Failure
 *
 * Keeps the original `Error` (and so its stack and `cause`) and costs one small object: nothing is formatted before it is
 * asked for. Left out: captured local variables (`captureVars`), pickling, and `Failure()` without an argument, because
 * JavaScript has no "current exception".
 */
import { inspect, types } from 'node:util';

import { BRAND, brandOf } from './brand';
import { writeStandardError } from './logger/standardError';

/** A class of errors, abstract ones included. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E;

/** What `check` and `trap` compare with: a class, or a class name (which also matches subclasses). */
export type ErrorType = ErrorClass | string;

/** One line of a failure's stack. */
export interface StackFrame {
  /** The function's name, or `<anonymous>`. */
  readonly method: string;
  /** File name or URL. */
  readonly file: string;
  /** Line, from 1; 0 when unknown. */
  readonly line: number;
  /** Column, from 1; 0 when unknown. */
  readonly column: number;
}

/** How much `getTraceback` says: `brief` is one line a frame, `default` and `verbose` are Node's, with causes. */
export type TracebackDetail = 'brief' | 'default' | 'verbose';

/** Wraps what was thrown but is no `Error`, so that `Failure.value` always is one; `cause` is the thing itself. */
export class DefaultException extends Error {
  override readonly name: string = 'DefaultException';
  constructor(thrown: unknown) {
    super(typeof thrown === 'string' ? thrown : inspect(thrown), { cause: thrown });
  }
}

/** Thrown by `new Failure()` and `errback()` without an error: there is no current exception to take. */
export class NoCurrentExceptionError extends Error {
  override readonly name: string = 'NoCurrentExceptionError';
}

/** Whether `value` is an `Error`, of this or another realm. Never throws. */
function isError(value: unknown): value is Error {
  if (value instanceof Error || types.isNativeError(value)) return true;
  // A DOMException of another realm (jest's, a vm context's) is neither; it looks like one.
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.prototype.toString.call(value) === '[object DOMException]' &&
    typeof (value as { message?: unknown }).message === 'string'
  );
}

/** The name of an error's class: a literal `name` wins, because minifiers rename classes. */
function classNameOf(error: Error): string {
  const name: unknown = error.name;
  return typeof name === 'string' && name !== '' ? name : error.constructor.name;
}

function headline(error: Error): string {
  const name = classNameOf(error);
  return error.message === '' ? name : `${name}: ${error.message}`;
}

/** The `    at …` lines of an error's stack; V8's first lines repeat a name and a message that may have changed since. */
function stackLines(error: Error): string[] {
  const stack: unknown = error.stack;
  if (typeof stack !== 'string') return [];
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

const FRAME = /^\s+at (?:(.*?) \()?(.*?)(?::(\d+))?(?::(\d+))?\)?$/;

function parseFrame(line: string): StackFrame {
  const match = FRAME.exec(line);
  return {
    method: match?.[1] ?? '<anonymous>',
    file: match?.[2] ?? line.trim(),
    line: Number(match?.[3] ?? 0),
    column: Number(match?.[4] ?? 0),
  };
}

function describe(error: Error, seen: Set<unknown>): string {
  seen.add(error);
  const parts = [headline(error), ...stackLines(error)];
  const more: [string, unknown][] = [];
  const wrapped: unknown = (error as { subFailure?: unknown }).subFailure;
  if (isFailure(wrapped)) more.push(['Failure wrapped', wrapped.value]);
  const { cause } = error;
  if (cause !== undefined) more.push(['Caused by', isFailure(cause) ? cause.value : cause]);
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) more.push(['One of', isFailure(each) ? each.value : each]);
  for (const [label, what] of more) {
    if (seen.has(what)) parts.push(`${label}: (shown above)`);
    else parts.push(`${label}: ${isError(what) ? describe(what, seen) : inspect(what)}`);
  }
  return parts.join('\n');
}

/**
 * An error as a value. Deferreds pass failures to errbacks; conditions such as a lost connection travel as failures.
 *
 * @example
 * d.addErrback((failure) => {
 *   failure.trap(ConnectionRefusedError); // anything else goes on to the next errback
 *   return retryLater();
 * });
 */
export class Failure<E extends Error = Error> {
  /** The error. Always the original object; what was thrown but is no `Error` comes wrapped in a `DefaultException`. */
  readonly value: E;

  /**
   * @param value - the error, or whatever was thrown. Another failure gives a failure of the same error.
   * Throws `NoCurrentExceptionError` without a value.
   */
  constructor(value: E | Failure<E>);
  constructor(value: unknown);
  constructor(value: unknown) {
    if (isError(value)) this.value = value as E;
    else if (isFailure(value)) this.value = value.value as E;
    else if (arguments.length === 0)
      throw new NoCurrentExceptionError('Cannot make a Failure without an error, wanted the error that was caught');
    else this.value = new DefaultException(value) as unknown as E;
  }

  /** Whether a value is a failure of any copy of this module. */
  static isFailure(value: unknown): value is Failure {
    return isFailure(value);
  }

  /** `instanceof Failure` is true for failures of any copy of this module. */
  static [Symbol.hasInstance](this: unknown, value: unknown): boolean {
    if (this === Failure) return isFailure(value);
    return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
  }

  /** The error's class. */
  get type(): ErrorClass<E> {
    return this.value.constructor as unknown as ErrorClass<E>;
  }

  /** The names of the error's class and of its base classes, nearest first. */
  get parents(): string[] {
    const names: string[] = [classNameOf(this.value)];
    let prototype: unknown = Object.getPrototypeOf(this.value);
    while (prototype !== null && typeof prototype === 'object') {
      const constructor: unknown = (prototype as { constructor?: unknown }).constructor;
      if (typeof constructor === 'function' && constructor !== Object && !names.includes(constructor.name))
        names.push(constructor.name);
      prototype = Object.getPrototypeOf(prototype);
    }
    return names;
  }

  /** The stack, innermost frame first (Twisted's begins with the outermost). Empty when the error has none. */
  get frames(): readonly StackFrame[] {
    return stackLines(this.value).map(parseFrame);
  }

  /**
   * The first of `errorTypes` that the error is an instance of, or null.
   *
   * @example
   * if (failure.check(ConnectionDone, ConnectionLost) === ConnectionDone) …
   */
  check<const T extends readonly ErrorType[]>(...errorTypes: T): T[number] | null {
    for (const errorType of errorTypes) {
      if (typeof errorType === 'string' ? this.parents.includes(errorType) : this.value instanceof errorType)
        return errorType;
      // Errors of another realm (jest, vm) are no instances of this realm's Error.
      if (errorType === Error) return errorType;
    }
    return null;
  }

  /** As `check`, but throws the error when it is none of `errorTypes`: in an errback, that passes it on. */
  trap<const T extends readonly ErrorType[]>(...errorTypes: T): T[number] {
    const found = this.check(...errorTypes);
    if (found === null) throw this.value;
    return found;
  }

  /** Throws the error. */
  raiseException(): never {
    throw this.value;
  }

  /** Throws the error into a generator, at its present `yield`, and returns what the generator yields next. */
  throwExceptionIntoGenerator<Y, R>(generator: Generator<Y, R, never>): IteratorResult<Y, R> {
    return generator.throw(this.value);
  }

  /** The error's message alone. */
  getErrorMessage(): string {
    const { value } = this;
    return isFailure(value) ? value.getErrorMessage() : value.message;
  }

  /** `Traceback: class: message`, then one `file:line:function` a frame. */
  getBriefTraceback(): string {
    return this.getTraceback({ detail: 'brief' });
  }

  /** Class, message, stack and causes as text, ending with a newline. */
  getTraceback(options: { detail?: TracebackDetail } = {}): string {
    if (options.detail === 'brief') {
      const lines = this.frames.map(({ file, line, method }) => `${file}:${String(line)}:${method}\n`);
      return `Traceback: ${headline(this.value)}\n${lines.join('')}`;
    }
    return `Traceback: ${describe(this.value, new Set())}\n`;
  }

  /** Writes `getTraceback()` to `file`, by default to standard error. */
  printTraceback(file?: { write(text: string): unknown } | null, options: { detail?: TracebackDetail } = {}): void {
    const text = this.getTraceback(options);
    if (file) file.write(text);
    else writeStandardError(text);
  }

  /** As `printTraceback`, brief. */
  printBriefTraceback(file?: { write(text: string): unknown } | null): void {
    this.printTraceback(file, { detail: 'brief' });
  }

  /** As `printTraceback`, with everything there is. */
  printDetailedTraceback(file?: { write(text: string): unknown } | null): void {
    this.printTraceback(file, { detail: 'verbose' });
  }

  /**
   * Lets go of what keeps memory alive. In Python that is the traceback's frames; a V8 stack holds none, so nothing is lost here
   * and the stack stays.
   */
  cleanFailure(): void {
    // Reading the stack turns V8's structured frames, which do refer to functions, into text.
    stackLines(this.value);
  }

  /** `[Failure instance: Traceback: class: message` and a brief stack `]`. */
  toString(): string {
    return `[Failure instance: ${this.getBriefTraceback()}]`;
  }

  [inspect.custom](): string {
    return `[Failure instance: ${headline(this.value)}]`;
  }
}
Object.defineProperty(Failure.prototype, BRAND, { value: 'failure' });

/** Whether a value is a failure of any copy of this module. */
export function isFailure(value: unknown): value is Failure {
  return brandOf(value) === 'failure';
}
