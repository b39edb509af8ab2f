/**
 * Replays the recorded scenarios of the area `policies` that are about this package: the wrapping factories, `TimeoutMixin`
 * and `ReconnectingClientFactory`. (The services of the same file belong to the endpoints.)
 */
import { IPv4Address } from '@skein/reactor/address';
import * as error from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IConnector, IProtocol } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';

import { type Area, because } from '../../../reactor/test/conformance/area';
import {
  decodeBytes,
  type Event,
  type Operation,
  type RecordedCase,
  type RunLengthCoded,
} from '../../../reactor/test/conformance/load';
import { type BaseFactory, ClientFactory, Protocol, ReconnectingClientFactory } from '../../src';
import {
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  ThrottlingFactory,
  TimeoutFactory,
  TimeoutMixin,
  type TimeoutProtocol,
  WrappingFactory,
} from '../../src/policies';

import { latin1, raised } from './recording';

type Bytes = string | RunLengthCoded;
type Options = Readonly<Record<string, unknown>>;

/** The kinds of scenario replayed here. */
const POLICY_KINDS: ReadonlySet<unknown> = new Set([
  'WrappingFactory',
  'ThrottlingFactory',
  'LimitTotalConnectionsFactory',
  'LimitConnectionsByPeer',
  'TimeoutFactory',
  'TimeoutMixin',
  'ReconnectingClientFactory',
]);

function failureOf(type: unknown = 'ConnectionDone'): Failure {
  const errorClass = (error as unknown as Record<string, new () => Error>)[type as string];
  if (errorClass === undefined) throw new Error(`no error class "${type as string}"`);
  return new Failure(new errorClass());
}

const typeOf = (reason: Failure): string => reason.value.name;

/** A transport that logs what is asked of it. */
class LoggingTransport {
  disconnecting = false;
  readonly #log: (method: string, ...args: unknown[]) => void;
  readonly #peer: IPv4Address;

  constructor(log: (method: string, ...args: unknown[]) => void, peer: string) {
    this.#log = log;
    this.#peer = new IPv4Address('TCP', peer, 4321);
  }
  write(data: Uint8Array): void {
    this.#log('write', latin1(data));
  }
  writeSequence(data: Iterable<Uint8Array>): void {
    this.#log('writeSequence', [...data].map(latin1));
  }
  loseConnection(): void {
    this.#log('loseConnection');
  }
  abortConnection(): void {
    this.#log('abortConnection');
  }
  pauseProducing(): void {
    this.#log('pauseProducing');
  }
  resumeProducing(): void {
    this.#log('resumeProducing');
  }
  registerProducer(_producer: unknown, streaming: boolean): void {
    this.#log('registerProducer', streaming);
  }
  unregisterProducer(): void {
    this.#log('unregisterProducer');
  }
  getPeer(): IPv4Address {
    return this.#peer;
  }
  getHost(): IPv4Address {
    return new IPv4Address('TCP', '192.0.2.100', 80);
  }
}

/** Runs the operations; `perform` does one. */
function play(log: Event[], operations: readonly Operation[], perform: (operation: Operation) => void): void {
  for (const operation of operations) {
    log.push(['op']);
    try {
      perform(operation);
    } catch (thrown) {
      log.push(raised(thrown));
    }
  }
}

/** What all scenarios can do with time; whether the operation was such a one. */
function performOnClock(clock: Clock, log: Event[], [verb, argument]: Operation): boolean {
  if (verb === 'advance') clock.advance(argument as number);
  else if (verb === 'calls') {
    log.push(['calls', clock.getDelayedCalls().map((call) => call.getTime())]);
  } else return false;
  return true;
}

/** A factory under test, in its world. */
function observeFactory(kind: string, options: Options, operations: readonly Operation[]): Event[] {
  const log: Event[] = [];
  const clock = new Clock();
  const peers = new Map<number, string>();
  const built = new Map<number, IProtocol | null>();
  const inner = new Map<number, Protocol>();
  let building = 0;

  class Inner extends Protocol {
    readonly label: string;
    constructor(prefix: string) {
      super();
      this.label = `${prefix}${building}`;
      inner.set(building, this);
    }
    override connectionMade(): void {
      log.push([this.label, 'connectionMade']);
    }
    override dataReceived(data: Buffer): void {
      log.push([this.label, 'dataReceived', latin1(data)]);
    }
    override connectionLost(reason: Failure): void {
      log.push([this.label, 'connectionLost', typeOf(reason)]);
    }
  }

  class Wrapped extends ClientFactory {
    override noisy = false;
    override doStart(): void {
      log.push(['doStart']);
      super.doStart();
    }
    override doStop(): void {
      log.push(['doStop']);
      super.doStop();
    }
    override startFactory(): void {
      log.push(['startFactory']);
    }
    override stopFactory(): void {
      log.push(['stopFactory']);
    }
    override startedConnecting(): void {
      log.push(['startedConnecting']);
    }
    override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
      log.push(['clientConnectionFailed', typeOf(reason)]);
    }
    override clientConnectionLost(_connector: IConnector, reason: Failure): void {
      log.push(['clientConnectionLost', typeOf(reason)]);
    }
    override buildProtocol(): Inner {
      return new Inner('p');
    }
  }

  const factory = makeFactory();
  factory.noisy = false;
  if (kind === 'LimitConnectionsByPeer') factory.doStart();

  function makeFactory(): BaseFactory {
    const wrapped = new Wrapped();
    switch (kind) {
      case 'WrappingFactory':
        return new WrappingFactory(wrapped);
      case 'ThrottlingFactory':
        return new ThrottlingFactory(wrapped, { ...options, clock });
      case 'TimeoutFactory':
        return new TimeoutFactory(wrapped, options['timeoutPeriod'] as number | undefined, { clock });
      case 'LimitConnectionsByPeer':
        return Object.assign(new LimitConnectionsByPeer(wrapped), options);
      default: {
        const limited = new LimitTotalConnectionsFactory();
        limited.protocol = () => new Inner('p');
        limited.connectionLimit = (options['connectionLimit'] as number | null | undefined) ?? null;
        if (options['overflow'] === true) limited.overflowProtocol = () => new Inner('overflow');
        return limited;
      }
    }
  }

  const build = (n: number, peer = '192.0.2.1'): void => {
    building = n;
    peers.set(n, peer);
    const p = factory.buildProtocol(new IPv4Address('TCP', peer, 4321));
    built.set(n, p);
    log.push(['built', n, p !== null]);
  };
  const connect = (n: number): void => {
    const transport = new LoggingTransport(
      (method, ...args) => log.push([`t${n}`, method, ...args]),
      peers.get(n) ?? '',
    );
    built.get(n)?.makeConnection(transport);
  };
  const transportOf = (n: number) => inner.get(n)!.transport;
  const timeoutOf = (n: number) => built.get(n) as TimeoutProtocol;

  const state = (): void => {
    if (factory instanceof ThrottlingFactory) {
      log.push(['state', factory.connectionCount, factory.readThisSecond, factory.writtenThisSecond]);
    } else if (factory instanceof LimitTotalConnectionsFactory) log.push(['state', factory.connectionCount]);
    else log.push(['state', [...(factory as LimitConnectionsByPeer).peerConnections].sort()]);
  };

  play(log, operations, (operation) => {
    if (performOnClock(clock, log, operation)) return;
    const [verb, first, ...rest] = operation;
    const n = first as number;
    switch (verb) {
      case 'build':
        return build(n, rest[0] as string | undefined);
      case 'connect':
        return connect(n);
      case 'open':
        build(n, rest[0] as string | undefined);
        return connect(n);
      case 'data':
        return built.get(n)!.dataReceived(decodeBytes(rest[0] as Bytes));
      case 'lost':
        return built.get(n)!.connectionLost(failureOf(rest[0]));
      case 'pwrite':
        return transportOf(n).write(decodeBytes(rest[0] as Bytes));
      case 'pwriteSequence':
        return transportOf(n).writeSequence((rest[0] as Bytes[]).map(decodeBytes));
      case 'plose':
        return transportOf(n).loseConnection();
      case 'pabort':
        return transportOf(n).abortConnection();
      case 'pregister': {
        const note = (method: string) => () => void log.push([`p${n}`, `producer.${method}`]);
        const producer = {
          pauseProducing: note('pauseProducing'),
          resumeProducing: note('resumeProducing'),
          stopProducing: note('stopProducing'),
        };
        return transportOf(n).registerProducer(producer, (rest[0] as boolean | undefined) ?? true);
      }
      case 'punregister':
        return transportOf(n).unregisterProducer();
      case 'pdisconnecting':
        return void log.push(['disconnecting', n, transportOf(n).disconnecting]);
      case 'paddresses': {
        const [peer, host] = [transportOf(n).getPeer(), transportOf(n).getHost()] as IPv4Address[];
        return void log.push(['addresses', n, peer!.host, host!.host]);
      }
      case 'wsetTimeout':
        return timeoutOf(n).setTimeout(rest[0] as number | null);
      case 'wcancelTimeout':
        return timeoutOf(n).cancelTimeout();
      case 'wresetTimeout':
        return timeoutOf(n).resetTimeout();
      case 'factory': {
        const method = first as 'doStart' | 'startedConnecting' | 'clientConnectionFailed';
        const connector = null as unknown as IConnector;
        return (factory as WrappingFactory)[method](connector, failureOf(rest[0]));
      }
      case 'protocols':
        return void log.push(['protocols', (factory as WrappingFactory).protocols.size]);
      case 'state':
        return state();
      default:
        throw new TypeError(`no such operation: ${verb}`);
    }
  });
  return log;
}

function observeTimeoutMixin(options: Options, operations: readonly Operation[]): Event[] {
  const log: Event[] = [];
  const clock = new Clock();
  class Timed extends TimeoutMixin(Protocol) {
    override clock = clock;
    override timeoutConnection(): void {
      log.push(['timeoutConnection']);
      const script = options['timeoutConnection'] as readonly Operation[] | undefined;
      if (script === undefined) super.timeoutConnection();
      else script.forEach(perform);
    }
  }
  const p = new Timed();
  const perform = (operation: Operation): void => {
    if (performOnClock(clock, log, operation)) return;
    const [verb, value] = operation;
    if (verb === 'setTimeout') log.push(['previous', p.setTimeout(value as number | null)]);
    else if (verb === 'resetTimeout') p.resetTimeout();
    else if (verb === 'assign') p.timeOut = value as number | null;
    else if (verb === 'timeOut') log.push(['timeOut', p.timeOut]);
    else if (verb === 'raise') throw new Error('raise');
    else throw new TypeError(`no such operation: ${verb}`);
  };
  if ('timeOut' in options) p.timeOut = options['timeOut'] as number | null;
  p.makeConnection({ loseConnection: () => log.push(['t', 'loseConnection']) } as never);
  play(log, operations, perform);
  return log;
}

function observeReconnecting(options: Options, operations: readonly Operation[]): Event[] {
  const log: Event[] = [];
  const clock = new Clock();
  const { notConnecting, ...attributes } = options;
  const factory = Object.assign(new ReconnectingClientFactory(), { noisy: false, jitter: 0, clock }, attributes);
  if (attributes['initialDelay'] !== undefined) factory.delay = attributes['initialDelay'] as number;
  const connector: IConnector = {
    state: 'disconnected',
    connect: () => void log.push(['connect', clock.seconds()]),
    stopConnecting: () => {
      if (notConnecting !== true) return void log.push(['stopConnecting']);
      log.push(['stopConnecting', 'NotConnectingError']);
      throw new error.NotConnectingError();
    },
    disconnect: () => {},
    getDestination: () => new IPv4Address('TCP', '192.0.2.1', 80),
  };
  play(log, operations, (operation) => {
    if (performOnClock(clock, log, operation)) return;
    const [verb, value] = operation;
    switch (verb) {
      case 'failed':
        return factory.clientConnectionFailed(connector, failureOf('ConnectionRefusedError'));
      case 'lost':
        return factory.clientConnectionLost(connector, failureOf('ConnectionLost'));
      case 'resetDelay':
        return factory.resetDelay();
      case 'stopTrying':
        return factory.stopTrying();
      case 'retry':
        return value === true ? factory.retry(connector) : factory.retry();
      case 'continue':
        factory.continueTrying = Boolean(value);
        return;
      case 'state':
        return void log.push(['state', factory.retries, factory.delay, factory.continueTrying]);
      default:
        throw new TypeError(`no such operation: ${verb}`);
    }
  });
  return log;
}

/** Replays a scenario of one of `POLICY_KINDS`. */
function observePolicy(scenario: RecordedCase): { readonly log: Event[] } {
  const kind = scenario.kind!;
  const options = (scenario['options'] ?? {}) as Options;
  const operations = scenario['ops'] as readonly Operation[];
  if (kind === 'TimeoutMixin') return { log: observeTimeoutMixin(options, operations) };
  if (kind === 'ReconnectingClientFactory') return { log: observeReconnecting(options, operations) };
  return { log: observeFactory(kind, options, operations) };
}

/** The area `policies`, as far as it is of this package: `POLICY_KINDS`. */
export const policies: Area = {
  name: 'policies',
  part: 'factories and mixins',
  covers: ({ kind }) => POLICY_KINDS.has(kind),
  observe: observePolicy,
  differences: because(
    'data and writes after the time of a TimeoutFactory is up do no harm; in Twisted they throw AlreadyCalled, which costs the ' +
      'connection what it had still to send',
    ...[1, 2, 7, 8, 14, 15].map((n) => `gen-timeouts-${n}`),
  ),
};
