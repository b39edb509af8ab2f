/**
 * Replays the recorded scenarios of iosim: `IOPump` and `ConnectionCompleter` (two kinds of the area `pumps`).
 */
import { Failure } from '@skein/reactor/failure';
import type { IConnector } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import { MemoryReactorClock } from '@skein/reactor/testing';

import type { Area } from '../../../reactor/test/conformance/area';
import { decodeBytes, type Event, type Operation, type RecordedCase } from '../../../reactor/test/conformance/load';
import { ClientFactory, Factory } from '../../src';
import { connectedServerAndClient, ConnectionCompleter } from '../../src/testing/iosim';

import { Side } from './loopback';

type Script = ConstructorParameters<typeof Side>[1];

/** An error of a recorded script. */
function scripted(name: unknown, message: unknown): Error {
  const error = new Error(String(message));
  error.name = String(name);
  return error;
}

/** A side with the actions that only pumps are recorded with. */
class PumpedSide extends Side {
  override act(action: Operation): void {
    const [verb, first, second] = action;
    const { transport } = this;
    switch (verb) {
      case 'pull': {
        const { chunk, chunks, then = [] } = first as { chunk: string; chunks: number; then?: readonly Operation[] };
        let left = chunks;
        const resumeProducing = (): void => {
          this.note('producer.resume');
          transport.write(decodeBytes(chunk));
          left -= 1;
          if (left > 0) return;
          transport.unregisterProducer();
          then.forEach((each) => this.act(each));
        };
        return transport.registerProducer({ resumeProducing, stopProducing: () => this.note('producer.stop') }, false);
      }
      case 'raise':
        throw scripted(first, second);
      case 'disconnecting':
        return this.note('disconnecting', transport.disconnecting);
      case 'loseWrite':
        return transport.loseWriteConnection();
      case 'pause':
        return transport.pauseProducing();
      case 'resume':
        return transport.resumeProducing();
      case 'stopProducing':
        return transport.stopProducing();
      default:
        return super.act(action);
    }
  }
}

function observePump(scenario: RecordedCase): { readonly log: Event[] } {
  const log: Event[] = [];
  const clock = new Clock();
  const side = (name: string) => () => new PumpedSide(name, (scenario[name] ?? []) as Script, log);
  const greet = (scenario['greet'] ?? true) as boolean;
  const { client, server, pump } = connectedServerAndClient(side('server'), side('client'), { greet, clock });
  const sides: Readonly<Record<string, PumpedSide>> = { client, server };
  const perform = ([verb, ...args]: Operation): void => {
    switch (verb) {
      case 'pump':
      case 'flush': {
        let moved = false;
        try {
          moved = pump[verb]();
        } finally {
          log.push(['moved', moved]);
        }
        return;
      }
      case 'callLater': {
        const [seconds, name, actions] = args as [number, string, Operation[]];
        clock.callLater(seconds, () => actions.forEach((action) => sides[name]!.act(action)));
        return;
      }
      case 'advance':
        return clock.advance(args[0] as number);
      default:
        return sides[verb]!.act(args as unknown as Operation);
    }
  };
  for (const operation of scenario['ops'] as readonly Operation[]) {
    log.push(['op']);
    const before = log.length;
    try {
      perform(operation);
    } catch (error) {
      // What is thrown is logged where it is caught, before what the pump returned.
      const moved = log.at(-1)?.[0] === 'moved' && log.length > before ? log.splice(-1) : [];
      log.push(['raised', (error as Error).name, (error as Error).message], ...moved);
    }
  }
  return { log };
}

/** A client that says how its attempt went, as an endpoint's Deferred does. */
class Attempt extends ClientFactory {
  readonly #name: unknown;
  readonly #log: Event[];

  constructor(name: unknown, log: Event[]) {
    super();
    this.#name = name;
    this.#log = log;
  }

  override buildProtocol(): Side {
    const side = new PumpedSide('client', [], this.#log);
    const made = side.connectionMade.bind(side);
    side.connectionMade = () => {
      made();
      this.#log.push(['connected', this.#name]);
    };
    return side;
  }

  override clientConnectionFailed(_connector: IConnector, { value }: Failure): void {
    this.#log.push(['failed', this.#name, value.name]);
  }
}

class Listening extends Factory {
  readonly #log: Event[];

  constructor(log: Event[]) {
    super();
    this.#log = log;
  }

  override buildProtocol(): Side {
    return new PumpedSide('server', [], this.#log);
  }
}

function observeCompleter(scenario: RecordedCase): { readonly log: Event[] } {
  const log: Event[] = [];
  const reactor = new MemoryReactorClock();
  const completer = new ConnectionCompleter(reactor);
  for (const [verb, ...args] of scenario['ops'] as readonly Operation[]) {
    log.push(['op']);
    if (verb === 'listen') reactor.listenTCP(args[0] as number, new Listening(log));
    else if (verb === 'connect') reactor.connectTCP('0.0.0.0', args[1] as number, new Attempt(args[0], log));
    else if (verb === 'succeed') log.push(['pump', completer.succeedOnce() !== null]);
    else if (verb === 'fail') completer.failOnce();
    else if (verb === 'failWith') completer.failOnce(new Failure(scripted(args[0], args[1])));
    else throw new Error(`no such operation: ${verb}`);
  }
  return { log };
}

/** The area `pumps`, as far as it is about iosim. */
export const iosim: Area = {
  name: 'pumps',
  part: 'iosim',
  covers: ({ kind }) => kind === 'iopump' || kind === 'completer',
  observe: (scenario) => (scenario.kind === 'iopump' ? observePump(scenario) : observeCompleter(scenario)),
};
