/**
 * `listenTCP` and `connectTCP` as services.
 *
 * @twisted twisted.application.internet.TCPServer, TCPClient
 *
 * Endpoints are the better choice for new code: `StreamServerEndpointService` and `ClientService`. The services of other
 * transports come with these.
 */
import { currentReactor } from '@skein/reactor';
import type {
  ConnectTCPOptions,
  IClientFactory,
  IConnector,
  IListeningPort,
  IProtocolFactory,
  IReactorTCP,
  ListenTCPOptions,
} from '@skein/reactor/interfaces';

import { Service } from '../service/service';

/** Which reactor a service uses. */
export interface ReactorOption {
  /** Default: the one that is installed when the service is started. */
  reactor?: IReactorTCP;
}

/**
 * Listens on a TCP port while it runs. Starting throws what `listenTCP` throws.
 *
 * @twisted twisted.application.internet.TCPServer
 *
 * @example
 * new TCPServer(8007, Factory.forProtocol(Echo)).setServiceParent(application);
 */
export class TCPServer extends Service {
  readonly #listen: () => IListeningPort;
  #port: IListeningPort | null = null;

  constructor(port: number, factory: IProtocolFactory, options: ListenTCPOptions & ReactorOption = {}) {
    super();
    const { reactor, ...listenOptions } = options;
    this.#listen = () => (reactor ?? currentReactor()).listenTCP(port, factory, listenOptions);
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

/**
 * Connects when it is started, once, and disconnects when it is stopped.
 *
 * @twisted twisted.application.internet.TCPClient
 */
export class TCPClient extends Service {
  readonly #connect: () => IConnector;
  #connection: IConnector | null = null;

  constructor(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions & ReactorOption = {}) {
    super();
    const { reactor, ...connectOptions } = options;
    this.#connect = () => (reactor ?? currentReactor()).connectTCP(host, port, factory, connectOptions);
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
