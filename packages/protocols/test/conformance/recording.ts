/**
 * What the recordings have in common: bytes as text, events, scripted errors.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes: text in latin1, run-length coded when long. */
export type Bytes = string | { readonly rle: readonly (readonly [text: string, times: number])[] };

/** `[name, argument, …]`, in a log. */
export type Event = unknown[];

/** `[verb, argument, …]`, in a script. */
export type Action = readonly [verb: string, ...args: unknown[]];

/** The text that recorded bytes stand for. */
export function textOf(bytes: Bytes): string {
  if (typeof bytes === 'string') return bytes;
  return bytes.rle.map(([text, times]) => text.repeat(times)).join('');
}

/** The bytes. */
export function bytesOf(bytes: Bytes): Buffer {
  return Buffer.from(textOf(bytes), 'latin1');
}

/** A value for a log: bytes become text. */
export function latin1(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

/** A recorded value with all run-length coding undone. */
export function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  if ('rle' in value) return textOf(value as Bytes);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decoded(each)]));
}

/** An application's error, as scripts throw it. */
class ErrA extends Error {
  override name = 'ErrA';
}
class ErrB extends Error {
  override name = 'ErrB';
}
class ErrC extends ErrA {
  override name = 'ErrC';
}

export function scriptedError(type: string, message: string): Error {
  const errorClass = { ErrA, ErrB, ErrC }[type];
  if (errorClass === undefined) throw new Error(`no error "${type}" to throw`);
  return new errorClass(message);
}

/** The log entry of an error. */
export function raised(error: unknown): Event {
  if (!(error instanceof Error)) throw error;
  return ['raised', error.name, error.message];
}

/** The folder of the recordings: the repository's own, or that of `SKEIN_CONFORMANCE`. */
export function loadRecording(area: string): { readonly count: number; readonly cases: readonly unknown[] } {
  const folder = process.env['SKEIN_CONFORMANCE'] ?? join(__dirname, '../../../../conformance');
  return JSON.parse(readFileSync(join(folder, `${area}.json`), 'utf8')) as ReturnType<typeof loadRecording>;
}
