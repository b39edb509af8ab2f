/**
 * The reactor: a driver below, Twisted's interfaces above. A facade; each method's work is done in `core/`.
 *
 * @twisted twisted.internet.base.ReactorBase, twisted.internet.posixbase.PosixReactorBase
 *
 * Several may live in one process, each with a driver of its own. The installed one (`import { reactor }`) is made by
 * `default.ts`.
 */
import { HostnameAddress } from './address';
import { ANY_IPV4, assertPort, toAddress, toSocketAddress } from './core/addresses';
import type { Destination } from './core/connectionAttempt';
import { Dispatch } from './core/dispatch';
import { Lifecycle } from './core/lifecycle';
import { NameResolution } from './core/nameResolution';
import { OpenThings } from './core/openThings';
import { ReactorEvents } from './core/reactorEvents';
import { SecurableHandle } from './core/securableHandle';
import type { CoreServices } from './core/services';
import { type ConnectorOptions, StreamConnector } from './core/streamConnector';
import { StreamPort } from './core/streamPort';
import { DEFAULT_HANDSHAKE_TIMEOUT, StreamTransport } from './core/streamTransport';
import { SystemTriggers } from './core/systemTriggers';
import { clientSetups, serverSetups, type TLSSetups } from './core/tlsSetup';
import { TLSWrapper } from './core/tlsWrapper';
import { Turn } from './core/turn';
import type { Deferred } from './defer/deferred';
import {
  DriverError,
  type IDriver,
  type InetSocketAddress,
  type ListenStreamOptions,
  type SocketAddress,
  type StreamHandle,
} from './driver';
import { AssertionError, CannotListenError, getConnectError, RuntimeError, UnsupportedAddressFamily } from './error';
import {
  type AddressFamily,
  type ClientContextSource,
  type ConnectSSLOptions,
  type ConnectTCPOptions,
  type ConnectUNIXOptions,
  IClientFactory,
  type IConnector,
  type IDelayedCall,
  type IListeningPort,
  type IOpenSSLContextFactory,
  type IProtocol,
  IProtocolFactory,
  type IHostnameResolver,
  type IReactor,
  type IReactorSocket,
  type IReactorTLS,
  type ITCPTransport,
  type ITLSWrapper,
  type ListenSSLOptions,
  type ListenTCPOptions,
  type ListenUNIXOptions,
  type RunOptions,
  type StopOptions,
  type TLSWrapperOptions,
  type TriggerID,
  type TriggerPhase,
} from './interfaces';
import { checkSeconds } from './time';

/** Connections that may wait to be accepted. Twisted's 50 is too few for servers that start under load; Linux caps it at 4096. */
const DEFAULT_BACKLOG = 511;
/** Seconds until an attempt to connect fails. */
const DEFAULT_CONNECT_TIMEOUT = 30;
/** Everybody may connect to a UNIX socket. */
const DEFAULT_UNIX_MODE = 0o666;

/**
 * A reactor over a driver.
 *
 * @example
 * const reactor = new Reactor(new NodeDriver());
 * reactor.callLater(1, () => reactor.stop());
 * await reactor.run();
 */
export class Reactor implements IReactor, IReactorSocket, IReactorTLS, AsyncDisposable {
  /** What the reactor does, for observers. */
  readonly events: ReactorEvents;

  readonly #driver: IDriver;
  readonly #turn: Turn;
  readonly #triggers: SystemTriggers;
  readonly #lifecycle: Lifecycle;
  readonly #names: NameResolution;
  readonly #services: CoreServices;

  constructor(driver: IDriver) {
    this.#driver = driver;
    this.events = new ReactorEvents((event, error) => {
      dispatch.failed(`an observer of ${event}`, error);
    }, driver.name);
    const dispatch = new Dispatch(this.events);
    this.#turn = new Turn(driver, dispatch, this.events);
    this.#services = { driver, dispatch, turn: this.#turn, events: this.events, open: new OpenThings() };
    this.#names = new NameResolution(this.#services);
    this.#triggers = new SystemTriggers(dispatch);
    this.#lifecycle = new Lifecycle(this.#services, this.#triggers);
  }

  // IReactorCore

  get running(): boolean {
    return this.#lifecycle.running;
  }

  run(options?: RunOptions): Promise<void> {
    return this.#lifecycle.run(options);
  }

  stop(options?: StopOptions): void {
    this.#lifecycle.stop(options);
  }

  crash(): void {
    this.#lifecycle.crash();
  }

  /** Ends everything that is open with `ConnectionLost`, now: connections, attempts to connect, ports. */
  disconnectAll(): void {
    this.#lifecycle.disconnectAll();
  }

  resolve(name: string, timeout?: readonly number[]): Deferred<string> {
    return this.#names.resolve(name, timeout);
  }

  // IReactorPluggableNameResolver

  get nameResolver(): IHostnameResolver {
    return this.#names.nameResolver;
  }

  installNameResolver(resolver: IHostnameResolver): IHostnameResolver {
    const before = this.#names.nameResolver;
    this.#names.nameResolver = resolver;
    return before;
  }

  fireSystemEvent(eventType: string): void {
    this.#triggers.fire(eventType);
  }

  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    eventType: string,
    callable: (...args: A) => unknown,
    ...args: A
  ): TriggerID {
    return this.#triggers.add(phase, eventType, callable, args);
  }

  removeSystemEventTrigger(triggerID: TriggerID): void {
    this.#triggers.remove(triggerID);
  }

  callWhenRunning<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): TriggerID | null {
    if (!this.running) return this.#triggers.add('after', 'startup', callable, args);
    callable(...args);
    return null;
  }

  // IReactorTime

  seconds(): number {
    return this.#driver.now();
  }

  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall {
    if (typeof callable !== 'function') throw new AssertionError(`${String(callable)} is not callable`);
    assertDelay(delay, 'schedule a call');
    return this.#turn.callLater(delay, callable, args);
  }

  getDelayedCalls(): IDelayedCall[] {
    return this.#turn.getDelayedCalls();
  }

  // IReactorFromThreads

  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void {
    if (typeof callable !== 'function') throw new AssertionError(`${String(callable)} is not callable`);
    this.#turn.callFromThread(callable, args);
  }

  // IReactorRandom

  random(): number {
    return this.#driver.random();
  }

  // IReactorTCP

  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): IListeningPort {
    const { backlog = DEFAULT_BACKLOG, interface: where = '' } = options;
    assertPort(port);
    assertFactory(factory, IProtocolFactory.providedBy(factory), 'listenTCP');
    return this.#listen(toListenAddress(where, port), factory, { backlog }, null);
  }

  connectTCP(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions = {}): IConnector {
    assertPort(port);
    assertFactory(factory, IClientFactory.providedBy(factory), 'connectTCP');
    return this.#connect(factory, toConnectorOptions(host, port, options, null));
  }

  // IReactorSSL

  listenSSL(
    port: number,
    factory: IProtocolFactory,
    contextFactory: IOpenSSLContextFactory,
    options: ListenSSLOptions = {},
  ): IListeningPort {
    const { backlog = DEFAULT_BACKLOG, interface: where = '', handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT } = options;
    assertPort(port);
    assertFactory(factory, IProtocolFactory.providedBy(factory), 'listenSSL');
    if (handshakeTimeout !== null) assertDelay(handshakeTimeout, 'limit a handshake');
    const setups = serverSetups(this.#services, contextFactory, factory, handshakeTimeout);
    // What is wrong with the context is known now, and not when the first client comes.
    setups();
    return this.#listen(toListenAddress(where, port), factory, { backlog }, setups);
  }

  connectSSL(
    host: string,
    port: number,
    factory: IClientFactory,
    contextFactory: ClientContextSource,
    options: ConnectSSLOptions = {},
  ): IConnector {
    assertPort(port);
    assertFactory(factory, IClientFactory.providedBy(factory), 'connectSSL');
    const setups = clientSetups(this.#services, contextFactory, factory);
    setups();
    return this.#connect(factory, toConnectorOptions(host, port, options, setups));
  }

  // IReactorTLS

  tlsWrapper(contextFactory: ClientContextSource, isClient: boolean, options: TLSWrapperOptions = {}): ITLSWrapper {
    const { factory = null, handshakeTimeout = isClient ? null : DEFAULT_HANDSHAKE_TIMEOUT } = options;
    if (handshakeTimeout !== null) assertDelay(handshakeTimeout, 'limit a handshake');
    const setups = isClient
      ? clientSetups(this.#services, contextFactory, factory)
      : serverSetups(this.#services, contextFactory as IOpenSSLContextFactory, factory, handshakeTimeout);
    setups();
    return new TLSWrapper(this.#services, () => ({ ...setups(), handshakeTimeout }));
  }

  // IReactorUNIX

  listenUNIX(address: string, factory: IProtocolFactory, options: ListenUNIXOptions = {}): IListeningPort {
    const { backlog = DEFAULT_BACKLOG, mode = DEFAULT_UNIX_MODE, wantPID = false } = options;
    assertFactory(factory, IProtocolFactory.providedBy(factory), 'listenUNIX');
    const stream = { backlog, mode, lock: wantPID };
    return this.#listen({ family: 'UNIX', path: assertPath(address) }, factory, stream, null);
  }

  connectUNIX(address: string, factory: IClientFactory, options: ConnectUNIXOptions = {}): IConnector {
    const { timeout = DEFAULT_CONNECT_TIMEOUT, checkPID = false } = options;
    assertFactory(factory, IClientFactory.providedBy(factory), 'connectUNIX');
    assertDelay(timeout, 'limit an attempt to connect');
    const destination = { family: 'UNIX', path: assertPath(address) } as const;
    return this.#connect(factory, {
      destination,
      address: toAddress(destination),
      stream: { lock: checkPID },
      timeout,
      setups: null,
    });
  }

  // IReactorSocket

  adoptStreamPort(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): IListeningPort {
    assertFactory(factory, IProtocolFactory.providedBy(factory), 'adoptStreamPort');
    const family = toFamily(addressFamily);
    if (this.#driver.adoptListening === undefined) throw new UnsupportedAddressFamily(addressFamily);
    const address: SocketAddress = family === 'UNIX' ? { family, path: '' } : { family, host: '', port: 0 };
    const port = new StreamPort(this.#services, address, factory, { backlog: DEFAULT_BACKLOG }, null, fileDescriptor);
    port.startListening();
    return port;
  }

  adoptStreamConnection(fileDescriptor: number, addressFamily: AddressFamily, factory: IProtocolFactory): void {
    assertFactory(factory, IProtocolFactory.providedBy(factory), 'adoptStreamConnection');
    const family = toFamily(addressFamily);
    if (this.#driver.adoptStream === undefined) throw new UnsupportedAddressFamily(addressFamily);
    let handle: StreamHandle;
    try {
      handle = this.#driver.adoptStream(fileDescriptor, family);
    } catch (error) {
      throw error instanceof DriverError ? getConnectError(error) : error;
    }
    let protocol: IProtocol | null = null;
    try {
      if (handle.peerAddress !== null) protocol = factory.buildProtocol(toAddress(handle.peerAddress));
    } finally {
      if (protocol === null) handle.close();
    }
    if (protocol === null || handle.peerAddress === null) return;
    const transport = new StreamTransport(this.#services, handle, toAddress(handle.peerAddress), false);
    transport.connect(protocol, false);
  }

  // Beyond Twisted

  /**
   * Connects `protocol` over a stream that is not the driver's: `handle` keeps the contract of `@skein/reactor/driver`, and
   * is connected. What `connectionMade` throws ends the connection. For those who bring a kind of stream, such as `fromDuplex`.
   * `startTLS` of the transport is the driver's `startTLSOver`: the handle's own is not used.
   */
  connectHandle(handle: StreamHandle, protocol: IProtocol): ITCPTransport {
    const { peerAddress } = handle;
    if (peerAddress === null) throw new RuntimeError('Cannot connect a protocol over a handle without a peer');
    const securable = new SecurableHandle(this.#driver, handle);
    const transport = new StreamTransport(this.#services, securable, toAddress(peerAddress), true);
    transport.connect(protocol, true);
    return transport;
  }

  /** For `await using`: stops the reactor if it runs, or else disconnects what is open; fulfilled when that is done. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#lifecycle.dispose();
  }

  #listen(
    address: SocketAddress,
    factory: IProtocolFactory,
    options: ListenStreamOptions,
    setups: TLSSetups | null,
  ): IListeningPort {
    const port = new StreamPort(this.#services, address, factory, options, setups);
    port.startListening();
    return port;
  }

  #connect(factory: IClientFactory, options: ConnectorOptions): IConnector {
    const connector = new StreamConnector(this.#services, this.#names, factory, options);
    connector.connect();
    return connector;
  }
}

/** Throws for what cannot be the path of a UNIX socket. */
function assertPath(path: unknown): string {
  if (typeof path !== 'string' || path === '')
    throw new TypeError(`A UNIX socket's address must be a path, not '${String(path)}'`);
  return path;
}

/** Throws for what is no time from now: `TypeError` or `RangeError` if it is no time at all, `AssertionError` if it is past. */
function assertDelay(delay: number, action: string): void {
  checkSeconds(delay, action);
  if (delay < 0) throw new AssertionError(`${String(delay)} is not greater than or equal to 0 seconds`);
}

/** The seam's name of an address family. */
function toFamily(family: AddressFamily): SocketAddress['family'] {
  switch (family) {
    case 'INET':
      return 'IPv4';
    case 'INET6':
      return 'IPv6';
    case 'UNIX':
      return 'UNIX';
    default:
      throw new UnsupportedAddressFamily(String(family));
  }
}

function assertFactory(factory: unknown, isFactory: boolean, method: string): void {
  if (!isFactory) throw new TypeError(`${method} wants a factory, not ${String(factory)}`);
}

/** The address of the interface to listen on. */
function toListenAddress(where: string, port: number): SocketAddress {
  const address = toSocketAddress(where === '' ? ANY_IPV4 : where, port);
  if (address === null)
    throw new CannotListenError(where, port, new Error(`interface '${where}' is not an IP address`));
  return address;
}

const NO_STREAM_OPTIONS = Object.freeze({});

/** Where and how to connect over TCP. */
function toConnectorOptions(
  host: string,
  port: number,
  options: ConnectTCPOptions,
  setups: TLSSetups | null,
): ConnectorOptions {
  const { timeout = DEFAULT_CONNECT_TIMEOUT, bindAddress = null } = options;
  assertDelay(timeout, 'limit an attempt to connect');
  const literal = toSocketAddress(host === '' ? ANY_IPV4 : host, port);
  const destination: Destination = literal ?? { family: 'name', name: host, port };
  return {
    destination,
    address: literal === null ? new HostnameAddress(host, port) : toAddress(literal),
    stream: bindAddress === null ? NO_STREAM_OPTIONS : { bindAddress: toBindAddress(bindAddress, destination) },
    timeout,
    setups,
  };
}

function toBindAddress([host, port]: readonly [string, number], destination: Destination): InetSocketAddress {
  assertPort(port);
  const any = destination.family === 'IPv6' ? '::' : ANY_IPV4;
  const address = toSocketAddress(host === '' ? any : host, port);
  if (address === null) throw new TypeError(`bindAddress wants an IP address, not '${host}'`);
  return address;
}
