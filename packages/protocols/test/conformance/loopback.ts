/**
 * Replays the recorded scenarios of `loopbackAsync` (the kind `loopback` of the area `pumps`).
 */
import type { Failure } from '@skein/reactor/failure';
import type { IPullProducer } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';

import type { Area } from '../../../reactor/test/conformance/area';
import {
  decodeBytes,
  type Event,
  type Operation,
  type RecordedCase,
  type RunLengthCoded,
} from '../../../reactor/test/conformance/load';
import { Protocol } from '../../src';
import { collapsingPumpPolicy, identityPumpPolicy, loopbackAsync } from '../../src/loopback';

import { latin1 } from './recording';

type Bytes = string | RunLengthCoded;
type Script = readonly (readonly [trigger: readonly [name: string, total?: number], actions: readonly Operation[]])[];

/** One side of a conversation: logs its events and acts by its script. */
export class Side extends Protocol {
  readonly #name: string;
  readonly #script: Script;
  readonly #log: Event[];
  #received = 0;

  constructor(name: string, script: Script, log: Event[]) {
    super();
    this.#name = name;
    this.#script = script;
    this.#log = log;
  }

  note(...event: unknown[]): void {
    this.#log.push([this.#name, ...event]);
  }

  override connectionMade(): void {
    this.note('connectionMade');
    this.#react(([name]) => name === 'made');
  }

  override dataReceived(data: Buffer): void {
    this.note('data', latin1(data));
    const before = this.#received;
    this.#received += data.length;
    this.#react(([name, total = 0]) => name === 'received' && before < total && total <= this.#received);
  }

  override connectionLost(reason: Failure): void {
    this.note('connectionLost', reason.value.name);
    this.#react(([name]) => name === 'lost');
  }

  act([verb, argument]: Operation): void {
    const { transport } = this;
    switch (verb) {
      case 'write':
        return transport.write(decodeBytes(argument as Bytes));
      case 'writeSequence':
        return transport.writeSequence((argument as Bytes[]).map(decodeBytes));
      case 'lose':
        return transport.loseConnection();
      case 'abort':
        return transport.abortConnection();
      case 'unregister':
        return transport.unregisterProducer();
      case 'log':
        return this.note('log', argument);
      case 'pushIdle':
        return transport.registerProducer(this.#producer(Infinity, 'x'), true);
      case 'pull': {
        const { chunk, chunks } = argument as { chunk: Bytes; chunks: number };
        return transport.registerProducer(this.#producer(chunks, chunk), false);
      }
      default:
        throw new Error(`no such action: ${verb}`);
    }
  }

  #producer(chunks: number, chunk: Bytes): IPullProducer & { pauseProducing(): void } {
    let left = chunks;
    return {
      resumeProducing: () => {
        this.note('producer.resume');
        this.transport.write(decodeBytes(chunk));
        left -= 1;
        if (left === 0) this.transport.unregisterProducer();
      },
      pauseProducing: () => {
        this.note('producer.pause');
      },
      stopProducing: () => {
        this.note('producer.stop');
      },
    };
  }

  #react(matches: (trigger: readonly [name: string, total?: number]) => boolean): void {
    for (const [trigger, actions] of this.#script) if (matches(trigger)) for (const action of actions) this.act(action);
  }
}

function observeLoopback(scenario: RecordedCase): { readonly log: Event[] } {
  const log: Event[] = [];
  const clock = new Clock();
  const sides: Readonly<Record<string, Side>> = {
    server: new Side('server', (scenario['server'] ?? []) as Script, log),
    client: new Side('client', (scenario['client'] ?? []) as Script, log),
  };
  const policy = scenario['policy'] === 'identity' ? identityPumpPolicy : collapsingPumpPolicy;
  loopbackAsync(sides['server']!, sides['client']!, policy, { clock }).addCallback(() => void log.push(['done', null]));
  for (const [verb, ...action] of scenario['ops'] as readonly Operation[]) {
    log.push(['op']);
    const side = sides[verb];
    if (side !== undefined) side.act(action as unknown as Operation);
    else while (clock.getDelayedCalls().length > 0) clock.advance(0);
  }
  return { log };
}

/** The area `pumps`, as far as it is about `loopbackAsync`. */
export const loopback: Area = {
  name: 'pumps',
  part: 'loopbackAsync',
  covers: ({ kind }) => kind === 'loopback',
  observe: observeLoopback,
};
