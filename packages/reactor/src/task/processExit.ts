/**
 * The exit code of the process, for `react`.
 *
 * The one file of the core that touches the process: it sets the code and ends nothing. When the reactor is done, nothing
 * else holds the process alive, and what is still on its way to standard output gets there.
 */

/** Has the process end, when it does, with that code. */
export function setExitCode(code: number): void {
  process.exitCode = code;
}
