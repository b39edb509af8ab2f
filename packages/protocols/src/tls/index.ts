/**
 * TLS over any transport: another TLS layer, a tunnel, a test's transport, the simulated network.
 *
 * @twisted twisted.protocols.tls
 *
 * For a reactor's own connections there is something faster, `listenSSL`, `connectSSL` and `startTLS`, which secure the
 * socket itself. Left out: `getHandle` (see `tlsInfo` and `getPeerCertificate`), and `BufferingTLSTransport`, since small
 * writes are joined here anyway.
 */
export { TLSMemoryBIOFactory, type TLSMemoryBIOOptions, type TLSMemoryBIOProtocolMaker } from './tlsMemoryBIOFactory';
export { TLSMemoryBIOProtocol } from './tlsMemoryBIOProtocol';
