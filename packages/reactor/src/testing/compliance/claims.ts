/**
 * What the cases check with: no test framework, so that the suite runs under any of them, or under none.
 */

/** A driver broke a rule. The message says what was seen and what the contract wants. */
export class ComplianceError extends Error {
  override readonly name = 'ComplianceError';
}

/**
 * Throws unless `holds`.
 *
 * @throws ComplianceError
 */
export function claim(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ComplianceError(message);
}

/**
 * Throws unless `actual` and `expected` look the same as JSON.
 *
 * @throws ComplianceError
 */
export function claimEqual(actual: unknown, expected: unknown, what: string): void {
  const seen = JSON.stringify(actual);
  const wanted = JSON.stringify(expected);
  if (seen !== wanted) throw new ComplianceError(`${what}: got ${seen}, wanted ${wanted}`);
}
