/**
 * `npm run packages`: packs the three published packages as `npm publish` would, has publint and "Are the types wrong?"
 * look at what came out, and imports every subpath of the build: an ES module must see the names that `require` gives, and
 * the same values. Run after a build; `npm run packages` does both.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules/.cache/skein/packed');
const PACKAGES = ['reactor', 'protocols', 'endpoints'];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

let problems = 0;
for (const name of PACKAGES) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  const packed = npm(['pack', '--json', '--workspace', manifest.name, '--pack-destination', folder]);
  const [{ filename }] = Object.values(JSON.parse(packed));
  const tarball = join(folder, filename);

  const { messages } = await publint({ pack: { tarball: toArrayBuffer(readFileSync(tarball)) }, strict: true });
  for (const message of messages) console.log(`${manifest.name}: ${formatMessage(message, manifest)}`);
  problems += messages.length;

  // `node16`: Node's own resolution, for `import` and `require`. Resolution without `exports` (node10) is left out, for
  // which every subpath would need a folder of its own.
  try {
    attw([tarball, '--profile', 'node16', '--format', 'ascii', '--no-emoji']);
  } catch ({ stdout, message }) {
    console.log(`${manifest.name}: ${stdout || message}`);
    problems += 1;
  }

  for (const subpath of Object.keys(manifest.exports).filter((key) => key !== './package.json')) {
    const path = manifest.name + subpath.slice(1);
    const required = require(path);
    const imported = await import(path);
    for (const key of Object.keys(required).filter((key) => !(key in imported) || imported[key] !== required[key])) {
      console.log(`${path}: an ES module that imports "${key}" does not get what require gives`);
      problems += 1;
    }
  }
}
console.log(`${PACKAGES.length} packages, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;

function npm(args) {
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function attw(args) {
  const bin = join(root, 'node_modules/.bin/attw');
  return execFileSync(bin, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function toArrayBuffer(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
