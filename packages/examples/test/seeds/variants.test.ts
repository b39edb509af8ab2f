import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { find } from './broken';
import { VARIANTS } from './variants';

/** How many seeds a variant may take to be found. */
const WITHIN = 200;

/** What docs/showcases.md shows: which seed found which variant, and how. */
const FILE = path.join(__dirname, 'found.txt');
const RECORDS = process.env['SKEIN_RECORD_SEEDS'] === '1';
const RENEW =
  'If the simulation or the workloads were changed on purpose, write them down again: ' +
  'SKEIN_RECORD_SEEDS=1 npx jest seeds/variants, then npm run docs:write';

const lines: string[] = [];

it.each(VARIANTS)('a simulation finds: $name', async (variant) => {
  const found = await find(variant, WITHIN);
  expect(found).not.toBeNull();
  const line = `seed ${String(found!.seed).padStart(3)}  ${variant.name}\n          ${found!.message}`;
  lines.push(line);
  const isRecorded = RECORDS || readFileSync(FILE, 'utf8').includes(`${line}\n`);
  expect(isRecorded ? null : `${line}\nis not in found.txt. ${RENEW}`).toBeNull();
});

afterAll(() => {
  if (RECORDS) writeFileSync(FILE, `${lines.join('\n')}\n`);
});
