/**
 * `RaisingMemoryReactor`: a reactor that refuses everything.
 *
 * @twisted twisted.internet.testing.RaisingMemoryReactor
 */
import type { IConnector, IListeningPort, IReactorSocket, IReactorSSL, IReactorTCP, IReactorUNIX } from '../interfaces';

/**
 * Throws `listenException` from every `listen…` and `adoptStreamPort`, and `connectException` from every `connect…` and
 * `adoptStreamConnection`.
 */
export class RaisingMemoryReactor implements IReactorTCP, IReactorSSL, IReactorUNIX, IReactorSocket {
  readonly #listenException: unknown;
  readonly #connectException: unknown;

  constructor(listenException: unknown = null, connectException: unknown = null) {
    this.#listenException = listenException;
    this.#connectException = connectException;
  }

  listenTCP(): IListeningPort {
    throw this.#listenException;
  }

  connectTCP(): IConnector {
    throw this.#connectException;
  }

  listenSSL(): IListeningPort {
    throw this.#listenException;
  }

  connectSSL(): IConnector {
    throw this.#connectException;
  }

  listenUNIX(): IListeningPort {
    throw this.#listenException;
  }

  connectUNIX(): IConnector {
    throw this.#connectException;
  }

  adoptStreamPort(): IListeningPort {
    throw this.#listenException;
  }

  adoptStreamConnection(): void {
    throw this.#connectException;
  }
}
