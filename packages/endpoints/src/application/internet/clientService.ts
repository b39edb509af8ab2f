/**
 * A connection that is kept: made again whenever it is lost.
 *
 * @twisted twisted.application.internet.ClientService
 *
 * The states are a table. To change it: a state is entered before the action of its transition is called, so an action may
 * cause the next transition; whoever waits is told last; and of an attempt or connection that is no longer the present one
 * nothing is heard. (Twisted's machine throws there.)
 *
 * Differs from Twisted where that leaks a connection: one that is being prepared when the service is stopped is closed.
 */
import { currentReactor } from '@skein/reactor';
import { CancelledError, Deferred, fail, maybeDeferred, succeed } from '@skein/reactor/defer';
import { ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import {
  type IAddress,
  type IDelayedCall,
  type IProtocol,
  IReactorRandom,
  type IReactorTime,
  type ITransport,
} from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from '../../interfaces';
import { ProtocolProxy } from '../../protocolProxy';
import { Service } from '../service/service';

import { backoffPolicy, type RetryPolicy } from './backoffPolicy';

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

// ------------------------------------------------------------------------------------------------------------- the states

export type State = 'init' | 'connecting' | 'waiting' | 'connected' | 'disconnecting' | 'restarting' | 'stopped';

/** What happens to a service: `start` and `stop` from outside, the rest from its present attempt, connection or timer. */
type Input = 'start' | 'stop' | 'connectionMade' | 'connectionFailed' | 'connectionLost' | 'retryDue';

type Action =
  | 'attempt'
  | 'useConnection'
  | 'waitAfterFailure'
  | 'waitAfterLoss'
  | 'endAttempt'
  | 'loseConnection'
  | 'endWaiting'
  | 'finishStopping'
  | 'attemptAgain'
  | 'nothing';

/** Where each input leads from each state, and what is done there. An input that a state does not list changes nothing. */
export const TRANSITIONS: Readonly<
  Record<State, Readonly<Partial<Record<Input, readonly [to: State, action: Action]>>>>
> = {
  init: {
    start: ['connecting', 'attempt'],
    stop: ['stopped', 'nothing'],
  },
  connecting: {
    connectionMade: ['connected', 'useConnection'],
    connectionFailed: ['waiting', 'waitAfterFailure'],
    stop: ['disconnecting', 'endAttempt'],
  },
  waiting: {
    retryDue: ['connecting', 'attempt'],
    stop: ['stopped', 'endWaiting'],
  },
  connected: {
    connectionLost: ['waiting', 'waitAfterLoss'],
    stop: ['disconnecting', 'loseConnection'],
  },
  disconnecting: {
    start: ['restarting', 'nothing'],
    connectionFailed: ['stopped', 'finishStopping'],
    connectionLost: ['stopped', 'finishStopping'],
  },
  restarting: {
    stop: ['disconnecting', 'nothing'],
    connectionFailed: ['connecting', 'attemptAgain'],
    connectionLost: ['connecting', 'attemptAgain'],
  },
  stopped: {
    start: ['connecting', 'attempt'],
    stop: ['stopped', 'nothing'],
  },
};

/** What `whenConnected` says in each state. */
export const ANSWERS: Readonly<Record<State, 'the protocol' | 'cancelled' | 'wait'>> = {
  init: 'wait',
  connecting: 'wait',
  waiting: 'wait',
  connected: 'the protocol',
  disconnecting: 'wait',
  restarting: 'wait',
  stopped: 'cancelled',
};

// ----------------------------------------------------------------------------------------------------------- the attempts

/** Tells its attempt how the connection fares. */
class NotifyingProtocol<P extends IProtocol> extends ProtocolProxy<P> {
  readonly #attempt: Attempt<P>;

  constructor(wrapped: P, attempt: Attempt<P>) {
    super(wrapped);
    this.#attempt = attempt;
  }

  override makeConnection(transport: ITransport): void {
    this.#attempt.transport = transport;
    super.makeConnection(transport);
  }

  override connectionLost(reason: Failure): void {
    try {
      super.connectionLost(reason);
    } finally {
      this.#attempt.lost(reason);
    }
  }
}

/** One attempt to connect, and the connection that comes of it. */
class Attempt<P extends IProtocol> implements IProtocolFactoryOf<NotifyingProtocol<P>> {
  protocol: P | null = null;
  /** The connection while there is one. */
  transport: ITransport | null = null;
  readonly #factory: IProtocolFactoryOf<P>;
  readonly #prepare: ((protocol: P) => unknown) | null;
  readonly #tell: (input: Input, reason: Failure | null, attempt: Attempt<P>) => void;
  /** What is waited for: the connection, then its preparation. */
  #waitedFor: Deferred | null = null;
  /** Whether it is known what became of the attempt. */
  #decided = false;

  constructor(
    factory: IProtocolFactoryOf<P>,
    prepare: ((protocol: P) => unknown) | null,
    tell: (input: Input, reason: Failure | null, attempt: Attempt<P>) => void,
  ) {
    this.#factory = factory;
    this.#prepare = prepare;
    this.#tell = tell;
  }

  begin(endpoint: IStreamClientEndpoint): void {
    const prepare = this.#prepare;
    this.#waitedFor = maybeDeferred(() => endpoint.connect(this))
      .addCallback(({ wrapped }) => {
        this.protocol = wrapped;
        return prepare === null ? null : maybeDeferred(() => prepare(wrapped));
      })
      .addCallbacks(
        () => this.#decide('connectionMade', null),
        (reason) => this.#decide('connectionFailed', reason),
      );
  }

  /** Gives the attempt up: closes the connection that is being prepared, or else cancels. */
  end(): void {
    if (this.transport === null) this.#waitedFor?.cancel();
    else {
      // What becomes of the preparation is of no interest now; the end of the connection is.
      this.#decided = true;
      this.#waitedFor?.cancel();
      this.transport.loseConnection();
    }
  }

  lost(reason: Failure): void {
    this.transport = null;
    if (this.#decided) {
      this.#tell('connectionLost', reason, this);
    } else {
      this.#decide('connectionFailed', reason);
      this.#waitedFor?.cancel();
    }
  }

  #decide(input: 'connectionMade' | 'connectionFailed', reason: Failure | null): void {
    if (this.#decided) return;
    this.#decided = true;
    this.#tell(input, reason, this);
  }

  // IProtocolFactory

  buildProtocol(addr: IAddress): NotifyingProtocol<P> | null {
    const protocol = this.#factory.buildProtocol(addr);
    return protocol === null || protocol === undefined ? null : new NotifyingProtocol(protocol, this);
  }

  doStart(): void {
    this.#factory.doStart();
  }

  doStop(): void {
    this.#factory.doStop();
  }
}

// ------------------------------------------------------------------------------------------------------------ the service

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

  #state: State = 'init';
  /** The attempt under way, or the one that made the connection. */
  #attempt: Attempt<P> | null = null;
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

  #receive(input: Input, reason: Failure | null = null): void {
    const transition = TRANSITIONS[this.#state][input];
    if (transition === undefined) return;
    const [to, action] = transition;
    this.#state = to;
    this.#actions[action](reason);
  }

  readonly #actions: Readonly<Record<Action, (reason: Failure | null) => void>> = {
    nothing: () => {},
    attempt: () => this.#beginAttempt(),
    attemptAgain: () => {
      this.#beginAttempt();
      this.#tellStopped();
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
    this.#attempt = new Attempt(this.#factory, this.#prepareConnection, (input, reason, attempt) => {
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
