/**
 * One attempt of `ClientService` to connect, the connection that comes of it, and its preparation.
 *
 * @twisted twisted.application.internet._DisconnectFactory, _ReconnectingProtocolProxy
 */
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IProtocol, ITransport } from '@skein/reactor/interfaces';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from '../../interfaces';
import { ProtocolProxy } from '../../protocolProxy';

import type { ClientInput } from './clientStates';

/** Tells its attempt how the connection fares. */
class NotifyingProtocol<P extends IProtocol> extends ProtocolProxy<P> {
  readonly #attempt: ConnectionAttempt<P>;

  constructor(wrapped: P, attempt: ConnectionAttempt<P>) {
    super(wrapped);
    this.#attempt = attempt;
  }

  override makeConnection(transport: ITransport): void {
    this.#attempt.transport = transport;
    super.makeConnection(transport);
  }

  override connectionLost(reason: Failure): void {
    try {
      super.connectionLost(reason);
    } finally {
      this.#attempt.lost(reason);
    }
  }
}

/** One attempt to connect, and the connection that comes of it. */
export class ConnectionAttempt<P extends IProtocol> implements IProtocolFactoryOf<NotifyingProtocol<P>> {
  protocol: P | null = null;
  /** The connection while there is one. */
  transport: ITransport | null = null;
  readonly #factory: IProtocolFactoryOf<P>;
  readonly #prepare: ((protocol: P) => unknown) | null;
  readonly #tell: (input: ClientInput, reason: Failure | null, attempt: ConnectionAttempt<P>) => void;
  /** What is waited for: the connection, then its preparation. */
  #waitedFor: Deferred | null = null;
  /** Whether it is known what became of the attempt. */
  #decided = false;

  constructor(
    factory: IProtocolFactoryOf<P>,
    prepare: ((protocol: P) => unknown) | null,
    tell: (input: ClientInput, reason: Failure | null, attempt: ConnectionAttempt<P>) => void,
  ) {
    this.#factory = factory;
    this.#prepare = prepare;
    this.#tell = tell;
  }

  begin(endpoint: IStreamClientEndpoint): void {
    const prepare = this.#prepare;
    this.#waitedFor = maybeDeferred(() => endpoint.connect(this))
      .addCallback(({ wrapped }) => {
        this.protocol = wrapped;
        return prepare === null ? null : maybeDeferred(() => prepare(wrapped));
      })
      .addCallbacks(
        () => this.#decide('connectionMade', null),
        (reason) => this.#decide('connectionFailed', reason),
      );
  }

  /** Gives the attempt up: closes the connection that is being prepared, or else cancels. */
  end(): void {
    if (this.transport === null) this.#waitedFor?.cancel();
    else {
      // What becomes of the preparation is of no interest now; the end of the connection is.
      this.#decided = true;
      this.#waitedFor?.cancel();
      this.transport.loseConnection();
    }
  }

  lost(reason: Failure): void {
    this.transport = null;
    if (this.#decided) {
      this.#tell('connectionLost', reason, this);
    } else {
      this.#decide('connectionFailed', reason);
      this.#waitedFor?.cancel();
    }
  }

  #decide(input: 'connectionMade' | 'connectionFailed', reason: Failure | null): void {
    if (this.#decided) return;
    this.#decided = true;
    this.#tell(input, reason, this);
  }

  // IProtocolFactory

  buildProtocol(addr: IAddress): NotifyingProtocol<P> | null {
    const protocol = this.#factory.buildProtocol(addr);
    return protocol === null || protocol === undefined ? null : new NotifyingProtocol(protocol, this);
  }

  doStart(): void {
    this.#factory.doStart();
  }

  doStop(): void {
    this.#factory.doStop();
  }
}
