import type { Duplex } from 'node:stream';

import { currentReactor } from '../current';
import type { StreamHandle } from '../driver';
import type { IProtocol, IReactorCore, IReactorTime } from '../interfaces';

import { DuplexHandle } from './duplexHandle';

/** A reactor that takes handles which are not its driver's: `Reactor` does. */
interface HandleReactor extends IReactorCore, IReactorTime {
  connectHandle(handle: StreamHandle, protocol: IProtocol): unknown;
}

export interface FromDuplexOptions {
  /** The reactor whose turns the protocol runs in; default the installed one. */
  readonly reactor?: IReactorCore;
}

/**
 * Runs a protocol on any `Duplex`: a socket, a child process' pipe, one half of a `duplexPair`, a tunnel.
 *
 * The transport is the one of all connections: writes are gathered by the turn, producers are paused at 64 KiB, half-close and
 * `loseConnection` do as over TCP. `abortConnection` destroys the `Duplex`. The addresses are those of the socket, if it is
 * one, or `UNIXAddress(None)`. From now on the `Duplex` is the reactor's: let nobody else read, write or destroy it.
 *
 * `connectionMade` is called inside, or when the reactor starts.
 *
 * @throws TypeError when the reactor takes no handles
 */
export function fromDuplex(
  duplex: Duplex,
  protocol: IProtocol,
  { reactor = currentReactor() }: FromDuplexOptions = {},
): void {
  if (!('connectHandle' in reactor)) {
    throw new TypeError('Cannot run a protocol on a Duplex by this reactor, wanted one with connectHandle');
  }
  const taker = reactor as HandleReactor;
  const handle = new DuplexHandle(duplex, (event) => taker.callLater(0, event));
  taker.callWhenRunning(() => taker.connectHandle(handle, protocol));
}
