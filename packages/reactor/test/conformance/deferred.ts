/** The area `deferred`. */
import { Clock } from '../../src/task';

import type { Area } from './area';
import type { Operation } from './load';
import { World } from './world';

/** A Clock, as the world wants its time. */
export class WorldClock extends Clock {
  readonly ordered = true;
}

export const deferred: Area = {
  name: 'deferred',
  observe: (scenario) => new World(new WorldClock()).play(scenario['ops'] as Operation[]),
};
