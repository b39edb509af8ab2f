/**
 * Where this project means to differ from the recordings: area, case, reason.
 *
 * Each is explained in docs/differences-from-twisted.md. A case listed here that does the same as Twisted after all fails.
 */
export const deliberateDifferences: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
