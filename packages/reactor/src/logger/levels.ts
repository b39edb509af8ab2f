/**
 * Log levels, from the least to the most urgent.
 *
 * @twisted twisted.logger.LogLevel
 *
 * Plain strings instead of constants: `LogLevel.warn` is `'warn'`, and either may be written.
 */
export const LogLevel = {
  /** For developers. */
  debug: 'debug',
  /** Routine information. */
  info: 'info',
  /** Deserves more attention than `info`; no failure of the system. */
  warn: 'warn',
  /** A failure of the system that the code knew about. */
  error: 'error',
  /** A failure nobody expected: an exception nobody handled. */
  critical: 'critical',
} as const;
export type LogLevel = keyof typeof LogLevel;

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'critical'];

/** Whether `level` is `least` or more urgent. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(least);
}

/** Thrown when a log level is named that there is not. */
export class InvalidLogLevelError extends Error {
  override readonly name: string = 'InvalidLogLevelError';
  /** The unknown level. */
  readonly level: string;
  constructor(level: string) {
    super(level);
    this.level = level;
  }
}

/** The level of that name; throws `InvalidLogLevelError` when there is none. */
export function levelWithName(name: string): LogLevel {
  const level = ORDER.find((each) => each === name);
  if (level === undefined) throw new InvalidLogLevelError(name);
  return level;
}
