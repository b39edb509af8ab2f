/**
 * The one door into user code.
 *
 * Every call into a protocol, factory, producer, timed call or trigger that the reactor makes goes through here. What the
 * callee throws is logged with its context and handed back as a `Failure`; what it costs (that connection, or nothing) is
 * the caller's business, and never the reactor's life.
 *
 * A callee may be an `async` function (Twisted's are not): a rejection is then an exception that comes late. It is logged,
 * and ends the `loser`, so that an async `dataReceived` loses its connection just as a plain one does, and no
 * rejection ever ends the process.
 *
 * @twisted twisted.python.log.callWithLogger and the `_log.failureHandler` blocks of twisted.internet.base
 */
import { Failure, isFailure } from '../failure';
import type { IProtocol } from '../interfaces';
import { Logger } from '../logger';
import type { ScheduledFunction } from '../time';

import type { ReactorEvents } from './reactorEvents';
import type { Disconnectable } from './services';

export class Dispatch {
  readonly #log = new Logger({ namespace: 'skein.reactor' });
  readonly #events: ReactorEvents;

  constructor(events: ReactorEvents) {
    this.#events = events;
  }

  /**
   * Calls `call`; what it throws is logged as happening in `where`.
   *
   * @param loser - what is lost when `call` returned a promise that is rejected, later: no closure, because every connection has one
   * @returns null, or the failure
   */
  call(where: string, call: () => unknown, loser: Disconnectable | null = null): Failure | null {
    try {
      const result = call();
      if (result !== undefined) this.#watch(where, result, loser);
      return null;
    } catch (error) {
      return this.failed(where, error);
    }
  }

  /** Whether the protocol is done with a buffer when `dataReceived` returns. */
  borrows(protocol: IProtocol): boolean {
    try {
      return protocol.borrowsData === true;
    } catch (error) {
      this.failed('borrowsData', error);
      return false;
    }
  }

  /** `protocol.dataReceived(data)`: the same as `call`, without a closure, on the path of every byte. */
  dataReceived(protocol: IProtocol, data: Buffer, loser: Disconnectable): Failure | null {
    // Declared void, but plain JavaScript and async methods return what they like.
    const receiver: { dataReceived(data: Buffer): unknown } = protocol;
    try {
      const result = receiver.dataReceived(data);
      if (result !== undefined) this.#watch('dataReceived', result, loser);
      return null;
    } catch (error) {
      return this.failed('dataReceived', error);
    }
  }

  /** `callable(...args)`: the same as `call`, for timed calls and calls from threads. */
  apply(where: string, callable: ScheduledFunction, args: readonly unknown[]): void {
    try {
      const result = callable(...(args as never[]));
      if (result !== undefined) this.#watch(where, result, null);
    } catch (error) {
      this.failed(where, error);
    }
  }

  /** Logs what user code threw in `where`, and wraps it. */
  failed(where: string, error: unknown): Failure {
    const failure = isFailure(error) ? error : new Failure(error);
    this.#log.failure('Unhandled error in {where}', failure, { where });
    if (this.#events.observed) this.#events.publish('userCodeFailed', where, failure);
    return failure;
  }

  /** The log of the reactor itself. */
  get log(): Logger {
    return this.#log;
  }

  #watch(where: string, result: unknown, loser: Disconnectable | null): void {
    // Native promises only: a Deferred logs its own unhandled errors, and other objects are nobody's business.
    if (!(result instanceof Promise)) return;
    result.catch((error: unknown) => {
      const failure = this.failed(where, error);
      loser?.connectionLost(failure);
    });
  }
}
