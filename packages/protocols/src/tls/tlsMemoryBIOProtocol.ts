import { ConnectionDone } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import {
  type Bytes,
  IHalfCloseableProtocol,
  IHandshakeListener,
  type INegotiated,
  type IPeerCertificate,
  type IPullProducer,
  type IPushProducer,
  type ITLSWrapper,
  type ITransport,
  type IWrappedTLS,
  type TLSInfo,
} from '@skein/reactor/interfaces';

import { type ProtocolRegistry, ProtocolWrapper } from '../policies';
import type { BaseFactory } from '../protocol';

/**
 * Stands between a protocol and its transport, and speaks TLS to the peer: an `ISSLTransport` to the protocol.
 *
 * It does as the reactor's own secured connections do, for it is the same machine: `loseConnection` flushes, waits for
 * producers, says farewell (close_notify) and waits for the answer; the peer's end without a farewell is `ConnectionLost`;
 * a handshake that fails is told by `connectionLost`, with an error of `@skein/reactor/ssl`. A producer is paused when 64 KiB
 * wait, or the transport beneath has enough; and what the protocol does not read stops the transport.
 *
 * TLS is done in the reactor's turns: bytes that arrive are decrypted soon, and not always inside `dataReceived`; and so
 * `connectionLost` may come some turns after that of the transport.
 *
 * @twisted twisted.protocols.tls.TLSMemoryBIOProtocol
 */
export class TLSMemoryBIOProtocol extends ProtocolWrapper implements INegotiated {
  declare factory: BaseFactory & ProtocolRegistry & { readonly tlsWrapper: ITLSWrapper };

  #tls: IWrappedTLS | null = null;
  /** Why verification failed, if somebody said so. */
  #verdict: Failure | null = null;
  /** How TLS ended, and how the transport did. The protocol is told when both have. */
  #tlsReason: Failure | null = null;
  #reason: Failure | null = null;

  /** What stands on the secured side: the wrapped protocol, which has this for its transport. */
  readonly #inside: IHalfCloseableProtocol & IHandshakeListener = {
    makeConnection: nothing,
    connectionMade: nothing,
    readConnectionLost: nothing,
    dataReceived: (data) => super.dataReceived(data),
    handshakeCompleted: () => {
      const protocol: unknown = this.wrappedProtocol;
      return IHandshakeListener.providedBy(protocol) ? protocol.handshakeCompleted() : undefined;
    },
    writeConnectionLost: () => {
      const protocol: unknown = this.wrappedProtocol;
      return IHalfCloseableProtocol.providedBy(protocol) ? protocol.writeConnectionLost() : undefined;
    },
    connectionLost: (reason) => {
      this.#tlsReason = reason;
      this.#tellIfOver();
    },
  };

  override makeConnection(transport: ITransport): void {
    this.#tls = this.factory.tlsWrapper.wrap(transport, this.#inside);
    super.makeConnection(transport);
  }

  // From the transport

  override dataReceived(data: Buffer): void {
    this.#tls?.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#reason = reason;
    this.#tls?.connectionLost(reason);
    this.#tellIfOver();
  }

  // From the protocol

  override write(data: Bytes): void {
    this.#secured.write(data);
  }

  override writeSequence(data: Iterable<Bytes>): void {
    this.#secured.writeSequence(data);
  }

  override loseConnection(): void {
    if (!this.connected) return;
    this.disconnecting = true;
    this.#secured.loseConnection();
  }

  override abortConnection(): void {
    this.disconnecting = true;
    this.#secured.abortConnection();
    // TLS is over, and the transport still has something to send.
    if (this.#tlsReason !== null) this.transport.abortConnection();
  }

  /** Says farewell, and goes on reading until the peer does. */
  override loseWriteConnection(): void {
    this.#secured.loseWriteConnection();
  }

  /** Ends the connection at once: the peer is not who it should be. `reason` is what the protocol is told. */
  failVerification(reason: Failure): void {
    this.#verdict = reason;
    this.abortConnection();
  }

  override registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.#secured.registerProducer(producer, streaming);
  }

  override unregisterProducer(): void {
    this.#secured.unregisterProducer();
  }

  override pauseProducing(): void {
    this.#secured.pauseProducing();
  }

  override resumeProducing(): void {
    this.#secured.resumeProducing();
  }

  override stopProducing(): void {
    this.loseConnection();
  }

  getPeerCertificate(): IPeerCertificate | null {
    return this.#tls?.transport.getPeerCertificate() ?? null;
  }

  get negotiatedProtocol(): string | null {
    return this.#tls?.transport.negotiatedProtocol ?? null;
  }

  get tlsInfo(): TLSInfo | null {
    return this.#tls?.transport.tlsInfo ?? null;
  }

  get #secured(): INegotiated {
    // Before it is connected there is nothing to command.
    return this.#tls!.transport;
  }

  #tellIfOver(): void {
    const [ofTLS, ofTransport] = [this.#tlsReason, this.#reason];
    if (ofTLS === null || ofTransport === null) return;
    this.#tlsReason = null;
    this.connected = false;
    // TLS that ended properly says nothing about how the transport did.
    super.connectionLost(this.#verdict ?? (ofTLS.check(ConnectionDone) === null ? ofTLS : ofTransport));
  }
}

function nothing(): void {
  // The wrapped protocol is told by the wrapper, or not at all.
}
