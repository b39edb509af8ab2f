/** Protocols, factories and producers that write down what happens to them, and do what the test tells them to. */
import { Failure } from '../../src/failure';
import {
  type IAddress,
  type IClientFactory,
  IConnector,
  type IProtocol,
  type IProtocolFactory,
  type IPushProducer,
  type ITCPTransport,
  type ITransport,
} from '../../src/interfaces';
import { collectLoggedErrors, flushLoggedErrors, type LoggedErrors } from '../../src/logger';
import { Reactor } from '../../src/reactor';

import { FakeDriver } from './fakeDriver';

/** What a recorder does when it is told of an event; looked up by the event's name. */
export type Reactions = Partial<Record<string, (...args: never[]) => unknown>>;

/** A log, and what is done about its events. */
class Recorder {
  readonly log: string[] = [];
  readonly reactions: Reactions = {};

  /** Notes an event; returns what the reaction to it returns, and throws what it throws. */
  note(event: string, ...args: unknown[]): unknown {
    this.log.push([event, ...args.map(show)].join(' '));
    return (this.reactions[event] as ((...all: unknown[]) => unknown) | undefined)?.(...args);
  }

  /** What was noted since the last time. */
  taken(): string[] {
    return this.log.splice(0);
  }
}

function show(value: unknown): string {
  if (Failure.isFailure(value)) return value.value.name;
  return IConnector.providedBy(value) ? value.state : String(value);
}

export class RecordingProtocol extends Recorder implements IProtocol {
  transport!: ITCPTransport;
  reason: Failure | null = null;

  makeConnection(transport: ITransport): unknown {
    this.transport = transport as ITCPTransport;
    return this.connectionMade();
  }

  connectionMade(): unknown {
    return this.note('connectionMade');
  }

  dataReceived(data: Buffer): unknown {
    return this.note('dataReceived', data);
  }

  connectionLost(reason: Failure): unknown {
    this.reason = reason;
    return this.note('connectionLost', reason);
  }
}

export class HalfCloseableRecordingProtocol extends RecordingProtocol {
  readConnectionLost(): unknown {
    return this.note('readConnectionLost');
  }

  writeConnectionLost(): unknown {
    return this.note('writeConnectionLost');
  }
}

export class RecordingProducer extends Recorder implements IPushProducer {
  pauseProducing(): void {
    this.note('pauseProducing');
  }

  resumeProducing(): unknown {
    return this.note('resumeProducing');
  }

  stopProducing(): void {
    this.note('stopProducing');
  }
}

/** Builds `protocol`, or what the reaction to `buildProtocol` returns. */
export class RecordingFactory extends Recorder implements IProtocolFactory {
  readonly protocols: RecordingProtocol[] = [];

  doStart(): void {
    this.note('doStart');
  }

  doStop(): void {
    this.note('doStop');
  }

  buildProtocol(addr: IAddress): IProtocol | null {
    const built = this.note('buildProtocol', addr);
    if (built !== undefined) return built as IProtocol | null;
    const protocol = new RecordingProtocol();
    this.protocols.push(protocol);
    return protocol;
  }
}

export class RecordingClientFactory extends RecordingFactory implements IClientFactory {
  startedConnecting(connector: IConnector): void {
    this.note('startedConnecting', connector);
  }

  clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.note('clientConnectionFailed', connector, reason);
  }

  clientConnectionLost(connector: IConnector, reason: Failure): void {
    this.note('clientConnectionLost', connector, reason);
  }
}

/** A reactor over a driver in the test's hands. */
export function makeReactor(): { driver: FakeDriver; reactor: Reactor } {
  const driver = new FakeDriver();
  return { driver, reactor: new Reactor(driver) };
}

/** The same, running. */
export function runReactor(): { driver: FakeDriver; reactor: Reactor; over: Promise<void> } {
  const { driver, reactor } = makeReactor();
  const over = reactor.run();
  driver.settle();
  return { driver, reactor, over };
}

/** Has every test of a file fail that logs an error and does not flush it. */
export function expectNoLoggedErrors(): void {
  let logged: LoggedErrors;
  beforeEach(() => {
    logged = collectLoggedErrors();
  });
  afterEach(() => {
    const left = logged.flush().map(({ value }) => value);
    logged.stop();
    if (left.length > 0) throw new AggregateError(left, `logged, and not expected: ${left.join('; ')}`);
  });
}

/** The messages of the errors logged since the last time. */
export function loggedMessages(): string[] {
  return flushLoggedErrors().map(({ value }) => value.message);
}
