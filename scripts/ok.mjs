/**
 * `npm run ok`: the gate. A change may be merged when this says so.
 *
 * Runs every check, two at a time (they fit a small machine), then the tests alone; one line a check with its seconds,
 * the output of those that fail, and the tests' counts on the last line. Exit code 1 when anything failed.
 *
 * `--tests-done` leaves the tests out where the same job has just run them (.ci/run), and repeats their counts.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const counts = join(root, 'node_modules/.cache/skein/counts.txt');
const testsDone = process.argv.includes('--tests-done');

// The longest first: they are what the rest is done beside.
const CHECKS = ['lint', 'packages', 'typecheck', 'rules', 'format', 'unused', 'arch', 'docs:check', 'lockfile'];

const npm = (script) => run('npm', ['run', '--silent', script]);

mkdirSync(join(counts, '..'), { recursive: true });
const waiting = [...CHECKS];
const lane = async () => {
  const passed = [];
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift())
    passed.push(await step(script, npm));
  return passed;
};
const results = (await Promise.all([lane(), lane()])).flat();

if (!testsDone) {
  rmSync(counts, { force: true });
  results.push(await step('test', npm));
}
const failed = results.filter((passed) => !passed).length;
console.log(failed === 0 ? `ok: ${results.length} checks` : `not ok: ${failed} of ${results.length} checks failed`);
// Written by scripts/jest/countsReporter.js. No counts: the tests did not get as far as to have any.
console.log(`\n${existsSync(counts) ? readFileSync(counts, 'utf8').trim() : '0 passed, 1 failed'}`);
process.exitCode = failed === 0 && existsSync(counts) ? 0 : 1;

/** Does one check, and says how it went. */
async function step(name, check) {
  const begun = performance.now();
  const { passed, output } = await check(name);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  if (!passed) console.log(`\n${output.trim()}\n`);
  return passed;
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, SKEIN_COUNTS: counts },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ passed: false, output: String(error) }));
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}
