/**
 * Connecting to a host by its name, over whichever of its addresses answers first.
 *
 * @twisted twisted.internet.endpoints.HostnameEndpoint
 *
 * RFC 8305 ("Happy Eyeballs"): connecting begins with the first IPv6 address that the resolver tells of, not when the lookup is
 * complete; IPv4 waits 50 ms for IPv6.
 */
import { HostnameAddress, IPv6Address } from '@skein/reactor/address';
import { type Deferred, fail } from '@skein/reactor/defer';
import { ConnectingCancelledError, DNSLookupError, ValueError } from '@skein/reactor/error';
import {
  type InternetAddress,
  type IProtocol,
  IReactorPluggableNameResolver,
  type IReactorTCP,
  type IReactorTime,
} from '@skein/reactor/interfaces';

import { raceConnections } from './connectionRace';
import { type Hostname, toHostname } from './hostname';
import type { IProtocolFactoryOf, IStreamClientEndpoint } from './interfaces';
import { TCP4ClientEndpoint, TCP6ClientEndpoint, type TCPClientEndpointOptions } from './tcpEndpoints';

/** What a `HostnameEndpoint` needs of a reactor. */
export type HostnameReactor = IReactorTCP & IReactorTime & Pick<IReactorPluggableNameResolver, 'nameResolver'>;

/** Options of `HostnameEndpoint`. */
export interface HostnameEndpointOptions extends Omit<TCPClientEndpointOptions, 'bindAddress'> {
  /** The local address to connect from, with a port or without. An address of one family rules the other family out. */
  bindAddress?: string | readonly [host: string, port: number] | null;
  /** Seconds from one attempt to the next; default 0.3 (RFC 8305 recommends 0.25, and not less than 0.01). */
  attemptDelay?: number;
}

const DEFAULT_ATTEMPT_DELAY = 0.3;

/**
 * Connects to a host by its name: tries its addresses as they are found, in the resolver's order, the families taking turns, a
 * new attempt every `attemptDelay` seconds and at once when one has failed. The first connection wins, and
 * the other attempts are cancelled. `timeout` is for each attempt.
 *
 * @twisted twisted.internet.endpoints.HostnameEndpoint
 *
 * @example
 * const d = new HostnameEndpoint(reactor, 'example.com', 80).connect(factory);
 * d.addErrback((failure) => failure.trap(DNSLookupError)); // no such name
 */
export class HostnameEndpoint implements IStreamClientEndpoint {
  /** The host as it was given; with backslash escapes where it is no host name. */
  readonly host: string;
  readonly port: number;
  /** Seconds until an attempt fails. */
  readonly timeout: number;
  readonly bindAddress: readonly [host: string, port: number] | null;
  /** Seconds from one attempt to the next. */
  readonly attemptDelay: number;
  readonly #hostname: Hostname;
  readonly #reactor: HostnameReactor;

  /** Takes any host; a bad one fails in `connect`. */
  constructor(reactor: HostnameReactor, host: string, port: number, options: HostnameEndpointOptions = {}) {
    const { timeout = 30, bindAddress = null, attemptDelay = DEFAULT_ATTEMPT_DELAY } = options;
    this.#reactor = reactor;
    this.#hostname = toHostname(host);
    this.host = this.#hostname.text;
    this.port = port;
    this.timeout = timeout;
    this.bindAddress = typeof bindAddress === 'string' ? [bindAddress, 0] : bindAddress;
    this.attemptDelay = attemptDelay;
  }

  /**
   * Looks the name up and connects. Besides what every endpoint's `connect` fails with: `ValueError` for what is no host
   * name, `DNSLookupError` for a name without addresses, and, when it is cancelled before the first attempt, `DNSLookupError` too.
   * When all attempts have failed, the last failure is reported.
   */
  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    const { host, port } = this;
    if (!this.#hostname.valid) return fail(new ValueError(`invalid hostname: ${host}`));
    if (!IReactorPluggableNameResolver.providedBy(this.#reactor)) {
      return fail(new TypeError(`cannot look up '${host}': wanted a reactor with a nameResolver`));
    }
    const { nameResolver } = this.#reactor;
    return raceConnections<P>(this.#reactor, {
      lookUp: (receiver) => nameResolver.resolveHostName(receiver, host, { portNumber: port }),
      connect: (address) => this.#endpointFor(address).connect(protocolFactory),
      attemptDelay: this.attemptDelay,
      cancelled: () => new ConnectingCancelledError(new HostnameAddress(this.#hostname.ascii, port)),
      notFound: (why) =>
        new DNSLookupError(
          why === 'no address' ? `no results for hostname lookup: ${host}` : `Couldn't find the hostname '${host}'`,
        ),
    });
  }

  /** `<HostnameEndpoint example.com:80>`, the name in ASCII. */
  toString(): string {
    const { ascii, valid } = this.#hostname;
    return `<HostnameEndpoint ${valid && ascii.includes(':') ? `[${ascii}]` : ascii}:${this.port}>`;
  }

  #endpointFor(address: InternetAddress): IStreamClientEndpoint {
    const Endpoint = address instanceof IPv6Address ? TCP6ClientEndpoint : TCP4ClientEndpoint;
    const { timeout, bindAddress } = this;
    return new Endpoint(this.#reactor, address.host, address.port, { timeout, bindAddress });
  }
}
