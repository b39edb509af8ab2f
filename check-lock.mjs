/**
 * `npm run lockfile`: what is wrong with package-lock.json that nobody sees before it breaks somewhere else.
 *
 * - An optional dependency that it names but does not hold: a lock in that state breaks `npm ci`.
 * - A `resolved` address: it names the registry of whoever ran `npm install` (omit-lockfile-registry-resolved=true).
 * - A range of package.json that the lock was not made for.
 *
 * No output and exit code 0 mean that it is well.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { packages } = read(process.argv[2] ?? 'package-lock.json');
const held = new Set(Object.keys(packages).map((key) => key.split('node_modules/').pop()));
const problems = [];

for (const [key, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!held.has(name)) problems.push(`${key} ${entry.version}: missing ${name}@${range}`);
  }
  if (/^https?:/.test(entry.resolved ?? '')) problems.push(`${key}: names a registry: ${new URL(entry.resolved).host}`);
}
for (const [key, entry] of Object.entries(packages).filter(([key]) => !key.includes('node_modules/'))) {
  const manifest = read(key === '' ? 'package.json' : `${key}/package.json`);
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
    if (!isDeepStrictEqual(manifest[kind], entry[kind]))
      problems.push(`${key || 'the root'}: ${kind} differ; npm install`);
  }
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
