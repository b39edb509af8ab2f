import type { IDriver, SocketAddress, TLSContext } from '../../driver';

/** Internet addresses, in worlds that have them. */
export interface InetWorld {
  /** A literal address that no interface of this machine has, for example `192.0.2.1`. */
  readonly foreignHost: string;
}

/** Names, in worlds that resolve them. */
export interface NamesWorld {
  /** A name that has addresses, and those that may be among them. */
  readonly known: { readonly name: string; readonly hosts: readonly string[] };
  /** A name that has none; finding that out takes no waiting for anybody. */
  readonly unknown: string;
}

/** Signals, in worlds whose drivers have them. */
export interface SignalsWorld {
  /** Two that the process may be sent without harm, while a listener is there. */
  readonly signals: readonly [string, string];
  /** Sends one to the process. */
  readonly raise: (signal: string) => void;
}

/** TLS, in worlds whose drivers have it. */
export interface TLSWorld {
  /** A server's context, with a certificate for `serverName`, without ALPN; clients need to show nothing. */
  readonly server: TLSContext;
  /** A client's context, which trusts it. */
  readonly client: TLSContext;
  readonly serverName: string;
}

/**
 * Where the cases of `driverSuite` take place: what a driver's tests provide, once for each kind of stream.
 *
 * Every case is given the same world and asks it for new drivers and new addresses, so that nothing is carried over.
 */
export interface DriverWorld {
  /** A new driver, not started. All drivers of a world reach each other. */
  makeDriver(): IDriver;
  /** An address that is free and that `driver` may listen on: port 0, a path where nothing is, … New for every call. */
  listenAddress(driver: IDriver): SocketAddress;
  /** An address where a connection is refused at once. */
  unusedAddress(): SocketAddress;
  /**
   * Waits for `promise`: on a real driver simply that; a simulated one advances its time until the promise settles.
   * Settles as `promise` does.
   */
  drive<T>(promise: Promise<T>): Promise<T>;
  /** Whether `reset` tells the peer that it was one; otherwise it is a close like another (UNIX sockets). */
  readonly resets: boolean;
  /** Null where streams have no Internet addresses. */
  readonly inet: InetWorld | null;
  /** Null where no names are resolved, or another world tests them. */
  readonly names: NamesWorld | null;
  /** Null where the drivers have no signals, or another world tests them. */
  readonly signals: SignalsWorld | null;
  /** Null, or left out, where the drivers have no TLS. */
  readonly tls?: TLSWorld | null;
  /** Seconds that a case waits for what has to come. Default 6. */
  readonly patience?: number;
}
