/**
 * The guide's examples on the simulation: the very tests that run over real sockets, with `served` exchanged for its
 * simulated counterpart. Each runs over three kinds of network.
 */
import { HOSTILE, LOOPBACK, WIDE_AREA } from '@skein/reactor/simulation';

import type * as Served from './served';
import { portOf } from './portOf';
import { SIMULATED_GUIDE } from './simulatedGuide';
import { servedOn, type SimulatedServed } from './simulatedServed';

const mockNetworks = { loopback: LOOPBACK, 'wide-area': WIDE_AREA, hostile: HOSTILE };
const mockServedOn = servedOn;
const mockPortOf = portOf;

jest.mock('./served', () => ({
  served: (async (main, body) => {
    for (const [name, preset] of Object.entries(mockNetworks)) {
      try {
        await mockServedOn(preset, main, body as unknown as (server: SimulatedServed) => Promise<void>);
      } catch (error) {
        throw new Error(`over ${name} links`, { cause: error });
      }
    }
  }) satisfies typeof Served.served,
  portOf: mockPortOf,
}));

describe('the guide on the simulation', () => {
  for (const example of SIMULATED_GUIDE) jest.requireActual(`./${example}.test`);
});
