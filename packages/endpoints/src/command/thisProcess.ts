/**
 * What the command wants of its own process.
 */
import { constants } from 'node:os';

/** How often it was told to stop. */
export interface SignalCount {
  /** The number of the second signal, which ends the process by force; null: there was none. */
  readonly forcedBy: number | null;
  stop(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Counts signals, beside the reactor, which acts on them. */
export function countSignals(): SignalCount {
  let count = 0;
  let forcedBy: number | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    count += 1;
    if (count === 2) forcedBy = constants.signals[signal];
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    get forcedBy() {
      return forcedBy;
    },
    stop() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}

export function setProcessTitle(title: string): void {
  process.title = title;
}
