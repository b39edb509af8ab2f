/**
 * TLS: what describes it, what transports that have it offer, and what a reactor with it can do.
 *
 * @twisted the TLS interfaces of twisted.internet.interfaces
 *
 * Where Twisted passes OpenSSL's own objects (`SSL.Context`, `SSL.Connection`), this project passes descriptions: plain
 * data that any driver can carry out. `@skein/reactor/ssl` makes them. Left out: NPN, which is dead (`INegotiated` speaks
 * of ALPN), and `IOpenSSLServerConnectionCreator`, which `chooseContext` replaces.
 */
import type { Failure } from '../failure';

import { defineInterface } from './defineInterface';
import type { IListeningPort } from './ports';
import type { IClientFactory, IConnector, IProtocol, IProtocolFactory } from './protocols';
import type { ConnectTCPOptions, ListenTCPOptions } from './reactor';
import { ITCPTransport, type ITransport } from './transports';

/** A protocol version, as Node and OpenSSL name it. */
export type TLSVersionName = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How a peer's certificate is looked at: not at all, if it shows one, or always (and it must show one). */
export type TLSVerification = 'none' | 'optional' | 'required';

/**
 * How connections are to be secured: plain data, the same for every driver. Treat it as unchangeable; drivers keep what
 * they have worked out for it as long as the object lives.
 *
 * @twisted OpenSSL.SSL.Context
 */
export interface TLSContext {
  /** PEM: this side's certificate, then what leads from it to an authority; null: it shows none. */
  readonly certificateChain: string | null;
  /** PEM: the key of the first certificate. Null exactly when `certificateChain` is. */
  readonly privateKey: string | null;
  readonly verification: TLSVerification;
  /** The authorities that are trusted: the platform's, or these (PEM, one a string). */
  readonly trust: 'platform' | readonly string[];
  /** Application protocols for ALPN, the best first; empty: none is negotiated. */
  readonly protocols: readonly string[];
  readonly minVersion: TLSVersionName;
  readonly maxVersion: TLSVersionName;
  /** OpenSSL's names, separated by colons; null: the driver's own choice. */
  readonly ciphers: string | null;
  /** PEM: a server's Diffie-Hellman parameters; null, or not there: no `DHE` cipher suite is available. */
  readonly dhParameters?: string | null;
  /** Whether a server hands out tickets by which a client can resume its session, and a client keeps them. */
  readonly sessions: boolean;
}

/** Whom a client means to talk to: the name or the literal IP address that the server's certificate must be for. */
export interface TLSPeerName {
  readonly kind: 'dns' | 'ip';
  /** A DNS name in ASCII (`xn--…`), or an IP address. */
  readonly name: string;
}

/**
 * The client's end of a connection, described.
 *
 * @twisted OpenSSL.SSL.Connection
 */
export interface TLSClientConnection {
  readonly context: TLSContext;
  /** Checked against the certificate, and a DNS name is sent (SNI). Null: the server may be anybody, and is told no name. */
  readonly peerName: TLSPeerName | null;
  /** A session to resume, as `sessionReceived` was given it. */
  readonly session: Buffer | null;
  /** Called with each session that the server offers for later. */
  readonly sessionReceived: ((session: Buffer) => void) | null;
}

/**
 * Makes contexts, for either end. Twisted's name; what it makes is a description here.
 *
 * @twisted twisted.internet.interfaces.IOpenSSLContextFactory
 */
export interface IOpenSSLContextFactory {
  /** The context; the same object as long as nothing has changed. */
  getContext(): TLSContext;
  /** On a server: the context for the name that a client asks for (SNI), or null for `getContext()`'s. */
  chooseContext?(serverName: string): TLSContext | null;
}
export const IOpenSSLContextFactory = defineInterface<IOpenSSLContextFactory>('IOpenSSLContextFactory', ['getContext']);

/**
 * Makes the client's end of connections to one server, whose name it knows: what `optionsForClientTLS` returns.
 *
 * @twisted twisted.internet.interfaces.IOpenSSLClientConnectionCreator
 */
export interface IOpenSSLClientConnectionCreator {
  /** Called for each connection, and once before, so that a context that cannot be used is known early. */
  clientConnectionForTLS(): TLSClientConnection;
}
export const IOpenSSLClientConnectionCreator = defineInterface<IOpenSSLClientConnectionCreator>(
  'IOpenSSLClientConnectionCreator',
  ['clientConnectionForTLS'],
);

/** What `startTLS`, `connectSSL` and endpoints take at the client's end. */
export type ClientContextSource = IOpenSSLClientConnectionCreator | IOpenSSLContextFactory;

/** Options of `startTLS`. */
export interface StartTLSTransportOptions {
  /**
   * Whether the side that connected is TLS's client (default true). False turns the roles round, as some old protocols do.
   */
  normal?: boolean;
  /** Seconds that a client may take for the handshake with this server; default 60, null for no limit. */
  handshakeTimeout?: number | null;
}

/**
 * A stream transport that can be secured: what the connections of a reactor are. A protocol that wants more than `ITCPTransport` says
 * `declare transport: ITLSTransport`.
 *
 * @twisted twisted.internet.interfaces.ITLSTransport
 */
export interface ITLSTransport extends ITCPTransport, AsyncDisposable {
  /**
   * Secures the connection: what was written before goes out in plain, what is written from now on is encrypted, and what
   * has arrived in plain and was not delivered yet is thrown away. From now on the transport is an `ISSLTransport`.
   *
   * @throws RuntimeError when it is secured already, or a direction has ended
   * @throws an error of `@skein/reactor/ssl` when the context cannot be used
   */
  startTLS(contextFactory: ClientContextSource, options?: StartTLSTransportOptions): void;
  /** For `await using`: `loseConnection()`, fulfilled when the connection is lost. */
  [Symbol.asyncDispose](): Promise<void>;
}
export const ITLSTransport = defineInterface<ITLSTransport>('ITLSTransport', ['startTLS'], ITCPTransport);

/**
 * A transport that is secured by TLS.
 *
 * @twisted twisted.internet.interfaces.ISSLTransport
 */
export interface ISSLTransport extends ITCPTransport {
  /** The peer's certificate: `null` until the handshake is done, and where the peer showed none. */
  getPeerCertificate(): IPeerCertificate | null;
  /** What the handshake came to, or null until it is done. (In Twisted, `getHandle()` is asked.) */
  readonly tlsInfo: TLSInfo | null;
}
export const ISSLTransport = defineInterface<ISSLTransport>(
  'ISSLTransport',
  ['getPeerCertificate', 'tlsInfo'],
  ITCPTransport,
);

/** What a handshake came to. */
export interface TLSInfo {
  /** The version, for example `'TLSv1.3'`. */
  readonly version: string;
  /** The cipher suite's name. */
  readonly cipher: string;
  /** Whether an earlier session was resumed. */
  readonly sessionReused: boolean;
}

/** What everybody can do with a certificate; it is a `Certificate` of `@skein/reactor/ssl`. */
export interface IPeerCertificate {
  /** The certificate in ASN.1 (DER). */
  dump(): Buffer;
  /** The certificate as PEM text. */
  dumpPEM(): string;
}

/**
 * A secured transport on which the two sides agreed on an application protocol.
 *
 * @twisted twisted.internet.interfaces.INegotiated
 */
export interface INegotiated extends ISSLTransport {
  /** The protocol's name (`'h2'`), or null: none was agreed on, or the handshake is not done yet. */
  readonly negotiatedProtocol: string | null;
}
export const INegotiated = defineInterface<INegotiated>('INegotiated', ['negotiatedProtocol'], ISSLTransport);

/**
 * A factory that knows which application protocols it speaks: they replace those of the context.
 *
 * @twisted twisted.internet.interfaces.IProtocolNegotiationFactory
 */
export interface IProtocolNegotiationFactory extends IProtocolFactory {
  /** The names for ALPN, the best first. */
  acceptableProtocols(): readonly string[];
}
export const IProtocolNegotiationFactory = defineInterface<IProtocolNegotiationFactory>('IProtocolNegotiationFactory', [
  'acceptableProtocols',
]);

/**
 * A protocol that wants to know when the handshake is done.
 *
 * @twisted twisted.internet.interfaces.IHandshakeListener
 */
export interface IHandshakeListener extends IProtocol {
  /** The peer is who it should be, and what is written goes out. Comes after `connectionMade` and before the first data. */
  handshakeCompleted(): void;
}
export const IHandshakeListener = defineInterface<IHandshakeListener>('IHandshakeListener', ['handshakeCompleted']);

/** A cipher suite. */
export interface ICipher {
  /** OpenSSL's name for it, for example `'ECDHE-RSA-AES256-GCM-SHA384'`. */
  readonly fullName: string;
}

/**
 * Which cipher suites are acceptable.
 *
 * @twisted twisted.internet.interfaces.IAcceptableCiphers
 */
export interface IAcceptableCiphers {
  /** Those of `availableCiphers` that are acceptable, the best first. */
  selectCiphers(availableCiphers: readonly ICipher[]): readonly ICipher[];
}
export const IAcceptableCiphers = defineInterface<IAcceptableCiphers>('IAcceptableCiphers', ['selectCiphers']);

/** Options of `listenSSL`. */
export interface ListenSSLOptions extends ListenTCPOptions {
  /**
   * Seconds that a client may take for the handshake, after which its connection is lost: default 60, null for no limit.
   * (Twisted has none, and silent peers pile up.)
   */
  handshakeTimeout?: number | null;
}

/** Options of `connectSSL`: those of `connectTCP`. The timeout is that of connecting, without the handshake, as in Twisted. */
export type ConnectSSLOptions = ConnectTCPOptions;

/**
 * TLS over TCP.
 *
 * Protocols are told `connectionMade` when TCP is connected, before the handshake; what they write waits for it. A
 * handshake that fails is told by `connectionLost`.
 *
 * @twisted twisted.internet.interfaces.IReactorSSL
 */
export interface IReactorSSL {
  /** As `listenTCP`, secured. Throws at once for a context that cannot be used (a key that does not fit, …). */
  listenSSL(
    port: number,
    factory: IProtocolFactory,
    contextFactory: IOpenSSLContextFactory,
    options?: ListenSSLOptions,
  ): IListeningPort;
  /** As `connectTCP`, secured. The host is where to connect to; whose certificate is expected is the context's business. */
  connectSSL(
    host: string,
    port: number,
    factory: IClientFactory,
    contextFactory: ClientContextSource,
    options?: ConnectSSLOptions,
  ): IConnector;
}
export const IReactorSSL = defineInterface<IReactorSSL>('IReactorSSL', ['listenSSL', 'connectSSL']);

/** Options of `tlsWrapper`. */
export interface TLSWrapperOptions {
  /** Asked for application protocols, if it is an `IProtocolNegotiationFactory`. */
  readonly factory?: IProtocolFactory | null;
  /** Seconds that the handshake may take; default 60 for servers, null (no limit) for clients. */
  readonly handshakeTimeout?: number | null;
}

/** TLS on one transport of somebody's: both of its sides. */
export interface IWrappedTLS {
  /** The secured side: what is written here goes out encrypted. */
  readonly transport: INegotiated;
  /** The transport beneath has received something. */
  dataReceived(data: Buffer): void;
  /** The transport beneath is lost. */
  connectionLost(reason: Failure): void;
}

/** Secures transports, all in the same way. */
export interface ITLSWrapper {
  /**
   * Begins TLS on `transport`, whose producer it becomes. `protocol` is the secured side's: its `makeConnection` is called
   * inside, and its `connectionLost` when TLS is over, which has then commanded the transport to end.
   *
   * @throws what the source of the context throws
   */
  wrap(transport: ITransport, protocol: IProtocol): IWrappedTLS;
}

/**
 * TLS over transports that the reactor has not made: what `TLSMemoryBIOFactory` is built on. (In Twisted, OpenSSL's memory
 * BIOs; here it is the driver that knows TLS.)
 */
export interface IReactorTLS {
  /** Throws at once for a context that cannot be used. */
  tlsWrapper(contextFactory: ClientContextSource, isClient: boolean, options?: TLSWrapperOptions): ITLSWrapper;
}
export const IReactorTLS = defineInterface<IReactorTLS>('IReactorTLS', ['tlsWrapper']);
