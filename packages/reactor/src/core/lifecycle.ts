/**
 * A reactor's life: run, stop, crash, as a table; and what happens on the way.
 *
 * @twisted twisted.internet.base.ReactorBase (`run`, `stop`, `crash`, `sigInt`; its four flags are one state here)
 *
 * `stop()` only asks: after the timed calls of that turn, `shutdown` is fired. Its first two `during` triggers are the
 * reactor's own: `running` becomes false, and everything open is disconnected.
 */
import { flushUnhandledErrors } from '../defer/unhandled';
import { ConnectionLost, ReactorAlreadyRunning, ReactorNotRestartable, ReactorNotRunning } from '../error';
import { Failure } from '../failure';
import type { RunOptions, StopOptions } from '../interfaces';
import { checkSeconds } from '../time';

import { finishConnections } from './gracefulStop';
import type { CoreServices } from './services';
import type { SystemTriggers } from './systemTriggers';

type LifeState =
  /** Never run. */
  | 'idle'
  /** Run, and not asked to stop. */
  | 'started'
  /** Asked to stop; shutting down. */
  | 'stopping'
  /** Has crashed: can be run again, unless it is stopped after all. */
  | 'crashed'
  /** Has been stopped: cannot be run again. */
  | 'stopped';

const TRANSITIONS: Readonly<Record<LifeState, Readonly<Partial<Record<'run' | 'stop' | 'crash', LifeState>>>>> = {
  idle: { run: 'started' },
  started: { stop: 'stopping', crash: 'crashed' },
  stopping: { crash: 'stopped' },
  crashed: { run: 'started', stop: 'stopped' },
  stopped: {},
};

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;
/** Seconds that a shutdown is given when the user asks for it a second time. */
const IMPATIENCE = 0.5;

export class Lifecycle {
  /** See `IReactorCore.running`. */
  running = false;

  readonly #services: CoreServices;
  readonly #triggers: SystemTriggers;
  #state: LifeState = 'idle';
  /** Asked to stop, and `shutdown` not fired yet. */
  #stopRequested = false;
  #impatient = false;
  #installSignalHandlers = true;
  #removeSignalHandlers: (() => void) | null = null;
  /** Seconds that connections are given to finish when it stops; null: none. */
  #graceful: number | null = null;
  /** `run()`'s promise, and what settles it. */
  #over: Promise<void> | null = null;
  #finished: (() => void) | null = null;

  constructor(services: CoreServices, triggers: SystemTriggers) {
    this.#services = services;
    this.#triggers = triggers;
    triggers.add('during', 'startup', this.#reallyStarted, []);
    triggers.add('during', 'shutdown', this.#reallyStopped, []);
    triggers.add('during', 'shutdown', this.disconnectAll, []);
    services.turn.afterCalls = this.#fireShutdown;
    services.turn.endIfOver = this.#endIfOver;
  }

  /** See `IReactorCore.run`. */
  run({ installSignalHandlers = true, graceful = null }: RunOptions = {}): Promise<void> {
    const seconds = checkGraceful(graceful);
    if (this.#state === 'stopped') throw new ReactorNotRestartable();
    // Crashed a moment ago, and the turn it happened in has not ended: that run is not over yet.
    if (this.#finished !== null || !this.#step('run')) throw new ReactorAlreadyRunning();
    this.#installSignalHandlers = installSignalHandlers;
    this.#graceful = seconds;
    const over = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    this.#over = over;
    this.#services.turn.start();
    this.#triggers.fire('startup');
    return over;
  }

  /** See `IReactorCore.stop`. */
  stop(options?: StopOptions): void {
    // Twisted's takes no argument, and `promise.then(reactor.stop)` passes any.
    const graceful = checkGraceful(options?.graceful ?? this.#graceful);
    if (!this.#step('stop')) throw new ReactorNotRunning("Can't stop reactor that isn't running.");
    if (graceful !== null)
      this.#triggers.add('before', 'shutdown', () => finishConnections(this.#services, graceful), []);
    this.#stopRequested = true;
    this.#services.turn.wakeSoon();
  }

  /** See `IReactorCore.crash`. */
  crash(): void {
    if (!this.#step('crash')) return;
    this.running = false;
    this.#triggers.add('during', 'startup', this.#reallyStarted, []);
    this.#services.turn.wakeSoon();
  }

  /** Stops, if it runs, or else disconnects what is open; fulfilled when it is over. */
  async dispose(): Promise<void> {
    if (this.#state === 'started') this.stop();
    if (this.#finished === null) this.disconnectAll();
    else await this.#over;
  }

  /** Ends everything that is open with `ConnectionLost`: connections, attempts to connect, ports. */
  readonly disconnectAll = (): void => {
    for (const each of [...this.#services.open]) each.connectionLost(new Failure(new ConnectionLost()));
  };

  #step(input: 'run' | 'stop' | 'crash'): boolean {
    const next = TRANSITIONS[this.#state][input];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  readonly #reallyStarted = (): void => {
    this.running = true;
    const { onSignals } = this.#services.driver;
    if (!this.#installSignalHandlers || onSignals === null) return;
    this.#removeSignalHandlers ??= onSignals.call(this.#services.driver, STOP_SIGNALS, this.#signalled);
  };

  readonly #reallyStopped = (): void => {
    this.#step('crash');
    this.running = false;
    // What the shutdown waited for may have come with an event, outside of any turn.
    this.#services.turn.wakeSoon();
  };

  readonly #signalled = (signal: string): void => {
    const { dispatch, turn } = this.#services;
    dispatch.log.info('Received {signal}, shutting down.', { signal });
    // A second time: the shutdown hangs, or the user thinks so. It is given a moment, and then waits for nobody.
    if (this.#state === 'stopping') {
      if (this.#impatient) this.#triggers.hasten('shutdown');
      else turn.callLater(IMPATIENCE, () => this.#triggers.hasten('shutdown'), []);
      this.#impatient = true;
    }
    // While it stops this fails, and says so in the log: Twisted's behaviour, recorded.
    turn.callFromThread(() => {
      this.stop();
    }, []);
  };

  readonly #fireShutdown = (): void => {
    if (!this.#stopRequested) return;
    this.#stopRequested = false;
    this.#triggers.fire('shutdown');
  };

  /** Ends `run()` when there is nothing more to run for; returns whether it has ended. */
  readonly #endIfOver = (): boolean => {
    if (this.#state === 'started' || this.#state === 'stopping') return false;
    if (this.#finished === null) return true;
    const finished = this.#finished;
    this.#finished = null;
    this.#removeSignalHandlers?.();
    this.#removeSignalHandlers = null;
    this.#services.turn.stop();
    this.#services.dispatch.log.info('Main loop terminated.');
    flushUnhandledErrors();
    finished();
    return true;
  };
}

/** Returns a time to finish, which may be none. Throws for what is no time. */
function checkGraceful(seconds: number | null): number | null {
  if (seconds === null) return null;
  if (checkSeconds(seconds, 'stop gracefully') < 0)
    throw new RangeError(`Cannot stop gracefully with delay '${seconds}', wanted at least 0 seconds`);
  return seconds;
}
