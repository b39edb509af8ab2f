/**
 * Twisted's reactor for Node: the face most people import.
 *
 * @twisted twisted.internet
 *
 * Modules by their names in Twisted (`defer`, `task`, `error`, …), each also a subpath (`@skein/reactor/defer`), and the common
 * names by themselves. Names that two modules share (`TimeoutError`) are only in the modules.
 */
export * as address from './address';
export * as defer from './defer';
export * as error from './error';
export * as interfaces from './interfaces';
export * as task from './task';

export { HostnameAddress, IPv4Address, IPv6Address, UNIXAddress } from './address';
export { type ReactorEventMap, ReactorEvents } from './core/reactorEvents';
export { currentReactor, installReactor } from './current';
export { createNodeReactor, reactor } from './default';
export {
  CancelledError,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  ensureDeferred,
  fail,
  FirstError,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  race,
  succeed,
} from './defer';
export {
  CannotListenError,
  ConnectError,
  ConnectionAborted,
  ConnectionClosed,
  ConnectionDone,
  ConnectionLost,
  ConnectionRefusedError,
  DNSLookupError,
  ReactorAlreadyRunning,
  ReactorNotRestartable,
  ReactorNotRunning,
} from './error';
export { Failure } from './failure';
export type { IConnector, IDelayedCall, IListeningPort, IReactor } from './interfaces';
export { globalLogPublisher, Logger } from './logger';
export { Reactor } from './reactor';
export { Clock, Cooperator, deferLater, LoopingCall, react } from './task';
