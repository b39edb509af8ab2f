/**
 * The Deferreds that are waited for in a simulation, whose process waits, and since when: for reports.
 *
 * Known by being told, and never by asking the collector: a report is the same in each run. What is abandoned without ever firing
 * would pile up: the oldest are forgotten.
 */
import { type AnyDeferred, observeWaiting, waitersOf } from '../defer/deferred';
import type { WaitingObserver } from '../defer/waiting';
import { SECOND, type SimDriver, type SimHost, type SimWorld } from '../drivers/sim';

interface Wait {
  /** The process that waits; null: the test. */
  readonly process: SimDriver | null;
  /** Microseconds. */
  readonly since: number;
  /** The coroutine that waits, by its name. */
  readonly coroutine: string | null;
}

/** The most that are known. */
const MOST = 10_000;

/** How many lines of a stack say where a Deferred was made. */
const FRAMES = 3;

export class Waits implements WaitingObserver {
  readonly #world: SimWorld;
  readonly #waits = new Map<AnyDeferred, Wait>();

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** Is told from now on: the last simulation that was made or driven is the one that is. */
  observe(): void {
    observeWaiting(this);
  }

  began(deferred: AnyDeferred, coroutine: string | null): void {
    const { running, clock } = this.#world;
    this.#waits.set(deferred, { process: running?.driver ?? null, since: clock.now, coroutine });
    if (this.#waits.size <= MOST) return;
    for (const oldest of this.#waits.keys()) {
      this.#waits.delete(oldest);
      break;
    }
  }

  ended(deferred: AnyDeferred): void {
    this.#waits.delete(deferred);
  }

  /** What the process on a host waits for, or the test (null): a line each, and where it was made when that is known. */
  describe(host: SimHost | null): string[] {
    const process = host === null ? null : host.driver;
    const lines: string[] = [];
    for (const [deferred, wait] of this.#waits) {
      if (wait.process !== process || (host !== null && process === null)) continue;
      const { callbacks, creator } = waitersOf(deferred);
      const who = wait.coroutine === null ? callbacks.join(', ') : `coroutine ${wait.coroutine}`.trimEnd();
      const made = creator.slice(0, FRAMES).map((frame) => `\n    ${frame.trim()}`);
      lines.push(`  ${String(deferred)} awaited since ${(wait.since / SECOND).toFixed(6)} s by ${who}${made.join('')}`);
    }
    return lines;
  }
}
