/** Reading what was recorded, and the page of the differences. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recorded case. Its inputs vary by area. */
export interface RecordedCase {
  readonly name: string;
  readonly expect: unknown;
  readonly kind?: string;
  readonly language?: boolean;
  readonly incidental?: boolean;
  readonly [input: string]: unknown;
}

/** `[verb, argument, …]`, in a script. */
export type Operation = readonly [verb: string, ...args: unknown[]];

/** `[name, argument, …]`, in a log. */
export type Event = unknown[];

/** A long byte string, run-length coded: the concatenation of each text repeated so often. */
export interface RunLengthCoded {
  readonly rle: readonly (readonly [text: string, times: number])[];
}

const ROOT = join(__dirname, '../../../..');

/** The folder of the recordings: `conformance/` of the repository, or what `SKEIN_CONFORMANCE` names. */
export function conformanceFolder(): string {
  return process.env['SKEIN_CONFORMANCE'] ?? join(ROOT, 'conformance');
}

/** Whether these are the repository's own recordings, of which the differences and their page have to be true. */
export function areOwnRecordings(): boolean {
  return process.env['SKEIN_CONFORMANCE'] === undefined;
}

/** The names of all files of cases, without `.json`. */
export function recordedFiles(): readonly string[] {
  return readdirSync(conformanceFolder())
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** The cases of a file; none, when another folder lacks it. Throws when it does not hold as many as it says. */
export function loadCases(name: string): readonly RecordedCase[] {
  if (!areOwnRecordings() && !recordedFiles().includes(name)) return [];
  const file = JSON.parse(readFileSync(join(conformanceFolder(), `${name}.json`), 'utf8')) as {
    readonly count: number;
    readonly cases: readonly RecordedCase[];
  };
  if (file.cases.length !== file.count) throw new Error(`${name}.json promises ${String(file.count)} cases`);
  return file.cases;
}

/** The cases of a file that docs/differences-from-twisted.md names: there they stand as ``_(clock: `case-1`, `case-2`)_``. */
export function differencesOnPage(name: string): ReadonlySet<string> {
  const page = readFileSync(join(ROOT, 'docs/differences-from-twisted.md'), 'utf8');
  const lists = page.matchAll(new RegExp(`_\\(${name}: ([^)]*)\\)_`, 'g'));
  return new Set(
    [...lists].flatMap(([, cases = '']) => [...cases.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each)),
  );
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
