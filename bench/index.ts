/**
 * `npm run bench -- <name>…`: runs `bench/<name>.ts`, each of which exports `run(): Promise<void>`.
 *
 * Ratios count, not absolute numbers: each benchmark measures its peers in the same run.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { environment } from './frame';

async function main(names: readonly string[]): Promise<void> {
  if (names.length === 0)
    throw new Error('Cannot run a benchmark without its name, wanted for example: npm run bench -- defer');
  console.log(environment());
  for (const name of names) {
    const file = path.join(__dirname, `${name}.ts`);
    if (!/^\w+$/.test(name) || !existsSync(file))
      throw new Error(`Cannot run benchmark '${name}', wanted a file bench/${name}.ts`);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name comes from the command line
    const benchmark = require(file) as { run(): Promise<void> };
    await benchmark.run();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
