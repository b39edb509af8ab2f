import { Simulation } from '@skein/reactor/simulation';

import { week } from '../../src/simulation/week';

const SECONDS = 7 * 24 * 3600;

it.each([1, 2, 3])(
  'ReconnectingClientFactory keeps a client connected through a week of flaps and crashes, seed %s',
  async (seed) => {
    const sim = new Simulation({ seed });
    const factory = week(sim);
    expect(sim.seconds()).toBe(SECONDS);
    expect(factory.connections).toBeGreaterThan(50);
    expect(factory.failures).toBeGreaterThan(50);
    // Most of the time it was connected.
    expect(factory.answered).toBeGreaterThan(SECONDS / 30 / 2);
    // And when everything is well again, so is the client.
    await sim.quiesce();
    const before = factory.answered;
    await sim.advance(4 * 3600);
    expect(factory.answered - before).toBeGreaterThan(300);
  },
);
