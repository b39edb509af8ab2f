/**
 * Replays the recorded scenarios of the area `endpoints`.
 *
 * Twisted's endpoints have a backlog of 50 of their own; here they leave it to the reactor. The memory reactor of the replay
 * has Twisted's default, so that what is compared is what a reactor comes to do. And what is null here, a `HostnameEndpoint`'s
 * address to connect from that nobody gave, is `[null, 0]` where Twisted's `tls:` makes one.
 */
import path from 'node:path';
import { domainToASCII } from 'node:url';

import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { ConnectionDone, ConnectionRefusedError, TimeoutError, UserError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  ClientContextSource,
  ConnectSSLOptions,
  ConnectTCPOptions,
  ConnectUNIXOptions,
  IAddress,
  IClientFactory,
  IConnector,
  IOpenSSLContextFactory,
  IProtocol,
  IReactor,
  IResolutionReceiver,
  ListenSSLOptions,
  ListenTCPOptions,
  ListenUNIXOptions,
} from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import { Factory, Protocol } from '@skein/protocols';

import {
  clientFromString,
  connectProtocol,
  HostnameEndpoint,
  quoteStringArgument,
  serverFromString,
  SSL4ClientEndpoint,
  SSL4ServerEndpoint,
  TCP4ClientEndpoint,
} from '../../src';
import { parseDescription } from '../../src/description/parseDescription';
import { TLSFactory } from '../../src/tlsFactory';
import { WrapperClientEndpoint, WrapperServerEndpoint } from '../../src/wrapperEndpoints';
import { type Area, because } from '../../../reactor/test/conformance/area';
import { makeError, renderAddress, renderError } from '../../../reactor/test/conformance/errors';
import { conformanceFolder, type Event, type Operation, type RecordedCase } from '../../../reactor/test/conformance/load';
import { FakeTransport } from '../fakeReactor';

const TWISTED_BACKLOG = 50;
const NO_BIND_ADDRESS = [null, 0];
const FIXTURES = quoteStringArgument(path.join(conformanceFolder(), 'fixtures'));

function toAddress(host: string, port: number): IPv4Address | IPv6Address {
  return host.includes(':') ? new IPv6Address('TCP', host, port) : new IPv4Address('TCP', host, port);
}

/** A reactor that logs what it is asked for. */
class MemoryReactor extends Clock {
  readonly log: Event[] = [];
  readonly attempts: { factory: IClientFactory; destination: IAddress; protocol: IProtocol | null }[] = [];
  raiseOnConnect: unknown = null;
  resolution: (IResolutionReceiver & { port: number }) | null = null;
  resolvesTo: readonly (readonly [family: number, host: string])[] | null = null;

  readonly nameResolver = {
    resolveHostName: (receiver: IResolutionReceiver, name: string, { portNumber = 0 } = {}) => {
      this.log.push(['resolve', name, portNumber]);
      this.resolution = {
        resolutionBegan: receiver.resolutionBegan.bind(receiver),
        addressResolved: receiver.addressResolved.bind(receiver),
        resolutionComplete: receiver.resolutionComplete.bind(receiver),
        port: portNumber,
      };
      const resolution = { name, cancel() {} };
      receiver.resolutionBegan(resolution);
      if (this.resolvesTo !== null) this.resolve(this.resolvesTo);
      return resolution;
    },
  };

  resolve(addresses: readonly (readonly [family: number, host: string])[]): void {
    for (const [, host] of addresses) this.resolution?.addressResolved(toAddress(host, this.resolution.port));
    this.resolution?.resolutionComplete();
  }

  listenTCP(port: number, factory: Factory, options: ListenTCPOptions = {}): null {
    const { backlog = TWISTED_BACKLOG, interface: where } = options;
    this.log.push(['listenTCP', port, { backlog, interface: where }, factory.constructor.name]);
    return null;
  }

  listenUNIX(address: string, factory: Factory, options: ListenUNIXOptions = {}): null {
    const { backlog = TWISTED_BACKLOG, mode, wantPID } = options;
    this.log.push(['listenUNIX', address, { backlog, mode, wantPID }, factory.constructor.name]);
    return null;
  }

  listenSSL(port: number, factory: Factory, contexts: IOpenSSLContextFactory, options: ListenSSLOptions = {}): null {
    const { backlog = TWISTED_BACKLOG, interface: where } = options;
    contexts.getContext();
    this.log.push(['listenSSL', port, { backlog, interface: where }, factory.constructor.name]);
    return null;
  }

  connectSSL(
    host: string,
    port: number,
    _factory: IClientFactory,
    _contexts: ClientContextSource,
    options: ConnectSSLOptions = {},
  ): null {
    this.log.push(['connectSSL', host, port, options.timeout, options.bindAddress]);
    return null;
  }

  connectUNIX(path: string, _factory: IClientFactory, options: ConnectUNIXOptions = {}): null {
    this.log.push(['connectUNIX', path, options]);
    return null;
  }

  connectTCP(host: string, port: number, factory: IClientFactory, options: ConnectTCPOptions = {}): IConnector {
    this.log.push(['connectTCP', host, port, options.timeout, options.bindAddress]);
    const index = this.attempts.length;
    const destination = toAddress(host, port);
    this.attempts.push({ factory, destination, protocol: null });
    if (this.raiseOnConnect === index) throw makeError('ErrA', 'cannot');
    const connector: IConnector = {
      state: 'connecting',
      connect() {},
      disconnect() {},
      stopConnecting: () => this.log.push(['stopConnecting', index]),
      getDestination: () => destination,
    };
    factory.startedConnecting(connector);
    return connector;
  }

  get asReactor(): IReactor {
    return this as unknown as IReactor;
  }
}

class LoggingProtocol extends Protocol {
  readonly #log: Event[];

  constructor(log: Event[]) {
    super();
    this.#log = log;
  }

  override connectionMade(): void {
    this.#log.push(['connectionMade']);
  }

  override dataReceived(data: Buffer): void {
    this.#log.push(['dataReceived', data.toString('latin1')]);
  }

  override connectionLost(reason: Failure): void {
    this.#log.push(['connectionLost', reason.value.name]);
  }
}

/** What a factory of the scenarios builds: a protocol, nothing, or an error. */
class LoggingFactory extends Factory {
  override noisy = false;
  readonly #log: Event[];
  readonly #builds: unknown;

  constructor(log: Event[], builds: unknown) {
    super();
    this.#log = log;
    this.#builds = builds;
  }

  override buildProtocol(addr: IAddress): IProtocol | null {
    this.#log.push(['buildProtocol', renderAddress(addr)]);
    if (this.#builds === 'raise') throw makeError('ErrB', 'build');
    return this.#builds === 'none' ? null : new LoggingProtocol(this.#log);
  }
}

const ERRORS: Readonly<Record<string, new () => Error>> = { ConnectionRefusedError, TimeoutError, UserError };

function observeConnect(scenario: RecordedCase): unknown {
  const reactor = new MemoryReactor();
  const { log } = reactor;
  reactor.raiseOnConnect = scenario['raiseOnConnect'] ?? null;
  reactor.resolvesTo = (scenario['resolve'] as typeof reactor.resolvesTo | undefined) ?? null;
  const [className, args, options] = scenario['create'] as [string, [string, number], object];
  const Endpoint = className === 'HostnameEndpoint' ? HostnameEndpoint : TCP4ClientEndpoint;
  const endpoint = new Endpoint(reactor as never, ...args, options);
  const deferreds = new Map<string, { cancel(): void }>();

  const operations: Record<string, (...args: never[]) => unknown> = {
    connect(name: string, what?: string) {
      const d =
        what === 'connectProtocol'
          ? connectProtocol<IProtocol>(endpoint, new LoggingProtocol(log))
          : endpoint.connect<IProtocol>(new LoggingFactory(log, what));
      d.addCallbacks(
        () => log.push(['result', name, 'protocol']),
        ({ value }) => log.push(['result', name, { err: renderError(value) }]),
      );
      deferreds.set(name, d);
    },
    advance: (seconds: number) => reactor.advance(seconds),
    pending: () =>
      log.push([
        'pending',
        reactor
          .getDelayedCalls()
          .map((call) => call.getTime())
          .sort((a, b) => a - b),
      ]),
    cancel: (name: string) => deferreds.get(name)?.cancel(),
    resolved: (addresses: [number, string][]) => reactor.resolve(addresses),
    accept(i: number) {
      const attempt = reactor.attempts[i]!;
      attempt.protocol = attempt.factory.buildProtocol(attempt.destination);
      log.push(['built', attempt.protocol !== null]);
      attempt.protocol?.makeConnection(new FakeTransport());
    },
    fail(i: number, type: string) {
      const error = new ERRORS[type]!();
      reactor.attempts[i]!.factory.clientConnectionFailed(null as never, new Failure(error));
    },
    data: (i: number, bytes: string) => reactor.attempts[i]!.protocol?.dataReceived(Buffer.from(bytes, 'latin1')),
    lose: (i: number) => reactor.attempts[i]!.protocol?.connectionLost(new Failure(new ConnectionDone())),
  };
  for (const [verb, ...rest] of scenario['ops'] as Operation[]) {
    log.push(['op']);
    try {
      operations[verb]!(...(rest as never[]));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      log.push(['raised', error.name, error.message]);
    }
  }
  return { log };
}

const FIELDS = [
  ...['port', 'backlog', 'interface', 'host', 'timeout', 'bindAddress'],
  ...['address', 'mode', 'wantPID', 'path', 'checkPID'],
];

function fieldsOf(endpoint: object, wrapper: unknown = null): Record<string, unknown> {
  if (endpoint instanceof WrapperServerEndpoint) {
    return { class: 'WrapperServerEndpoint', wrapped: fieldsOf(endpoint.wrapped, wrapper), wrapper };
  }
  const fields: Record<string, unknown> = { class: endpoint.constructor.name };
  if (endpoint instanceof SSL4ServerEndpoint) fields['contextFactory'] = endpoint.sslContextFactory.constructor.name;
  if (endpoint instanceof SSL4ClientEndpoint) Object.assign(fields, contextFieldsOf(endpoint.sslContextFactory));
  if (endpoint instanceof HostnameEndpoint) return { ...fields, ...hostFieldsOf(endpoint) };
  for (const name of FIELDS) {
    if (name in endpoint) fields[name] = (endpoint as Record<string, unknown>)[name];
  }
  if (fields['backlog'] === null) fields['backlog'] = TWISTED_BACKLOG;
  return fields;
}

function contextFieldsOf(source: ClientContextSource): Record<string, unknown> {
  const fields: Record<string, unknown> = { contextFactory: source.constructor.name };
  const name = tlsHostnameOf(source);
  if (name !== null) fields['tlsHostname'] = name;
  return fields;
}

/** Whom a client means to talk to, as TLS has it: in ASCII. */
function tlsHostnameOf(source: ClientContextSource): string | null {
  return 'clientConnectionForTLS' in source ? (source.clientConnectionForTLS().peerName?.name ?? null) : null;
}

function hostFieldsOf(endpoint: HostnameEndpoint): Record<string, unknown> {
  const { host, port, timeout, attemptDelay } = endpoint;
  const hostBytes = /^<HostnameEndpoint (.*):\d+>$/.exec(String(endpoint))?.[1];
  const bindAddress = endpoint.bindAddress ?? NO_BIND_ADDRESS;
  return { hostText: host, hostBytes, port, timeout, bindAddress, attemptDelay, badHostname: false };
}

function observeParsing(text: string): unknown {
  const { args, kwargs } = parseDescription(text);
  return { args, kwargs };
}

function observeServer(text: string): unknown {
  const reactor = new MemoryReactor();
  const endpoint = serverFromString(reactor.asReactor, text);
  void endpoint.listen(new Factory());
  // What the wrapping factory is shows in the call of the reactor only; of nested ones, the outermost.
  const wrapper = reactor.log[0]?.at(-1);
  return { endpoint: fieldsOf(endpoint, wrapper), listen: reactor.log };
}

function observeClient(text: string, expected: unknown): unknown {
  const reactor = new MemoryReactor();
  reactor.resolvesTo = [[4, '192.0.2.7']];
  const endpoint = clientFromString(reactor.asReactor, text);
  void endpoint.connect(new Factory());
  const isTLS = endpoint instanceof WrapperClientEndpoint;
  const connect = reactor.log
    .filter(([name]) => name !== 'resolve')
    .map((call) => {
      if (call[0] === 'connectUNIX') return call;
      const [name, host, port, timeout, bindAddress] = call;
      return [name, host, port, { timeout, bindAddress: isTLS ? (bindAddress ?? NO_BIND_ADDRESS) : bindAddress }];
    });
  return { endpoint: isTLS ? tlsFieldsOf(endpoint, expected) : fieldsOf(endpoint), connect };
}

/** TLS around an endpoint. The names that Twisted keeps as they were given are the same when they are the same in ASCII. */
function tlsFieldsOf(endpoint: WrapperClientEndpoint, expected: unknown): Record<string, unknown> {
  const { tlsHostname = '' } = (expected as { endpoint?: { tlsHostname?: string } }).endpoint ?? {};
  const factory = endpoint.wrapFactory(new Factory());
  // What Twisted's TLSMemoryBIOFactory does for endpoints.
  const wrapper = factory instanceof TLSFactory ? 'TLSMemoryBIOFactory' : factory.constructor.name;
  const name = factory instanceof TLSFactory ? tlsHostnameOf(factory.source) : null;
  return {
    class: 'WrapperEndpoint',
    wrapped: fieldsOf(endpoint.wrapped),
    wrapper,
    tlsHostname: domainToASCII(tlsHostname) === name ? tlsHostname : name,
  };
}

/** File names in descriptions are relative to the recordings. */
function withFixtures(text: string): string {
  return text.replaceAll(/(?<==|:)fixtures(?=\/)/g, () => FIXTURES);
}

const OBSERVE: Readonly<Record<string, (text: string, expected: unknown) => unknown>> = {
  quote: (text) => ({ quoted: quoteStringArgument(text) }),
  parse: observeParsing,
  server: observeServer,
  client: observeClient,
};

/** The error of a description, as recorded. Python's own errors have no counterpart but that there is one. */
function renderParseError(error: unknown, expected: unknown): unknown {
  if (!(error instanceof Error)) throw error;
  const recorded = (expected as { error?: { language?: boolean } }).error;
  return { error: recorded?.language === true ? recorded : { type: error.name, message: error.message } };
}

/** The area `endpoints`. */
export const endpoints: Area = {
  name: 'endpoints',

  observe(scenario) {
    if (scenario.kind === 'connect') return observeConnect(scenario);
    try {
      const text = scenario['text'] as string;
      const isParsed = scenario.kind === 'server' || scenario.kind === 'client';
      return OBSERVE[scenario.kind!]!(isParsed ? withFixtures(text) : text, scenario.expect);
    } catch (error) {
      return renderParseError(error, scenario.expect);
    }
  },

  differences: {
    ...because(
      'HostnameEndpoint follows RFC 8305: the next attempt begins, and the last failure is reported, as soon as one fails; ' +
        "Twisted waits for its timer's next tick in every case",
      'connect-host-one-ok',
      'connect-host-one-fail-after-delay',
      'connect-host-two-all-fail',
      'connect-host-two-all-fail-other-order',
      'connect-host-three-advance-far',
      'connect-host-winner-none',
      'connect-host-connect-raises-first',
    ),
    ...because(
      'an attempt that was cancelled and connects all the same builds no protocol; Twisted builds one, connects it, and ' +
        'then raises AlreadyCalledError',
      'connect-tcp4-accept-after-cancel',
    ),
    ...because(
      'standard I/O endpoints come with the transport of standard I/O: `stdio` is of no known type yet',
      'server-stdio:x',
    ),
    ...because(
      'a literal IPv6 address is one of the hosts that `tls:` takes, and the certificate has to be for it; Twisted takes ' +
        'every literal of that kind for a name that cannot be',
      'client-tls:\\:\\:1:443',
    ),
  },
};
