import { forEachSeed, NotDeterministic, SeedFailed, Simulation } from '../../src/simulation';

import { BAD, conversation } from './eventful';

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('it succeeded'),
    (error: unknown) => error as Error,
  );
}

describe('forEachSeed', () => {
  const seed = process.env['SIM_SEED'];
  const runs = process.env['SIM_RUNS'];
  beforeEach(() => {
    delete process.env['SIM_SEED'];
    delete process.env['SIM_RUNS'];
  });
  afterEach(() => {
    if (seed !== undefined) process.env['SIM_SEED'] = seed;
    else delete process.env['SIM_SEED'];
    if (runs !== undefined) process.env['SIM_RUNS'] = runs;
    else delete process.env['SIM_RUNS'];
  });

  it('forEachSeed runs a simulation for each seed, in order, and tells how many', async () => {
    const seen: bigint[] = [];
    await expect(forEachSeed(3, (_sim, each) => void seen.push(each), { checkEvery: 0 })).resolves.toBe(3);
    expect(seen).toEqual([1n, 2n, 3n]);
  });

  it('forEachSeed names the seed that failed, when and how, and the command that runs it again', async () => {
    const error = await failure(
      forEachSeed(
        100,
        async (sim) => {
          const chunks = await conversation(sim);
          // Wrong on purpose: as if one write made one read.
          if (sim.seed === 7n && chunks.length !== 10) throw new RangeError('ten writes made no ten reads');
        },
        { simulation: BAD },
      ),
    );
    expect(error).toBeInstanceOf(SeedFailed);
    expect((error as SeedFailed).seed).toBe(7n);
    expect(error.message).toMatch(
      /^seed 7 failed; run it again: SIM_SEED=7 npx jest .*forEachSeed\.test\.ts -t 'forEachSeed forEachSeed names/,
    );
    expect(error.message).toContain('host client');
    expect(error.message).toMatch(/\d+\.\d{6} {2}client {5}read #1 \d+/);
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it('forEachSeed runs the seed of SIM_SEED alone', async () => {
    process.env['SIM_SEED'] = '42';
    const seen: bigint[] = [];
    await forEachSeed(100, (_sim, each) => void seen.push(each), { checkEvery: 0 });
    expect(seen).toEqual([42n]);
    expect(new Simulation().seed).toBe(42n);
  });

  it('forEachSeed runs as many as SIM_RUNS says', async () => {
    process.env['SIM_RUNS'] = '5';
    await expect(forEachSeed(100, () => undefined)).resolves.toBe(5);
  });

  it('forEachSeed notices what is decided by something real, and shows where', async () => {
    let outside = 0;
    const error = await failure(
      forEachSeed(1, async (sim) => {
        sim.host('a').reactor.callLater(++outside, () => undefined);
        await sim.advance(10);
      }),
    );
    expect(error).toBeInstanceOf(NotDeterministic);
    expect(error.message).toMatch(/-\s+1\.000000 {2}a +turn\n\+\s+2\.000000 {2}a +turn/);
  });
});

describe('a seed', () => {
  it('decides everything: the same seed gives the same hash, 1,000 seeds twice, and another seed another', async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 1000; seed++) {
      const [first, second] = [new Simulation({ ...BAD, seed }), new Simulation({ ...BAD, seed })];
      const chunks = await conversation(first);
      expect(await conversation(second)).toEqual(chunks);
      expect(second.trace.hash).toBe(first.trace.hash);
      hashes.add(first.trace.hash);
    }
    expect(hashes.size).toBe(1000);
  });

  it('without chance, by calm, is one with every other', async () => {
    const run = async (seed: number): Promise<string> => {
      const sim = new Simulation({ ...BAD, seed, calm: true });
      await conversation(sim);
      return sim.trace.hash;
    };
    expect(await run(1)).toBe(await run(2));
  });
});
