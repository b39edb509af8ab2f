import type { IPv4Address, IPv6Address } from '../address';

import { defineInterface } from './defineInterface';

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
  /** Once it is complete without an address: why, if the resolver knows. (Twisted keeps that to itself.) */
  readonly cause?: unknown;
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
  /** What looks names up: for endpoints, `connectTCP` and `resolve`. */
  readonly nameResolver: IHostnameResolver;
  /** Has names looked up by `resolver` from now on; returns what did it before. */
  installNameResolver(resolver: IHostnameResolver): IHostnameResolver;
}
export const IReactorPluggableNameResolver = defineInterface<IReactorPluggableNameResolver>(
  'IReactorPluggableNameResolver',
  ['nameResolver'],
);
