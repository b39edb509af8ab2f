/**
 * Several attempts to connect, overlapping; the first that succeeds wins. "Happy Eyeballs".
 *
 * @twisted twisted.internet.endpoints.HostnameEndpoint.connect (the attempts)
 *
 * By RFC 8305, section 5: an attempt begins when the one before is `attemptDelay` old, or at once when any has failed.
 * Twisted waits for the delay even after a failure.
 */
import { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IDelayedCall, IProtocol, IReactorTime } from '@skein/reactor/interfaces';

/** Makes one attempt; must not throw. */
export type Attempt<P extends IProtocol> = () => Deferred<P>;

/** Options of a race. */
export interface RaceOptions {
  /** Seconds from one attempt to the next while none has failed. */
  readonly attemptDelay: number;
  /** The error that the race fails with when it is cancelled. */
  readonly cancelled: () => Error;
}

/** One race; it begins when it is made. */
class ConnectionRace<P extends IProtocol> {
  readonly winner: Deferred<P>;
  readonly #clock: IReactorTime;
  readonly #options: RaceOptions;
  readonly #waiting: Attempt<P>[];
  readonly #pending = new Set<Deferred<P>>();
  #nextAttempt: IDelayedCall | null = null;
  #decided = false;

  constructor(clock: IReactorTime, attempts: readonly Attempt<P>[], options: RaceOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#waiting = [...attempts];
    this.winner = new Deferred<P>((deferred) => {
      this.#decide();
      deferred.errback(options.cancelled());
    });
    this.#attempt();
  }

  #attempt(): void {
    const connect = this.#waiting.shift();
    if (connect === undefined) return;
    this.#stopTimer();
    const attempt = connect();
    this.#pending.add(attempt);
    if (this.#waiting.length > 0) {
      this.#nextAttempt = this.#clock.callLater(this.#options.attemptDelay, () => {
        this.#nextAttempt = null;
        this.#attempt();
      });
    }
    // Last: the attempt may have failed already.
    attempt.addCallbacks(
      (protocol) => this.#succeeded(attempt, protocol),
      (reason) => this.#failed(attempt, reason),
    );
  }

  #succeeded(attempt: Deferred<P>, protocol: P): void {
    this.#pending.delete(attempt);
    if (this.#decided) return;
    this.#decide();
    this.winner.callback(protocol);
  }

  #failed(attempt: Deferred<P>, reason: Failure): void {
    this.#pending.delete(attempt);
    if (this.#decided) return;
    if (this.#waiting.length > 0) this.#attempt();
    else if (this.#pending.size === 0) {
      this.#decide();
      this.winner.errback(reason);
    }
  }

  /** Ends everything that is under way. */
  #decide(): void {
    this.#decided = true;
    this.#stopTimer();
    for (const loser of [...this.#pending]) loser.cancel();
  }

  #stopTimer(): void {
    this.#nextAttempt?.cancel();
    this.#nextAttempt = null;
  }
}

/**
 * Makes the attempts, of which there must be one, in order. The Deferred fires with what the first success gave, when the
 * others have been cancelled; when all have failed it fails with the failure that came last.
 */
export function raceConnections<P extends IProtocol>(
  clock: IReactorTime,
  attempts: readonly Attempt<P>[],
  options: RaceOptions,
): Deferred<P> {
  return new ConnectionRace(clock, attempts, options).winner;
}
