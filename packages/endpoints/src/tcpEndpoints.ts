/**
 * Endpoints over TCP.
 *
 * @twisted twisted.internet.endpoints.TCP4ServerEndpoint, TCP6ServerEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint
 *
 * For a host that is given by name, `HostnameEndpoint` is the better client: it tries every address of the name.
 */
import { HostnameAddress } from '@skein/reactor/address';
import { type Deferred, execute, fail } from '@skein/reactor/defer';
import { ConnectingCancelledError, DNSLookupError } from '@skein/reactor/error';
import {
  type IListeningPort,
  type IProtocol,
  type IProtocolFactory,
  IReactorPluggableNameResolver,
  type IReactorTCP,
} from '@skein/reactor/interfaces';

import type { IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
import { lookUpAddresses } from './nameResolver';
import { connectWrapped } from './wrappingFactory';

/** Options of the TCP server endpoints. */
export interface TCPServerEndpointOptions {
  /** How many connections may wait to be accepted; default null: the reactor's default (511; Twisted's endpoints say 50). */
  backlog?: number | null;
  /** The address to listen on; default all of the family: `''` (IPv4), `'::'` (IPv6). */
  interface?: string;
}

/** Options of the TCP client endpoints. */
export interface TCPClientEndpointOptions {
  /** Seconds until the attempt fails with `TimeoutError`; default 30. */
  timeout?: number;
  /** The local `[host, port]` to connect from; default null: the operating system chooses. */
  bindAddress?: readonly [host: string, port: number] | null;
}

/** What the two server endpoints have in common: everything but the address they listen on by default. */
class TCPServerEndpoint implements IStreamServerEndpoint {
  readonly port: number;
  /** How many connections may wait; null: the reactor decides. */
  readonly backlog: number | null;
  readonly interface: string;
  readonly #reactor: IReactorTCP;

  constructor(reactor: IReactorTCP, port: number, backlog: number | null, interface_: string) {
    this.#reactor = reactor;
    this.port = port;
    this.backlog = backlog;
    this.interface = interface_;
  }

  /** Listens now. The Deferred has fired when this returns: with the port, or with a failure of `CannotListenError`. */
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    const backlog = this.backlog === null ? {} : { backlog: this.backlog };
    return execute(() =>
      this.#reactor.listenTCP(this.port, protocolFactory, { ...backlog, interface: this.interface }),
    );
  }
}

/**
 * Listens on an IPv4 port.
 *
 * @twisted twisted.internet.endpoints.TCP4ServerEndpoint
 *
 * @example
 * const endpoint = new TCP4ServerEndpoint(reactor, 8007);
 * endpoint.listen(new QOTDFactory());
 */
export class TCP4ServerEndpoint extends TCPServerEndpoint {
  /** @param port - 0 to 65535; 0 lets the operating system choose, and the listening port's `getHost()` tells */
  constructor(reactor: IReactorTCP, port: number, options: TCPServerEndpointOptions = {}) {
    super(reactor, port, options.backlog ?? null, options.interface ?? '');
  }
}

/**
 * Listens on an IPv6 port; on most systems `'::'` accepts IPv4 connections too.
 *
 * @twisted twisted.internet.endpoints.TCP6ServerEndpoint
 */
export class TCP6ServerEndpoint extends TCPServerEndpoint {
  /** @param port - 0 to 65535; 0 lets the operating system choose, and the listening port's `getHost()` tells */
  constructor(reactor: IReactorTCP, port: number, options: TCPServerEndpointOptions = {}) {
    super(reactor, port, options.backlog ?? null, options.interface ?? '::');
  }
}

/** What the two client endpoints have in common. */
class TCPClientEndpoint {
  readonly host: string;
  readonly port: number;
  /** Seconds until an attempt fails. */
  readonly timeout: number;
  readonly bindAddress: readonly [host: string, port: number] | null;
  protected readonly reactor: IReactorTCP;

  constructor(reactor: IReactorTCP, host: string, port: number, options: TCPClientEndpointOptions = {}) {
    this.reactor = reactor;
    this.host = host;
    this.port = port;
    this.timeout = options.timeout ?? 30;
    this.bindAddress = options.bindAddress ?? null;
  }

  protected connectTo<P extends IProtocol>(host: string, protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    const { port, timeout, bindAddress } = this;
    return connectWrapped(protocolFactory, (factory) =>
      this.reactor.connectTCP(host, port, factory, { timeout, bindAddress }),
    );
  }
}

/**
 * Connects to an IPv4 address, or to the first IPv4 address of a name (which the reactor looks up).
 *
 * @twisted twisted.internet.endpoints.TCP4ClientEndpoint
 *
 * @example
 * const endpoint = new TCP4ClientEndpoint(reactor, '127.0.0.1', 8007, { timeout: 5 });
 * const d = endpoint.connect(new GreeterFactory());
 * d.addCallback((greeter) => greeter.sendMessage('Hello'));
 */
export class TCP4ClientEndpoint extends TCPClientEndpoint implements IStreamClientEndpoint {
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    return this.connectTo(this.host, protocolFactory);
  }
}

/**
 * Connects to an IPv6 address, or to the first IPv6 address of a name.
 *
 * A name needs a reactor with a name resolver (`IReactorPluggableNameResolver`); one without IPv6 addresses fails with
 * `DNSLookupError` (in Twisted, with whatever `getaddrinfo` raised).
 *
 * @twisted twisted.internet.endpoints.TCP6ClientEndpoint
 */
export class TCP6ClientEndpoint extends TCPClientEndpoint implements IStreamClientEndpoint {
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    const { host, reactor } = this;
    // No host name has a colon, and every IPv6 address has.
    if (host.includes(':')) return this.connectTo(host, protocolFactory);
    if (!IReactorPluggableNameResolver.providedBy(reactor)) {
      return fail(new TypeError(`cannot look up '${host}': wanted a reactor with a nameResolver, or an IPv6 address`));
    }
    const options = { portNumber: this.port, addressTypes: ['IPv6'] } as const;
    const cancelled = (deferred: Deferred): void => {
      deferred.errback(new ConnectingCancelledError(new HostnameAddress(host, this.port)));
    };
    return lookUpAddresses(reactor.nameResolver, host, options, cancelled).addCallback(([address]) => {
      if (address === undefined) throw new DNSLookupError(`no results for hostname lookup: ${host}`);
      return this.connectTo(address.host, protocolFactory);
    });
  }
}
