import type { IDelayedCall, IReactorTime, ITransport } from '@skein/reactor/interfaces';

import { clockOf } from './clock';
import { IdleTimeout } from './idleTimeout';

/** What `TimeoutMixin` adds. */
export interface Timeouts {
  /** The period in seconds; null for none. Setting it counts from the next `resetTimeout` on. */
  timeOut: number | null;
  /** What schedules the timeout; null for the installed reactor. */
  clock: IReactorTime | null;
  /** Schedules; on `clock`. */
  callLater(period: number, func: () => void): IDelayedCall;
  /** Begins to wait anew, if a timeout is running: "something has arrived". */
  resetTimeout(): void;
  /** Waits for `period` seconds from now; null ends the wait. Returns the period before. */
  setTimeout(period: number | null): number | null;
  /** The time is up. By default the connection is lost. */
  timeoutConnection(): void;
}

/**
 * Gives a protocol a timeout: one, set by `setTimeout`, which calls `timeoutConnection`.
 *
 * A function that makes a class, where Twisted has a mixin. `IdleTimeout` is the same as an object.
 *
 * @twisted twisted.protocols.policies.TimeoutMixin
 *
 * @example
 * class Patient extends TimeoutMixin(LineReceiver) {
 *   override connectionMade() {
 *     this.setTimeout(60);
 *   }
 *   override lineReceived(line: string) {
 *     this.resetTimeout();
 *   }
 *   override connectionLost() {
 *     this.setTimeout(null);
 *   }
 * }
 */
export function TimeoutMixin<B extends new (...args: never[]) => { transport: ITransport }>(
  base: B,
): new (...args: ConstructorParameters<B>) => InstanceType<B> & Timeouts {
  const Timed = class extends (base as unknown as new (...args: unknown[]) => { transport: ITransport }) {
    // A field, and not the timer's: subclasses may give it a value by a field of their own.
    timeOut: number | null = null;
    clock: IReactorTime | null = null;
    readonly #idle = new IdleTimeout(
      (period, func) => this.callLater(period, func),
      () => this.timeoutConnection(),
    );

    callLater(period: number, func: () => void): IDelayedCall {
      return clockOf(this.clock).callLater(period, func);
    }

    resetTimeout(): void {
      this.#idle.timeOut = this.timeOut;
      this.#idle.resetTimeout();
    }

    setTimeout(period: number | null): number | null {
      this.#idle.timeOut = this.timeOut;
      this.timeOut = period;
      return this.#idle.setTimeout(period);
    }

    timeoutConnection(): void {
      this.transport.loseConnection();
    }
  };
  return Timed as unknown as new (...args: ConstructorParameters<B>) => InstanceType<B> & Timeouts;
}
