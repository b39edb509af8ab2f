const AFTER_THE_TIMEOUT =
  'data and writes after the time of a TimeoutFactory is up do no harm; in Twisted they throw AlreadyCalled, which costs the ' +
  'connection what it had still to send';

/** Where this package means to differ from the recorded policies: case to reason. Explained in docs/differences-from-twisted.md. */
export const policiesDifferences: Readonly<Record<string, string>> = Object.fromEntries(
  [1, 2, 7, 8, 14, 15].map((n) => [`gen-timeouts-${n}`, AFTER_THE_TIMEOUT]),
);
