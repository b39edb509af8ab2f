import { Simulation } from '@skein/reactor/simulation';

import { crowd } from '../../src/simulation/crowd';

it('crowd greets everybody who connects, more than one machine has ports for', () => {
  const sim = new Simulation({ traceCapacity: 0 });
  expect(crowd(sim, 30_000)).toBe(30_000);
  expect(sim.netstat('server').filter(({ state }) => state === 'open')).toHaveLength(30_000);
});
