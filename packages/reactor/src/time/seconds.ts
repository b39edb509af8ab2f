/**
 * What counts as a number of seconds.
 *
 * Python's clocks take any float, NaN and infinities included, and misbehave later; a wrong delay is reported here at once, where it
 * is handed in. Whether a negative one means anything is for the clock to say: `Clock` takes it, a reactor does not.
 */

/**
 * Returns `seconds` when it is a finite number. Throws `TypeError` for what is no number and `RangeError` for NaN and infinities.
 *
 * @param action - what cannot be done then, for the message: `schedule a call`
 */
export function checkSeconds(seconds: unknown, action: string): number {
  if (typeof seconds !== 'number')
    throw new TypeError(`Cannot ${action} with delay '${String(seconds)}', wanted a number of seconds`);
  if (!Number.isFinite(seconds))
    throw new RangeError(`Cannot ${action} with delay '${String(seconds)}', wanted a finite number of seconds`);
  return seconds;
}
