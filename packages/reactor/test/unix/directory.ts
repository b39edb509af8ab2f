import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for the tests of a file; returns what makes the path of a name in it. */
export function inDirectory(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'skein-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return (name) => join(directory, name);
}
