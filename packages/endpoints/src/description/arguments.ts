/**
 * The arguments of a description, matched with what a type of endpoint takes, and read.
 *
 * @twisted twisted.internet.endpoints (Python's own call does this there: `_parseTCP(None, *args, **kwargs)`)
 *
 * Every message names the argument, what it is, what was wanted, and shows a description that is right.
 */
import { OSError, ValueError } from '@skein/reactor/error';

import type { Description } from './parseDescription';

/** An argument that a type of endpoint takes. */
export interface Parameter {
  readonly name: string;
  /** What it says, for people: a phrase that begins in lower case. */
  readonly what: string;
  /** Whether it must be given. */
  readonly required?: true;
  /** What holds when it is not given, for people. */
  readonly default?: string;
}

/** What a type of endpoint takes. */
export interface Signature {
  /** The arguments, in the order in which they may be given by position. */
  readonly parameters: readonly Parameter[];
  /** How many of them may be given by position; default all. */
  readonly positional?: number;
  /** A description that is right. */
  readonly example: string;
}

/** What Python's `int` takes for blanks: U+0085 is one there and none for JavaScript, U+FEFF the other way round. */
const BLANKS = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*';

/** Whole numbers as Python's `int` reads them: blanks around, a sign, and underscores between digits. */
const INTEGER = new RegExp(`^${BLANKS}([+-]?\\d+(?:_\\d+)*)${BLANKS}$`);

/** Octal numbers as Python's `int(text, 8)` reads them, but no negative ones. */
const OCTAL = new RegExp(`^${BLANKS}\\+?(?:0o_?)?([0-7]+(?:_[0-7]+)*)${BLANKS}$`, 'i');

/** Arguments by name. */
export class Arguments {
  readonly #description: Description;
  readonly #signature: Signature;
  readonly #values = new Map<string, string>();

  /**
   * Matches a description's arguments, after its type, with a signature.
   *
   * Throws `TypeError` for an argument too many, one that is not known, is given twice, or is missing.
   */
  constructor(description: Description, signature: Signature) {
    this.#description = description;
    this.#signature = signature;
    const names = signature.parameters.map(({ name }) => name);
    const byPosition = names.slice(0, signature.positional);
    for (const [i, value] of description.args.slice(1).entries()) {
      const name = byPosition[i];
      if (name === undefined) {
        throw new TypeError(this.problem(`"${value}" is an argument too many, wanted ${byPosition.join(', ')}`));
      }
      this.#values.set(name, value);
    }
    for (const [name, value] of Object.entries(description.kwargs)) {
      if (!names.includes(name)) {
        // Most often it is a description within another: its "=" ends what was meant to be one argument.
        const hint = name.includes(':') ? ' (an argument that contains "=" is given by keyword)' : '';
        throw new TypeError(this.problem(`there is no argument "${name}", wanted ${names.join(', ')}${hint}`));
      }
      if (this.#values.has(name)) {
        throw new TypeError(
          this.problem(`${name} is given twice, as "${this.#values.get(name) ?? ''}" and "${value}"`),
        );
      }
      this.#values.set(name, value);
    }
    for (const { name, required } of signature.parameters) {
      if (required && !this.#values.has(name)) throw new TypeError(this.problem(`${name} is missing`));
    }
  }

  /** The text of an argument; null when it is not given. */
  text(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  /** The text of an argument that must be given. */
  requiredText(name: string): string {
    return this.#values.get(name) as string;
  }

  /** The number that an argument says; null when it is not given. Throws `ValueError` when it says none. */
  integer(name: string): number | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    const digits = INTEGER.exec(value)?.[1];
    if (digits === undefined) throw new ValueError(this.problem(`${name} is "${value}", wanted a whole number`));
    return Number(digits.replaceAll('_', ''));
  }

  /** The number that an argument says which must be given. */
  requiredInteger(name: string): number {
    return this.integer(name) as number;
  }

  /** Whether an argument says yes (a number but 0) or no (0); null when it is not given. Throws `ValueError` for what is no number. */
  flag(name: string): boolean | null {
    const value = this.integer(name);
    return value === null ? null : value !== 0;
  }

  /** Which of some words an argument says; null when it is not given. Throws `ValueError` for any other. */
  word<W extends string>(name: string, words: readonly W[]): W | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    const word = words.find((each) => each === value);
    if (word === undefined) throw new ValueError(this.problem(`${name} is "${value}", wanted ${words.join(', ')}`));
    return word;
  }

  /**
   * What `read` makes of an argument's value, such as a file of that name; null when it is not given and has no default.
   * What `read` throws is thrown as an error of the same sort that says which argument of which description it was.
   */
  read<T>(name: string, read: (value: string) => T, byDefault: string | null = null): T | null {
    const value = this.#values.get(name) ?? byDefault;
    if (value === null) return null;
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const given = this.#values.has(name) ? `"${value}"` : `"${value}" when it is not given`;
      const problem = this.problem(`${name} is ${given}, which cannot be used (${error.message})`);
      throw error instanceof OSError
        ? new OSError(problem, { cause: error })
        : new ValueError(problem, { cause: error });
    }
  }

  /** Permissions, in octal digits, `0o` before them or not; null when they are not given. Throws `ValueError` for anything else. */
  mode(name: string): number | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    const digits = OCTAL.exec(value)?.[1];
    if (digits === undefined) throw new ValueError(this.problem(`${name} is "${value}", wanted octal digits`));
    return parseInt(digits.replaceAll('_', ''), 8);
  }

  /** The text of an error about these arguments. */
  problem(what: string): string {
    const { text, args } = this.#description;
    // An empty argument is most often one side of a colon that nobody quoted: `interface=::1`.
    const hint = args.includes('', 1) ? ' (a colon inside an argument is written "\\:")' : '';
    return `cannot parse endpoint description "${text}": ${what}${hint}, as in "${this.#signature.example}"`;
  }
}
