import { IPv4Address, IPv6Address, UNIXAddress } from '../address';
import type { InetSocketAddress, SocketAddress } from '../driver';
import type { IAddress } from '../interfaces';
import { isIPv4Address, isIPv6Address } from '../ipAddress';

/** All IPv4 addresses of this machine: what `interface: ''` means, as in Twisted. */
export const ANY_IPV4 = '0.0.0.0';

/** The address object of a socket address. */
export function toAddress(address: SocketAddress): IAddress {
  switch (address.family) {
    case 'IPv4':
      return new IPv4Address('TCP', address.host, address.port);
    case 'IPv6':
      return new IPv6Address('TCP', address.host, address.port);
    case 'UNIX':
      return new UNIXAddress(address.path === '' ? null : address.path);
  }
}

/** The socket address of a literal IP address and a port, or null when `host` is no IP address. */
export function toSocketAddress(host: string, port: number): InetSocketAddress | null {
  if (isIPv4Address(host)) return { family: 'IPv4', host, port };
  if (isIPv6Address(host)) return { family: 'IPv6', host, port };
  return null;
}

/** Throws `RangeError` unless `port` is a TCP port number. */
export function assertPort(port: unknown): asserts port is number {
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new RangeError(`A TCP port must be an integer from 0 to 65535, not ${String(port)}`);
  }
}
