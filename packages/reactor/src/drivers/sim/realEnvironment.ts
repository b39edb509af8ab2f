/**
 * What the process around a simulation says: its environment variables and how it was started, for running a seed again.
 *
 * Read when asked, never by a simulation that is under way.
 */

/** An environment variable, or null when it is not set or empty. */
export function environmentVariable(name: string): string | null {
  const value = process.env[name];
  return value === undefined || value === '' ? null : value;
}

/** A command that would start this program again. */
export function commandLine(): string {
  return ['node', ...process.execArgv, ...process.argv.slice(1)].map(quoted).join(' ');
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
