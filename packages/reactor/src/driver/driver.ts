import type { DriverError } from './driverError';
import type { ListenHandle } from './listenHandle';
import type { InetSocketAddress, SocketAddress } from './socketAddress';
import type { StreamHandle } from './streamHandle';
import type { StartTLSOptions, TLSContext } from './tls';

/** How to listen. */
export interface ListenStreamOptions {
  /** How many connections may wait to be accepted; the operating system may cap it. */
  readonly backlog: number;
  /** UNIX paths: the permissions of the socket's file, for example `0o660`; set before anybody can connect. */
  readonly mode?: number;
  /**
   * UNIX paths: hold the lock `<path>.lock` while listening, and under it remove a socket's file that an owner which died has
   * left behind. A lock that a living process holds is a `DriverError` of code `EADDRINUSE`.
   */
  readonly lock?: boolean;
}

/** How to connect. */
export interface ConnectStreamOptions {
  /** The local address to connect from; port 0 lets the operating system choose. */
  readonly bindAddress?: InetSocketAddress;
  /** UNIX paths: fail with `EOWNERDEAD` unless a living process holds the lock `<path>.lock`. */
  readonly lock?: boolean;
}

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly family: 'IPv4' | 'IPv6';
  readonly host: string;
}

/** Takes an asynchronous request back: its callback is not called any more. Does nothing when it is over. */
export type Cancellation = () => void;

/**
 * A driver: the reactor's view of the world. The contract is on this folder's `index.ts`.
 *
 * One driver serves one reactor.
 */
export interface IDriver {
  /** For people, for example `'node'`. */
  readonly name: string;

  /** The time in seconds; never goes back. Its origin is the driver's own. */
  now(): number;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;

  /**
   * Begins to deliver events, and keeps the process alive until `stop`. `onTurn` is called once for every request of
   * `wakeSoon` and `wakeAt`: when the events that were ready have been delivered.
   */
  start(onTurn: () => void): void;
  /** Ends delivery: no event and no `onTurn` from now on, until `start` is called again. Requests to wake are forgotten. */
  stop(): void;
  /** Sets the one alarm: `onTurn` is called at `deadline` (as `now()` counts), or soon after. Null: no alarm. Replaces the one before. */
  wakeAt(deadline: number | null): void;
  /** Has `onTurn` called once, after the events that are ready now have been delivered. */
  wakeSoon(): void;

  /** Listens on a stream address (rule 2). */
  listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle;
  /** Connects to a stream address (rule 3). */
  connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle;
  /**
   * Listens on a socket that is bound and listening already, as rule 2 has it. The descriptor is the handle's from now on,
   * which closes it. Not on drivers without descriptors.
   */
  adoptListening?(descriptor: number, family: SocketAddress['family']): ListenHandle;
  /** Takes a connected stream socket over; the handle is born connected, and knows its addresses. Throws a `DriverError`. */
  adoptStream?(descriptor: number, family: SocketAddress['family']): StreamHandle;
  /** Looks up the addresses of a name, in the resolver's order; `done` is called once, never from inside. An empty list is an error. */
  resolveName(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation;

  /**
   * Works a context out before it is needed, so that what is wrong with it is known early: throws a `DriverError` with the
   * TLS library's code. Null on drivers without TLS.
   */
  readonly checkTLS: ((context: TLSContext) => void) | null;
  /**
   * TLS over a stream that is moved by somebody else: the handle that is returned does for `carrier` what rule 9 says of
   * `startTLS`. The carrier is connected, has no write outstanding, keeps the contract, and is the new handle's from now on,
   * which reads, writes and closes it; but it is not shut down. Null on drivers without TLS.
   */
  readonly startTLSOver:
    ((carrier: StreamHandle, context: TLSContext, options: StartTLSOptions) => StreamHandle) | null;

  /**
   * Has `listener` called, in the driver's own turn, when the process is sent one of `signals`; what it would have done by
   * itself does not happen then. Returns what takes it back. Null on drivers without signals.
   */
  readonly onSignals: ((signals: readonly string[], listener: (signal: string) => void) => Cancellation) | null;
}
