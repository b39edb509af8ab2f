// Whether the tests notice when a parser is wrong: `node scripts/mutants.mjs [part of a name]`.
//
// One small edit at a time is made in a copy of packages/protocols, and the tests of that parser are run there. A mutant that
// they pass has survived, and fails this program; so does an edit whose place is no longer in the source. Not part of the
// gate: a mutant takes as long as the tests do.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { MUTANTS } from './mutants/parsers.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
/** The tests of the sources in each folder. */
const TESTS = {
  basic: ['test/basic/', 'conformance/framing', 'fuzz/parsers'],
  haproxy: ['test/haproxy/', 'conformance/haproxy', 'fuzz/parsers'],
  ...Object.fromEntries(['socks', 'memcache', 'ident'].map((name) => [name, [`test/${name}\\.`, 'fuzz/classics']])),
};
/** How long the tests may take without a mutant, in milliseconds; with one they may take a minute and three times as long. */
const PATIENCE = 600_000;

/** Makes the copy. Installed modules are those of the repository. */
function copy() {
  const folder = mkdtempSync(path.join(tmpdir(), 'skein-mutants-'));
  // The page of differences is part of the replays.
  const files = ['jest.config.js', 'package.json', 'tsconfig.base.json', 'tsconfig.test.json', 'conformance', 'docs'];
  for (const name of files) {
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  for (const name of ['scripts/jest', 'packages/reactor', 'packages/protocols']) {
    cpSync(path.join(ROOT, name), path.join(folder, name), {
      recursive: true,
      filter: (source) => !/[\\/](dist|node_modules)$/.test(source),
    });
  }
  for (const name of ['endpoints', 'examples']) mkdirSync(path.join(folder, 'packages', name));
  mkdirSync(path.join(folder, 'node_modules/@skein'), { recursive: true });
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    if (name !== '@skein' && name !== '.cache') {
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name));
    }
  }
  for (const name of ['reactor', 'protocols']) {
    symlinkSync(path.join(folder, 'packages', name), path.join(folder, 'node_modules/@skein', name));
  }
  return folder;
}

/** Runs the tests; returns the name of the first that failed, or null. One that does not end has failed. */
function firstFailure(folder, tests, timeout) {
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', 'protocols', '--bail', '--silent', '--maxWorkers', '2', '--reporters', 'default'],
      ...['--testPathPatterns', ...tests],
    ],
    {
      cwd: folder,
      env: { ...process.env, SKEIN_FUZZ_INPUTS: '10000' },
      encoding: 'utf8',
      timeout,
      maxBuffer: 1 << 28,
    },
  );
  if (error !== undefined) return `(${error.message})`;
  if (status === 0) return null;
  return /^\s*● (.*)$/m.exec(stderr)?.[1]?.trim() ?? `(${stderr.trim().split('\n').slice(0, 5).join(' ')})`;
}

const wanted = process.argv[2] ?? '';
const mutants = MUTANTS.filter(({ name }) => name.includes(wanted));
const folder = copy();
const survivors = [];
try {
  const limits = new Map();
  for (const { file } of mutants) {
    const [part] = file.split('/');
    if (limits.has(part)) continue;
    const begun = performance.now();
    const failure = firstFailure(folder, TESTS[part], PATIENCE);
    if (failure !== null) throw new Error(`the tests of ${part} fail without a mutant: ${failure}`);
    limits.set(part, Math.ceil(60_000 + 3 * (performance.now() - begun)));
  }
  for (const { name, file, from, to } of mutants) {
    const target = path.join(folder, 'packages/protocols/src', file);
    const source = readFileSync(target, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`"${name}": "${from}" is not once in ${file}`);
    writeFileSync(
      target,
      source.replace(from, () => to),
    );
    const [part] = file.split('/');
    const killer = firstFailure(folder, TESTS[part], limits.get(part));
    writeFileSync(target, source);
    if (killer === null) survivors.push(name);
    console.log(killer === null ? `SURVIVED  ${name}` : `killed    ${name}\n          by ${killer}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants killed`);
process.exitCode = survivors.length === 0 ? 0 : 1;
