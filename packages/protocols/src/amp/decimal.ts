/**
 * Decimal numbers, exactly: digits, trailing zeros, and where the point is.
 *
 * @twisted twisted.protocols.amp.Decimal
 *
 * Values are text in the form in which Python's `decimal` writes them, since JavaScript has no decimal type. Any library's
 * constructor takes it, and what its `toString` gives can be sent.
 */
import { ValueError } from '@skein/reactor/error';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { withoutBlanks } from './pythonNumber';

const FINITE = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;
const SPECIAL = /^([+-]?)(?:(inf)(?:inity)?|(s?)nan(\d*))$/i;

/** Python's limit. */
const MAX_EXPONENT = 999999999999999999n;

/** The text of a number of that sign, those digits, and that power of ten: the specification's scientific string. */
function scientific(minus: string, digits: string, exponent: bigint): string {
  const adjusted = exponent + BigInt(digits.length - 1);
  if (exponent <= 0n && adjusted >= -6n) {
    if (exponent === 0n) return minus + digits;
    const places = Number(-exponent);
    const padded = digits.padStart(places + 1, '0');
    return `${minus}${padded.slice(0, -places)}.${padded.slice(-places)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
  return `${minus}${mantissa}E${adjusted < 0n ? '' : '+'}${String(adjusted)}`;
}

/** A decimal number as Python's `str(Decimal(text))` writes it. Throws `ValueError` for what is none. */
function normalized(text: string): string {
  const plain = withoutBlanks(text).replaceAll('_', '');
  const [matched, sign = '', whole = '', fraction = '', bare = '', power = '0'] = FINITE.exec(plain) ?? [];
  const minus = (s: string): string => (s === '-' ? '-' : '');
  if (matched !== undefined) {
    const digits = (whole + fraction + bare).replace(/^0+(?=\d)/, '');
    const exponent = BigInt(power.replace('+', '')) - BigInt(fraction.length + bare.length);
    const adjusted = exponent + BigInt(digits.length - 1);
    if (adjusted <= MAX_EXPONENT && adjusted >= -MAX_EXPONENT) return scientific(minus(sign), digits, exponent);
  }
  const [special, itsSign = '', infinity, signalling = '', payload = ''] = SPECIAL.exec(plain) ?? [];
  if (special === undefined)
    throw new ValueError(`cannot take "${text.slice(0, 100)}" as a decimal, wanted a text such as "-1.50"`);
  if (infinity !== undefined) return `${minus(itsSign)}Infinity`;
  return `${minus(itsSign)}${signalling === '' ? '' : 's'}NaN${payload.replace(/^0+/, '')}`;
}

class DecimalArgument extends Argument<string, string, boolean> {
  override toBytes(value: string): string {
    // A number would have lost what this type is for.
    if (typeof value !== 'string') throw new ValueError(`amp.Decimal can only encode text, not "${String(value)}"`);
    return normalized(value);
  }

  override fromBytes(bytes: Buffer): string {
    return normalized(bytes.toString('latin1'));
  }
}

/**
 * Decimal numbers, as text: `'1.50'` stays `'1.50'`, and `'0.0000001'` becomes `'1E-7'`, as in Python. `'Infinity'`, `'NaN'`
 * and `'sNaN'` are allowed.
 */
export function Decimal<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<string, string, IsOptional<O>> {
  return new DecimalArgument(options) as unknown as Argument<string, string, IsOptional<O>>;
}
