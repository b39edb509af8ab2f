/**
 * A date and time with its offset from UTC, to the microsecond: what AMP's `DateTime` carries, and a `Date` cannot.
 *
 * @twisted Python's `datetime.datetime` with a fixed time zone
 */
import { ValueError } from '@skein/reactor/error';

/** The parts of an `AmpDateTime`. */
export interface AmpDateTimeFields {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Default 0, as all that follow. */
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  /** 0 to 999999. */
  readonly microsecond?: number;
  /** Minutes east of UTC, less than a day either way. */
  readonly utcOffset?: number;
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ValueError(`the ${name} "${value}" does not exist, wanted ${least} to ${most}`);
}

/** The moment in milliseconds, by the calendar as it is now for all years. (`Date.UTC` takes the years 0 to 99 for 1900 to 1999.) */
function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, millisecond);
}

/**
 * A date and time. Immutable.
 *
 * @example
 * const launch = new AmpDateTime({ year: 2026, month: 11, day: 23, hour: 9, microsecond: 250, utcOffset: 60 });
 * launch.toDate().toISOString(); // '2026-11-23T08:00:00.000Z'
 */
export class AmpDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Minutes east of UTC. */
  readonly utcOffset: number;

  /** Throws `ValueError` for a day or time that does not exist. */
  constructor(fields: AmpDateTimeFields) {
    const { year, month, day, hour = 0, minute = 0, second = 0, microsecond = 0, utcOffset = 0 } = fields;
    this.year = inRange('year', year, 1, 9999);
    this.month = inRange('month', month, 1, 12);
    this.day = inRange('day', day, 1, new Date(utc(year, month + 1, 0)).getUTCDate());
    this.hour = inRange('hour', hour, 0, 23);
    this.minute = inRange('minute', minute, 0, 59);
    this.second = inRange('second', second, 0, 59);
    this.microsecond = inRange('microsecond', microsecond, 0, 999999);
    this.utcOffset = inRange('offset', utcOffset, -1439, 1439);
  }

  /** That moment, as it is called `utcOffset` minutes east of UTC. Throws `ValueError` for an invalid date. */
  static fromDate(date: Date, utcOffset = 0): AmpDateTime {
    const local = new Date(date.getTime() + utcOffset * 60_000);
    return new AmpDateTime({
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      second: local.getUTCSeconds(),
      microsecond: local.getUTCMilliseconds() * 1000,
      utcOffset,
    });
  }

  /** The moment, cut to milliseconds. */
  toDate(): Date {
    const { year, month, day, hour, minute, second, microsecond, utcOffset } = this;
    return new Date(utc(year, month, day, hour, minute - utcOffset, second, Math.floor(microsecond / 1000)));
  }

  /** As it is sent: `2026-11-23T09:00:00.000250+01:00`. */
  toString(): string {
    const two = (n: number): string => String(n).padStart(2, '0');
    const offset = Math.abs(this.utcOffset);
    const sign = this.utcOffset > 0 ? '+' : '-';
    return (
      `${String(this.year).padStart(4, '0')}-${two(this.month)}-${two(this.day)}` +
      `T${two(this.hour)}:${two(this.minute)}:${two(this.second)}.${String(this.microsecond).padStart(6, '0')}` +
      `${sign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`
    );
  }
}
