import type { Deferred } from '../defer/deferred';

import { defineInterface } from './defineInterface';
import type { IListeningPort } from './ports';
import type { IClientFactory, IConnector, IProtocolFactory } from './protocols';
import { IReactorPluggableNameResolver } from './resolver';
import { IReactorTime } from './time';
import { IReactorSSL } from './tls';

/** When a trigger of a system event is called: the three phases run in this order. */
export type TriggerPhase = 'before' | 'during' | 'after';

/** Names a trigger for `removeSystemEventTrigger`. Opaque. */
export type TriggerID = symbol & { readonly triggerID?: never };

/**
 * The life of a reactor.
 *
 * Left out: `iterate`. Node's loop cannot be turned from inside a call, so an iteration could poll nothing; await what is waited
 * for instead, or `deferLater(reactor, 0)` for a turn.
 *
 * @twisted twisted.internet.interfaces.IReactorCore
 */
export interface IReactorCore {
  /** True from "during startup" to "during shutdown". */
  readonly running: boolean;
  /** The IPv4 address of a host name, as text. Fails with `DNSLookupError`. `timeout`: seconds for each try; their sum is the limit. */
  resolve(name: string, timeout?: readonly number[]): Deferred<string>;
  /**
   * Fires `startup`, then delivers events until `stop()` or `crash()`. Node cannot block: the promise is fulfilled when the
   * last shutdown trigger has run, and a script's last line is `reactor.run()` as in Twisted. Misuse throws at once:
   * `ReactorAlreadyRunning`, `ReactorNotRestartable` (after a stop).
   */
  run(options?: RunOptions): Promise<void>;
  /**
   * Asks the reactor to stop: `shutdown` is fired after the present turn's timed calls. Throws `ReactorNotRunning`.
   * By itself it cuts connections off, as Twisted does; `{ graceful: seconds }` lets them finish.
   */
  stop(options?: StopOptions): void;
  /** Ends the loop now, without any shutdown trigger; the reactor can be run again. */
  crash(): void;
  /** Fires a system event; `startup` and `shutdown` are fired by the reactor itself. Events are used up when they fire. */
  fireSystemEvent(eventType: string): void;
  /** Calls `callable(...args)` in a phase of an event. A `before` trigger may return a Deferred; the later phases wait for it. */
  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    eventType: string,
    callable: (...args: A) => unknown,
    ...args: A
  ): TriggerID;
  /** Takes a trigger back. Throws `ValueError` for one that is not (or no longer) there, `TypeError` for what is no trigger's name. */
  removeSystemEventTrigger(triggerID: TriggerID): void;
  /** Calls `callable(...args)` at once when the reactor runs (and returns null), or else when it starts (and returns the trigger's name). */
  callWhenRunning<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): TriggerID | null;
}
export const IReactorCore = defineInterface<IReactorCore>('IReactorCore', [
  'running',
  'resolve',
  'run',
  'stop',
  'crash',
  'fireSystemEvent',
  'addSystemEventTrigger',
  'removeSystemEventTrigger',
  'callWhenRunning',
]);

/** Options of `run()`. */
export interface RunOptions {
  /** Whether SIGINT, SIGTERM and SIGBREAK stop the reactor (default true). */
  installSignalHandlers?: boolean;
  /** What `stop()` is given when it is not told otherwise, by signals above all: see `StopOptions`. */
  graceful?: number | null;
}

/** Options of `stop()`. */
export interface StopOptions {
  /**
   * Seconds that connections are given to finish (default: those of `run`, or else they are cut off). In the `before` phase of
   * `shutdown` the ports stop listening, connections end by themselves, and what remains at the deadline is aborted. A
   * second signal cuts it short.
   */
  graceful?: number | null;
}

/**
 * Calls from outside the reactor's own turn.
 *
 * @twisted twisted.internet.interfaces.IReactorFromThreads
 */
export interface IReactorFromThreads {
  /** Calls `callable(...args)` at the start of the next turn, before timed calls; first in, first out. Not before `run()`. */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void;
}
export const IReactorFromThreads = defineInterface<IReactorFromThreads>('IReactorFromThreads', ['callFromThread']);

/** Options of `listenTCP`. */
export interface ListenTCPOptions {
  /** How many connections may wait to be accepted: 1 to 65535, default 511 (Twisted: 50); the operating system may cap it. */
  backlog?: number;
  /** The IPv4 or IPv6 address to listen on; default `''`, all IPv4 addresses, as in Twisted. `'::'` is all IPv6 addresses. */
  interface?: string;
}

/** Options of `connectTCP`. */
export interface ConnectTCPOptions {
  /** Seconds until the attempt fails with `TimeoutError`; default 30. */
  timeout?: number;
  /** The local `[host, port]` to connect from; port 0 lets the operating system choose. */
  bindAddress?: readonly [host: string, port: number] | null;
}

/**
 * TCP.
 *
 * @twisted twisted.internet.interfaces.IReactorTCP
 */
export interface IReactorTCP {
  /**
   * Listens on a TCP port (0 to 65535; 0 lets the operating system choose) and has bound it when it returns.
   * Throws `CannotListenError` at once (the factory is not started then), `RangeError` for a port that is none.
   */
  listenTCP(port: number, factory: IProtocolFactory, options?: ListenTCPOptions): IListeningPort;
  /** Connects to a TCP port; the factory hears how it goes, beginning with `startedConnecting` inside this call. */
  connectTCP(host: string, port: number, factory: IClientFactory, options?: ConnectTCPOptions): IConnector;
}
export const IReactorTCP = defineInterface<IReactorTCP>('IReactorTCP', ['listenTCP', 'connectTCP']);

/** Options of `listenUNIX`. */
export interface ListenUNIXOptions {
  /** How many connections may wait to be accepted: 1 to 65535, default 511 (Twisted: 50). */
  backlog?: number;
  /** The permissions of the socket's file; default `0o666`, everybody, as in Twisted. Set before anybody can connect. */
  mode?: number;
  /**
   * Whether to hold a lock, `<address>.lock`, while listening (default false). With it, a socket's file that an owner which died
   * has left behind is removed; without, such a file makes `listenUNIX` fail.
   */
  wantPID?: boolean;
}

/** Options of `connectUNIX`. */
export interface ConnectUNIXOptions {
  /** Seconds until the attempt fails with `TimeoutError`; default 30. */
  timeout?: number;
  /** Whether to fail with `BadFileError` unless a living process holds the lock `<address>.lock`; default false. */
  checkPID?: boolean;
}

/**
 * UNIX sockets: streams between processes of one machine.
 *
 * @twisted twisted.internet.interfaces.IReactorUNIX
 */
export interface IReactorUNIX {
  /**
   * Listens on a path, or on Linux on an abstract name (`\0name`), and has bound it when it returns.
   * Throws `CannotListenError` at once. The file is removed when the port stops listening. Node 20 fills an abstract name up with
   * NULs to 108 bytes, here and in `connectUNIX`; other programs that use the name have to do so, too.
   */
  listenUNIX(address: string, factory: IProtocolFactory, options?: ListenUNIXOptions): IListeningPort;
  /** Connects to a path or an abstract name; the factory hears how it goes. */
  connectUNIX(address: string, factory: IClientFactory, options?: ConnectUNIXOptions): IConnector;
}
export const IReactorUNIX = defineInterface<IReactorUNIX>('IReactorUNIX', ['listenUNIX', 'connectUNIX']);

/** The kind of addresses a socket has: Python's `AF_INET`, `AF_INET6` and `AF_UNIX`. */
export type AddressFamily = 'INET' | 'INET6' | 'UNIX';

/**
 * Sockets that were made by somebody else: inherited from a parent process, or from systemd.
 *
 * A descriptor that was given away is the reactor's, which closes it: Node cannot duplicate one. (Twisted does, and leaves it
 * to the program to close its own.) Both throw `UnsupportedAddressFamily` for another family.
 *
 * @twisted twisted.internet.interfaces.IReactorSocket
 */
export interface IReactorSocket {
  /**
   * Listens on a stream socket that is bound and listening already. Throws `CannotListenError` for a descriptor that is none.
   * The path of a UNIX socket is not known: its port's host is `UNIXAddress(None)`.
   */
  adoptStreamPort(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): IListeningPort;
  /**
   * Runs a protocol of `factory` on a stream socket that is connected. The factory is neither started nor stopped. Throws
   * `ConnectError` for a descriptor that is no connected socket, and what `buildProtocol` throws.
   */
  adoptStreamConnection(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): void;
}
export const IReactorSocket = defineInterface<IReactorSocket>('IReactorSocket', [
  'adoptStreamPort',
  'adoptStreamConnection',
]);

/**
 * Chance, as a capability of the reactor, so that a deterministic reactor can replay it. (Twisted uses Python's `random`.)
 */
export interface IReactorRandom {
  /** A number from 0 (included) to 1 (excluded), as `Math.random()`. Not for secrets. */
  random(): number;
}
export const IReactorRandom = defineInterface<IReactorRandom>('IReactorRandom', ['random']);

/** Everything the installed reactor offers. */
export interface IReactor
  extends
    IReactorCore,
    IReactorTime,
    IReactorFromThreads,
    IReactorTCP,
    IReactorUNIX,
    IReactorSSL,
    IReactorPluggableNameResolver,
    IReactorRandom,
    AsyncDisposable {
  /** For `await using`: stops the reactor if it runs, or else disconnects what is open. (Not in Twisted.) */
  [Symbol.asyncDispose](): Promise<void>;
}
export const IReactor = defineInterface<IReactor>(
  'IReactor',
  [],
  IReactorCore,
  IReactorTime,
  IReactorFromThreads,
  IReactorTCP,
  IReactorUNIX,
  IReactorSSL,
  IReactorPluggableNameResolver,
  IReactorRandom,
);
