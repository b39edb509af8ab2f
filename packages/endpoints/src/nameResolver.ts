/**
 * Looking a host name up for all its addresses.
 *
 * @twisted twisted.internet.interfaces.IHostnameResolver, IResolutionReceiver, IHostResolution,
 * IReactorPluggableNameResolver
 *
 * What endpoints ask of a reactor beyond `IReactorTCP`. Left out: service names for ports, and installing another
 * resolver (`installNameResolver`), which is the reactor's business.
 */
import type { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { Deferred } from '@skein/reactor/defer';
import { defineInterface } from '@skein/reactor/interfaces';

/** An address that a name can stand for. */
export type InternetAddress = IPv4Address | IPv6Address;

/**
 * A lookup under way.
 *
 * @twisted twisted.internet.interfaces.IHostResolution
 */
export interface IHostResolution {
  /** The name that is looked up. */
  readonly name: string;
  /** Gives the lookup up. The receiver may still be told `resolutionComplete`, and of no more addresses. */
  cancel(): void;
}

/**
 * Who is told how a lookup goes: `resolutionBegan` once, `addressResolved` any number of times, `resolutionComplete` once.
 *
 * @twisted twisted.internet.interfaces.IResolutionReceiver
 */
export interface IResolutionReceiver {
  resolutionBegan(resolutionInProgress: IHostResolution): void;
  addressResolved(address: InternetAddress): void;
  /** Nothing more comes. A name that could not be looked up has no addresses; there is no other sign of it. */
  resolutionComplete(): void;
}

/** Options of `resolveHostName`. */
export interface ResolveHostNameOptions {
  /** The port of the addresses delivered; default 0. */
  portNumber?: number;
  /** Which classes of addresses are wanted, by name; null, the default, is all of them. */
  addressTypes?: readonly ('IPv4' | 'IPv6')[] | null;
}

/**
 * Something that looks host names up.
 *
 * @twisted twisted.internet.interfaces.IHostnameResolver
 */
export interface IHostnameResolver {
  /** Begins a lookup. Literal addresses are delivered as they are. May call the receiver from inside. */
  resolveHostName(
    resolutionReceiver: IResolutionReceiver,
    hostName: string,
    options?: ResolveHostNameOptions,
  ): IHostResolution;
}
export const IHostnameResolver = defineInterface<IHostnameResolver>('IHostnameResolver', ['resolveHostName']);

/**
 * A reactor that says how names are looked up.
 *
 * @twisted twisted.internet.interfaces.IReactorPluggableNameResolver
 */
export interface IReactorPluggableNameResolver {
  readonly nameResolver: IHostnameResolver;
}
export const IReactorPluggableNameResolver = defineInterface<IReactorPluggableNameResolver>(
  'IReactorPluggableNameResolver',
  ['nameResolver'],
);

/**
 * All addresses of a name, in the resolver's order; an empty list when there are none.
 *
 * @param canceller - called with the Deferred when it is cancelled, after the lookup has been; by default it fails with
 * `CancelledError`
 */
export function lookUpAddresses(
  resolver: IHostnameResolver,
  hostName: string,
  options: ResolveHostNameOptions,
  canceller: ((deferred: Deferred<InternetAddress[]>) => void) | null = null,
): Deferred<InternetAddress[]> {
  const addresses: InternetAddress[] = [];
  let resolution: IHostResolution | null = null;
  let done = false;
  const found = new Deferred<InternetAddress[]>((deferred) => {
    done = true;
    resolution?.cancel();
    canceller?.(deferred);
  });
  const receiver: IResolutionReceiver = {
    resolutionBegan(begun) {
      resolution = begun;
    },
    addressResolved(address) {
      addresses.push(address);
    },
    resolutionComplete() {
      if (done) return;
      done = true;
      found.callback(addresses);
    },
  };
  try {
    resolver.resolveHostName(receiver, hostName, options);
  } catch (error) {
    if (!done) {
      done = true;
      found.errback(error);
    }
  }
  return found;
}
