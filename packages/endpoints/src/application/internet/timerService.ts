/**
 * Services that do something again and again.
 *
 * @twisted twisted.application.internet.TimerService, CooperatorService
 */
import { currentReactor } from '@skein/reactor';
import { type Deferred, succeed } from '@skein/reactor/defer';
import type { IReactorTime } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';
import { type AnyIterator, Cooperator, type CooperatorOptions, LoopingCall } from '@skein/reactor/task';

import { Service } from '../service/service';

/**
 * Calls a function every so many seconds, beginning when it is started. What the function throws (or its Deferred fails
 * with) is logged, and ends the calls until the service is started again.
 *
 * @twisted twisted.application.internet.TimerService
 *
 * @example
 * new TimerService(60, () => rooms.save()).setServiceParent(application);
 */
export class TimerService<A extends unknown[] = unknown[]> extends Service {
  /** What measures the time; null, the default: the installed reactor. Set it before `startService`. */
  clock: IReactorTime | null = null;
  /** Seconds between calls. */
  readonly step: number;
  readonly #callable: (...args: A) => unknown;
  readonly #args: A;
  #loop: LoopingCall<A> | null = null;
  #loopFinished: Deferred = succeed(null);

  constructor(step: number, callable: (...args: A) => unknown, ...args: A) {
    super();
    this.step = step;
    this.#callable = callable;
    this.#args = args;
  }

  override startService(): void {
    super.startService();
    const loop = new LoopingCall(this.#callable, ...this.#args);
    this.#loop = loop;
    loop.clock = this.clock ?? currentReactor();
    this.#loopFinished = loop.start(this.step).addErrback((failure) => {
      const log = new Logger({ namespace: 'skein.endpoints.application', source: this });
      log.failure('Calling {callable} every {step} seconds', failure, { callable: this.#callable, step: this.step });
    });
  }

  /** Ends the calls. The Deferred fires when the one under way, if there is one, is done. */
  override stopService(): Deferred<null> {
    if (this.#loop?.running === true) this.#loop.stop();
    return this.#loopFinished.addCallback(() => {
      super.stopService();
      return null;
    });
  }
}

/**
 * Runs iterators in small steps while it is started.
 *
 * @twisted twisted.application.internet.CooperatorService
 */
export class CooperatorService extends Service {
  /** What runs the iterators. */
  readonly coop: Cooperator;

  /** @param options - for the cooperator: what schedules it, how long a tick may take */
  constructor(options: Omit<CooperatorOptions, 'started'> = {}) {
    super();
    this.coop = new Cooperator({ ...options, started: false });
  }

  /** Runs an iterator; the Deferred fires with it when it is exhausted. */
  coiterate<I extends AnyIterator>(iterator: I): Deferred<I> {
    return this.coop.coiterate(iterator);
  }

  override startService(): void {
    super.startService();
    this.coop.start();
  }

  override stopService(): unknown {
    this.coop.stop();
    return super.stopService();
  }
}
