/**
 * The server that `scripts/torture.ts` torments: the guide's chat, answering machine and echo, as they are in the examples,
 * and a stream without end, in one process and on one reactor.
 *
 * It tells its parent its ports, and how it is whenever it is asked. Started with `--expose-gc`, so that what it says of its
 * memory is what it holds, and not what nobody has collected yet.
 */
import { reactor } from '@skein/reactor';
import type { ReactorEvents } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { Factory, Protocol } from '@skein/protocols';

import * as answer from '../packages/examples/src/answer';
import * as chat from '../packages/examples/src/chat';
import * as echo from '../packages/examples/src/echo';

/** Where the services listen. */
export interface Ports {
  readonly chat: number;
  readonly answer: number;
  readonly echo: number;
  readonly stream: number;
}

/** How the server is: what it holds after a garbage collection (the heap with its buffers), in bytes, and what it has seen since it was started. */
export interface Health {
  readonly rss: number;
  readonly heap: number;
  readonly peakRSS: number;
  /** Processor time, in seconds. */
  readonly busy: number;
  readonly connectionsMade: number;
  readonly connectionsOpen: number;
  /** How often a protocol threw. */
  readonly failures: number;
}

const BLOCK = Buffer.alloc(64 * 1024, 'skein ');

/** Writes for as long as it is read: a pull producer, so that a peer that does not read costs one block. */
class Stream extends Protocol {
  override connectionMade() {
    this.transport.registerProducer(this, false);
  }

  resumeProducing() {
    this.transport.write(BLOCK);
  }

  stopProducing() {}
}

const seen = { made: 0, lost: 0, failures: 0 };
// Every reactor has events; the installed one is typed by its interface, which does not say so.
const { events } = reactor as unknown as { readonly events: ReactorEvents };
events.on('connectionMade', () => (seen.made += 1));
events.on('connectionLost', () => (seen.lost += 1));
events.on('userCodeFailed', () => (seen.failures += 1));

function health(): Health {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rss,
    heap: heapUsed + external,
    busy: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    peakRSS: process.resourceUsage().maxRSS * 1024,
    connectionsMade: seen.made,
    connectionsOpen: seen.made - seen.lost,
    failures: seen.failures,
  };
}

const portOf = (listening: IListeningPort) => (listening.getHost() as IPv4Address).port;
const ports: Ports = {
  chat: portOf(chat.main(reactor, 0)),
  answer: portOf(answer.main(reactor, 0)),
  echo: portOf(echo.main(reactor, 0)),
  stream: portOf(reactor.listenTCP(0, Factory.forProtocol(Stream), { interface: '127.0.0.1' })),
};
process.on('message', () => process.send?.(health()));
reactor.callWhenRunning(() => process.send?.(ports));
void reactor.run().then(() => process.disconnect());
// Nobody is left to be measured by.
process.on('disconnect', () => {
  if (reactor.running) reactor.stop();
});
