/**
 * Numbers as Python reads them: blanks around them, and `_` between digits. Internal to `amp`.
 *
 * What is read comes from a peer, and may be 65535 bytes long: every regular expression here is linear.
 */
import { ValueError } from '@skein/reactor/error';

const BLANKS = ' \t\n\v\f\r';

/** The text without blanks around it. (JavaScript's `trim` takes more for blank.) */
export function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The text of a number without blanks and underscores; null when there is an underscore that is not between digits. */
export function plainNumber(text: string): string | null {
  const trimmed = withoutBlanks(text);
  return /(?<!\d)_|_(?!\d)/.test(trimmed) ? null : trimmed.replaceAll('_', '');
}

/** What Python's `int` makes of `text`. Throws `ValueError` for what is no whole number. */
export function pythonInteger(text: string): bigint {
  const plain = plainNumber(text);
  if (plain === null || !/^[+-]?\d+$/.test(plain)) {
    throw new ValueError(`cannot read "${text.slice(0, 100)}" as a number, wanted decimal digits`);
  }
  return BigInt(plain.replace('+', ''));
}
