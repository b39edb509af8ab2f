/**
 * Floating-point numbers, written as Python does.
 *
 * @twisted twisted.protocols.amp.Float
 */
import { ValueError } from '@skein/reactor/error';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { plainNumber } from './pythonNumber';

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;

/** A number as Python's `repr` writes it: `1.0`, `1e+16`, `1e-07`, `inf`. */
function repr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  // JavaScript and Python find the same digits, the fewest that mean this number, and differ in how they set them out.
  const [, sign = '', first = '', rest = '', power = ''] =
    /^(-?)(\d)(?:\.(\d+))?e(.*)$/.exec(value.toExponential()) ?? [];
  const minus = Object.is(value, -0) ? '-' : sign;
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const mantissa = rest === '' ? first : `${first}.${rest}`;
    return `${minus}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const digits = first + rest;
  if (exponent < 0) return `${minus}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${minus}${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`;
}

class FloatArgument extends Argument<number, number, boolean> {
  override toBytes(value: number): string {
    if (typeof value !== 'number') throw new ValueError(`Bad float value "${String(value)}"`);
    return repr(value);
  }

  override fromBytes(bytes: Buffer): number {
    const text = plainNumber(bytes.toString('latin1')) ?? '_';
    if (NUMBER.test(text)) return Number(text);
    const [, sign] = INFINITE.exec(text) ?? [];
    if (sign !== undefined) return sign === '-' ? -Infinity : Infinity;
    if (NOT_A_NUMBER.test(text)) return NaN;
    throw new ValueError(
      `cannot read "${bytes.toString('latin1', 0, 100)}" as a number, wanted a floating-point number`,
    );
  }
}

/** Floating-point numbers, infinite ones and NaN included. */
export function Float<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<number, number, IsOptional<O>> {
  return new FloatArgument(options) as unknown as Argument<number, number, IsOptional<O>>;
}
