/** Reading the recorded scenarios: `conformance/` of the repository, or the folder named by `SKEIN_CONFORMANCE`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recorded scenario: its inputs vary by area. */
export interface RecordedCase {
  readonly name: string;
  readonly expect: unknown;
  readonly language?: boolean;
  readonly incidental?: boolean;
  readonly [input: string]: unknown;
}

/** A long byte string, run-length coded: the concatenation of each text repeated so often. */
export interface RunLengthCoded {
  readonly rle: readonly (readonly [text: string, times: number])[];
}

/** The folder of the recordings. */
export function conformanceFolder(): string {
  return process.env['SKEIN_CONFORMANCE'] ?? join(__dirname, '../../../../conformance');
}

/** The cases of an area. Throws when the file does not hold as many as it says. */
export function loadArea(area: string): readonly RecordedCase[] {
  const file = JSON.parse(readFileSync(join(conformanceFolder(), `${area}.json`), 'utf8')) as {
    readonly count: number;
    readonly cases: readonly RecordedCase[];
  };
  if (file.cases.length !== file.count) throw new Error(`${area}.json promises ${String(file.count)} cases`);
  return file.cases;
}

/** Whether a recorded value is a run-length coded byte string. */
export function isRunLengthCoded(value: unknown): value is RunLengthCoded {
  return typeof value === 'object' && value !== null && Array.isArray((value as { rle?: unknown }).rle);
}

/** The text (one character a byte) that a recorded byte string stands for. */
export function decodeText(value: string | RunLengthCoded): string {
  return typeof value === 'string' ? value : value.rle.map(([text, times]) => text.repeat(times)).join('');
}

/** The bytes that a recorded byte string stands for. */
export function decodeBytes(value: string | RunLengthCoded): Buffer {
  return Buffer.from(decodeText(value), 'latin1');
}
