/** A reactor that only writes down what is asked of it; tests make the connections succeed or fail by hand. */
import type { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { HostnameAddress } from '@skein/reactor/address';
import { NotConnectingError, UserError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  ConnectTCPOptions,
  IAddress,
  IClientFactory,
  IConnector,
  IListeningPort,
  IProtocol,
  IProtocolFactory,
  IReactorTCP,
  ITransport,
  ListenTCPOptions,
} from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';

import type { IHostnameResolver, IResolutionReceiver, ResolveHostNameOptions } from '@skein/reactor/interfaces';

/** A transport that remembers what was done to it. */
export class FakeTransport implements ITransport {
  readonly calls: string[] = [];
  disconnecting = false;
  write(data: Uint8Array | string): void {
    this.calls.push(`write ${String(data)}`);
  }
  writeSequence(): void {
    this.calls.push('writeSequence');
  }
  loseConnection(): void {
    this.disconnecting = true;
    this.calls.push('loseConnection');
  }
  abortConnection(): void {
    this.calls.push('abortConnection');
  }
  getPeer(): IAddress {
    return new HostnameAddress('peer', 1);
  }
  getHost(): IAddress {
    return new HostnameAddress('host', 2);
  }
}

/** One attempt to connect. */
export class FakeConnector implements IConnector {
  state: 'disconnected' | 'connecting' | 'connected' = 'connecting';
  protocol: IProtocol | null = null;
  transport: FakeTransport | null = null;
  readonly calls: string[] = [];
  readonly host: string;
  readonly port: number;
  readonly factory: IClientFactory;
  readonly options: ConnectTCPOptions;
  /** When the attempt began, on the reactor's clock. */
  readonly at: number;

  constructor(at: number, host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions) {
    this.at = at;
    this.host = host;
    this.port = port;
    this.factory = factory;
    this.options = options;
  }

  connect(): void {
    this.calls.push('connect');
  }

  stopConnecting(): void {
    this.calls.push('stopConnecting');
    if (this.state !== 'connecting') throw new NotConnectingError();
    this.fail(new UserError());
  }

  disconnect(): void {
    this.calls.push('disconnect');
    if (this.state === 'connecting') this.stopConnecting();
    else this.transport?.loseConnection();
  }

  getDestination(): IAddress {
    return new HostnameAddress(this.host, this.port);
  }

  /** The connection is made. */
  succeed(): IProtocol | null {
    this.state = 'connected';
    this.protocol = this.factory.buildProtocol(this.getDestination());
    this.transport = new FakeTransport();
    this.protocol?.makeConnection(this.transport);
    return this.protocol;
  }

  fail(error: Error): void {
    this.state = 'disconnected';
    this.factory.clientConnectionFailed(this, new Failure(error));
    this.factory.doStop();
  }

  lose(error: Error): void {
    this.state = 'disconnected';
    this.protocol?.connectionLost(new Failure(error));
    this.factory.clientConnectionLost(this, new Failure(error));
    this.factory.doStop();
  }
}

/** A lookup, completed by hand. */
export class FakeLookup {
  cancelled = false;
  readonly receiver: IResolutionReceiver;
  readonly name: string;
  readonly options: ResolveHostNameOptions;

  constructor(receiver: IResolutionReceiver, name: string, options: ResolveHostNameOptions) {
    this.receiver = receiver;
    this.name = name;
    this.options = options;
  }

  cancel(): void {
    this.cancelled = true;
  }

  complete(...addresses: readonly (IPv4Address | IPv6Address)[]): void {
    for (const address of addresses) this.receiver.addressResolved(address);
    this.receiver.resolutionComplete();
  }
}

export class FakeReactor extends Clock implements IReactorTCP {
  readonly listened: { port: number; factory: IProtocolFactory; options: ListenTCPOptions }[] = [];
  readonly connectors: FakeConnector[] = [];
  readonly lookups: FakeLookup[] = [];
  /** What the next call of listenTCP or connectTCP throws. */
  failure: Error | null = null;
  readonly listeningPort = {
    startListening() {},
    stopListening: () => null,
    [Symbol.asyncDispose]: () => Promise.resolve(),
    getHost: () => new HostnameAddress('', 0),
  };

  readonly nameResolver: IHostnameResolver = {
    resolveHostName: (receiver, name, options = {}) => {
      const lookup = new FakeLookup(receiver, name, options);
      this.lookups.push(lookup);
      receiver.resolutionBegan(lookup);
      return lookup;
    },
  };

  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): IListeningPort {
    if (this.failure !== null) throw this.failure;
    this.listened.push({ port, factory, options });
    return this.listeningPort;
  }

  connectTCP(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions = {}): IConnector {
    if (this.failure !== null) throw this.failure;
    const connector = new FakeConnector(this.seconds(), host, port, factory, options);
    this.connectors.push(connector);
    factory.doStart();
    factory.startedConnecting(connector);
    return connector;
  }

  /** The n-th attempt to connect, from 0. */
  connector(n = 0): FakeConnector {
    const connector = this.connectors[n];
    if (connector === undefined) throw new Error(`no attempt ${n}`);
    return connector;
  }

  lookup(n = 0): FakeLookup {
    const lookup = this.lookups[n];
    if (lookup === undefined) throw new Error(`no lookup ${n}`);
    return lookup;
  }
}
