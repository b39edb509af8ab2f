import { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import {
  type ClientContextSource,
  type ConnectSSLOptions,
  type ConnectTCPOptions,
  type ConnectUNIXOptions,
  type IAddress,
  type IConnector,
  type IDelayedCall,
  type IProtocol,
  IReactorSSL,
  type IReactorTCP,
  type IReactorTime,
  IReactorUNIX,
} from '@skein/reactor/interfaces';

import { ClientFactory } from './clientFactory';

/** The factory of one connection: hands out the one protocol, and fires the Deferred in a turn of its own. */
class InstanceFactory<P extends IProtocol> extends ClientFactory {
  override noisy = false;
  /** The call that will fire the Deferred, once the attempt is decided. */
  pending: IDelayedCall | null = null;
  readonly #clock: IReactorTime;
  readonly #instance: P;
  readonly #deferred: Deferred<P>;

  constructor(clock: IReactorTime, instance: P, deferred: Deferred<P>) {
    super();
    this.#clock = clock;
    this.#instance = instance;
    this.#deferred = deferred;
  }

  override buildProtocol(_addr: IAddress): P {
    this.#later(() => this.#deferred.callback(this.#instance));
    return this.#instance;
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.#later(() => this.#deferred.errback(reason));
  }

  #later(fire: () => void): void {
    this.pending = this.#clock.callLater(0, () => {
      this.pending = null;
      fire();
    });
  }
}

/**
 * Connects protocols that need no factory: one connection, nothing shared, no second attempt.
 *
 * @twisted twisted.internet.protocol.ClientCreator
 *
 * For new code, prefer an endpoint.
 *
 * @example
 * new ClientCreator(reactor, Greeter, 'Alice').connectTCP('localhost', 1234).addCallback((p) => p.sayHello());
 */
export class ClientCreator<P extends IProtocol, A extends unknown[]> {
  readonly reactor: IReactorTCP & IReactorTime;
  readonly protocolClass: new (...args: A) => P;
  readonly args: A;

  /** Further arguments go to the constructor of the protocol. */
  constructor(reactor: IReactorTCP & IReactorTime, protocolClass: new (...args: A) => P, ...args: A) {
    this.reactor = reactor;
    this.protocolClass = protocolClass;
    this.args = args;
  }

  /**
   * Connects to a TCP port, as `reactor.connectTCP` without the factory.
   *
   * @returns fires with the protocol, after its `connectionMade`, or fails as `clientConnectionFailed` would. Cancelling it
   *   gives the attempt up, or the connection.
   */
  connectTCP(host: string, port: number, options: ConnectTCPOptions = {}): Deferred<P> {
    return this.#connect((factory) => this.reactor.connectTCP(host, port, factory, options));
  }

  /** Connects to a UNIX socket, as `reactor.connectUNIX` without the factory. Throws `TypeError` where the reactor has no such thing. */
  connectUNIX(address: string, options: ConnectUNIXOptions = {}): Deferred<P> {
    const { reactor } = this;
    if (!IReactorUNIX.providedBy(reactor)) throw without('connectUNIX', address);
    return this.#connect((factory) => reactor.connectUNIX(address, factory, options));
  }

  /** Connects by TLS, as `reactor.connectSSL` without the factory. Throws `TypeError` where the reactor has no such thing. */
  connectSSL(
    host: string,
    port: number,
    contextFactory: ClientContextSource,
    options: ConnectSSLOptions = {},
  ): Deferred<P> {
    const { reactor } = this;
    if (!IReactorSSL.providedBy(reactor)) throw without('connectSSL', host);
    return this.#connect((factory) => reactor.connectSSL(host, port, factory, contextFactory, options));
  }

  #connect(method: (factory: ClientFactory) => IConnector): Deferred<P> {
    let connector: IConnector | null = null;
    const deferred = new Deferred<P>(() => {
      connector?.disconnect();
      factory.pending?.cancel();
    });
    const factory = new InstanceFactory(this.reactor, new this.protocolClass(...this.args), deferred);
    connector = method(factory);
    return deferred;
  }
}

function without(method: string, where: string): TypeError {
  return new TypeError(`cannot connect to "${where}": wanted a reactor with ${method}`);
}
