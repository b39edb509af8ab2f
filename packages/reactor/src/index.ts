/**
 * Twisted's reactor for Node: the face most people import.
 *
 * @twisted twisted.internet
 *
 * The common names are here; each module of Twisted is a subpath of its own (`@skein/reactor/defer`, `/task`, `/error`,
 * `/interfaces`, …). Names that two modules share (`TimeoutError`) are only in their subpaths.
 */
export { createNodeReactor, reactor } from './default';
export { currentReactor, installReactor } from './current';
export { Reactor } from './reactor';
export { type ReactorEventMap, ReactorEvents } from './core/reactorEvents';
export { Failure } from './failure';
export { IPv4Address, IPv6Address, UNIXAddress, HostnameAddress } from './address';
export { Logger } from './logger';
export type { IReactor } from './interfaces';
