/**
 * One attempt to connect: looks the name up if it is one, connects, and says how it went, once.
 *
 * @twisted twisted.internet.tcp.BaseClient, up to the connection
 */
import type { Cancellation, ConnectStreamOptions, DriverError, SocketAddress, StreamHandle } from '../driver';
import { BadFileError, type ConnectError, getConnectError } from '../error';
import { Failure } from '../failure';

import type { NameResolution } from './nameResolution';
import type { CoreServices } from './services';

/** Where to connect to: a socket address, or a name that is still to be looked up. */
export type Destination = SocketAddress | { readonly family: 'name'; readonly name: string; readonly port: number };

/** Told how the attempt went: exactly one of the two is called, once, and never from inside `start`. */
export interface AttemptOutcome {
  attemptConnected(handle: StreamHandle): void;
  attemptFailed(reason: Failure): void;
}

/** Made without closures: a simulation may have a hundred thousand of them under way at once. */
export class ConnectionAttempt {
  readonly #services: CoreServices;
  readonly #names: NameResolution;
  readonly #options: ConnectStreamOptions;
  #outcome: AttemptOutcome | null;
  #cancelLookup: Cancellation | null = null;
  #handle: StreamHandle | null = null;

  constructor(services: CoreServices, names: NameResolution, options: ConnectStreamOptions, outcome: AttemptOutcome) {
    this.#services = services;
    this.#names = names;
    this.#options = options;
    this.#outcome = outcome;
  }

  /** Begins in the next turn, so that whoever connects has set everything up by then. */
  start(destination: Destination): void {
    this.#services.turn.callLater(0, ConnectionAttempt.#begun, [this, destination]);
  }

  static readonly #begun = (attempt: ConnectionAttempt, destination: Destination): void => {
    attempt.#begin(destination);
  };

  /** Gives up: nobody is told. */
  cancel(): void {
    this.#outcome = null;
    this.#cancelLookup?.();
    this.#cancelLookup = null;
    this.#handle?.removeAllListeners();
    this.#handle?.close();
    this.#handle = null;
  }

  #begin(destination: Destination): void {
    if (this.#outcome === null) return;
    if (destination.family !== 'name') {
      this.#connect(destination);
      return;
    }
    const { name, port } = destination;
    this.#cancelLookup = this.#names.lookUpIPv4(name, (result) => {
      this.#cancelLookup = null;
      if (result instanceof Failure) this.#finish()?.attemptFailed(result);
      else this.#connect({ family: 'IPv4', host: result, port });
    });
  }

  #connect(address: SocketAddress): void {
    const handle = this.#services.driver.connectStream(address, this.#options);
    this.#handle = handle;
    handle.on('connected', this.#connected, this);
    handle.on('closed', this.#closed, this);
  }

  #connected(): void {
    const handle = this.#handle;
    handle?.removeAllListeners();
    if (handle !== null) this.#finish()?.attemptConnected(handle);
  }

  #closed(error: DriverError | null): void {
    this.#finish()?.attemptFailed(new Failure(connectError(error)));
  }

  #finish(): AttemptOutcome | null {
    const outcome = this.#outcome;
    this.#outcome = null;
    this.#handle = null;
    return outcome;
  }
}

function connectError(error: DriverError | null): ConnectError {
  // No living process owns the UNIX socket: what Twisted calls a bad file (checkPID).
  if (error?.code === 'EOWNERDEAD') return new BadFileError(error.code, error.message, { cause: error });
  return getConnectError(error ?? new Error('the connection was closed'));
}
