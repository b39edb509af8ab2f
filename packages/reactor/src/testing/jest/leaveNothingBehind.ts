/**
 * `leaveNothingBehind`: fails every test of a file that leaves a port, a connection, an attempt to connect, a delayed call or an
 * error that nobody handled, and says where it was made.
 *
 * @twisted twisted.trial.unittest.TestCase, whose tests fail so by themselves (DirtyReactorAggregateError, logged errors)
 */
import { Deferred } from '../../defer/deferred';
import { collectLoggedErrors, type FailureEvent, formatEvent, type LoggedErrors } from '../../logger';
import { type Leftover, Leftovers } from '../leftovers';

/** A test left something behind. The message lists it. */
export class DirtyReactorAggregateError extends Error {
  override readonly name = 'DirtyReactorAggregateError';
  readonly leftovers: readonly Leftover[];

  constructor(leftovers: readonly Leftover[], errors: readonly string[]) {
    const things = leftovers.map(
      ({ kind, what, made }) => `${kind} ${what}\n${made === '' ? '    (made elsewhere)' : made}`,
    );
    super([...(things.length > 0 ? ['Reactor was unclean.', ...things] : []), ...errors].join('\n'));
    this.leftovers = leftovers;
  }
}

/** jest's hooks. */
export interface Hooks {
  readonly beforeEach: (hook: () => void) => void;
  readonly afterEach: (hook: () => Promise<void>) => void;
}

/** Options of `leaveNothingBehind`. */
export interface LeaveNothingBehindOptions {
  /** The hooks of `@jest/globals`, where the global ones are switched off (`injectGlobals: false`). */
  readonly hooks?: Hooks;
  /** Whether Deferreds remember where they were made, which unhandled errors then say. Default true. */
  readonly debugDeferreds?: boolean;
}

/** Turns of the event loop in which what is being closed may get closed. */
const TURNS = 10;

/**
 * Has every test that follows fail if it leaves something behind, and clears it away. Call it once, at the top of a file or in a
 * `describe`, after your own `afterEach` hooks: they are called in the order in which they are given. Logged errors are collected
 * meanwhile: `flushLoggedErrors` needs nothing else.
 *
 * What is made in `beforeAll` is not counted, nor what belongs to simulations.
 *
 * @example
 * leaveNothingBehind();
 *
 * test('listens', async () => {
 *   const port = reactor.listenTCP(0, factory);
 *   await port.stopListening(); // without this line the test fails, and names the line above
 * });
 */
export function leaveNothingBehind(options: LeaveNothingBehindOptions = {}): void {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- the package is built without jest's types
  const { hooks = globalThis as unknown as Hooks, debugDeferreds = true } = options;
  let leftovers: Leftovers;
  let logged: LoggedErrors;
  let debugBefore = false;
  hooks.beforeEach(() => {
    leftovers = new Leftovers();
    logged = collectLoggedErrors();
    debugBefore = Deferred.debug;
    if (debugDeferreds) Deferred.debug = true;
  });
  hooks.afterEach(async () => {
    try {
      for (let turn = 0; turn < TURNS && leftovers.left().length > 0; turn++) await nextTurn();
      const left = leftovers.left();
      const errors = logged.flushEvents().map(describe);
      if (left.length === 0 && errors.length === 0) return;
      leftovers.clear();
      throw new DirtyReactorAggregateError(left, errors);
    } finally {
      leftovers.stop();
      logged.stop();
      Deferred.debug = debugBefore;
    }
  });
}

function describe(event: FailureEvent): string {
  return `An error was logged: ${formatEvent(event)}\n${event.log_failure.getTraceback()}`;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
