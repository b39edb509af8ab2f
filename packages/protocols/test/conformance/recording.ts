/**
 * What the replayers of this package have in common.
 */

/** `[name, argument, …]`, in a log. */
export type Event = unknown[];

/** `[verb, argument, …]`, in a script. */
export type Action = readonly [verb: string, ...args: unknown[]];

/** A value for a log: bytes become text, one character a byte. */
export function latin1(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

/** The log entry of an error. */
export function raised(error: unknown): Event {
  if (!(error instanceof Error)) throw error;
  return ['raised', error.name, error.message];
}
