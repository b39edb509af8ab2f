/**
 * What a reactor can do and what flows through it.
 *
 * @twisted twisted.internet.interfaces
 *
 * Each interface is a TypeScript interface and a value of the same name whose `providedBy` tests for it at run time.
 */
export { defineInterface, type InterfaceCompanion } from './defineInterface';
export type { Bytes } from './bytes';
export { IAddress } from './address';
export { IDelayedCall, IReactorTime } from './time';
export { IConsumer, IProducer, IPullProducer, IPushProducer } from './producers';
export { ITCPTransport, ITransport } from './transports';
export { IClientFactory, IConnector, IHalfCloseableProtocol, IProtocol, IProtocolFactory } from './protocols';
export { IListeningPort } from './ports';
export {
  IHostnameResolver,
  type IHostResolution,
  type InternetAddress,
  IReactorPluggableNameResolver,
  type IResolutionReceiver,
  type ResolveHostNameOptions,
} from './resolver';
export {
  type AddressFamily,
  type ConnectTCPOptions,
  type ConnectUNIXOptions,
  IReactor,
  IReactorCore,
  IReactorFromThreads,
  IReactorRandom,
  IReactorSocket,
  IReactorTCP,
  IReactorUNIX,
  type ListenTCPOptions,
  type ListenUNIXOptions,
  type RunOptions,
  type StopOptions,
  type TriggerID,
  type TriggerPhase,
} from './reactor';
export {
  type ClientContextSource,
  type ConnectSSLOptions,
  IAcceptableCiphers,
  type ICipher,
  IHandshakeListener,
  INegotiated,
  IOpenSSLClientConnectionCreator,
  IOpenSSLContextFactory,
  type IPeerCertificate,
  IProtocolNegotiationFactory,
  IReactorSSL,
  IReactorTLS,
  ISSLTransport,
  ITLSTransport,
  type ITLSWrapper,
  type IWrappedTLS,
  type ListenSSLOptions,
  type StartTLSTransportOptions,
  type TLSClientConnection,
  type TLSContext,
  type TLSInfo,
  type TLSPeerName,
  type TLSVerification,
  type TLSVersionName,
  type TLSWrapperOptions,
} from './tls';
