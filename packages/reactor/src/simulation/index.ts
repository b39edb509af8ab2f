/**
 * `@skein/reactor/simulation`: many hosts, a network and time, in one process, decided by a seed.
 *
 * Hosts run the real reactor; only the driver below it is simulated. So what a test sees is what the transports do, with
 * any latency, loss, partition or crash that it asks for, and a failure can be repeated at will.
 */
export {
  HostError,
  LivelockError,
  NotDeterministic,
  PromiseActivityError,
  RealWorldError,
  SeedFailed,
  SimulationError,
  SimulationStalled,
  TimeLimit,
} from './errors';
export type { Drain } from './driving';
export { forEachSeed, type ForEachSeedOptions, type Scenario } from './forEachSeed';
export type { HostOrName, Hosts, SimulatedLink } from './links';
export type { LookUpFailure, SimulatedNames } from './names';
export type { NetstatRow } from './report';
export type { Decide, Rule, RuleVerdict } from './rules';
export type { Segment } from '../drivers/sim';
export {
  HOSTILE,
  type LinkOptions,
  LOOPBACK,
  type NetworkPreset,
  type TCPOptions,
  type TLSOptions,
  WIDE_AREA,
} from './settings';
export type { Boot, HostState, SimulatedHost } from './simulatedHost';
export type { Guard, RealWorldCall } from './realityWatch';
export { Simulation, type SimulationOptions, type UntilOptions } from './simulation';
