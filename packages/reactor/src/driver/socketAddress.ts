/** An Internet socket address: a literal IP address, never a name. An IPv6 `host` may carry a scope (`fe80::1%eth0`). */
export interface InetSocketAddress {
  readonly family: 'IPv4' | 'IPv6';
  readonly host: string;
  /** 0 to 65535; 0 only where the operating system is to choose. */
  readonly port: number;
}

/** A UNIX socket address: a path, or on Linux an abstract name beginning with `\0`. `''` is an unnamed socket. */
export interface UnixSocketAddress {
  readonly family: 'UNIX';
  readonly path: string;
}

export type SocketAddress = InetSocketAddress | UnixSocketAddress;
