import { forEachSeed } from '@skein/reactor/simulation';

import { ROUGH, WORKLOADS } from '.';

/** `npm run seeds` runs 10,000 of each. */
const SEEDS = 40;

it.each(Object.keys(WORKLOADS))('our protocols as they are pass the workload: %s', async (name) => {
  await expect(forEachSeed(SEEDS, WORKLOADS[name]!, { simulation: ROUGH })).resolves.toBe(SEEDS);
});
