/**
 * A server as a service: listens while it runs.
 *
 * @twisted twisted.application.internet.StreamServerEndpointService
 *
 * Can be started again after it has been stopped. (Twisted's then does not listen.)
 */
import { CancelledError, Deferred, succeed } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IListeningPort, IProtocolFactory } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import type { IStreamServerEndpoint } from '../../interfaces';
import { Service } from '../service/service';

/**
 * Listens at an endpoint when it is started (with `privilegedStartService`, if that comes first), and stops when it is stopped.
 *
 * A failure to listen is logged; see `raiseSynchronously`.
 *
 * @twisted twisted.application.internet.StreamServerEndpointService
 */
export class StreamServerEndpointService extends Service {
  readonly endpoint: IStreamServerEndpoint;
  readonly factory: IProtocolFactory;
  /**
   * Whether the first start throws what `listen` fails with, if it has failed when it returns; default false. (Twisted's
   * `_raiseSynchronously`.) `strports.service` sets it: who starts a server wants to know that it did not start.
   */
  raiseSynchronously = false;
  #waitingForPort: Deferred<IListeningPort | null> | null = null;
  /** How many ports are being stopped. */
  #stopping = 0;
  /** Those who told it to stop while it was stopping. */
  #waitingForStop: Deferred<null>[] = [];

  constructor(endpoint: IStreamServerEndpoint, factory: IProtocolFactory) {
    super();
    this.endpoint = endpoint;
    this.factory = factory;
  }

  override privilegedStartService(): void {
    super.privilegedStartService();
    const failedNow: Failure[] = [];
    let returned = false;
    this.#waitingForPort = this.endpoint.listen(this.factory).addErrback((failure) => {
      if (this.raiseSynchronously && !returned) failedNow.push(failure);
      else if (failure.check(CancelledError) === null) {
        const log = new Logger({ namespace: 'skein.endpoints.application', source: this });
        log.failure('Listening at {endpoint}', failure, { endpoint: this.endpoint });
      }
      return null;
    });
    returned = true;
    const [failure] = failedNow;
    if (failure !== undefined) {
      this.#waitingForPort = null;
      failure.raiseException();
    }
    this.raiseSynchronously = false;
  }

  override startService(): void {
    super.startService();
    if (this.#waitingForPort === null) this.privilegedStartService();
  }

  /**
   * Stops listening, or no longer tries to. The Deferred fires when that is done, with what the port's `stopListening` gave; with
   * null when there was nothing to stop, or another call is stopping it.
   */
  override stopService(): Deferred {
    const waitingForPort = this.#waitingForPort;
    this.#waitingForPort = null;
    if (waitingForPort === null) return this.#whenStopped();
    this.#stopping += 1;
    waitingForPort.cancel();
    return waitingForPort
      .addCallback((port): Deferred | null => (port === null ? null : port.stopListening()))
      .addBoth((result: unknown) => {
        this.#stopping -= 1;
        if (this.#stopping === 0) this.#stopped();
        return result;
      });
  }

  #whenStopped(): Deferred {
    if (this.#stopping === 0) {
      super.stopService();
      return succeed(null);
    }
    const stopped = new Deferred<null>();
    this.#waitingForStop.push(stopped);
    return stopped;
  }

  #stopped(): void {
    // It may have been started again meanwhile.
    if (this.#waitingForPort === null) super.stopService();
    const waiting = this.#waitingForStop;
    this.#waitingForStop = [];
    for (const stopped of waiting) stopped.callback(null);
  }
}
