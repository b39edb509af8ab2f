/**
 * A scenario with many seeds: the first that fails is named, with a command that runs it again.
 *
 * SIM_SEED in the environment runs that seed alone; SIM_RUNS changes how many there are.
 */
import { observeWaiting } from '../defer/deferred';
import { commandLine, environmentVariable, watchReality } from '../drivers/sim';

import { NotDeterministic, SeedFailed } from './errors';
import { Simulation, type SimulationOptions } from './simulation';

/** A scenario: builds its world in `sim`, drives it, and throws when something is wrong. */
export type Scenario = (sim: Simulation, seed: bigint) => unknown;

export interface ForEachSeedOptions {
  /** How each simulation is made. */
  readonly simulation?: Omit<SimulationOptions, 'seed'>;
  /** The first seed. Default 1. */
  readonly first?: bigint | number;
  /** Every how many seeds one is run a second time, to see that it does the same. 0: never. Default 20, beginning with the first. */
  readonly checkEvery?: number;
  /** The command that a failure names, after `SIM_SEED=…`. Default: this test, under jest; otherwise this program. */
  readonly command?: string;
}

/**
 * Runs `scenario` with seeds `first`, `first + 1`, … in order, a new simulation each. Resolves with the number of seeds run.
 *
 * @throws SeedFailed at the first seed that fails; its `cause` is what the scenario threw
 * @throws NotDeterministic when a seed's second run differs from its first
 *
 * @example
 * test('replies find their requests', () =>
 *   forEachSeed(200, async (sim) => {
 *     const { client } = buildCluster(sim);
 *     await sim.runUntil(client.done, { limit: 600 });
 *     expect(client.mismatches).toEqual([]);
 *   }));
 */
export async function forEachSeed(n: number, scenario: Scenario, options: ForEachSeedOptions = {}): Promise<number> {
  const { first = 1, checkEvery = 20, simulation = {}, command = defaultCommand() } = options;
  const only = environmentVariable('SIM_SEED');
  const begin = BigInt(only ?? first);
  const count = only === null ? Number(environmentVariable('SIM_RUNS') ?? n) : 1;
  const run = async (seed: bigint, again: boolean): Promise<Simulation> => {
    const sim = new Simulation({ ...simulation, seed });
    try {
      const returned = scenario(sim, seed);
      if (returned instanceof Promise) await returned;
    } catch (error) {
      throw failed(sim, error, again ? 'in its second run only' : null, command);
    }
    return sim;
  };
  // Nobody watches here; but each simulation that does finds everything in place.
  const endWatch = simulation.guard === 'off' ? null : watchReality(NOBODY);
  try {
    for (let i = 0; i < count; i++) {
      const seed = begin + BigInt(i);
      const sim = await run(seed, false);
      if (checkEvery === 0 || i % checkEvery !== 0) continue;
      const again = await run(seed, true);
      if (sim.trace.hash !== again.trace.hash) throw differed(sim, again);
    }
  } finally {
    endWatch?.();
    observeWaiting(null);
  }
  return count;
}

const NOBODY = { isWatching: () => false, leaked: () => undefined };

function failed(sim: Simulation, error: unknown, remark: string | null, command: string): SeedFailed {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const lines = [
    `seed ${String(sim.seed)} failed${remark === null ? '' : ` ${remark}`}; run it again: SIM_SEED=${String(sim.seed)} ${command}`,
    what,
    // A failure of the simulation itself says where everything stood already.
    ...(what.includes('at virtual') ? [] : [sim.report()]),
    'the last events (seconds, host, what, connection, bytes):',
    sim.trace.text({ last: 20 }),
  ];
  return new SeedFailed(sim.seed, lines.join('\n'), { cause: error });
}

function differed(sim: Simulation, again: Simulation): NotDeterministic {
  const difference =
    sim.trace.diff(again.trace) ?? 'in events that the traces do not keep any more: raise traceCapacity';
  return new NotDeterministic(
    `seed ${String(sim.seed)} gave ${sim.trace.hash}, and then ${again.trace.hash}: something real decides, ` +
      `such as a clock, Math.random or state that the first run left behind\n${difference}`,
  );
}

/** How to run this test again: jest knows its name. */
function defaultCommand(): string {
  const { expect } = globalThis as { expect?: { getState?: () => { currentTestName?: string; testPath?: string } } };
  const { currentTestName: name, testPath: path } = expect?.getState?.() ?? {};
  if (name === undefined || path === undefined) return commandLine();
  return `npx jest ${path} -t '${name.replaceAll("'", '.')}'`;
}
