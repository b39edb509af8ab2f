/** The area `clock`: a Clock, as by default, or a reactor's queue, by the case's kind. */
import { type Area, because } from './area';
import { WorldClock } from './deferred';
import type { Operation } from './load';
import { ReactorQueue } from './reactorQueue';
import { World } from './world';

export const clock: Area = {
  name: 'clock',
  observe(scenario) {
    const time = scenario.kind === 'reactor' ? new ReactorQueue() : new WorldClock();
    return new World(time).play(scenario['ops'] as Operation[]);
  },
  differences: because(
    'a cancelled call leaves the queue at once, so the reactor does not wake for it',
    'reactor-cancel-inserted',
  ),
};
