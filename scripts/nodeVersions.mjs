/**
 * `npm run test:nodes`: the tests on the other Node versions that are supported, each fetched once into
 * node_modules/.cache from npm's registry (the packages `node-<platform>-<arch>` hold one binary).
 *
 * `npm run test:nodes -- 22 packages/reactor/test/defer` runs some tests on one version.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SUPPORTED = ['22', '24'];

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/skein/nodes');
const [asked, ...jestArgs] = process.argv.slice(2);
const isVersion = /^\d+$/.test(asked ?? '');

let failed = 0;
for (const version of isVersion ? [asked] : SUPPORTED) {
  const node = fetched(version);
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  console.log(`\nNode ${stdout.trim()}`);
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = isVersion || asked === undefined ? jestArgs : [asked, ...jestArgs];
  // Programs that the tests start are found first in PATH, or by process.execPath: both are this version.
  const env = { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}` };
  // The full count is for `npm test`; what differs between versions is no matter of rare inputs.
  env.SKEIN_FUZZ_INPUTS ??= '20000';
  delete env.SKEIN_COUNTS; // the counts that the gate repeats are those of `npm test`
  if (spawnSync(node, [jest, ...args], { cwd: root, stdio: 'inherit', env }).status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;

/** The path of the binary of a major version. */
function fetched(version) {
  const folder = join(cache, version);
  const node = join(folder, 'package/bin/node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const name = `node-${process.platform}-${process.arch}@${version}`;
    execFileSync('npm', ['pack', name, '--silent', '--pack-destination', folder], { cwd: root, stdio: 'inherit' });
    const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  }
  return node;
}
