/**
 * The PROXY protocol, versions 1 and 2: how a proxy in front of a server says who the client is.
 *
 * Strict to its specification, where Twisted takes any text for an address and decides by the first chunk alone.
 *
 * @twisted twisted.protocols.haproxy
 *
 * Left out: `proxyEndpoint`, which is the endpoints package's.
 */
export { InvalidNetworkProtocol, InvalidProxyHeader, MissingAddressData } from './errors';
export type { ProxyAddress, ProxyInfo, ProxyTLV } from './proxyInfo';
export { formatVersion1, parseVersion1 } from './version1';
export { formatVersion2, parseVersion2 } from './version2';
export {
  HAProxyProtocolWrapper,
  HAProxySendingFactory,
  HAProxyWrappingFactory,
  type ProxyHeaderOptions,
} from './wrappers';
