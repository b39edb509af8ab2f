import type { Failure } from '@skein/reactor/failure';
import type { Bytes, IDelayedCall, IProtocol, IProtocolFactory, IReactorTime } from '@skein/reactor/interfaces';

import { type ClockOptions, clockOf } from './clock';
import { ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/** Makes a `TimeoutProtocol`. */
export type TimeoutProtocolMaker = new (
  factory: TimeoutFactory,
  wrappedProtocol: IProtocol,
  timeoutPeriod: number | null,
) => TimeoutProtocol;

/**
 * The wrapper of `TimeoutFactory`: loses the connection when nothing is received or written for a while.
 *
 * Unlike Twisted's, data and writes after the time is up do no harm (there they throw `AlreadyCalled`).
 *
 * @twisted twisted.protocols.policies.TimeoutProtocol
 */
export class TimeoutProtocol extends ProtocolWrapper {
  declare factory: TimeoutFactory;

  /** The period in seconds; null for none. */
  timeoutPeriod: number | null = null;
  #call: IDelayedCall | null = null;

  /** The time begins to run now, before there is a connection. */
  constructor(factory: TimeoutFactory, wrappedProtocol: IProtocol, timeoutPeriod: number | null) {
    super(factory, wrappedProtocol);
    this.setTimeout(timeoutPeriod);
  }

  /** Waits for `timeoutPeriod` seconds from now, in place of what it waited for; null ends the wait. */
  setTimeout(timeoutPeriod: number | null = null): void {
    this.cancelTimeout();
    this.timeoutPeriod = timeoutPeriod;
    if (timeoutPeriod === null) return;
    this.#call = this.factory.callLater(timeoutPeriod, () => {
      this.#call = null;
      this.timeoutFunc();
    });
  }

  /** Ends the wait. */
  cancelTimeout(): void {
    this.timeoutPeriod = null;
    if (this.#call?.active() === true) this.#call.cancel();
    this.#call = null;
  }

  /** Begins to wait anew, if it waits. */
  resetTimeout(): void {
    if (this.#call !== null && this.timeoutPeriod !== null) this.#call.reset(this.timeoutPeriod);
  }

  override write(data: Bytes): void {
    this.resetTimeout();
    super.write(data);
  }

  override writeSequence(data: Iterable<Bytes>): void {
    this.resetTimeout();
    super.writeSequence(data);
  }

  override dataReceived(data: Buffer): unknown {
    this.resetTimeout();
    return super.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.cancelTimeout();
    super.connectionLost(reason);
  }

  /** The time is up. By default the connection is lost. */
  timeoutFunc(): void {
    this.loseConnection();
  }
}

/**
 * Loses connections on which nothing was received or written for a while.
 *
 * @twisted twisted.protocols.policies.TimeoutFactory
 */
export class TimeoutFactory extends WrappingFactory<TimeoutProtocolMaker> {
  override protocol: TimeoutProtocolMaker | null = TimeoutProtocol;

  /** In seconds; null for none. */
  readonly timeoutPeriod: number | null;
  readonly #clock: IReactorTime | null;

  /** @param timeoutPeriod - in seconds; default half an hour */
  constructor(wrappedFactory: IProtocolFactory, timeoutPeriod: number | null = 30 * 60, options: ClockOptions = {}) {
    super(wrappedFactory);
    this.timeoutPeriod = timeoutPeriod;
    this.#clock = options.clock ?? null;
  }

  /** Schedules; on the clock that was given, or the installed reactor. */
  callLater(period: number, func: () => void): IDelayedCall {
    return clockOf(this.#clock).callLater(period, func);
  }

  protected override wrap(wrapped: IProtocol): TimeoutProtocol {
    return new (this.protocol ?? TimeoutProtocol)(this, wrapped, this.timeoutPeriod);
  }
}
