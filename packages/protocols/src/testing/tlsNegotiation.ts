import { type ClientContextSource, IOpenSSLClientConnectionCreator } from '@skein/reactor/interfaces';

/** What a context factory may say in a pretended handshake. */
interface Verifying {
  /** Whether the other side's context factory is to be accepted. Default: it is. */
  iosimVerify?(other: object): boolean;
}

/**
 * One side's part of a pretended TLS handshake: the client's goes first, the server's follows, and nothing is encrypted.
 * Whether a side accepts the other is what `iosimVerify` of its context factory says, if it has one.
 *
 * @twisted twisted.test.iosim.TLSNegotiation
 */
export class TLSNegotiation {
  /** Whether this side may send its part: the client's may at once. */
  isReady: boolean;
  isSent = false;
  readonly #source: ClientContextSource & Verifying;

  /** @param speaksFirst - whether this is TLS's client */
  constructor(source: ClientContextSource, speaksFirst: boolean) {
    this.#source = source;
    this.isReady = speaksFirst;
  }

  /** This side's certificates as PEM, or null. */
  get certificateChain(): string | null {
    const source = this.#source;
    const context = IOpenSSLClientConnectionCreator.providedBy(source)
      ? source.clientConnectionForTLS().context
      : source.getContext();
    return context.certificateChain;
  }

  /** The part to send, if it may be sent. Until it is answered, it is sent with every pump. */
  send(): this | null {
    if (!this.isReady) return null;
    this.isSent = true;
    return this;
  }

  accepts(other: TLSNegotiation): boolean {
    return this.#source.iosimVerify?.(other.#source) ?? true;
  }
}
