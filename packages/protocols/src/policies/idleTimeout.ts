import type { IDelayedCall } from '@skein/reactor/interfaces';

/** Schedules a call: `(seconds, f) => clock.callLater(seconds, f)`. */
export type CallLater = (period: number, func: () => void) => IDelayedCall;

/**
 * One timeout that can be set, reset and taken back: what `TimeoutMixin` is made of, as an object of its own, for who does
 * not want to mix in.
 *
 * @twisted twisted.protocols.policies.TimeoutMixin (its timer)
 *
 * @example
 * const idle = new IdleTimeout((period, f) => clock.callLater(period, f), () => transport.loseConnection());
 * idle.setTimeout(30); // …and idle.resetTimeout() whenever something has arrived
 */
export class IdleTimeout {
  /** The period in seconds; null for none. It stays when the time is up; `resetTimeout` then does nothing. */
  timeOut: number | null = null;

  readonly #callLater: CallLater;
  readonly #timedOut: () => void;
  #call: IDelayedCall | null = null;

  /** @param timedOut - called when the time is up */
  constructor(callLater: CallLater, timedOut: () => void) {
    this.#callLater = callLater;
    this.#timedOut = timedOut;
  }

  /** Begins to wait anew, if it waits. */
  resetTimeout(): void {
    if (this.#call !== null && this.timeOut !== null) this.#call.reset(this.timeOut);
  }

  /**
   * Waits for `period` seconds from now, in place of what it waited for; null ends the wait.
   *
   * @returns the period before
   */
  setTimeout(period: number | null): number | null {
    const previous = this.timeOut;
    this.timeOut = period;
    if (this.#call === null) {
      if (period !== null) {
        this.#call = this.#callLater(period, () => {
          this.#call = null;
          this.#timedOut();
        });
      }
    } else if (period === null) {
      if (this.#call.active()) this.#call.cancel();
      this.#call = null;
    } else {
      this.#call.reset(period);
    }
    return previous;
  }
}
