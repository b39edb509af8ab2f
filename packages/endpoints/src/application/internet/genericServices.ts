/**
 * What the services of the reactor's methods have in common: one listens, the other connects.
 *
 * @twisted twisted.application.internet._AbstractServer, _AbstractClient
 */
import type { IConnector, IListeningPort } from '@skein/reactor/interfaces';

import { Service } from '../service/service';

/** Which reactor a service uses. */
export interface ReactorOption<R> {
  /** Default: the one that is installed when the service is started. */
  reactor?: R;
}

/** Listens while it runs: what a subclass gives it to listen is called once for every start. */
export class GenericServer extends Service {
  readonly #listen: () => IListeningPort;
  #port: IListeningPort | null = null;

  protected constructor(listen: () => IListeningPort) {
    super();
    this.#listen = listen;
  }

  override privilegedStartService(): void {
    super.privilegedStartService();
    this.#port ??= this.#listen();
  }

  override startService(): void {
    super.startService();
    this.#port ??= this.#listen();
  }

  /** Stops listening; fires when the port is free. Established connections are not touched. */
  override stopService(): unknown {
    super.stopService();
    const port = this.#port;
    this.#port = null;
    return port === null ? null : port.stopListening();
  }
}

/** Connects when it is started, once, and disconnects when it is stopped. */
export class GenericClient extends Service {
  readonly #connect: () => IConnector;
  #connection: IConnector | null = null;

  protected constructor(connect: () => IConnector) {
    super();
    this.#connect = connect;
  }

  override startService(): void {
    super.startService();
    this.#connection = this.#connect();
  }

  override stopService(): unknown {
    super.stopService();
    const connection = this.#connection;
    this.#connection = null;
    connection?.disconnect();
    return null;
  }
}
