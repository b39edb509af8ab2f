/**
 * What goes wrong with a simulation itself. Each message says when, and shows every host's connections and pending calls.
 */

/** Something of a simulation failed. */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError';
}

/** Nothing is to happen any more, and what was waited for has not happened. */
export class SimulationStalled extends SimulationError {
  override readonly name = 'SimulationStalled';
}

/** What was waited for had not happened at the limit. */
export class TimeLimit extends SimulationError {
  override readonly name = 'TimeLimit';
}

/** Something happens over and over, and virtual time stands still. */
export class LivelockError extends SimulationError {
  override readonly name = 'LivelockError';
  /** The host that keeps itself busy, or null when it is no single one. */
  readonly host: string | null;

  constructor(host: string | null, message = 'Cannot go on, something keeps itself busy', options?: ErrorOptions) {
    super(message, options);
    this.host = host;
  }
}

/** Promises were used while the simulation was driven synchronously: their callbacks would run too late. */
export class PromiseActivityError extends SimulationError {
  override readonly name = 'PromiseActivityError';
}

/** A host's code threw what nobody handled, and it was logged. `cause`: what it threw. */
export class HostError extends SimulationError {
  override readonly name = 'HostError';
}

/** Two runs with the same seed were not the same. */
export class NotDeterministic extends SimulationError {
  override readonly name = 'NotDeterministic';
}

/** A scenario failed with a seed. `cause`: what it failed with. */
export class SeedFailed extends SimulationError {
  override readonly name = 'SeedFailed';
  readonly seed: bigint;

  constructor(seed: bigint, message: string, options?: ErrorOptions) {
    super(message, options);
    this.seed = seed;
  }
}

/** A host's code left the simulation: it asked for the real time, real chance, or real input or output. See `SimulationOptions.guard`. */
export class RealWorldError extends SimulationError {
  override readonly name = 'RealWorldError';
  /** As people write it: `Date.now()`. */
  readonly call: string;
  /** The host that ran. */
  readonly host: string;

  constructor(message: string, { call, host }: { readonly call: string; readonly host: string }) {
    super(message);
    this.call = call;
    this.host = host;
  }
}
