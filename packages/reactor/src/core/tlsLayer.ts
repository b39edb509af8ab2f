/**
 * What a secured connection has beyond a plain one: the handshake and its time limit, the farewell and its, what is known
 * of the peer, and how the end is told.
 *
 * @twisted twisted.protocols.tls.TLSMemoryBIOProtocol, twisted.internet._newtls
 */
import {
  type DriverError,
  type SecuredInfo,
  type SocketAddress,
  type StreamHandle,
  TLS_SYSCALL,
  TLS_TRUNCATED,
  TLS_WRONG_NAME,
} from '../driver';
import { ConnectionAborted, ConnectionDone, ConnectionLost } from '../error';
import { Failure } from '../failure';
import type { IDelayedCall, TLSInfo } from '../interfaces';
import { Certificate } from '../ssl/certificate';
import { HandshakeTimeoutError, TLSError } from '../ssl/errors';

import { connectionDone } from './connectionDone';
import type { OutboundBuffer } from './outboundBuffer';
import type { CoreServices } from './services';
import { tlsConnectionError, where } from './tlsErrors';
import type { TLSSetup } from './tlsSetup';

/** Seconds that the peer may take to answer the farewell. (In Twisted, for ever.) It has yet to read what is under way. */
const FAREWELL_TIMEOUT = 30;

/** What a secured transport has beyond a plain one: of `ISSLTransport` and `INegotiated`. */
interface Decoration {
  negotiatedProtocol: string | null;
  tlsInfo: TLSInfo | null;
}

export class TLSLayer {
  /** What the transport was given before `startTLS` and has not sent yet: the handshake waits for it. */
  inPlain: OutboundBuffer | null = null;
  readonly #services: CoreServices;
  readonly #handle: StreamHandle;
  readonly #setup: TLSSetup;
  readonly #fail: (reason: Failure) => void;
  /** Asked for early: who breaks off is not known any more afterwards. */
  readonly #peer: SocketAddress | null;
  #info: SecuredInfo | null = null;
  #decorated: Decoration | null = null;
  #peerCertificate: Certificate | null = null;
  #limit: IDelayedCall | null = null;

  /** @param fail - ends the connection */
  constructor(services: CoreServices, handle: StreamHandle, setup: TLSSetup, fail: (reason: Failure) => void) {
    this.#services = services;
    this.#handle = handle;
    this.#setup = setup;
    this.#fail = fail;
    this.#peer = handle.peerAddress;
  }

  /** Whether the handshake has yet to be done. */
  get isShaking(): boolean {
    return this.#info === null;
  }

  /** Begins the handshake. */
  begin(): void {
    this.inPlain = null;
    const { context, options, sessionReceived, handshakeTimeout: seconds } = this.#setup;
    const { dispatch } = this.#services;
    if (sessionReceived !== null) {
      this.#handle.on('session', (session) => dispatch.call('sessionReceived', () => sessionReceived(session)));
    }
    this.#handle.startTLS(context, options);
    if (seconds !== null) {
      this.#setLimit(seconds, 'the TLS handshake was not done', (message) => {
        return new HandshakeTimeoutError('ERR_TLS_HANDSHAKE_TIMEOUT', message);
      });
    }
  }

  /** The handshake is done. */
  secured(info: SecuredInfo): void {
    this.#info = info;
    if (this.#decorated !== null) {
      this.#decorated.negotiatedProtocol = info.negotiatedProtocol;
      this.#decorated.tlsInfo = info;
    }
    this.#cancelLimit();
  }

  /** Says farewell; the peer's is awaited, for a while. */
  farewell(): void {
    this.#handle.shutdown();
    this.#setLimit(FAREWELL_TIMEOUT, 'the peer did not answer the farewell', (message) => new ConnectionLost(message));
  }

  /** The peer has said farewell, and is answered when it has taken what is under way: that has a limit, too. */
  awaitWritten(): void {
    this.#setLimit(FAREWELL_TIMEOUT, 'the peer did not take what was sent', (message) => new ConnectionLost(message));
  }

  /** The connection is over. */
  end(): void {
    this.#cancelLimit();
  }

  /**
   * Adds to a transport what makes it an `ISSLTransport`: a transport that is not secured must not look like one. Plain properties, since V8
   * turns an object that is given accessors into a slow one.
   */
  decorate(transport: object): void {
    this.#decorated = Object.assign(transport, {
      getPeerCertificate: () => this.#getPeerCertificate(),
      negotiatedProtocol: null,
      tlsInfo: null,
    });
  }

  /** The reason of an end that the driver reports. */
  reasonOf(error: DriverError | null): Failure {
    return new Failure(
      error?.syscall === TLS_SYSCALL
        ? tlsConnectionError(error, this.isShaking, this.#peer)
        : new ConnectionLost(error?.message, { cause: error }),
    );
  }

  /**
   * What the protocol is told. TLS stands between it and the connection: all it hears of an abort, or of an exception that
   * ended it, is that the connection was lost. Twisted's behaviour, recorded.
   */
  toldProtocol(reason: Failure): Failure {
    const isTold =
      reason.check(ConnectionDone, ConnectionLost, TLSError) !== null && reason.check(ConnectionAborted) === null;
    return isTold ? reason : new Failure(new ConnectionLost(undefined, { cause: reason.value }));
  }

  /** What a client's factory is told: how the connection beneath ended. Twisted's behaviour, recorded. */
  toldFactory(reason: Failure): Failure {
    const { value } = reason;
    if (!(value instanceof TLSError || value instanceof ConnectionLost)) return reason;
    const code = (value.cause as DriverError | undefined)?.code;
    if (code === TLS_WRONG_NAME) return new Failure(new ConnectionAborted());
    return value instanceof TLSError || code === TLS_TRUNCATED ? connectionDone() : reason;
  }

  #getPeerCertificate(): Certificate | null {
    const der = this.#info?.peerCertificate ?? null;
    if (der === null) return null;
    return (this.#peerCertificate ??= Certificate.load(der));
  }

  #setLimit(seconds: number, what: string, makeError: (message: string) => Error): void {
    this.#limit = this.#services.turn.callLater(
      seconds,
      () => this.#fail(new Failure(makeError(`${what} within ${String(seconds)} seconds${where(this.#peer)}`))),
      [],
    );
  }

  #cancelLimit(): void {
    if (this.#limit?.active() === true) this.#limit.cancel();
    this.#limit = null;
  }
}
