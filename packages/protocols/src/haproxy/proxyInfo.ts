import type { IPv4Address, IPv6Address, UNIXAddress } from '@skein/reactor/address';

/** An address that a header can hold. */
export type ProxyAddress = IPv4Address | IPv6Address | UNIXAddress;

/** A further field of a version 2 header: its type (0 to 255) and its bytes. */
export interface ProxyTLV {
  readonly type: number;
  readonly value: Buffer;
}

/**
 * What a PROXY header says.
 *
 * @twisted twisted.protocols.haproxy (`IProxyInfo`)
 */
export interface ProxyInfo {
  /** The header as it was received; that of version 1 without its CR LF. */
  readonly header: Buffer;
  /** The client; null when the header does not say, or the proxy speaks for itself: then the connection's own holds. */
  readonly source: ProxyAddress | null;
  /** Where the client connected to; null as above. */
  readonly destination: ProxyAddress | null;
  /** Version 2's further fields, in order; of version 1, none. */
  readonly tlvs: readonly ProxyTLV[];
}
