import type { Failure } from '../failure';

import type { IAddress } from './address';
import { defineInterface } from './defineInterface';
import type { ITransport } from './transports';

/**
 * What a connection's events are delivered to.
 *
 * @twisted twisted.internet.interfaces.IProtocol
 */
export interface IProtocol {
  /** Bytes arrived, in any division; at least one. The buffer belongs to the protocol, unless it `borrowsData`. */
  dataReceived(data: Buffer): void;
  /**
   * True: the protocol is done with a buffer when `dataReceived` returns (an `async` one: at its first `await`), and has copied what it
   * needs; `transport.write` does not copy bytes. Transports may then use the memory again, which saves making it and copying into it
   * for all that is received. Asked at each `dataReceived`. (Not in Twisted, whose bytes cannot be written to.)
   */
  readonly borrowsData?: boolean;
  /** The connection is gone: called once, last. `reason.check(ConnectionDone)` tells a clean end from a `ConnectionLost`. */
  connectionLost(reason: Failure): void;
  /** Takes the transport, and calls `connectionMade`. */
  makeConnection(transport: ITransport): void;
  /** The connection is up; `transport` is set. Called once, first. */
  connectionMade(): void;
}
export const IProtocol = defineInterface<IProtocol>('IProtocol', [
  'dataReceived',
  'connectionLost',
  'makeConnection',
  'connectionMade',
]);

/**
 * A protocol that hears of each direction's end by itself, so that half of a connection can go on.
 *
 * @twisted twisted.internet.interfaces.IHalfCloseableProtocol
 */
export interface IHalfCloseableProtocol extends IProtocol {
  /** The peer sends no more; writing goes on. The connection ends when someone calls `loseConnection()`. */
  readConnectionLost(): void;
  /** `loseWriteConnection()` has been carried out: nothing can be written any more. */
  writeConnectionLost(): void;
}
export const IHalfCloseableProtocol = defineInterface<IHalfCloseableProtocol>('IHalfCloseableProtocol', [
  'readConnectionLost',
  'writeConnectionLost',
]);

/**
 * Makes a protocol for each connection, and is told when it comes into use and goes out of use.
 *
 * @twisted twisted.internet.interfaces.IProtocolFactory
 */
export interface IProtocolFactory {
  /** A protocol for a connection from (server) or to (client) `addr`; `null` refuses the connection. */
  buildProtocol(addr: IAddress): IProtocol | null;
  /** Called each time a port or connector starts to use the factory. */
  doStart(): void;
  /** Called each time a port or connector has ceased to use it. */
  doStop(): void;
}
export const IProtocolFactory = defineInterface<IProtocolFactory>('IProtocolFactory', [
  'buildProtocol',
  'doStart',
  'doStop',
]);

/**
 * A factory for outgoing connections, told how each attempt fares.
 *
 * @twisted twisted.internet.protocol.ClientFactory (the interface Twisted leaves implicit)
 */
export interface IClientFactory extends IProtocolFactory {
  /** An attempt begins: called from inside `connectTCP` and `connector.connect()`. */
  startedConnecting(connector: IConnector): void;
  /** The attempt came to nothing. Call `connector.connect()` to try again. */
  clientConnectionFailed(connector: IConnector, reason: Failure): void;
  /** The connection, once made, is gone; the protocol has been told. Call `connector.connect()` to connect again. */
  clientConnectionLost(connector: IConnector, reason: Failure): void;
}
export const IClientFactory = defineInterface<IClientFactory>(
  'IClientFactory',
  ['startedConnecting', 'clientConnectionFailed', 'clientConnectionLost'],
  IProtocolFactory,
);

/**
 * One outgoing connection, made again as often as `connect()` is called.
 *
 * @twisted twisted.internet.interfaces.IConnector
 */
export interface IConnector {
  /** Where the connector is: `'disconnected'`, `'connecting'` or `'connected'`. */
  readonly state: 'disconnected' | 'connecting' | 'connected';
  /** Tries to connect. Throws `RuntimeError` unless `state` is `'disconnected'`. */
  connect(): void;
  /** Gives the attempt up: the factory hears `clientConnectionFailed(UserError)`, synchronously. Throws `NotConnectingError` when there is none. */
  stopConnecting(): void;
  /** Ends whatever is there: the attempt, or the connection by `loseConnection()`. */
  disconnect(): void;
  /** The address this connector connects to. */
  getDestination(): IAddress;
}
export const IConnector = defineInterface<IConnector>('IConnector', [
  'connect',
  'stopConnecting',
  'disconnect',
  'getDestination',
]);
