/**
 * Ports and connectors that do nothing: what `MemoryReactor` returns.
 *
 * @twisted twisted.internet.testing._FakePort, _FakeConnector
 */
import { Deferred } from '../defer/deferred';
import type { IAddress, IConnector, IListeningPort } from '../interfaces';

export class FakePort implements IListeningPort {
  /** Whether it would listen now: `stopListening` was not called. */
  listening = true;
  readonly #address: IAddress;

  constructor(address: IAddress) {
    this.#address = address;
  }

  startListening(): void {
    this.listening = true;
  }

  /** Fires at once. (Twisted's returns nothing.) Null when it does not listen, as a port's. */
  stopListening(): Deferred<null> | null {
    if (!this.listening) return null;
    this.listening = false;
    const stopped = new Deferred<null>();
    stopped.callback(null);
    return stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopListening();
  }

  getHost(): IAddress {
    return this.#address;
  }
}

export class FakeConnector implements IConnector {
  /** Whether `stopConnecting` was called. */
  stoppedConnecting = false;
  /** What `state` says; a test may change it. */
  state: IConnector['state'] = 'connecting';
  /** Whether `disconnect` was called. */
  disconnected = false;
  /** How often `connect` was called. */
  connects = 0;
  readonly #address: IAddress;

  constructor(address: IAddress) {
    this.#address = address;
  }

  stopConnecting(): void {
    this.stoppedConnecting = true;
  }

  disconnect(): void {
    this.disconnected = true;
  }

  connect(): void {
    this.connects += 1;
  }

  getDestination(): IAddress {
    return this.#address;
  }
}
