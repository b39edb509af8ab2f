/**
 * A connector: one outgoing connection, made again as often as `connect()` is called, and its factory told of each step.
 *
 * @twisted twisted.internet.tcp.Connector, twisted.internet.base.BaseConnector
 */
import type { ConnectStreamOptions, StreamHandle } from '../driver';
import { ConnectError, NotConnectingError, RuntimeError, TimeoutError, UserError } from '../error';
import { Failure } from '../failure';
import type { IAddress, IClientFactory, IConnector, IDelayedCall } from '../interfaces';

import { toAddress } from './addresses';
import { buildProtocol } from './buildProtocol';
import { type AttemptOutcome, ConnectionAttempt, type Destination } from './connectionAttempt';
import type { NameResolution } from './nameResolution';
import { NULL_PROTOCOL } from './nullProtocol';
import type { CoreServices, Disconnectable } from './services';
import { StreamTransport } from './streamTransport';
import { nextSetup, type TLSSetups } from './tlsSetup';

/** How a connector connects. */
export interface ConnectorOptions {
  readonly destination: Destination;
  /** What `getDestination` returns. */
  readonly address: IAddress;
  /** What the driver is told besides the address. */
  readonly stream: ConnectStreamOptions;
  /** Seconds; null: no limit of its own. */
  readonly timeout: number | null;
  /** How connections are secured; null: they are not. */
  readonly setups: TLSSetups | null;
}

export class StreamConnector implements IConnector, Disconnectable, AttemptOutcome {
  readonly #services: CoreServices;
  readonly #names: NameResolution;
  readonly #factory: IClientFactory;
  readonly #options: ConnectorOptions;
  #state: IConnector['state'] = 'disconnected';
  #factoryStarted = false;
  #attempt: ConnectionAttempt | null = null;
  #timeout: IDelayedCall | null = null;
  #transport: StreamTransport | null = null;

  constructor(services: CoreServices, names: NameResolution, factory: IClientFactory, options: ConnectorOptions) {
    this.#services = services;
    this.#names = names;
    this.#factory = factory;
    this.#options = options;
  }

  get state(): IConnector['state'] {
    return this.#state;
  }

  /** The transport of the present connection, or null. Twisted's attribute. */
  get transport(): StreamTransport | null {
    return this.#transport;
  }

  connect(): void {
    if (this.#state !== 'disconnected') throw new RuntimeError("can't connect in this state");
    const { destination, stream, timeout } = this.#options;
    if (!this.#factoryStarted) {
      this.#factory.doStart();
      this.#factoryStarted = true;
    }
    this.#state = 'connecting';
    this.#services.open.add(this);
    const { events } = this.#services;
    if (events.observed) events.publish('connectingStarted', this);
    this.#attempt = new ConnectionAttempt(this.#services, this.#names, stream, this);
    this.#attempt.start(destination);
    if (timeout !== null) {
      this.#timeout = this.#services.turn.callLater(timeout, StreamConnector.#timedOut, [this]);
    }
    this.#factory.startedConnecting(this);
  }

  static readonly #timedOut = (connector: StreamConnector): void => {
    connector.#failed(new Failure(new TimeoutError()));
  };

  stopConnecting(): void {
    if (this.#state !== 'connecting') throw new NotConnectingError("we're not trying to connect");
    this.#failed(new Failure(new UserError()));
  }

  disconnect(): void {
    if (this.#state === 'connecting') this.stopConnecting();
    else if (this.#state === 'connected') this.#transport?.loseConnection();
  }

  getDestination(): IAddress {
    return this.#options.address;
  }

  /** The reactor disconnects everything: an attempt fails, as Twisted's does. */
  connectionLost(reason: Failure): void {
    if (this.#state === 'connecting') this.#failed(asConnectError(reason));
  }

  toString(): string {
    return `<StreamConnector ${this.#state} ${this.getDestination().toString()}>`;
  }

  attemptConnected(handle: StreamHandle): void {
    const peer = handle.peerAddress;
    if (peer === null) {
      // Reset in the moment it was made.
      handle.close();
      this.#failed(new Failure(new ConnectError(null, 'the connection was lost at once')));
      return;
    }
    this.#attempt = null;
    this.#cancelTimeout();
    this.#state = 'connected';
    // One object, where the driver says that it is the address it was given.
    const address = peer === this.#options.destination ? this.#options.address : toAddress(peer);
    const { setup, failure } = nextSetup(this.#services, this.#options.setups);
    const built =
      failure === null ? buildProtocol(this.#services, this.#factory, address) : { protocol: null, failure };
    if (built.failure !== null) {
      handle.close();
      this.#failed(asConnectError(built.failure));
      return;
    }
    this.#services.open.delete(this);
    const transport = new StreamTransport(this.#services, handle, address, true);
    if (setup !== null) transport.secure(setup);
    this.#transport = transport;
    transport.whenLost = this;
    transport.connect(built.protocol ?? NULL_PROTOCOL, true);
    if (built.protocol === null) transport.loseConnection();
  }

  attemptFailed(reason: Failure): void {
    this.#failed(reason);
  }

  #failed(reason: Failure): void {
    this.#attempt?.cancel();
    this.#attempt = null;
    this.#cancelTimeout();
    this.#services.open.delete(this);
    this.#state = 'disconnected';
    this.#tellFactory('clientConnectionFailed', reason);
  }

  /** The connection is lost, and its protocol has been told. */
  transportLost(reason: Failure): void {
    this.#transport = null;
    this.#state = 'disconnected';
    this.#tellFactory('clientConnectionLost', reason);
  }

  #tellFactory(method: 'clientConnectionFailed' | 'clientConnectionLost', reason: Failure): void {
    const { dispatch } = this.#services;
    const failure = dispatch.call(method, () => this.#factory[method](this, reason));
    // An error in there leaves the factory started: Twisted's behaviour, recorded. So does connecting again.
    if (failure !== null || (this.#state as string) !== 'disconnected') return;
    this.#factoryStarted = false;
    dispatch.call('doStop', () => this.#factory.doStop());
  }

  #cancelTimeout(): void {
    if (this.#timeout?.active() === true) this.#timeout.cancel();
    this.#timeout = null;
  }
}

/** What Twisted makes of an error that ended an attempt from the inside. */
function asConnectError(reason: Failure): Failure {
  return new Failure(new ConnectError(null, String(reason), { cause: reason.value }));
}
