/**
 * What every case of `transportSuite` and `reactorSuite` has: reactors that run, a clock of its own, a watch on the log of
 * errors, and a way to wait.
 *
 * Breaches of the contract that are seen on the way are kept as faults and not thrown: they are seen from inside callbacks,
 * where the reactor would get to handle them.
 */
import { collectLoggedErrors, type LoggedErrors } from '../../logger';

import { claim, claimEqual, ComplianceError } from './claims';
import type { ComplianceWorld, ReactorUnderTest } from './complianceWorld';

const LULL = 0.02;
const PATIENCE = 6;
/** How much of the log a message quotes. */
const QUOTED = 25;

interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

interface Run {
  readonly reactor: ReactorUnderTest;
  readonly over: Promise<void>;
  isOver: boolean;
}

export class Stage<W extends ComplianceWorld = ComplianceWorld> {
  readonly world: W;
  readonly #keeper: ReactorUnderTest;
  readonly #keeping: Promise<void>;
  readonly #logged: LoggedErrors = collectLoggedErrors();
  readonly #runs: Run[] = [];
  readonly #faults: string[] = [];
  readonly #log: string[] = [];
  #waiters: Waiter[] = [];
  #commands = 0;

  constructor(world: W) {
    this.world = world;
    this.#keeper = world.makeReactor();
    this.#keeping = this.#keeper.run({ installSignalHandlers: false });
  }

  /** Has `reactor` run until the case is over. */
  run(reactor: ReactorUnderTest): ReactorUnderTest {
    const run = { reactor, over: reactor.run({ installSignalHandlers: false }), isOver: false };
    this.#runs.push(run);
    const ended = (): void => {
      run.isOver = true;
      this.saw('a reactor ended');
    };
    run.over.then(ended, ended);
    return reactor;
  }

  /** A reactor that runs. */
  reactor(): ReactorUnderTest {
    return this.run(this.world.makeReactor());
  }

  /** Waits until the last `run` of `reactor` has ended. */
  async isOver(reactor: ReactorUnderTest): Promise<void> {
    const run = this.#runs.filter((each) => each.reactor === reactor).at(-1);
    claim(run !== undefined, 'the case never ran this reactor');
    await this.until('run() to end', () => run.isOver);
    await run.over;
  }

  /** Runs one call of a transport. No protocol may be told of anything before it has returned. */
  command<T>(run: () => T): T {
    this.#commands += 1;
    try {
      return run();
    } finally {
      this.#commands -= 1;
    }
  }

  /** Whether a call of a transport is under way. */
  get isCommanding(): boolean {
    return this.#commands > 0;
  }

  /** Something happened: those who wait look again. */
  saw(event: string): void {
    this.#log.push(event);
    const ready = this.#waiters.filter(({ holds }) => holds());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  fault(message: string): void {
    this.#faults.push(message);
  }

  /** Waits until `holds()`, which is asked whenever something has happened. Rejects when that takes too long. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    const patience = this.world.patience ?? PATIENCE;
    await new Promise<void>((resolve, reject) => {
      const limit = this.#keeper.callLater(patience, () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new ComplianceError(`waited ${patience} s for ${what}; ${this.#quote()}`));
      });
      const waiter = {
        holds,
        resolve() {
          limit.cancel();
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Waits. */
  async after(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#keeper.callLater(seconds, resolve);
    });
  }

  /** Gives what must not come time to come. */
  async look(): Promise<void> {
    await this.after(this.world.lull ?? LULL);
  }

  /** Takes the errors logged so far, whose messages have to be these, in order. Any that is not taken fails the case. */
  claimLogged(...messages: readonly string[]): void {
    const logged = this.#logged.flush().map(({ value }) => value.message);
    claimEqual(logged, messages, 'logged errors');
  }

  /** Stops every reactor. */
  async clear(): Promise<void> {
    try {
      for (const { reactor, isOver } of this.#runs) {
        if (!isOver && reactor.running) reactor.stop();
      }
      await this.until('every run() to end', () => this.#runs.every(({ isOver }) => isOver));
    } finally {
      this.#keeper.stop();
      await this.#keeping;
      this.#logged.stop();
    }
  }

  /** Throws what was found. */
  claimNoFaults(): void {
    const faults = [
      ...this.#faults,
      ...this.#logged.flush().map(({ value }) => `an error was logged: ${String(value)}`),
    ];
    claim(faults.length === 0, `${faults.join('; ')}; ${this.#quote()}`);
  }

  #quote(): string {
    return `seen: ${this.#log.slice(-QUOTED).join(', ') || 'nothing'}`;
  }
}

/** Plays a case on `stage`, and clears it away. */
export async function playOn<S extends Stage>(stage: S, act: (stage: S) => Promise<void> | void): Promise<void> {
  try {
    await act(stage);
  } catch (error) {
    // What went wrong first is the news; that something is left open after it is not.
    await stage.clear().catch(() => undefined);
    throw error;
  }
  await stage.clear();
  stage.claimNoFaults();
}
