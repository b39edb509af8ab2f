import type { ITCPTransport, ITransport } from '@skein/reactor/interfaces';

/**
 * What every protocol has in common: a transport, and the moment it gets one.
 *
 * @twisted twisted.internet.protocol.BaseProtocol
 */
export class BaseProtocol {
  /** Whether the protocol has been connected. (Twisted never sets it back; look at `transport.connected`.) */
  connected = false;

  /**
   * The connection's sending side. At run time it is null until `makeConnection`: nothing may be written before
   * `connectionMade`. The type leaves that out, because every method that uses it runs later. A protocol of another
   * transport says so with `declare transport: ISSLTransport`.
   */
  transport: ITCPTransport = null as unknown as ITCPTransport;

  /** Takes the transport and calls `connectionMade`. For reactors and wrapping protocols; not to be overridden lightly. */
  makeConnection(transport: ITransport): unknown {
    this.connected = true;
    this.transport = transport as ITCPTransport;
    // Handed on: an async `connectionMade` that fails is then dealt with as one that throws.
    return this.connectionMade();
  }

  /**
   * The connection is up. Called once, before anything else, for servers and clients alike: greet here, and do here
   * what cannot be done in the constructor for want of a `transport`.
   */
  connectionMade(): unknown {
    return undefined;
  }
}
