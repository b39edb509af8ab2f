/**
 * What the command wants of its own process.
 */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Counts how often it was told to stop, beside the reactor, which acts on that. */
export class SignalCount {
  #count = 0;
  #forcedBy: number | null = null;

  /** The number of the second signal, which ends the process by force; null: there was none. */
  get forcedBy(): number | null {
    return this.#forcedBy;
  }

  start(): void {
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
  }

  readonly #listener = (signal: NodeJS.Signals): void => {
    this.#count += 1;
    if (this.#count === 2) this.#forcedBy = constants.signals[signal];
  };
}

export function setProcessTitle(title: string): void {
  process.title = title;
}
