/**
 * Waiting for promises: the one place where the simulation touches real time, for a turn of the real event loop.
 *
 * An event of the simulation is over when its callback has returned and every promise job that it caused has run. One turn
 * (`setImmediate`) drains all of them, however deep; draining a fixed number of microtasks gives wrong orders. It costs some
 * microseconds, so it is taken only when a promise was touched: `v8.promiseHooks` says so.
 */
import { promiseHooks } from 'node:v8';

// Taken early: a test's fake timers replace the globals later.
const realSetImmediate = setImmediate;

/** Runs until every promise job that is ready, and those they cause, have run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    realSetImmediate(resolve);
  });
}

/** Watches whether promises are touched. */
export class PromiseWatch {
  #touched = false;
  readonly #stop: () => void;

  constructor() {
    const touch = (): void => {
      this.#touched = true;
    };
    const stopInit = promiseHooks.onInit(touch) as () => void;
    const stopSettled = promiseHooks.onSettled(touch) as () => void;
    this.#stop = () => {
      stopInit();
      stopSettled();
    };
  }

  /** Whether a promise was made or settled since the last call. */
  take(): boolean {
    const touched = this.#touched;
    this.#touched = false;
    return touched;
  }

  stop(): void {
    this.#stop();
  }
}
