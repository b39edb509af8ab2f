/**
 * Several attempts to connect, overlapping, to addresses that are still being looked up; the first that succeeds wins.
 *
 * @twisted twisted.internet.endpoints.HostnameEndpoint.connect (the attempts)
 *
 * By RFC 8305 ("Happy Eyeballs"), section 5: an attempt begins when the one before is `attemptDelay` old, or at once when any
 * has failed. Twisted waits for the end of the lookup, and for the delay even after a failure.
 */
import { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type {
  IDelayedCall,
  IHostResolution,
  InternetAddress,
  IProtocol,
  IReactorTime,
  IResolutionReceiver,
} from '@skein/reactor/interfaces';

import { AddressQueue } from './addressQueue';

/** Options of a race. */
export interface RaceOptions<P extends IProtocol> {
  /** Begins the lookup. When it throws, nothing (more) was found. */
  readonly lookUp: (receiver: IResolutionReceiver) => void;
  /** Makes one attempt; must not throw. */
  readonly connect: (address: InternetAddress) => Deferred<P>;
  /** Seconds from one attempt to the next while none has failed. */
  readonly attemptDelay: number;
  /** The error that the race fails with when it is cancelled, once an attempt has begun. */
  readonly cancelled: () => Error;
  /** The error that it fails with when the lookup, or a cancelled one, gave no address to try. */
  readonly notFound: (why: 'no address' | 'lookup failed') => Error;
}

/** One race; it begins when it is made. */
class ConnectionRace<P extends IProtocol> implements IResolutionReceiver {
  readonly winner: Deferred<P>;
  readonly #clock: IReactorTime;
  readonly #options: RaceOptions<P>;
  readonly #queue: AddressQueue;
  readonly #pending = new Set<Deferred<P>>();
  #resolution: IHostResolution | null = null;
  #isLookingUp = true;
  #nextAttempt: IDelayedCall | null = null;
  /** When the next attempt may begin; -Infinity: at once. */
  #due = -Infinity;
  #lastFailure: Failure | null = null;
  #hasAttempted = false;
  #decided = false;

  constructor(clock: IReactorTime, options: RaceOptions<P>) {
    this.#clock = clock;
    this.#options = options;
    this.#queue = new AddressQueue(clock, () => this.#proceed());
    this.winner = new Deferred<P>((deferred) => {
      const error = this.#hasAttempted ? options.cancelled() : options.notFound('lookup failed');
      this.#decide();
      deferred.errback(error);
    });
    try {
      options.lookUp(this);
    } catch {
      this.#lookedUp('lookup failed');
    }
  }

  resolutionBegan(resolution: IHostResolution): void {
    this.#resolution = resolution;
  }

  addressResolved(address: InternetAddress): void {
    if (this.#decided || !this.#isLookingUp) return;
    this.#queue.add(address);
    this.#proceed();
  }

  resolutionComplete(): void {
    this.#lookedUp('no address');
  }

  #lookedUp(why: 'no address' | 'lookup failed'): void {
    if (this.#decided || !this.#isLookingUp) return;
    this.#isLookingUp = false;
    this.#queue.end();
    if (!this.#hasAttempted) this.#fail(this.#options.notFound(why));
    else this.#proceed();
  }

  /** Begins the attempt that is due, or sees to it that it will begin; fails when nothing is left to wait for. */
  #proceed(): void {
    if (this.#decided || !this.#queue.isOpen) return;
    if (this.#queue.length > 0) {
      const wait = this.#due - this.#clock.seconds();
      if (wait <= 0) this.#attempt();
      else
        this.#nextAttempt ??= this.#clock.callLater(wait, () => {
          this.#nextAttempt = null;
          this.#attempt();
        });
    } else if (!this.#isLookingUp && this.#pending.size === 0 && this.#lastFailure !== null) {
      this.#fail(this.#lastFailure);
    }
  }

  #attempt(): void {
    const address = this.#queue.take();
    if (this.#decided || address === undefined) return;
    this.#stopTimer();
    this.#hasAttempted = true;
    this.#due = this.#clock.seconds() + this.#options.attemptDelay;
    const attempt = this.#options.connect(address);
    this.#pending.add(attempt);
    this.#proceed();
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
    this.#lastFailure = reason;
    this.#stopTimer();
    this.#due = -Infinity;
    this.#proceed();
  }

  #fail(reason: Error | Failure): void {
    this.#decide();
    this.winner.errback(reason);
  }

  /** Ends everything that is under way. */
  #decide(): void {
    this.#decided = true;
    this.#stopTimer();
    this.#queue.close();
    if (this.#isLookingUp) this.#resolution?.cancel();
    this.#isLookingUp = false;
    for (const loser of [...this.#pending]) loser.cancel();
  }

  #stopTimer(): void {
    this.#nextAttempt?.cancel();
    this.#nextAttempt = null;
  }
}

/**
 * Tries addresses as they are found. The Deferred fires with what the first success gave, when the lookup and the other attempts
 * have been cancelled; when all have failed it fails with the failure that came last.
 */
export function raceConnections<P extends IProtocol>(clock: IReactorTime, options: RaceOptions<P>): Deferred<P> {
  return new ConnectionRace(clock, options).winner;
}
