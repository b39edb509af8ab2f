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
import type { RunOptions } from '../interfaces';

import type { CoreServices } from './services';
import type { SystemTriggers } from './systemTriggers';

type LifeState =
  /** Never run, or crashed: can be run. */
  | 'idle'
  /** Run, and not asked to stop. */
  | 'started'
  /** Asked to stop; shutting down. */
  | 'stopping'
  /** Has been stopped: cannot be run again. */
  | 'stopped';

const TRANSITIONS: Readonly<Record<LifeState, Readonly<Partial<Record<'run' | 'stop' | 'crash', LifeState>>>>> = {
  idle: { run: 'started' },
  started: { stop: 'stopping', crash: 'idle' },
  stopping: { crash: 'stopped' },
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
  /** Settles `run()`'s promise. */
  #finished: (() => void) | null = null;

  constructor(services: CoreServices, triggers: SystemTriggers) {
    this.#services = services;
    this.#triggers = triggers;
    triggers.add('during', 'startup', this.#reallyStarted, []);
    triggers.add('during', 'shutdown', this.#reallyStopped, []);
    triggers.add('during', 'shutdown', this.#disconnectAll, []);
    services.turn.afterCalls = this.#fireShutdown;
    services.turn.endIfOver = this.#endIfOver;
  }

  /** See `IReactorCore.run`. */
  run({ installSignalHandlers = true }: RunOptions = {}): Promise<void> {
    if (this.#state === 'stopped') throw new ReactorNotRestartable();
    // Crashed a moment ago, and the turn it happened in has not ended: that run is not over yet.
    if (this.#state !== 'idle' || this.#finished !== null) throw new ReactorAlreadyRunning();
    this.#step('run');
    this.#installSignalHandlers = installSignalHandlers;
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    this.#services.turn.start();
    this.#triggers.fire('startup');
    return finished;
  }

  /** See `IReactorCore.stop`. */
  stop(): void {
    if (!this.#step('stop')) throw new ReactorNotRunning("Can't stop reactor that isn't running.");
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
  };

  readonly #disconnectAll = (): void => {
    for (const each of [...this.#services.open]) each.connectionLost(new Failure(new ConnectionLost()));
  };

  readonly #signalled = (signal: string): void => {
    const { dispatch, turn } = this.#services;
    dispatch.log.info('Received {signal}, shutting down.', { signal });
    // A second time: the shutdown hangs, or the user thinks so. It is given a moment, and then waits for nobody.
    if (this.#state === 'stopping') {
      if (this.#impatient) this.#triggers.hasten('shutdown');
      else turn.callLater(IMPATIENCE, () => this.#triggers.hasten('shutdown'), []);
      this.#impatient = true;
      return;
    }
    turn.callFromThread(() => {
      // Another signal of the same turn, or the program itself, may have stopped it already.
      if (this.#state === 'started') this.stop();
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
