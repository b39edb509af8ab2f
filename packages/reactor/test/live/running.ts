/** Reactors that run on the Node driver while a test does. */
import { createNodeReactor } from '../../src/default';
import type { Reactor } from '../../src/reactor';

/** Runs a reactor of its own while `test` does, and returns what `test` returns. */
export async function whileRunning<T>(test: (reactor: Reactor) => Promise<T>): Promise<T> {
  const reactor = createNodeReactor();
  const over = reactor.run({ installSignalHandlers: false });
  try {
    return await test(reactor);
  } finally {
    if (reactor.running) reactor.stop();
    await over;
  }
}

/** Waits for `condition`, a turn of `reactor` at a time. */
export function until(reactor: Reactor, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (condition()) resolve();
      else reactor.callLater(0.001, look);
    };
    look();
  });
}
