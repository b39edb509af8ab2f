/** Comparing what was observed with what was recorded. */
import { inspect } from 'node:util';

import { decodeText, isRunLengthCoded } from './load';

/** Relative tolerance for numbers: powers may differ in the last digit. */
const TOLERANCE = 1e-9;

function sameNumber(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

/** Where the two differ, as text; null when they do not. Undefined counts as null, and byte strings compare decoded. */
export function firstDifference(observed: unknown, expected: unknown, path = ''): string | null {
  const a = isRunLengthCoded(observed) ? decodeText(observed) : (observed ?? null);
  const b = isRunLengthCoded(expected) ? decodeText(expected) : (expected ?? null);
  if (typeof a === 'number' && typeof b === 'number') return sameNumber(a, b) ? null : differs(path, a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (i >= a.length || i >= b.length) return differs(`${path}[${String(i)}]`, a.slice(i), b.slice(i));
      const found = firstDifference(a[i], b[i], `${path}[${String(i)}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isPlainObject(a) && isPlainObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = firstDifference(a[key], b[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return a === b ? null : differs(path, a, b);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function differs(path: string, observed: unknown, expected: unknown): string {
  const show = (value: unknown): string => inspect(value, { depth: 8, breakLength: 110 });
  return `${path === '' ? 'result' : path}: observed ${show(observed)}, recorded ${show(expected)}`;
}
