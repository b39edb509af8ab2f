/**
 * Whole numbers as Python reads them. Internal to `amp`.
 */
import { ValueError } from '@skein/reactor/error';

const FORM = /^[ \t\n\v\f\r]*([+-]?)(\d+(?:_\d+)*)[ \t\n\v\f\r]*$/;

/** What Python's `int` makes of `text`: blanks around it, a sign, zeros in front and `_` between digits are allowed. */
export function pythonInteger(text: string): bigint {
  const [, sign = '', digits] = FORM.exec(text) ?? [];
  if (digits === undefined) throw new ValueError(`cannot read "${text}" as a number, wanted decimal digits`);
  const value = BigInt(digits.replaceAll('_', ''));
  return sign === '-' ? -value : value;
}
