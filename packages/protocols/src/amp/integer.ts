/**
 * Whole numbers.
 *
 * @twisted twisted.protocols.amp.Integer
 *
 * Python's are of any size. Here they are of one type each: `number`, which fails beyond 2 to the 53rd instead of being wrong, or
 * `bigint` by option. (One type for both would make `a + b` an error.)
 */
import { ValueError } from '@skein/reactor/error';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { pythonInteger } from './pythonNumber';

/** Options of `Integer`. */
export interface IntegerOptions extends ArgumentOptions {
  /** Whether values are `bigint`s, of any size (default false). */
  readonly bigint?: boolean;
}

/** The type of an integer's values. */
export type IntegerOf<O extends IntegerOptions> = O extends { readonly bigint: true } ? bigint : number;

class IntegerArgument extends Argument<number | bigint, number | bigint, boolean> {
  readonly #bigint: boolean;

  constructor(options: IntegerOptions = {}) {
    super(options);
    this.#bigint = options.bigint ?? false;
  }

  override toBytes(value: number | bigint): string {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
      throw new ValueError(`cannot send "${String(value)}" as an Integer, wanted a safe integer or a bigint`);
    }
    return String(value);
  }

  override fromBytes(bytes: Buffer): number | bigint {
    const text = bytes.toString('latin1');
    // What nearly every integer is: no need to go by a bigint.
    if (!this.#bigint && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
    const value = pythonInteger(text);
    if (this.#bigint) return value;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new ValueError(`cannot receive "${String(value)}" as a number, wanted Integer({ bigint: true })`);
    }
    return number === 0 ? 0 : number;
  }
}

/**
 * Whole numbers, as decimal digits. Values are numbers up to 2 to the 53rd, beyond which they are a `ValueError`; or
 * `bigint`s of any size.
 *
 * @example
 * static override readonly arguments = { count: Integer(), id: Integer({ bigint: true }) };
 */
export function Integer<const O extends IntegerOptions = ArgumentOptions>(
  options?: O,
): Argument<IntegerOf<O>, IntegerOf<O>, IsOptional<O>> {
  return new IntegerArgument(options) as unknown as Argument<IntegerOf<O>, IntegerOf<O>, IsOptional<O>>;
}
