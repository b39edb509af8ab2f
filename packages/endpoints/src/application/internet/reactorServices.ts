/**
 * `listenTCP`, `connectTCP` and their kin as services, with the arguments of the methods.
 *
 * @twisted twisted.application.internet.TCPServer, TCPClient, SSLServer, SSLClient, UNIXServer, UNIXClient
 *
 * Endpoints are the better choice for new code: `StreamServerEndpointService` and `ClientService`. The services for datagrams come
 * with these (`UDPServer`, `UNIXDatagramServer`, `UNIXDatagramClient`, `MulticastServer`).
 */
import { currentReactor } from '@skein/reactor';
import type {
  ClientContextSource,
  ConnectSSLOptions,
  ConnectTCPOptions,
  ConnectUNIXOptions,
  IClientFactory,
  IOpenSSLContextFactory,
  IProtocolFactory,
  IReactorSSL,
  IReactorTCP,
  IReactorUNIX,
  ListenSSLOptions,
  ListenTCPOptions,
  ListenUNIXOptions,
} from '@skein/reactor/interfaces';

import { GenericClient, GenericServer, type ReactorOption } from './genericServices';

/**
 * Listens on a TCP port while it runs. Starting throws what `listenTCP` throws.
 *
 * @twisted twisted.application.internet.TCPServer
 *
 * @example
 * new TCPServer(8007, Factory.forProtocol(Echo)).setServiceParent(application);
 */
export class TCPServer extends GenericServer {
  constructor(port: number, factory: IProtocolFactory, options: ListenTCPOptions & ReactorOption<IReactorTCP> = {}) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).listenTCP(port, factory, rest));
  }
}

/**
 * Connects by TCP when it is started, once, and disconnects when it is stopped.
 *
 * @twisted twisted.application.internet.TCPClient
 */
export class TCPClient extends GenericClient {
  constructor(
    host: string,
    port: number,
    factory: IClientFactory,
    options: ConnectTCPOptions & ReactorOption<IReactorTCP> = {},
  ) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).connectTCP(host, port, factory, rest));
  }
}

/**
 * Listens on a TCP port, with TLS, while it runs. Starting throws what `listenSSL` throws.
 *
 * @twisted twisted.application.internet.SSLServer
 *
 * @example
 * new SSLServer(8443, Factory.forProtocol(Echo), certificate.options()).setServiceParent(application);
 */
export class SSLServer extends GenericServer {
  constructor(
    port: number,
    factory: IProtocolFactory,
    contextFactory: IOpenSSLContextFactory,
    options: ListenSSLOptions & ReactorOption<IReactorSSL> = {},
  ) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).listenSSL(port, factory, contextFactory, rest));
  }
}

/**
 * Connects with TLS when it is started, once, and disconnects when it is stopped.
 *
 * @twisted twisted.application.internet.SSLClient
 *
 * @example
 * new SSLClient('example.com', 443, factory, optionsForClientTLS('example.com')).setServiceParent(application);
 */
export class SSLClient extends GenericClient {
  constructor(
    host: string,
    port: number,
    factory: IClientFactory,
    contextFactory: ClientContextSource,
    options: ConnectSSLOptions & ReactorOption<IReactorSSL> = {},
  ) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).connectSSL(host, port, factory, contextFactory, rest));
  }
}

/**
 * Listens on a UNIX socket while it runs. Starting throws what `listenUNIX` throws.
 *
 * @twisted twisted.application.internet.UNIXServer
 *
 * @example
 * new UNIXServer('/run/chat.sock', new ChatFactory(), { mode: 0o660 }).setServiceParent(application);
 */
export class UNIXServer extends GenericServer {
  constructor(
    address: string,
    factory: IProtocolFactory,
    options: ListenUNIXOptions & ReactorOption<IReactorUNIX> = {},
  ) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).listenUNIX(address, factory, rest));
  }
}

/**
 * Connects to a UNIX socket when it is started, once, and disconnects when it is stopped.
 *
 * @twisted twisted.application.internet.UNIXClient
 */
export class UNIXClient extends GenericClient {
  constructor(
    address: string,
    factory: IClientFactory,
    options: ConnectUNIXOptions & ReactorOption<IReactorUNIX> = {},
  ) {
    const { reactor, ...rest } = options;
    super(() => (reactor ?? currentReactor()).connectUNIX(address, factory, rest));
  }
}
