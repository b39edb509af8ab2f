/**
 * Waiting for promises: the one place where the simulation touches real time, for a turn of the real event loop.
 *
 * An event of the simulation is over when its callback has returned and every promise job that it caused has run. One turn
 * (`setImmediate`) drains all of them, however deep; draining a fixed number of microtasks gives wrong orders. It costs some
 * microseconds, so it is taken only when a promise was touched: `v8.promiseHooks` says so. What Node's own modules put behind
 * the present callback (streams do) is not seen: for hosts that use those, wait after every event (`drain: 'always'`).
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

/** Watches whether promises are touched, or something is put behind them by `process.nextTick` or `queueMicrotask`. */
export class PromiseWatch {
  #touched = false;
  readonly #touch = (): void => {
    this.#touched = true;
  };
  readonly #stops = [
    promiseHooks.onInit(this.#touch) as () => void,
    promiseHooks.onSettled(this.#touch) as () => void,
    watchTicks(this.#touch),
  ];

  /** Whether a promise was made or settled since the last call. */
  take(): boolean {
    const touched = this.#touched;
    this.#touched = false;
    return touched;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}

type Defer = (callback: () => void, ...args: unknown[]) => void;

const tickWatchers = new Set<() => void>();
let restoreTicks: () => void = nothing;

/** Calls `touch` at each `process.nextTick` and `queueMicrotask`, of which the hooks for promises know nothing. */
function watchTicks(touch: () => void): () => void {
  if (tickWatchers.size === 0) {
    const restore = [replace(process, 'nextTick'), replace(globalThis, 'queueMicrotask')];
    restoreTicks = () => {
      for (const each of restore) each();
    };
  }
  tickWatchers.add(touch);
  return () => {
    tickWatchers.delete(touch);
    if (tickWatchers.size === 0) restoreTicks();
  };
}

function replace(it: object, key: 'nextTick' | 'queueMicrotask'): () => void {
  const owner = it as Record<typeof key, Defer>;
  const original = owner[key];
  const replacement: Defer = (callback, ...args) => {
    for (const touch of tickWatchers) touch();
    original.call(owner, callback, ...args);
  };
  owner[key] = replacement;
  return () => {
    if (owner[key] === replacement) owner[key] = original;
  };
}

function nothing(): void {
  // Nothing has been replaced.
}
