/** The server of `npm run soak`: a Skein reactor that is asked about itself by messages of its parent. */
import { readdirSync } from 'node:fs';

import type { Failure } from '@skein/reactor/failure';
import type { IPv4Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { createNodeReactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { proxyTo } from '../packages/reactor/test/soak/proxy';

export type Question =
  | { readonly ask: 'proxy'; readonly target: number }
  | { readonly ask: 'listen' }
  /** Answered when so many connections are made, or lost, since the last answer to `health`. */
  | { readonly ask: 'await'; readonly made?: number; readonly lost?: number }
  | { readonly ask: 'health'; readonly collect: boolean };

export interface Answer {
  readonly port: number;
  readonly open: number;
  readonly lost: number;
  /** Connections that were lost twice, or not made. */
  readonly odd: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly rss: number;
  readonly heap: number;
  readonly descriptors: number;
}

const reactor = createNodeReactor();
let port: IListeningPort | null = null;
let [open, made, lost, odd] = [0, 0, 0, 0];
let reasons: Record<string, number> = {};
/** Seconds between looks. */
const PATIENCE = 0.02;
/** Seconds that garbage is given to be found, and descriptors to be closed. */
const SETTLING = 1;

class Guest extends Protocol {
  #state: 'new' | 'made' | 'lost' = 'new';

  override connectionMade(): void {
    this.#state = 'made';
    open += 1;
    made += 1;
  }

  override connectionLost(reason?: Failure): void {
    if (this.#state !== 'made') odd += 1;
    this.#state = 'lost';
    const name = reason?.value.name ?? 'none';
    reasons[name] = (reasons[name] ?? 0) + 1;
    open -= 1;
    lost += 1;
  }
}

function answer(): void {
  const { rss, heapUsed } = process.memoryUsage();
  const health: Answer = {
    port: port === null ? 0 : (port.getHost() as IPv4Address).port,
    ...{ open, lost, odd, reasons, rss },
    heap: heapUsed,
    descriptors: readdirSync('/proc/self/fd').length,
  };
  process.send?.(health);
}

function when(condition: () => boolean): void {
  if (condition()) answer();
  else reactor.callLater(PATIENCE, when, condition);
}

process.on('message', (question: Question) => {
  switch (question.ask) {
    case 'proxy':
      port = reactor.listenTCP(0, proxyTo(reactor, question.target), { interface: '127.0.0.1' });
      answer();
      break;
    case 'listen':
      port = reactor.listenTCP(0, Factory.forProtocol(Guest), { interface: '127.0.0.1', backlog: 4096 });
      answer();
      break;
    case 'await':
      when(() => made >= (question.made ?? 0) && lost >= (question.lost ?? 0));
      break;
    case 'health':
      if (!question.collect) {
        answer();
        break;
      }
      globalThis.gc?.();
      reactor.callLater(SETTLING, () => {
        globalThis.gc?.();
        answer();
        [made, lost, reasons] = [0, 0, {}];
      });
      break;
  }
});

void reactor.run({ installSignalHandlers: false });
