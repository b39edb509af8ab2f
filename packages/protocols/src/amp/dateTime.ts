/**
 * Dates and times.
 *
 * @twisted twisted.protocols.amp.DateTime
 */
import { ValueError } from '@skein/reactor/error';

import { AmpDateTime } from './ampDateTime';
import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { pythonInteger } from './pythonNumber';

class DateTimeArgument extends Argument<AmpDateTime | Date, AmpDateTime, boolean> {
  override toBytes(value: AmpDateTime | Date): string {
    if (value instanceof AmpDateTime) return value.toString();
    if (value instanceof Date) return AmpDateTime.fromDate(value).toString();
    throw new ValueError(`cannot send "${String(value)}" as a DateTime, wanted an AmpDateTime or a Date`);
  }

  override fromBytes(bytes: Buffer): AmpDateTime {
    const text = bytes.toString('latin1');
    if (text.length !== 32) throw new ValueError(`invalid date format "${text}"`);
    const number = (start: number, end: number): number => Number(pythonInteger(text.slice(start, end)));
    const sign = text.charAt(26);
    if (sign !== '+' && sign !== '-') throw new ValueError(`invalid sign "${sign}" of an offset, wanted "+" or "-"`);
    const offset = number(27, 29) * 60 + number(30, 32);
    return new AmpDateTime({
      year: number(0, 4),
      month: number(5, 7),
      day: number(8, 10),
      hour: number(11, 13),
      minute: number(14, 16),
      second: number(17, 19),
      microsecond: number(20, 26),
      utcOffset: sign === '-' ? 0 - offset : offset,
    });
  }
}

/** Dates and times with an offset from UTC. A `Date` is sent as UTC; what is received is an `AmpDateTime`, see its `toDate`. */
export function DateTime<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<AmpDateTime | Date, AmpDateTime, IsOptional<O>> {
  return new DateTimeArgument(options) as unknown as Argument<AmpDateTime | Date, AmpDateTime, IsOptional<O>>;
}
