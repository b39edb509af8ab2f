#!/usr/bin/env node
/**
 * The program `skein`: `npx skein --help`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { skein } from './program';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };

void skein(process.argv.slice(2), version, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((status) => {
  // What the module has left behind (a timer, a socket of its own) is not waited for, once what was written is out.
  process.exitCode = status;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
});
