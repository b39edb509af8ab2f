/**
 * Exit codes that a supervisor understands: those of BSD's `sysexits.h`.
 *
 * @twisted twisted.application.runner._exit.ExitStatus
 */

export const ExitStatus = {
  /** Stopped: by a signal, or by the program itself. */
  OK: 0,
  /** The command line is wrong. */
  USAGE: 64,
  /** There is no such module. */
  NO_INPUT: 66,
  /** Something that is needed is not to be had: a port, most of all. */
  UNAVAILABLE: 69,
  /** The program threw. */
  SOFTWARE: 70,
  /** A file could not be made: the log, the pid file. */
  CANNOT_CREATE: 73,
  /** It runs already: another time, perhaps. */
  TRY_LATER: 75,
  /** The operating system says no: to become another user. */
  NO_PERMISSION: 77,
  /** A description or a module is not as it must be: trying again is of no use. */
  CONFIG: 78,
} as const;

/** A reason to end, in words for the person at the terminal. */
export class Ending extends Error {
  override readonly name = 'Ending';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
