/**
 * A connection that is kept: made again whenever it is lost.
 *
 * @twisted twisted.application.internet.ClientService
 *
 * Its states are a table, in `clientStates.ts`; each attempt to connect is a `ConnectionAttempt`.
 *
 * Differs from Twisted where that leaks a connection: one that is being prepared when the service is stopped is closed.
 */
import { currentReactor } from '@skein/reactor';
import { CancelledError, Deferred, fail, succeed } from '@skein/reactor/defer';
import { ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import { type IDelayedCall, type IProtocol, IReactorRandom, type IReactorTime } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from '../../interfaces';
import { Service } from '../service/service';

import { backoffPolicy, type RetryPolicy } from './backoffPolicy';
import { ANSWERS, type ClientAction, type ClientInput, type ClientState, TRANSITIONS } from './clientStates';
import { ConnectionAttempt } from './connectionAttempt';

/** Seconds to wait when the retry policy does not say. */
const DELAY_WITHOUT_POLICY = 60;

/** Options of `ClientService`. */
export interface ClientServiceOptions<P extends IProtocol> {
  /** How long to wait after each failure; default `backoffPolicy()`. When it throws, that is logged, and the wait is 60 seconds. */
  retryPolicy?: RetryPolicy;
  /** What measures the time; default the installed reactor. */
  clock?: IReactorTime;
  /**
   * Called with each new protocol before anyone else gets it: to authenticate, or to look whether the server is well. What
   * it returns is waited for. When it throws or fails, the connection counts as a failed attempt; closing it is up to you.
   */
  prepareConnection?: (protocol: P) => unknown;
}

/** Someone who waits for a protocol, and how many failures until they are told of one; null: never. */
interface Waiter<P extends IProtocol> {
  readonly deferred: Deferred<P>;
  readonly failuresLeft: number | null;
}

/**
 * Keeps a connection to an endpoint: connects when it is started, and, until it is stopped, again after every failure and every
 * loss, with a wait in between.
 *
 * @twisted twisted.application.internet.ClientService
 *
 * @example
 * const service = new ClientService(new HostnameEndpoint(reactor, 'example.com', 6667), new ChatClientFactory());
 * service.startService();
 * service.whenConnected().addCallback((protocol) => protocol.join('#twisted'));
 */
export class ClientService<P extends IProtocol> extends Service {
  readonly #endpoint: IStreamClientEndpoint;
  readonly #factory: IProtocolFactoryOf<P>;
  readonly #retryPolicy: RetryPolicy;
  readonly #clock: IReactorTime;
  readonly #prepareConnection: ((protocol: P) => unknown) | null;
  readonly #log = new Logger({ namespace: 'skein.endpoints.application', source: this });

  #state: ClientState = 'init';
  /** The attempt under way, or the one that made the connection. */
  #attempt: ConnectionAttempt<P> | null = null;
  #retry: IDelayedCall | null = null;
  /** Failures in a row; a lost connection counts as one. */
  #failedAttempts = 0;
  #waiters: Waiter<P>[] = [];
  #stopWaiters: Deferred<null>[] = [];

  constructor(endpoint: IStreamClientEndpoint, factory: IProtocolFactoryOf<P>, options: ClientServiceOptions<P> = {}) {
    super();
    const clock: IReactorTime = options.clock ?? currentReactor();
    const chance = IReactorRandom.providedBy(clock) ? { jitter: () => clock.random() } : {};
    this.#endpoint = endpoint;
    this.#factory = factory;
    this.#clock = clock;
    this.#retryPolicy = options.retryPolicy ?? backoffPolicy(chance);
    this.#prepareConnection = options.prepareConnection ?? null;
  }

  /**
   * The protocol that is connected, or the next one that will be. It may be lost by the time you use it.
   *
   * @param failAfterFailures - how many failed attempts from now until the Deferred fails, with the last failure; null, the
   * default: however many there are. It fails with `CancelledError` when the service has stopped.
   */
  whenConnected(failAfterFailures: number | null = null): Deferred<P> {
    const protocol = this.#attempt?.protocol ?? null;
    const answer = ANSWERS[this.#state];
    if (answer === 'cancelled') return fail(new CancelledError());
    if (answer === 'the protocol' && protocol !== null) return succeed(protocol);
    const deferred = new Deferred<P>();
    this.#waiters.push({ deferred, failuresLeft: failAfterFailures });
    return deferred;
  }

  /** Begins to connect. While the service runs: logs a warning, and does nothing else. */
  override startService(): void {
    if (this.running) {
      this.#log.warn('Duplicate ClientService.startService {log_source}');
      return;
    }
    super.startService();
    this.#receive('start');
  }

  /** Ends the attempt, the wait or the connection. The Deferred fires when that is done. */
  override stopService(): Deferred<null> {
    super.stopService();
    const stopped = new Deferred<null>();
    this.#stopWaiters.push(stopped);
    this.#receive('stop');
    if (this.#state === 'stopped') this.#tellStopped();
    return stopped;
  }

  #receive(input: ClientInput, reason: Failure | null = null): void {
    const transition = TRANSITIONS[this.#state][input];
    if (transition === undefined) return;
    const [to, action] = transition;
    this.#state = to;
    this.#actions[action](reason);
  }

  readonly #actions: Readonly<Record<ClientAction, (reason: Failure | null) => void>> = {
    nothing: () => {},
    attempt: () => this.#beginAttempt(),
    attemptAgain: () => {
      this.#beginAttempt();
      this.#tellStopped();
    },
    forgetFailures: () => {
      this.#failedAttempts = 0;
    },
    useConnection: () => {
      const protocol = this.#attempt?.protocol ?? null;
      this.#failedAttempts = 0;
      if (protocol !== null) this.#tellWaiters(() => protocol);
    },
    waitAfterLoss: () => this.#scheduleRetry(),
    waitAfterFailure: (reason) => {
      this.#scheduleRetry();
      this.#tellOfFailure(reason);
    },
    endAttempt: () => this.#attempt?.end(),
    loseConnection: () => this.#attempt?.transport?.loseConnection(),
    endWaiting: () => {
      this.#retry?.cancel();
      this.#retry = null;
      this.#finishStopping();
    },
    finishStopping: () => this.#finishStopping(),
  };

  #beginAttempt(): void {
    this.#retry = null;
    this.#attempt = new ConnectionAttempt(this.#factory, this.#prepareConnection, (input, reason, attempt) => {
      if (attempt === this.#attempt) this.#receive(input, reason);
    });
    this.#attempt.begin(this.#endpoint);
  }

  #scheduleRetry(): void {
    this.#attempt = null;
    this.#failedAttempts += 1;
    const delay = this.#retryDelay();
    this.#log.info('Scheduling retry {attempt} to connect {endpoint} in {delay} seconds.', {
      attempt: this.#failedAttempts,
      endpoint: this.#endpoint,
      delay,
    });
    this.#retry = this.#clock.callLater(delay, () => this.#receive('retryDue'));
  }

  /** What the policy says. One that fails must not keep the service from ever connecting again. */
  #retryDelay(): number {
    const attempt = this.#failedAttempts;
    try {
      const delay = this.#retryPolicy(attempt);
      if (Number.isFinite(delay) && delay >= 0) return delay;
      throw new ValueError(`cannot wait "${String(delay)}" seconds, wanted a number of 0 or more`);
    } catch (error) {
      this.#log.failure('Asking retryPolicy how long to wait after failure {attempt}', error, { attempt });
      return DELAY_WITHOUT_POLICY;
    }
  }

  /** Those who have waited for their last failure hear of it. */
  #tellOfFailure(reason: Failure | null): void {
    const fed = this.#waiters.filter(({ failuresLeft }) => failuresLeft !== null && failuresLeft <= 1);
    this.#waiters = this.#waiters
      .filter((waiter) => !fed.includes(waiter))
      .map(({ deferred, failuresLeft }) => ({
        deferred,
        failuresLeft: failuresLeft === null ? null : failuresLeft - 1,
      }));
    for (const { deferred } of fed) deferred.errback(reason);
  }

  #finishStopping(): void {
    this.#attempt = null;
    this.#tellWaiters(() => new Failure(new CancelledError()));
    this.#tellStopped();
  }

  #tellWaiters(result: () => P | Failure): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { deferred } of waiters) deferred.callback(result());
  }

  #tellStopped(): void {
    const waiters = this.#stopWaiters;
    this.#stopWaiters = [];
    for (const stopped of waiters) stopped.callback(null);
  }
}
