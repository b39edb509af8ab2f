/**
 * Standard error, for the observer of last resort and for `Failure.printTraceback()`.
 *
 * The one file of the logger that does I/O; everything else is given a function to write with. `process.stderr.write` is
 * synchronous for files and terminals, so that a message survives the end of the process.
 */

/** Writes text to standard error. A closed or broken standard error loses the text and throws nothing. */
export function writeStandardError(text: string): void {
  try {
    process.stderr.write(text);
  } catch {
    // There is nowhere left to report to.
  }
}
