/**
 * `react`: a program that runs until its main function is done.
 *
 * @twisted twisted.internet.task.react
 *
 * Twisted's `react` does not return and ends the process; this one returns a promise (Node cannot block) and sets the exit
 * code, and the process ends because the reactor no longer holds it.
 */
import { currentReactor } from '../current';
import type { Deferred } from '../defer/deferred';
import { ensureDeferred } from '../defer/results';
import { ReactorNotRunning } from '../error';
import { Failure } from '../failure';
import type { IReactor, IReactorCore } from '../interfaces';
import { Logger } from '../logger/logger';

import { setExitCode } from './processExit';

const log = new Logger({ namespace: 'twisted.internet.task' });

/** Thrown in a main function, ends the program with a code of its own. Python's built-in. */
export class SystemExit extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'SystemExit', writable: true, configurable: true });
  }

  /** The exit code. */
  readonly code: number;

  constructor(code = 0) {
    super(String(code));
    this.code = code;
  }
}

/** Options of `react`. */
export interface ReactOptions<R> {
  /** The reactor; default: the installed one. */
  readonly reactor?: R;
  /** Gets the exit code at the end; default: it becomes the exit code of the process. */
  readonly exit?: (code: number) => void;
}

/**
 * Calls `main(reactor, ...argv)` and runs the reactor until the Deferred or promise it returns has a result. A failure is
 * logged. The exit code is 0, or 1 after a failure, or that of a `SystemExit`. The promise is fulfilled at the very end, with the code.
 *
 * What `main` throws before it returns comes out of `react` itself, and the reactor is not run.
 *
 * @example
 * react(async (reactor, host) => {
 *   const answer = await ask(reactor, host);
 *   console.log(answer);
 * }, ['example.com']);
 */
export function react<A extends readonly unknown[] = [], R extends IReactorCore = IReactor>(
  main: (reactor: R, ...argv: A) => Deferred | PromiseLike<unknown> | Generator<unknown, unknown, never>,
  argv?: A,
  options: ReactOptions<R> = {},
): Promise<number> {
  const reactor = options.reactor ?? (currentReactor() as unknown as R);
  const finished = ensureDeferred(main(reactor, ...(argv ?? ([] as unknown as A))));
  let code = 0;
  let stopping = false;
  reactor.addSystemEventTrigger('before', 'shutdown', () => {
    stopping = true;
  });
  const conclude = (result: unknown): void => {
    if (!(result instanceof Failure)) return;
    if (result.value instanceof SystemExit) {
      code = result.value.code;
      return;
    }
    log.failure('main function encountered error', result);
    code = 1;
  };
  const stop = (result: unknown): void => {
    try {
      reactor.stop();
    } catch (error) {
      if (!(error instanceof ReactorNotRunning)) throw error;
    }
    conclude(result);
  };
  finished.addBoth((result) => {
    if (stopping) conclude(result);
    else reactor.callWhenRunning(stop, result);
  });
  return reactor.run().then(() => {
    (options.exit ?? setExitCode)(code);
    return code;
  });
}
