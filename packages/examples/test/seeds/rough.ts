/**
 * What the workloads have in common: a network that cuts everything into pieces, trouble that the seed decides, and oracles.
 *
 * A workload uses our protocols as anybody would, on a network that fails, and says what has to be true. It knows nothing of the
 * variants that it is to find.
 */
import { inspect } from 'node:util';

import type { Simulation, SimulatedHost, SimulationOptions } from '@skein/reactor/simulation';

/** Small windows, much cutting, some loss: nothing arrives as it was written. */
export const ROUGH: SimulationOptions = {
  link: { latency: 0.005, jitter: 0.02, lossRate: 0.01 },
  tcp: { sendBuffer: 4096, receiveWindow: 2048, largestRead: 1024, splitRate: 0.6 },
};

/** A whole number from `from` (the calm one) to `to`, which the seed decides. */
export function between(sim: Simulation, name: string, from: number, to: number): number {
  return from + Math.floor(sim.random(name) * (to - from + 1));
}

/** Throws, and so fails the run, unless it is true. */
export function holds(truth: boolean, what: string): asserts truth {
  if (!truth) throw new Error(what);
}

/** Cuts the two off from each other, so many times within so many seconds, each time for up to three. */
export function flaps(sim: Simulation, a: SimulatedHost, b: SimulatedHost, times: number, within: number): void {
  const world = sim.hosts.get('world')?.reactor ?? a.reactor;
  for (let i = 0; i < times; i++) {
    const begin = within * sim.random('flaps');
    const end = begin + 3 * sim.random('flaps');
    world.callLater(begin, () => sim.partition(a, b));
    world.callLater(end, () => sim.repair(a, b));
  }
}

/** Everything is over: nobody is connected to the host, and nothing that was scheduled is left. */
export function isAtRest(sim: Simulation, host: SimulatedHost): void {
  const sockets = sim.netstat(host).filter(({ state }) => state !== 'listening');
  holds(sockets.length === 0, `${String(sockets.length)} connections are left on ${host.name}`);
  const calls = host.reactor.getDelayedCalls();
  holds(calls.length === 0, `${String(calls.length)} timed calls are left on ${host.name}: ${inspect(calls)}`);
}
