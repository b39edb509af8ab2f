/**
 * The real Twisted as a peer. Without a Python that has it such tests are passed over, visibly; in continuous integration they fail.
 */
import { spawnSync } from 'node:child_process';

/** The Python that has Twisted. */
export const PYTHON = process.env['SKEIN_PYTHON'] ?? '/usr/bin/python3';

const isRequired = process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1';

/** `describe` where Twisted is there, or has to be. */
export function describeWithTwisted(name: string, tests: () => void): void {
  if (isRequired || spawnSync(PYTHON, ['-c', 'import twisted'], { timeout: 10_000 }).status === 0) {
    describe(name, tests);
    return;
  }
  console.warn(`passed over, for want of Twisted: ${PYTHON}`);
  describe.skip(name, tests);
}
