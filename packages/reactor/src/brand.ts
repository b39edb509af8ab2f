/**
 * The mark by which `Failure` and `Deferred` know their own kind, whichever copy of the package made it.
 *
 * Two copies of one package in a process (two versions in a tree of dependencies, CommonJS beside a bundle) make two classes of
 * one name; a well-known symbol on the prototype lets `instanceof` see through that. One symbol for both classes, so that
 * the Deferred's inner loop classifies a result with a single look.
 */
export const BRAND = Symbol.for('@skein/reactor.brand');

/** The brand of a value, `'failure'` or `'deferred'`, or undefined. Never throws, but for a proxy that throws. */
export function brandOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { [BRAND]?: unknown })[BRAND] : undefined;
}
