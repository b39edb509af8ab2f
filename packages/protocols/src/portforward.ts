/**
 * A port forwarder: every connection to it becomes one to somewhere else, with flow control between the two.
 *
 * @twisted twisted.protocols.portforward
 */
import { currentReactor } from '@skein/reactor';
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IConnector, IProtocol, IReactorTCP } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { ClientFactory, Factory, Protocol } from './protocol';

/**
 * One side of a forwarded connection.
 *
 * @twisted twisted.protocols.portforward.Proxy
 */
export class Proxy extends Protocol {
  /** Whether it is logged that the other side could not be reached. */
  noisy = true;
  /** The other side; null when there is none yet, or no more. */
  peer: Proxy | null = null;

  setPeer(peer: Proxy): void {
    this.peer = peer;
  }

  override dataReceived(data: Buffer): void {
    this.peer?.transport.write(data);
  }

  override connectionLost(reason: Failure): void {
    const peer = this.peer;
    this.peer = null;
    if (peer !== null) peer.transport.loseConnection();
    else if (this.noisy) {
      const log = new Logger({ namespace: 'skein.protocols', source: this });
      log.info('Unable to connect to peer: {reason}', { reason });
    }
  }
}

/**
 * The side that was connected to somewhere else.
 *
 * @twisted twisted.protocols.portforward.ProxyClient
 */
export class ProxyClient extends Proxy {
  override connectionMade(): void {
    const { peer } = this;
    if (peer === null) return;
    peer.setPeer(this);
    // Each side is the producer of the other's transport: one that sends faster than the other takes is paused.
    this.transport.registerProducer(peer.transport, true);
    peer.transport.registerProducer(this.transport, true);
    peer.transport.resumeProducing();
  }
}

/**
 * Makes the connection to somewhere else.
 *
 * @twisted twisted.protocols.portforward.ProxyClientFactory
 */
export class ProxyClientFactory extends ClientFactory {
  override protocol: NonNullable<ClientFactory['protocol']> = ProxyClient;
  /** The side that was connected from. */
  server: Proxy | null = null;

  setServer(server: Proxy): void {
    this.server = server;
  }

  override buildProtocol(addr: IAddress): IProtocol | null {
    const p = super.buildProtocol(addr);
    if (this.server !== null) (p as Proxy).setPeer(this.server);
    return p;
  }

  override clientConnectionFailed(_connector: IConnector, _reason: Failure): void {
    this.server?.transport.loseConnection();
  }
}

/**
 * The side that was connected from. It reads nothing until the other side is connected.
 *
 * @twisted twisted.protocols.portforward.ProxyServer
 */
export class ProxyServer extends Proxy {
  declare factory: ProxyFactory;
  clientProtocolFactory: new () => ProxyClientFactory = ProxyClientFactory;
  /** What connects; null for the installed reactor. */
  reactor: IReactorTCP | null = null;

  override connectionMade(): void {
    this.transport.pauseProducing();
    const client = new this.clientProtocolFactory();
    client.noisy = this.factory.noisy;
    client.setServer(this);
    this.reactor ??= this.factory.reactor ?? currentReactor();
    this.reactor.connectTCP(this.factory.host, this.factory.port, client);
  }
}

/**
 * Forwards every connection to `host` and `port`.
 *
 * @twisted twisted.protocols.portforward.ProxyFactory
 *
 * @example
 * reactor.listenTCP(8080, new ProxyFactory('example.org', 80));
 */
export class ProxyFactory extends Factory {
  override protocol: NonNullable<Factory['protocol']> = ProxyServer;
  readonly host: string;
  readonly port: number;
  /** What connects; null for the installed reactor. */
  readonly reactor: IReactorTCP | null;

  constructor(host: string, port: number, options: { readonly reactor?: IReactorTCP } = {}) {
    super();
    this.host = host;
    this.port = port;
    this.reactor = options.reactor ?? null;
  }
}
