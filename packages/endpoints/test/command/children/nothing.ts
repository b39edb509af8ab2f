/** A module for `skein run` with nothing to run. */
export const nothing = 1;
