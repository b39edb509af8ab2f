/**
 * The PROXY protocol as wrapping factories: for the side that receives a header, and the side that sends one.
 *
 * @twisted twisted.protocols.haproxy
 */
import { ValueError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IProtocol, IProtocolFactory, ITransport } from '@skein/reactor/interfaces';

import { ProtocolWrapper, wrappedLogPrefix } from '../policies/protocolWrapper';
import { WrappingFactory } from '../policies/wrappingFactory';

import { InvalidProxyHeader } from './errors';
import { HeaderReader } from './headerReader';
import type { ProxyAddress, ProxyInfo, ProxyTLV } from './proxyInfo';
import { formatVersion1 } from './version1';
import { formatVersion2 } from './version2';

/**
 * The wrapper of `HAProxyWrappingFactory`: reads the header, and shows its addresses as the transport's.
 *
 * The wrapped protocol's `connectionMade` comes before the header has, when `getPeer()` still is the proxy (as in Twisted).
 * Without a valid header the connection is lost, and nothing is delivered.
 *
 * @twisted twisted.protocols.haproxy (`HAProxyProtocolWrapper`)
 */
export class HAProxyProtocolWrapper extends ProtocolWrapper {
  /** How long a version 2 header may be, in bytes. */
  static readonly MAX_HEADER_LENGTH: number = 16384;

  /** What the header said; null until it has come. */
  proxyInfo: ProxyInfo | null = null;
  #reader: HeaderReader | null = new HeaderReader(HAProxyProtocolWrapper.MAX_HEADER_LENGTH);

  override dataReceived(data: Buffer): unknown {
    if (this.proxyInfo !== null) return super.dataReceived(data);
    const reader = this.#reader;
    try {
      this.proxyInfo = reader === null ? null : reader.feed(data);
    } catch (error) {
      if (!(error instanceof InvalidProxyHeader)) throw error;
      this.#reader = null;
    }
    if (this.#reader === null) this.loseConnection();
    if (this.proxyInfo === null || reader === null) return undefined;
    return reader.rest.length > 0 ? super.dataReceived(reader.rest) : undefined;
  }

  override connectionLost(reason: Failure): void {
    this.#reader = null;
    super.connectionLost(reason);
  }

  /** The client, as soon as the header has said who it is; before, the proxy. */
  override getPeer(): IAddress {
    return this.proxyInfo?.source ?? super.getPeer();
  }

  /** What the client connected to, as soon as the header has said; before, this side's address. */
  override getHost(): IAddress {
    return this.proxyInfo?.destination ?? super.getHost();
  }
}

/**
 * Puts the protocols of a factory behind a proxy that sends PROXY headers (version 1 or 2), such as HAProxy.
 *
 * Only for ports that nobody but the proxy reaches: whoever connects can say any address.
 *
 * @twisted twisted.protocols.haproxy (`HAProxyWrappingFactory`)
 */
export class HAProxyWrappingFactory extends WrappingFactory {
  override protocol = HAProxyProtocolWrapper;

  override logPrefix(): string {
    return wrappedLogPrefix(this, this.wrappedFactory).replace(/ \([^()]*\)$/, ' (PROXY)');
  }
}

/** What a sender says. */
export interface ProxyHeaderOptions {
  /** The version (default 2). */
  readonly version?: 1 | 2;
  /** The client that is spoken for; null (the default) when the proxy speaks for itself. */
  readonly source?: ProxyAddress | null;
  /** What it connected to. */
  readonly destination?: ProxyAddress | null;
  /** Version 2's further fields. */
  readonly tlvs?: readonly ProxyTLV[];
}

class SendingWrapper extends ProtocolWrapper {
  override makeConnection(transport: ITransport): void {
    transport.write((this.factory as unknown as HAProxySendingFactory).header);
    super.makeConnection(transport);
  }
}

/**
 * Begins each connection of a factory with a PROXY header: the proxy's side. Twisted does not have it.
 *
 * @example
 * reactor.connectTCP(host, port, new HAProxySendingFactory(factory, { source: peer, destination: here }));
 */
export class HAProxySendingFactory extends WrappingFactory {
  override protocol = SendingWrapper;

  /** The header. */
  readonly header: Buffer;

  /** Throws `ValueError` for addresses that do not go into one header, and for fields with version 1. */
  constructor(wrappedFactory: IProtocolFactory, options: ProxyHeaderOptions = {}) {
    super(wrappedFactory);
    const { version = 2, source = null, destination = null, tlvs = [] } = options;
    if (version === 1 && tlvs.length > 0)
      throw new ValueError('cannot write fields into a header of version 1, wanted 2');
    this.header = version === 1 ? formatVersion1(source, destination) : formatVersion2(source, destination, tlvs);
  }

  protected override wrap(wrapped: IProtocol): ProtocolWrapper {
    return new this.protocol(this, wrapped);
  }
}
