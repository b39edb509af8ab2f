/**
 * Sees every command and every event of a case: keeps the log, finds breaches of rule 1, and wakes who waits for an event.
 *
 * A breach is kept as a fault and not thrown: it is seen from inside a listener, where the driver would get to handle it.
 */
import { ComplianceError } from './claims';
import type { Timekeeper } from './timekeeper';

/** How long a case waits for what has to come, in seconds, unless its world says otherwise. */
const PATIENCE = 6;
/** How much of the log a message quotes. */
const QUOTED = 25;

interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

export class Witness {
  /** The breaches seen so far. */
  readonly faults: string[] = [];
  readonly #timekeeper: Timekeeper;
  readonly #patience: number;
  readonly #log: string[] = [];
  #waiters: Waiter[] = [];
  #commands = 0;

  constructor(timekeeper: Timekeeper, patience = PATIENCE) {
    this.#timekeeper = timekeeper;
    this.#patience = patience;
  }

  /** Runs one command of the seam. Whatever a driver says before it has returned breaks rule 1. */
  command<T>(run: () => T): T {
    this.#commands += 1;
    try {
      return run();
    } finally {
      this.#commands -= 1;
    }
  }

  /** A driver said something. `react` is the listener's part. */
  saw(event: string, react: () => void): void {
    this.#log.push(event);
    if (this.#commands > 0) this.fault(1, `${event} came from inside a command`);
    react();
    const ready = this.#waiters.filter(({ holds }) => holds());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  fault(rule: number | string, message: string): void {
    this.faults.push(`rule ${rule}: ${message}`);
  }

  /** Waits until `holds()`, which is asked after every event. Rejects when that takes too long. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const giveUp = this.#timekeeper.callLater(this.#patience, () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new ComplianceError(`waited ${this.#patience} s for ${what}; ${this.quote()}`));
      });
      const waiter = {
        holds,
        resolve() {
          giveUp();
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** What was seen last, for messages. */
  quote(): string {
    return `seen: ${this.#log.slice(-QUOTED).join(', ') || 'nothing'}`;
  }
}
