/**
 * `npm run seeds`: the workloads of packages/examples/test/seeds, 10,000 seeds of each, on protocols that are as they should be.
 *
 * `npm run seeds -- 500 lines` runs 500 seeds of one. A seed that fails is named, with the command that runs it again. Whether
 * the workloads would notice is a test: packages/examples/test/seeds/variants.test.ts.
 */
import { ROUGH, WORKLOADS } from '../packages/examples/test/seeds';
import { forEachSeed } from '../packages/reactor/src/simulation';

async function main(howMany: string, wanted: string): Promise<void> {
  const count = Number(howMany);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`cannot run '${howMany}' seeds, wanted a number, as in: npm run seeds -- 500 lines`);
  let all = 0;
  for (const [name, workload] of Object.entries(WORKLOADS)) {
    if (!name.includes(wanted)) continue;
    const before = process.cpuUsage();
    let events = 0;
    let seconds = 0;
    const run = await forEachSeed(
      count,
      (sim, seed) => {
        workload(sim, seed);
        events += sim.events;
        seconds += sim.seconds();
      },
      { simulation: ROUGH, command: `npm run seeds -- 1 ${name}` },
    );
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1e6;
    all += run;
    console.log(
      `${name.padEnd(13)} ${String(run).padStart(6)} seeds, none failed; ${(events / 1e6).toFixed(1).padStart(5)} million events, ` +
        `${(seconds / 86_400).toFixed(1).padStart(4)} days of virtual time, ${took.toFixed(1).padStart(5)} s of processor`,
    );
  }
  if (all === 0)
    throw new Error(`there is no workload '${wanted}', wanted one of ${Object.keys(WORKLOADS).join(', ')}`);
}

const [howMany = '10000', wanted = ''] = process.argv.slice(2);
main(howMany, wanted).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
