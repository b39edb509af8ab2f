/**
 * That a seed gives the same run everywhere: what a thousand seeds of each scenario gave is written down, and wanted on every
 * version of Node and every machine that the tests run on.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Simulation } from '../../src/simulation';

import { BAD, conversation, eventful } from './eventful';

const FILE = path.join(__dirname, 'recordedSeeds.json');
const SEEDS = 1000;
const BLOCK = 100;
const SCENARIOS = { conversation, eventful };
/** Whether what is seen is to be written down. */
const RECORDS = process.env['SKEIN_RECORD_SEEDS'] === '1';

const RENEW =
  'These seeds do not give the recorded runs. If the simulation or the core behaves differently on purpose, record them again: ' +
  'SKEIN_RECORD_SEEDS=1 npx jest recordedSeeds. If only some version of Node or some machine differs, runs are not determined.';

/** A hash over a hundred seeds: of the hash, the events and the time of each run. */
async function observe(scenario: (sim: Simulation) => Promise<unknown>, first: number): Promise<string> {
  const hash = createHash('sha256');
  for (let seed = first; seed < first + BLOCK; seed++) {
    const sim = new Simulation({ ...BAD, seed });
    await scenario(sim);
    hash.update(`${sim.trace.hash} ${String(sim.events)} ${String(sim.seconds())}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

describe.each(['conversation', 'eventful'] as const)('a seed of %s', (name) => {
  const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
  const observed: Record<string, string> = {};

  it.each(Array.from({ length: SEEDS / BLOCK }, (_, i) => 1 + i * BLOCK))(
    'gives the run that was recorded of it: a hundred from %s',
    async (first) => {
      const block = `${name} ${String(first)}`;
      observed[block] = await observe(SCENARIOS[name], first);
      const differs = !RECORDS && observed[block] !== recorded[block];
      expect(differs ? `${RENEW} This is Node ${process.version}` : null).toBeNull();
    },
  );

  afterAll(() => {
    if (!RECORDS) return;
    const others = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
    writeFileSync(FILE, `${JSON.stringify({ ...others, ...observed }, null, 2)}\n`);
  });
});
