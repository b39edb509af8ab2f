/** The area `clock`: a Clock, as by default, or a reactor's queue, by the case's kind. */
import type { Area } from './area';
import { WorldClock } from './deferred';
import { ReactorQueue } from './reactorQueue';
import { type Operation, World } from './world';

export const clock: Area = {
  name: 'clock',
  observe(scenario) {
    const time = scenario['kind'] === 'reactor' ? new ReactorQueue() : new WorldClock();
    return new World(time).play(scenario['ops'] as Operation[]);
  },
};
