/**
 * Commands that wait for their answers, and what the lines of an answer mean to each. Internal to `memcache`.
 *
 * A command takes the lines of its answer one by one: each says what was taken. Anything else is an
 * answer to some other command, and throws `RuntimeError`.
 */
import { Deferred } from '@skein/reactor/defer';
import { RuntimeError, ValueError } from '@skein/reactor/error';

/** What a line was: one of several; followed by a value of so many bytes; the last, after which `fire` fires the Deferred. */
export type Taken =
  | { readonly is: 'one of several' }
  | { readonly is: 'before a value'; readonly length: number }
  | { readonly is: 'last'; readonly fire: () => void };

const ONE_OF_SEVERAL: Taken = { is: 'one of several' };

/** A command under way. Text is latin1: a character for each byte. */
export abstract class Command<T> {
  readonly deferred = new Deferred<T>();

  /** Takes a line. Throws `RuntimeError` for one that does not answer this. */
  abstract lineReceived(line: string): Taken;

  /** Takes the value that a line has announced. */
  valueReceived(_value: Buffer): void {}

  protected succeed(result: T): Taken {
    return { is: 'last', fire: () => this.deferred.callback(result) };
  }
}

function unexpected(): RuntimeError {
  return new RuntimeError('Unexpected commands answer.');
}

/** A command with an answer of one line, of which there are a few. */
export class Simple<T> extends Command<T> {
  readonly #answers: ReadonlyMap<string, T>;

  constructor(answers: Readonly<Record<string, T>>) {
    super();
    this.#answers = new Map(Object.entries(answers));
  }

  lineReceived(line: string): Taken {
    // Twisted reads `NOT STORED` and `NOT_STORED` as the same.
    const result = this.#answers.get(line.replaceAll(' ', '_'));
    if (result === undefined) throw unexpected();
    return this.succeed(result);
  }
}

/** `incr` and `decr`: the new value. */
export class Arithmetic extends Command<number | false> {
  lineReceived(line: string): Taken {
    if (line === 'NOT_FOUND' || line === 'NOT FOUND') return this.succeed(false);
    // Servers pad what has become shorter with blanks.
    if (!/^\d{1,20} *$/.test(line)) throw unexpected();
    const value = Number(line);
    if (Number.isSafeInteger(value)) return this.succeed(value);
    const error = new ValueError(`cannot give "${line.trim()}" back as a number, wanted at most 2**53 - 1`);
    return { is: 'last', fire: () => this.deferred.errback(error) };
  }
}

/** `version`. */
export class Version extends Command<string> {
  lineReceived(line: string): Taken {
    if (!line.startsWith('VERSION ')) throw unexpected();
    return this.succeed(line.slice('VERSION '.length));
  }
}

/** `stats`: lines of a name and a value. */
export class Stats extends Command<Map<string, string>> {
  readonly #values = new Map<string, string>();
  readonly #limit: number;
  #size = 0;

  /** @param limit - how many characters are taken, all in all */
  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  lineReceived(line: string): Taken {
    if (line === 'END' || line === 'RESET' || line === 'OK') return this.succeed(this.#values);
    const [, key, value] = /^STAT (\S+) ?(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw unexpected();
    this.#size += line.length;
    if (this.#size > this.#limit) throw new RuntimeError(`Too many statistics: more than ${this.#limit} bytes.`);
    this.#values.set(key, value);
    return ONE_OF_SEVERAL;
  }
}

/** What was got: the flags, an identifier for `checkAndSet` (`''` for none), the value (null for none). */
export interface Got {
  flags: number;
  cas: string;
  value: Buffer | null;
}

/** `get` and `gets`: values, each after a line that announces it. */
export class Get<T> extends Command<T> {
  readonly #got: ReadonlyMap<string, Got>;
  readonly #line: RegExp;
  readonly #limit: number;
  readonly #result: () => T;
  #coming: Got | null = null;

  /**
   * @param got - by the key; filled in as values come
   * @param withIdentifier - whether lines have a fourth word
   * @param limit - how many bytes a value may have
   * @param result - what the Deferred fires with at the end
   */
  constructor(got: ReadonlyMap<string, Got>, withIdentifier: boolean, limit: number, result: () => T) {
    super();
    this.#got = got;
    this.#line = withIdentifier
      ? /^VALUE (\S+) (\d{1,10}) (\d{1,10}) (\d{1,20})$/
      : /^VALUE (\S+) (\d{1,10}) (\d{1,10})$/;
    this.#limit = limit;
    this.#result = result;
  }

  lineReceived(line: string): Taken {
    if (line === 'END') return this.succeed(this.#result());
    const [, key = '', flags, length, cas = ''] = this.#line.exec(line) ?? [];
    const got = this.#got.get(key);
    if (got === undefined) throw unexpected();
    if (Number(length) > this.#limit) {
      throw new RuntimeError(`Value too long: ${Number(length)} bytes, of ${this.#limit} allowed.`);
    }
    got.flags = Number(flags);
    got.cas = cas;
    this.#coming = got;
    return { is: 'before a value', length: Number(length) };
  }

  override valueReceived(value: Buffer): void {
    if (this.#coming !== null) this.#coming.value = value;
    this.#coming = null;
  }
}
