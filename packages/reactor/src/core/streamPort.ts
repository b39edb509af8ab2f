/**
 * A listening port: accepts connections and has its factory build a protocol for each.
 *
 * @twisted twisted.internet.tcp.Port, twisted.internet.unix.Port
 */
import { Deferred } from '../defer/deferred';
import {
  DriverError,
  type ListenHandle,
  type ListenStreamOptions,
  type SocketAddress,
  type StreamHandle,
} from '../driver';
import { CannotListenError } from '../error';
import { Failure } from '../failure';
import type { IAddress, IListeningPort, IProtocolFactory } from '../interfaces';

import { ANY_IPV4, toAddress } from './addresses';
import { buildProtocol } from './buildProtocol';
import { describe } from './describe';
import type { CoreServices, Disconnectable } from './services';
import { StreamTransport } from './streamTransport';
import { nextSetup, type TLSSetups } from './tlsSetup';

export class StreamPort implements IListeningPort, Disconnectable, AsyncDisposable {
  readonly #services: CoreServices;
  readonly #factory: IProtocolFactory;
  readonly #options: ListenStreamOptions;
  /** How connections are secured; null: they are not. */
  readonly #setups: TLSSetups | null;
  /** What was asked for: listening again binds this. */
  #wanted: SocketAddress;
  /** A descriptor to listen on, the first time; null: none. */
  #adopted: number | null;
  /** What was bound last. */
  #bound: SocketAddress;
  #state: 'idle' | 'listening' | 'closing' = 'idle';
  #handle: ListenHandle | null = null;
  /** Fired, with what `stopFactory` threw if it did, when the port has been closed. */
  #whenStopped: Deferred<null>[] = [];
  /** Whether accepting failed the last time: reported once, until it works again. */
  #exhausted = false;

  constructor(
    services: CoreServices,
    address: SocketAddress,
    factory: IProtocolFactory,
    options: ListenStreamOptions,
    setups: TLSSetups | null,
    adopted: number | null = null,
  ) {
    this.#services = services;
    this.#wanted = address;
    this.#adopted = adopted;
    this.#bound = address;
    this.#factory = factory;
    this.#options = options;
    this.#setups = setups;
  }

  startListening(): void {
    if (this.#state !== 'idle') throw this.#cannotListen(new Error('the port is listening already'));
    const { driver, dispatch, events, open } = this.#services;
    let handle: ListenHandle;
    try {
      handle =
        this.#adopted === null || driver.adoptListening === undefined
          ? driver.listenStream(this.#wanted, this.#options)
          : driver.adoptListening(this.#adopted, this.#wanted.family);
    } catch (error) {
      if (error instanceof DriverError) throw this.#cannotListen(error);
      throw error;
    }
    try {
      this.#factory.doStart();
    } catch (error) {
      // A factory that cannot start does not listen. (Twisted leaves the bound socket behind.)
      handle.close();
      throw error;
    }
    this.#handle = handle;
    this.#bound = handle.localAddress;
    if (this.#adopted !== null) this.#wanted = this.#bound;
    this.#adopted = null;
    this.#state = 'listening';
    open.add(this);
    handle.on('connection', this.#accepted, this);
    handle.on('acceptFailed', this.#acceptFailed, this);
    handle.on('closed', this.#closed, this);
    dispatch.log.info('{factory} starting on {address}', { factory: describe(this.#factory), address: this.getHost() });
    if (events.observed) events.publish('listeningStarted', this, this.getHost());
  }

  stopListening(): Deferred<null> | null {
    if (this.#state === 'idle') return null;
    const stopped = new Deferred<null>();
    this.#whenStopped.push(stopped);
    if (this.#state === 'listening') {
      this.#state = 'closing';
      this.#handle?.close();
    }
    return stopped;
  }

  /** Twisted's other name for `stopListening`. */
  loseConnection(): Deferred<null> | null {
    return this.stopListening();
  }

  /** For `await using`: `stopListening()`, fulfilled when the port is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopListening();
  }

  getHost(): IAddress {
    return toAddress(this.#bound);
  }

  connectionLost(): void {
    const handle = this.#handle;
    handle?.removeAllListeners();
    handle?.close();
    this.#closed();
  }

  toString(): string {
    return `<StreamPort of ${describe(this.#factory)} on ${this.getHost().toString()}, ${this.#state}>`;
  }

  #cannotListen(cause: unknown): CannotListenError {
    const { family } = this.#wanted;
    if (family === 'UNIX') return new CannotListenError(null, this.#wanted.path, cause);
    return new CannotListenError(this.#wanted.host === ANY_IPV4 ? '' : this.#wanted.host, this.#wanted.port, cause);
  }

  #accepted(handle: StreamHandle): void {
    if (this.#exhausted) {
      this.#exhausted = false;
      this.#services.dispatch.log.info('Accepting connections again on {address}', { address: this.getHost() });
    }
    const { peerAddress } = handle;
    if (this.#state !== 'listening' || peerAddress === null) {
      handle.close();
      return;
    }
    const { setup, failure } = nextSetup(this.#services, this.#setups);
    if (failure !== null) {
      handle.close();
      return;
    }
    const peer = toAddress(peerAddress);
    const built = buildProtocol(this.#services, this.#factory, peer);
    if (built.protocol === null) {
      handle.close();
      return;
    }
    const transport = new StreamTransport(this.#services, handle, peer, false);
    if (setup !== null) transport.secure(setup);
    transport.connect(built.protocol, false);
  }

  #acceptFailed(error: DriverError): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    this.#services.dispatch.log.error('Could not accept new connection ({code}) on {address}', {
      code: error.code,
      address: this.getHost(),
    });
  }

  #closed(): void {
    const { dispatch, events, open } = this.#services;
    this.#handle = null;
    this.#state = 'idle';
    open.delete(this);
    dispatch.log.info('({address} Closed)', { address: this.getHost() });
    if (events.observed) events.publish('listeningStopped', this, this.getHost());
    const waiting = this.#whenStopped;
    this.#whenStopped = [];
    let failure: Failure | null = null;
    try {
      this.#factory.doStop();
    } catch (error) {
      // Whoever waits for the port is told; else the log is.
      failure = waiting.length === 0 ? dispatch.failed('doStop', error) : new Failure(error);
    }
    for (const stopped of waiting) {
      if (failure === null) stopped.callback(null);
      else stopped.errback(failure);
    }
  }
}
