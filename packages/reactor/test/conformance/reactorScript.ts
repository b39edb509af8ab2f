/**
 * The operation language of the area `reactor`: a script around one reactor's `run()`, and the log of what happened.
 */
import { Deferred } from '../../src/defer';
import type { Failure } from '../../src/failure';
import type {
  IClientFactory,
  IDelayedCall,
  IListeningPort,
  IProtocol,
  IProtocolFactory,
  ITransport,
  TriggerID,
  TriggerPhase,
} from '../../src/interfaces';
import { globalLogPublisher, type LogEvent } from '../../src/logger';
import type { Reactor } from '../../src/reactor';
import { react } from '../../src/task';

import { makeError, renderError } from './errors';
import type { RecordedCase } from './load';

type Operation = readonly [verb: string, ...args: unknown[]];

interface Scenario extends RecordedCase {
  readonly kind: 'run' | 'react';
  readonly script?: readonly Operation[];
  readonly setup?: readonly Operation[];
  readonly main?: readonly Operation[];
  readonly argv?: readonly unknown[];
}

/** What became of a script. */
export interface Observation {
  readonly log: readonly unknown[][];
  readonly exit: number;
}

/** Plays a case on `reactor`. `react` ends through its `exit` option: the code is in the observation. */
export async function playScript(scenario: RecordedCase, reactor: Reactor): Promise<Observation> {
  const script = new Script(reactor);
  // When an error that nobody handled is reported is the garbage collector's business, and in no recording. It comes in two
  // events, and the second one has the failure.
  let isUnhandled = false;
  const observer = ({ log_failure: failure, log_format: format }: LogEvent): void => {
    if (format === 'Unhandled error in Deferred:') isUnhandled = true;
    else if (failure !== undefined && isUnhandled) isUnhandled = false;
    else if (failure !== undefined) script.log.push(['logged', ...renderError(failure.value)]);
  };
  globalLogPublisher.addObserver(observer);
  try {
    const exit = await script.play(scenario as Scenario);
    return { log: script.log, exit };
  } finally {
    globalLogPublisher.removeObserver(observer);
  }
}

class Script {
  readonly log: unknown[][] = [];
  readonly #reactor: Reactor;
  readonly #deferreds = new Map<unknown, Deferred>();
  readonly #triggers = new Map<unknown, TriggerID | null>();
  readonly #calls = new Map<unknown, IDelayedCall>();
  readonly #ports = new Map<unknown, IListeningPort>();

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /** The exit code. */
  async play({ kind, script = [], setup = [], main = [], argv = [] }: Scenario): Promise<number> {
    if (kind === 'run') {
      for (const operation of script) await this.#guard(operation);
      return 0;
    }
    for (const operation of setup) await this.#guard(operation);
    let exit = -1;
    try {
      await react(
        (reactor, ...rest) => {
          this.log.push(['main', (reactor as unknown) === this.#reactor, ...rest]);
          return this.#act(main) as Deferred;
        },
        argv,
        {
          reactor: this.#reactor,
          exit: (code) => {
            this.log.push(['SystemExit', code]);
            exit = code;
          },
        },
      );
      return exit;
    } catch (error) {
      this.#raised(error);
      return 1;
    }
  }

  /** An operation from outside the reactor. Node cannot block: what follows `run` in the script waits for its promise. */
  async #guard(operation: Operation): Promise<void> {
    try {
      if (operation[0] !== 'run') this.#perform(operation);
      else {
        this.log.push(['before run']);
        await this.#reactor.run();
        this.log.push(['run returned']);
      }
    } catch (error) {
      this.#raised(error);
    }
  }

  #raised(error: unknown): void {
    this.log.push(['raised', ...renderError(error as Error)]);
  }

  /** A function that logs itself and then acts. */
  #function(event: readonly unknown[], operations: unknown): () => unknown {
    return () => {
      this.log.push([...event]);
      return this.#act(operations as readonly Operation[]);
    };
  }

  #act(operations: readonly Operation[]): unknown {
    let result: unknown = null;
    for (const operation of operations) {
      const [verb, value] = operation;
      if (verb === 'ret') result = value;
      else if (verb === 'retd') result = this.#deferreds.get(value);
      else if (verb === 'raise') throw makeError(value, operation[2]);
      else this.#perform(operation);
    }
    return result;
  }

  #perform([verb, ...args]: Operation): void {
    const reactor = this.#reactor;
    switch (verb) {
      case 'whenRunning': {
        const [label, operations] = args;
        this.#triggers.set(label, reactor.callWhenRunning(this.#function(['whenRunning', label], operations)));
        break;
      }
      case 'trigger': {
        const [phase, event, label, operations] = args;
        const callable = this.#function(['trigger', label], operations);
        this.#triggers.set(label, reactor.addSystemEventTrigger(phase as TriggerPhase, event as string, callable));
        break;
      }
      case 'removeTrigger':
        reactor.removeSystemEventTrigger(this.#triggers.get(args[0]) as TriggerID);
        break;
      case 'fireEvent':
        reactor.fireSystemEvent(args[0] as string);
        break;
      case 'callLater': {
        const [label, delay, operations] = args;
        this.#calls.set(label, reactor.callLater(delay as number, this.#function(['call', label], operations)));
        break;
      }
      case 'cancel':
        this.#calls.get(args[0])?.cancel();
        break;
      case 'callFromThread':
        reactor.callFromThread(this.#function(['fromThread', args[0]], args[1]));
        break;
      case 'stop':
        reactor.stop();
        break;
      case 'crash':
        reactor.crash();
        break;
      case 'run':
        void reactor.run();
        break;
      case 'running':
        this.log.push(['running', reactor.running]);
        break;
      case 'signal':
        process.kill(process.pid, args[0] as NodeJS.Signals);
        break;
      case 'new':
        this.#deferreds.set(args[0], new Deferred());
        break;
      case 'fire':
        this.#deferreds.get(args[0])?.callback(null);
        break;
      case 'fail':
        this.#deferreds.get(args[0])?.errback(makeError(args[1], args[2]));
        break;
      case 'try':
        try {
          this.#act(args[0] as readonly Operation[]);
        } catch (error) {
          this.#raised(error);
        }
        break;
      case 'log':
        this.log.push(['log', args[0]]);
        break;
      case 'listen': {
        const factory = new LoggingFactory(this.log, args[0], args[1] !== 'quiet');
        this.#ports.set(args[0], reactor.listenTCP(0, factory, { interface: '127.0.0.1' }));
        break;
      }
      case 'connect': {
        const [label, operations] = args;
        const { port } = this.#ports.get(label)?.getHost() as { port?: number };
        const connected = (): unknown => this.#act(operations as readonly Operation[]);
        reactor.connectTCP('127.0.0.1', port as number, new LoggingClientFactory(this.log, label, connected));
        break;
      }
      default:
        throw new Error(`unknown operation ${verb}`);
    }
  }
}

/** A server's factory: of connections that say nothing. */
class LoggingFactory implements IProtocolFactory {
  protected readonly log: unknown[][];
  readonly #label: unknown;
  readonly #logs: boolean;

  constructor(log: unknown[][], label: unknown, logs: boolean) {
    this.log = log;
    this.#label = label;
    this.#logs = logs;
  }

  doStart(): void {
    if (this.#logs) this.log.push(['startFactory', this.#label]);
  }

  doStop(): void {
    if (this.#logs) this.log.push(['stopFactory', this.#label]);
  }

  buildProtocol(): IProtocol | null {
    return {
      makeConnection: () => undefined,
      connectionMade: () => undefined,
      dataReceived: () => undefined,
      connectionLost: () => undefined,
    };
  }
}

class LoggingClientFactory extends LoggingFactory implements IClientFactory {
  readonly #protocolLabel: unknown;
  readonly #connected: () => unknown;

  constructor(log: unknown[][], label: unknown, connected: () => unknown) {
    super(log, 'client', true);
    this.#protocolLabel = label;
    this.#connected = connected;
  }

  startedConnecting(): void {
    // Nothing is logged.
  }

  clientConnectionFailed(_connector: unknown, reason: Failure): void {
    this.log.push(['clientConnectionFailed', reason.value.name]);
  }

  clientConnectionLost(_connector: unknown, reason: Failure): void {
    this.log.push(['clientConnectionLost', reason.value.name]);
  }

  override buildProtocol(): IProtocol {
    const { log } = this;
    const label = this.#protocolLabel;
    const connected = this.#connected;
    return {
      makeConnection(_transport: ITransport) {
        this.connectionMade();
      },
      connectionMade() {
        log.push(['connectionMade', label]);
        connected();
      },
      dataReceived: () => undefined,
      connectionLost(reason) {
        log.push(['connectionLost', label, reason.value.name]);
      },
    };
  }
}
