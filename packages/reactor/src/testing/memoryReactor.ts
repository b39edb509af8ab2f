/**
 * Reactors that connect nobody: they write down what they are asked for.
 *
 * @twisted twisted.internet.testing.MemoryReactor, MemoryReactorClock
 *
 * Differences from Twisted's: what is written down are objects with names and not tuples; triggers can be taken back; the
 * flags `hasStopped` and `hasCrashed` are false until it happens. Left out: adopted datagram ports, readers and writers. For
 * connections that do connect, see `@skein/protocols/testing` (`ConnectionCompleter`) or `@skein/reactor/simulation`.
 */
import { IPv4Address, IPv6Address, UNIXAddress } from '../address';
import type { Deferred } from '../defer/deferred';
import { AssertionError, NotImplementedError, UnsupportedAddressFamily, ValueError } from '../error';
import type {
  AddressFamily,
  ClientContextSource,
  ConnectSSLOptions,
  ConnectTCPOptions,
  ConnectUNIXOptions,
  IAddress,
  IClientFactory,
  IConnector,
  IDelayedCall,
  IListeningPort,
  IOpenSSLContextFactory,
  IProtocolFactory,
  IReactorCore,
  IReactorSocket,
  IReactorSSL,
  IReactorTCP,
  IReactorTime,
  IReactorUNIX,
  ListenSSLOptions,
  ListenTCPOptions,
  ListenUNIXOptions,
  TriggerID,
  TriggerPhase,
} from '../interfaces';
import { isIPv6Address } from '../ipAddress';
import { Clock } from '../task/clock';

import { FakeConnector, FakePort } from './fakeSockets';

/** A call of `listenTCP`, and what it returned. */
export interface ListenedTCP {
  readonly port: number;
  readonly factory: IProtocolFactory;
  readonly options: ListenTCPOptions;
  readonly listening: FakePort;
}

/** A call of `connectTCP`, and what it returned. */
export interface ConnectedTCP {
  readonly host: string;
  readonly port: number;
  readonly factory: IClientFactory;
  readonly options: ConnectTCPOptions;
  readonly connector: FakeConnector;
}

/** A call of `listenSSL`. */
export interface ListenedSSL extends ListenedTCP {
  readonly contextFactory: IOpenSSLContextFactory;
}

/** A call of `connectSSL`. */
export interface ConnectedSSL extends ConnectedTCP {
  readonly contextFactory: ClientContextSource;
}

/** A call of `listenUNIX`. */
export interface ListenedUNIX {
  readonly address: string;
  readonly factory: IProtocolFactory;
  readonly options: ListenUNIXOptions;
  readonly listening: FakePort;
}

/** A call of `connectUNIX`. */
export interface ConnectedUNIX {
  readonly address: string;
  readonly factory: IClientFactory;
  readonly options: ConnectUNIXOptions;
  readonly connector: FakeConnector;
}

/** A call of `adoptStreamConnection`. */
export interface AdoptedStreamConnection {
  readonly fileDescriptor: number;
  readonly addressFamily: AddressFamily;
  readonly factory: IProtocolFactory;
}

/** A call of `adoptStreamPort`, and what it returned. */
export interface AdoptedPort extends AdoptedStreamConnection {
  readonly listening: FakePort;
}

/** A trigger, or a hook for when the reactor runs. */
export interface Registered {
  readonly callable: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
}

/** A reactor without a clock that accepts every attempt, none of which succeeds. */
export class MemoryReactor implements IReactorCore, IReactorTCP, IReactorSSL, IReactorUNIX, IReactorSocket {
  running = false;
  hasInstalled = false;
  hasRun = false;
  hasStopped = false;
  hasCrashed = false;
  readonly whenRunningHooks: Registered[] = [];
  /** By phase, then by event. */
  readonly triggers: Partial<Record<TriggerPhase, Record<string, Registered[]>>> = {};
  readonly tcpServers: ListenedTCP[] = [];
  readonly tcpClients: ConnectedTCP[] = [];
  readonly sslServers: ListenedSSL[] = [];
  readonly sslClients: ConnectedSSL[] = [];
  readonly unixServers: ListenedUNIX[] = [];
  readonly unixClients: ConnectedUNIX[] = [];
  readonly adoptedPorts: AdoptedPort[] = [];
  readonly adoptedStreamConnections: AdoptedStreamConnection[] = [];
  /** What the `connect…` methods returned, in order. */
  readonly connectors: IConnector[] = [];

  readonly #triggerIDs = new Map<TriggerID, { readonly list: Registered[]; readonly trigger: Registered }>();

  install(): void {
    this.hasInstalled = true;
  }

  /** Not implemented. */
  resolve(): Deferred<string> {
    throw new NotImplementedError();
  }

  /** Calls the hooks of `callWhenRunning`, and stops. */
  run(): Promise<void> {
    if (this.running) throw new AssertionError('the reactor runs already');
    this.running = true;
    this.hasRun = true;
    for (const { callable, args } of this.whenRunningHooks) callable(...(args as never[]));
    this.stop();
    return Promise.resolve();
  }

  stop(): void {
    this.running = false;
    this.hasStopped = true;
  }

  crash(): void {
    this.running = false;
    this.hasCrashed = true;
  }

  /** Not implemented. */
  fireSystemEvent(): void {
    throw new NotImplementedError();
  }

  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    eventType: string,
    callable: (...args: A) => unknown,
    ...args: A
  ): TriggerID {
    const list = ((this.triggers[phase] ??= {})[eventType] ??= []);
    const trigger: Registered = { callable, args };
    list.push(trigger);
    const id = Symbol(`${phase} ${eventType}`) as TriggerID;
    this.#triggerIDs.set(id, { list, trigger });
    return id;
  }

  removeSystemEventTrigger(triggerID: TriggerID): void {
    const registered = this.#triggerIDs.get(triggerID);
    if (registered === undefined) throw new ValueError(`Cannot remove trigger '${String(triggerID)}', it is not there`);
    this.#triggerIDs.delete(triggerID);
    registered.list.splice(registered.list.indexOf(registered.trigger), 1);
  }

  callWhenRunning<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): TriggerID | null {
    if (this.running) {
      callable(...args);
      return null;
    }
    const trigger: Registered = { callable, args };
    this.whenRunningHooks.push(trigger);
    const id = Symbol('after startup') as TriggerID;
    this.#triggerIDs.set(id, { list: this.whenRunningHooks, trigger });
    return id;
  }

  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): IListeningPort {
    const listening = new FakePort(toListened(port, options));
    this.tcpServers.push({ port, factory, options, listening });
    return listening;
  }

  connectTCP(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions = {}): IConnector {
    const connector = this.#connector(toConnected(host, port), factory);
    this.tcpClients.push({ host, port, factory, options, connector });
    return connector;
  }

  listenSSL(
    port: number,
    factory: IProtocolFactory,
    contextFactory: IOpenSSLContextFactory,
    options: ListenSSLOptions = {},
  ): IListeningPort {
    const listening = new FakePort(toListened(port, options));
    this.sslServers.push({ port, factory, contextFactory, options, listening });
    return listening;
  }

  connectSSL(
    host: string,
    port: number,
    factory: IClientFactory,
    contextFactory: ClientContextSource,
    options: ConnectSSLOptions = {},
  ): IConnector {
    const connector = this.#connector(toConnected(host, port), factory);
    this.sslClients.push({ host, port, factory, contextFactory, options, connector });
    return connector;
  }

  listenUNIX(address: string, factory: IProtocolFactory, options: ListenUNIXOptions = {}): IListeningPort {
    const listening = new FakePort(new UNIXAddress(address));
    this.unixServers.push({ address, factory, options, listening });
    return listening;
  }

  connectUNIX(address: string, factory: IClientFactory, options: ConnectUNIXOptions = {}): IConnector {
    const connector = this.#connector(new UNIXAddress(address), factory);
    this.unixClients.push({ address, factory, options, connector });
    return connector;
  }

  /** The port is at number 1234 of every address. Throws `UnsupportedAddressFamily` for `'UNIX'`, as Twisted's. */
  adoptStreamPort(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): IListeningPort {
    const listening = new FakePort(toAdopted(addressFamily));
    this.adoptedPorts.push({ fileDescriptor, addressFamily, factory, listening });
    return listening;
  }

  /** No protocol is built. */
  adoptStreamConnection(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): void {
    this.adoptedStreamConnections.push({ fileDescriptor, addressFamily, factory });
  }

  #connector(address: IAddress, factory: IClientFactory): FakeConnector {
    const connector = new FakeConnector(address);
    factory.startedConnecting(connector);
    this.connectors.push(connector);
    return connector;
  }
}

/** A `MemoryReactor` with a clock: time passes by `advance`. */
export class MemoryReactorClock extends MemoryReactor implements IReactorTime {
  readonly #clock = new Clock();

  seconds(): number {
    return this.#clock.seconds();
  }

  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall {
    return this.#clock.callLater(delay, callable, ...args);
  }

  getDelayedCalls(): IDelayedCall[] {
    return this.#clock.getDelayedCalls();
  }

  /** See `Clock.advance`. */
  advance(amount: number): void {
    this.#clock.advance(amount);
  }

  /** See `Clock.pump`. */
  pump(timings: Iterable<number>): void {
    this.#clock.pump(timings);
  }
}

function toListened(port: number, { interface: where = '' }: ListenTCPOptions): IAddress {
  return isIPv6Address(where) ? new IPv6Address('TCP', where, port) : new IPv4Address('TCP', '0.0.0.0', port);
}

function toConnected(host: string, port: number): IAddress {
  return isIPv6Address(host) ? new IPv6Address('TCP', host, port) : new IPv4Address('TCP', host, port);
}

function toAdopted(addressFamily: AddressFamily): IAddress {
  if (addressFamily === 'INET') return new IPv4Address('TCP', '0.0.0.0', 1234);
  if (addressFamily === 'INET6') return new IPv6Address('TCP', '::', 1234);
  throw new UnsupportedAddressFamily(addressFamily);
}
