/**
 * Programs that nobody wrote for Skein, as peers of its tests: Debian's Python with Twisted, `socat`, `nc`.
 *
 * What is missing on a machine is passed over there, visibly; in continuous integration it fails.
 */
import { spawnSync } from 'node:child_process';

/** The Python that has Twisted. */
export const PYTHON = process.env['SKEIN_PYTHON'] ?? '/usr/bin/python3';

const isRequired = process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1';

/** `describe` where the command says what it has to, or where everything must be there. */
export function describeWith(command: string, args: readonly string[], says: string): jest.Describe {
  if (isRequired) return describe;
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  if (`${stdout}${stderr}`.includes(says)) return describe;
  console.warn(`passed over, for want of it: ${command} ${args.join(' ')}`);
  return describe.skip;
}

/** `describe` where there is a Twisted, with all that its TLS takes. */
export const describeWithTwisted = (): jest.Describe =>
  describeWith(PYTHON, ['-c', 'import twisted, OpenSSL, service_identity; print(twisted.__name__)'], 'twisted');
