/** How the replays of this package write down what they see. */
import type { Event } from '../../../reactor/test/conformance/load';

/** A value for a log: bytes become text, one character a byte. */
export function latin1(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

/** The log entry of an error. */
export function raised(error: unknown): Event {
  if (!(error instanceof Error)) throw error;
  return ['raised', error.name, error.message];
}
