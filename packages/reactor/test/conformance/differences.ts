/**
 * Where this project means to differ from the recordings: area, case, reason.
 *
 * Each is explained in docs/differences-from-twisted.md. A case listed here that does the same as Twisted after all fails.
 */
export const deliberateDifferences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  clock: {
    'reactor-cancel-inserted': 'a cancelled call leaves the queue at once, so the reactor does not wake for it',
  },
};
