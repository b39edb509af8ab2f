/**
 * The arguments of a description, matched with what a type of endpoint takes, and read.
 *
 * @twisted twisted.internet.endpoints (Python's own call does this there: `_parseTCP(None, *args, **kwargs)`)
 *
 * Every message names the argument, what it is, what was wanted, and shows a description that is right.
 */
import { ValueError } from '@skein/reactor/error';

import type { Description } from './parseDescription';

/** What a type of endpoint takes. */
export interface Signature {
  /** Names of the arguments, in the order in which they may be given by position. */
  readonly parameters: readonly string[];
  /** How many of them may be given by position; default all. */
  readonly positional?: number;
  /** Those of them that must be given. */
  readonly required: readonly string[];
  /** A description that is right. */
  readonly example: string;
}

/** Whole numbers as Python's `int` reads them: blanks around, a sign, and underscores between digits. */
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** Octal numbers as Python's `int(text, 8)` reads them, but no negative ones. */
const OCTAL = /^\s*\+?(?:0o_?)?([0-7]+(?:_[0-7]+)*)\s*$/i;

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
    const { parameters, required } = signature;
    const byPosition = parameters.slice(0, signature.positional);
    for (const [i, value] of description.args.slice(1).entries()) {
      const name = byPosition[i];
      if (name === undefined) {
        throw new TypeError(this.problem(`"${value}" is an argument too many, wanted ${byPosition.join(', ')}`));
      }
      this.#values.set(name, value);
    }
    for (const [name, value] of Object.entries(description.kwargs)) {
      if (!parameters.includes(name)) {
        throw new TypeError(this.problem(`there is no argument "${name}", wanted ${parameters.join(', ')}`));
      }
      if (this.#values.has(name)) {
        throw new TypeError(
          this.problem(`${name} is given twice, as "${this.#values.get(name) ?? ''}" and "${value}"`),
        );
      }
      this.#values.set(name, value);
    }
    for (const name of required) {
      if (!this.#values.has(name)) throw new TypeError(this.problem(`${name} is missing`));
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
    if (!INTEGER.test(value)) throw new ValueError(this.problem(`${name} is "${value}", wanted a whole number`));
    return Number(value.replaceAll('_', ''));
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
