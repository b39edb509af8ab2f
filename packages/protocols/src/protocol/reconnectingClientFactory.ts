import { currentReactor } from '@skein/reactor';
import { NotConnectingError, ValueError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import { type IConnector, type IDelayedCall, IReactorRandom, type IReactorTime } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { ClientFactory } from './clientFactory';

/**
 * A client factory that connects again when a connection fails or is lost, waiting longer each time.
 *
 * The wait is multiplied by `factor` before each attempt (so the first is `initialDelay * factor`), bounded by `maxDelay`,
 * and scattered by `jitter`, so that the clients of a server that comes back do not come all at once. Protocols call
 * `this.factory.resetDelay()` when they have connected to their satisfaction.
 *
 * Two failures in a row without an attempt between them schedule two attempts, as in Twisted.
 *
 * @twisted twisted.internet.protocol.ReconnectingClientFactory
 */
export class ReconnectingClientFactory extends ClientFactory {
  /** The longest wait, in seconds (the jitter may add to it). */
  maxDelay = 3600;
  /** What `resetDelay` sets `delay` to, in seconds. */
  initialDelay = 1.0;
  /** What the wait is multiplied by each time. */
  factor = Math.E;
  /**
   * The standard deviation of the wait, as a part of it; 0 or null for none. The default is Twisted's. Chance comes from
   * the clock's `random()`: with a clock that has none, such as `task.Clock`, there is no jitter.
   */
  jitter: number | null = 0.119626565582;
  /** The last wait, in seconds. */
  delay = 1.0;
  /** How many attempts were scheduled since `resetDelay`. */
  retries = 0;
  /** After how many attempts without success to give up; null for never. */
  maxRetries: number | null = null;
  /** The connector of the last failure. */
  connector: IConnector | null = null;
  /** What schedules the attempts; null for the installed reactor. */
  clock: IReactorTime | null = null;
  /** Whether to connect again at all. */
  continueTrying = true;

  #call: IDelayedCall | null = null;

  override clientConnectionFailed(connector: IConnector, _reason: Failure): void {
    if (!this.continueTrying) return;
    this.connector = connector;
    this.retry();
  }

  override clientConnectionLost(connector: IConnector, _reason: Failure): void {
    if (!this.continueTrying) return;
    this.connector = connector;
    this.retry();
  }

  /**
   * Has a connector (by default the last one) connect again after the next wait. Does nothing after `stopTrying`, or when
   * `maxRetries` are used up. Throws `ValueError` when there is no connector yet.
   */
  retry(connector: IConnector | null = this.connector): void {
    if (!this.continueTrying) {
      this.#log('Abandoning {connector} on explicit request', connector);
      return;
    }
    if (connector === null) throw new ValueError('no connector to retry');

    this.retries += 1;
    if (this.maxRetries !== null && this.retries > this.maxRetries) {
      this.#log('Abandoning {connector} after {retries} retries.', connector);
      return;
    }

    const clock = (this.clock ??= currentReactor());
    this.delay = Math.min(this.delay * this.factor, this.maxDelay);
    if (this.jitter !== null && this.jitter !== 0 && IReactorRandom.providedBy(clock)) {
      this.delay = Math.max(0, this.delay * (1 + this.jitter * standardNormal(clock)));
    }
    this.#log('{connector} will retry in {seconds} seconds', connector);
    this.#call = clock.callLater(this.delay, () => {
      this.#call = null;
      connector.connect();
    });
  }

  /** Gives up: cancels the attempt that was scheduled last, and stops the one that is under way. */
  stopTrying(): void {
    this.#call?.cancel();
    this.#call = null;
    this.continueTrying = false;
    try {
      this.connector?.stopConnecting();
    } catch (error) {
      if (!(error instanceof NotConnectingError)) throw error;
    }
  }

  /** To be called when a connection is a success: the waits begin anew, and `stopTrying` is taken back. */
  resetDelay(): void {
    this.delay = this.initialDelay;
    this.retries = 0;
    this.#call = null;
    this.continueTrying = true;
  }

  #log(format: string, connector: IConnector | null): void {
    if (!this.noisy) return;
    new Logger({ namespace: 'skein.protocols', source: this }).info(format, {
      connector: connector === null ? 'null' : connector.getDestination().toString(),
      retries: this.retries,
      seconds: Math.trunc(this.delay),
    });
  }
}

/** A number from the standard normal distribution (Box and Muller): two draws, never more, whatever they are. */
function standardNormal(chance: IReactorRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance.random()));
  return radius * Math.cos(2 * Math.PI * chance.random());
}
